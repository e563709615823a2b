"""`flask conversations …`: the index of words, and talks as a file."""

import uuid
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from flask.cli import AppGroup
from sqlmodel import Session

from blueprints.shared import unit
from domain import audit, exchange, people
from domain.base import Week, now
from domain.exchange import FileKind, Wanted
from domain.people import Actor, Permission

from .by_the_clock import index_all

commands = AppGroup("conversations", help="Talks.")


@commands.command("index")
def index() -> None:
    """Indexes the talks that wait for it, so that search finds them. A second run has nothing to do."""
    total = index_all(unit.database())
    if total:
        click.echo(f"Indexed {total} talks.")


def _week(_context: object, _option: object, label: str | None) -> Week | None:
    try:
        return Week.parse(label) if label else None
    except ValueError as error:
        raise click.BadParameter("a week is written as 2026-W47") from error


@commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "first", metavar="2026-W40", callback=_week, help="The first week.")
@click.option("--to", "last", metavar="2026-W47", callback=_week, help="The last week.")
@click.option("--set", "set_id", type=click.UUID, help="Only talks of this question set (flask questions list).")
@click.option("--as", "email", metavar="EMAIL", help="What this person may read, and logged as theirs.")
def export(file: Path, first: Week | None, last: Week | None, set_id: uuid.UUID | None, email: str | None) -> None:
    """Writes talks as a table to FILE.csv or FILE.xlsx: one row a talk, one column a question.

    Without --as every talk, as those above a house see them: without names, moments, facts, ids and small houses.
    """
    try:
        kind = FileKind(file.suffix.lower().removeprefix("."))
    except ValueError as error:
        raise click.BadParameter("must end in .csv or .xlsx", param_hint="FILE") from error
    database, wanted = unit.database(), Wanted(first, last, set_id)
    with database.reading() as session:
        actor = _reader(session, email) if email else None
    with NamedTemporaryFile(dir=file.absolute().parent, prefix=".hoert-", delete=False) as target:
        made = Path(target.name)  # only its owner may read it
        try:
            done = exchange.export_talks(
                database, actor, wanted=wanted, kind=kind, target=target.file, page="flask conversations export", now=now()
            )
            with database.writing() as session:
                facts: dict[str, int | str] = {"talks": done.talks, "command": 1}
                whose = actor.person_id if actor else None
                audit.record_deed(session, person_id=None, verb=exchange.VERB, at=now(), object_id=whose, facts=facts)
        except exchange.NoTalks as error:
            made.unlink()
            raise click.ClickException("There are no such talks.") from error
        except exchange.TooManyForExcel as error:
            made.unlink()
            raise click.ClickException("There are more talks than a sheet takes. Write them to a .csv file.") from error
        except BaseException:
            made.unlink()
            raise
    made.replace(file)
    click.echo(f"Wrote {done.talks} talks to {file}.")
    if done.cut:
        click.echo(f"{done.cut} texts were longer than a cell takes; their ends say so. A .csv file has them whole.", err=True)


def _reader(session: Session, email: str) -> Actor:
    actor = people.actor_named(session, email)
    if actor is None:
        raise click.ClickException("Nobody who may sign in has that e-mail.")
    if not actor.may(Permission.READ_TALKS):
        raise click.ClickException("An administrator reads no talks.")
    return actor
