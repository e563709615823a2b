"""Commands that belong to no single area: of the database, the demo and the guard."""

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from blueprints.shared import unit
from domain import demo, guard
from domain.base import now

database_commands = AppGroup("database", help="The database's own commands.")
demo_commands = AppGroup("demo", help="The invented municipality.")
guard_commands = AppGroup("guard", help="Personal data in texts.")


@database_commands.command("upgrade")
def upgrade() -> None:
    """Brings the database to this release's shape; an SQLite file that has to change is copied first."""
    if not unit.database().is_sound():
        raise click.ClickException("The database is broken. Restore a back-up: flask backup restore FILE (docs/operations.md).")
    _migrate()
    current_app.set_room_aside()  # type: ignore[attr-defined]


def _migrate() -> None:
    from blueprints.shared import migrations  # noqa: PLC0415 - Alembic is for commands alone; no server loads it

    for line in migrations.upgrade(current_app.config["DATABASE_URL"]):
        click.echo(line)


def _positive(_context: object, _option: object, value: int | None) -> int | None:
    if value is not None and value < 1:
        raise click.BadParameter("must be at least 1")
    return value


def _three_or_more(_context: object, _option: object, value: int) -> int:
    if value < 3:
        raise click.BadParameter("must be at least 3: two in Syd and one in Nord have people who sign in")
    return value


@demo_commands.command("load")
@click.option("--conversations", type=int, callback=_positive, help="How many; without it each invented note once.")
@click.option("--weeks", type=int, default=12, callback=_positive, show_default=True, help="Ending in the running week.")
@click.option("--institutions", type=int, default=16, callback=_three_or_more, show_default=True, help="At least 3.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same municipality.")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are people and places already.")
def load(conversations: int | None, weeks: int, institutions: int, seed: int, if_empty: bool) -> None:
    """Migrates, then makes the invented municipality. Refuses when the database is not empty."""
    _migrate()
    size = demo.Size(conversations=conversations, weeks=weeks, institutions=institutions, seed=seed)
    try:
        total = demo.load(unit.database(), size=size, now=now())
    except demo.NotEmpty as error:
        if if_empty:
            return
        raise click.ClickException("The database holds a municipality already; nothing was changed.") from error
    click.echo(f"Made the invented municipality with {total} talks.")


@guard_commands.command("check")
def check() -> None:
    """Reads one text a line and writes one JSON list of findings a line."""
    for line in sys.stdin:
        found = [
            {"kind": one.kind, "start": one.start, "end": one.end, "severity": one.severity}
            for one in guard.check(line.rstrip("\n"))
        ]
        click.echo(json.dumps(found))
