"""`flask privacy erase` and `flask privacy scrub`."""

import uuid

import click
from flask.cli import AppGroup

from blueprints.shared import unit
from domain import privacy
from domain.base import Unreachable, local, now

privacy_commands = AppGroup("privacy", help="Erasing.")

#: Pages that leave Hørt as a file or on paper.
TAKEN_AWAY = frozenset({"digests.week_as_markdown", "digests.week_as_pdf", "conversations.for_the_staff_meeting"})

#: What is left where the files were not written anew.
_LEFT = {
    "sqlite": "Erased words are overwritten with zeros where they last stood. Copies that SQLite left where it moved rows about "
    "inside the file are not overwritten yet.",
    "postgresql": "No page shows erased words, but their bytes are not out of the tables, the index and the statistics yet.",
}


@privacy_commands.command("erase")
@click.argument("key", metavar="ID", type=click.UUID)
def erase(key: uuid.UUID) -> None:
    """Erases one talk everywhere in Hørt, by the id of any revision or by its reference, and writes the database's files anew.

    Where there is no room for the second, the talk is erased all the same; the command says what is left to do, and fails.
    """
    database = unit.database()

    def work() -> privacy.Outcome:
        with database.writing() as session:
            return privacy.erase(session, key, now=now())

    try:
        done = database.making_room(work)
    except privacy.UnknownTalk as error:
        raise click.ClickException(f"There is no talk {key} here, and there was none.") from error
    except privacy.ErasedBefore as error:
        click.echo(f"The talk {key} is erased already, since {local(error.at):%Y-%m-%d %H:%M}.")
        _scrub()
        return
    except Unreachable as error:
        raise click.ClickException("The database did not take it. Nothing was erased; try again.") from error
    for line in _told(done):
        click.echo(line)
    _scrub()


@privacy_commands.command("scrub")
def scrub() -> None:
    """Writes the database's files anew, so that no byte of what was erased is left in them. Others wait meanwhile."""
    _scrub()


def _scrub() -> None:
    """Ends the command as one that failed where it could not be done, and says what that leaves."""
    database = unit.database()
    if privacy.scrub(database):
        return
    click.echo(
        f"{_LEFT[database.engine.dialect.name]} {_what_to_do(privacy.missing_room(database))}: flask privacy scrub", err=True
    )
    raise SystemExit(1)


def _what_to_do(missing: privacy.Room | None) -> str:
    if missing is None:
        return "The files could not be written anew now: others were at work, or the disk did not take it. Later run"
    return (
        f"For that {missing.file} is written anew, and there is too little room: for a moment more than "
        f"{_megabytes(missing.needed)} must be free on its disk, and {_megabytes(missing.free)} are. Make room, then run"
    )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _told(done: privacy.Outcome) -> list[str]:
    lines = [f"Erased the talk {done.talk}: ids {done.revisions}, replies {done.replies}. Its author's phones will forget it."]
    for area, week in done.weeks:
        lines.append(f"It stood in {week} of {area}: its quotations are gone. Read the headline, if somebody wrote one.")
    away = {page: n for page, n in sorted(done.shown.items()) if page in TAKEN_AWAY}
    lines.append(f"It was shown {sum(done.shown.values())} times before.")
    lines += [f"Cannot be called back: {n} × {page}." for page, n in away.items()]
    lines.append("Back-ups hold it until they are deleted; a restore erases it again.")
    return lines
