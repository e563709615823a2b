"""`flask backup create` and `flask backup restore`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup

from domain.base import Ledger, now

if TYPE_CHECKING:
    from .backups import Restored

backup_commands = AppGroup("backup", help="Back-ups.")

_LEDGER = "Another server's erased.log; may be given more than once."
_UNREADABLE = "What was there before could not be read: erasures came from the ledger. Shut out by hand who must not come in."

_LATER = "The files could not be written anew now, so a trace of erased words may be left: run flask privacy scrub later."


@backup_commands.command("create")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file when there is one.")
def create(file: Path, force: bool) -> None:
    """Copies the whole database into one file, while people write."""
    from . import backups  # noqa: PLC0415 - Alembic and psycopg are for commands alone; no server loads them

    try:
        backups.create(current_app.config["DATABASE_URL"], file.absolute(), now=now(), force=force)
    except backups.BadBackup as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The back-up is in {file} ({file.stat().st_size:,} bytes). It holds every word: keep it as safe as the server.")
    click.echo(f"Not in it: secret.key, config.py, and {current_app.config['LEDGER']}, which a restore needs to forget again.")


@backup_commands.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--ledger",
    "others",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_LEDGER,
)
def restore(file: Path, others: tuple[Path, ...]) -> None:
    """Puts a back-up in the database's place. What was erased since is erased again, and everybody signs in anew."""
    from . import backups  # noqa: PLC0415 - as above

    config = current_app.config
    ledgers = [Ledger(path) for path in dict.fromkeys((config["LEDGER"], *(other.absolute() for other in others)))]
    try:
        done = backups.restore(config["DATABASE_URL"], file.absolute(), ledgers=ledgers, instance=config["INSTANCE"], now=now())
    except backups.BadBackup as error:
        raise click.ClickException(str(error)) from error
    current_app.set_room_aside()  # type: ignore[attr-defined]
    for line in _told(file, done):
        click.echo(line)


def _told(file: Path, done: "Restored") -> list[str]:
    made = f", made {done.made_at}" if done.made_at else ""
    lines = [
        f"Restored {file}{made}. Phones will offer again what they kept.",
        f"Erased again: {done.talks} talks. Shut out again: {done.shut_out} persons and phones. Everybody signs in anew.",
    ]
    if not done.readable:
        lines.append(_UNREADABLE)
    if not done.scrubbed:
        lines.append(_LATER)
    if done.kept:
        lines.append(f"What was there before is in {done.kept}. It holds every word: delete it when it is not needed.")
    return lines
