"""`flask questions export-xlsform|import-xlsform|export-package|import-package`: question sets as files (docs/exchange.md)."""

import uuid
from pathlib import Path

import click
from flask_babel import force_locale
from sqlmodel import Session

from blueprints.shared import exchange_words, unit
from domain import exchange, questions
from domain.base import now
from domain.people import Sector
from domain.questions import BadFile, Change, Form, Imported, QuestionSet

from .jobs import commands

#: No file of more is opened; what is too large for its kind is told by its reader.
MOST_BYTES = 9 * 2**20

SECTORS = [sector.value for sector in Sector]
A_FILE = click.Path(dir_okay=False, path_type=Path)
AN_OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@commands.command("export-xlsform")
@click.argument("version", type=click.UUID)
@click.argument("file", type=A_FILE)
def export_xlsform(version: uuid.UUID, file: Path) -> None:
    """Writes a version (or a set's newest) as an XLSForm. Reading it again loses nothing."""
    with unit.database().reading() as session:
        form = questions.version(session, version) or _newest(session, version)
    if form is None:
        raise click.ClickException("There is no such version or question set.")
    written = questions.write_xlsform(form)
    if isinstance(written, BadFile):
        raise _bad(written)
    file.write_bytes(written)
    click.echo(f"Wrote version {form.number} to {file}.")


@commands.command("import-xlsform")
@click.argument("file", type=AN_OLD_FILE)
@click.option("--sector", type=click.Choice(SECTORS), help="Publish it as a new question set of this sector.")
@click.option("--into", type=click.UUID, metavar="SET", help="Publish it as the next version of this question set.")
def import_xlsform(file: Path, sector: str | None, into: uuid.UUID | None) -> None:
    """Says what is understood of an XLSForm. With --sector or --into it is published, if nothing is missing."""
    if sector and into:
        raise click.UsageError("Say either --sector or --into.")
    read = questions.read_xlsform(_bytes(file))
    if isinstance(read, BadFile):
        raise _bad(read)
    with force_locale("en"):
        for remark in read.remarks:
            click.echo(f"{remark.said.replace('_', ' ')}: {exchange_words.remark(remark)}")
    if not sector and not into:
        return
    if not read.is_complete:
        raise click.ClickException("Nothing was published: something is missing.")
    with unit.database().writing() as session:
        row = _set(session, sector, into, read)
        _goes_on(session, row, read)
        published = questions.publish(session, question_set=row, content=read.content, now=now())
    click.echo(f"Published version {published.number} of {row.id}.")


@commands.command("export-package")
@click.argument("file", type=A_FILE)
@click.option("--newest", is_flag=True, help="Only the newest version of each set.")
def export_package(file: Path, newest: bool) -> None:
    """Writes every question set and the codebook as one file. Never talks, people or places."""
    with unit.database().reading() as session:
        file.write_bytes(exchange.write_package(session, newest_only=newest))
    click.echo(f"Wrote {file}.")


@commands.command("import-package")
@click.argument("file", type=AN_OLD_FILE)
def import_package(file: Path) -> None:
    """Adds what a package holds and is not here yet. Where something is here and is another, nothing is added."""
    package = exchange.read_package(_bytes(file))
    if isinstance(package, BadFile):
        raise _bad(package)
    with unit.database().writing() as session:
        taken = exchange.import_package(session, package, person_id=None, now=now())
    with force_locale("en"):
        for clash in taken.clashes:
            click.echo(exchange_words.clash(clash), err=True)
    if taken.clashes:
        raise click.ClickException("Nothing was added.")
    click.echo(f"Added {taken.sets} question sets, {taken.versions} versions and {taken.themes} themes.")
    for form in taken.in_use:
        click.echo(f"In use now: version {form.number} of {form.question_set_id}.")


def _bytes(file: Path) -> bytes:
    """No more of it than any reader takes: the rest tells only that it is too large."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)


def _bad(bad: BadFile) -> click.ClickException:
    with force_locale("en"):
        return click.ClickException(exchange_words.bad_file(bad))


def _newest(session: Session, set_id: uuid.UUID) -> Form | None:
    return next((one.form for one in questions.newest_versions(session) if one.form.question_set_id == set_id), None)


def _goes_on(session: Session, row: QuestionSet, read: Imported) -> None:
    """A command cannot say whether a question that reads otherwise means the same; the page asks."""
    before = questions.asked_before(questions.contents(session, row).values())
    changes = [questions.change(one, before) for one in questions.sketch_of(read.content).questions]
    told = ", ".join(str(n) for n, one in enumerate(changes, start=1) if one not in (Change.UNCHANGED, Change.NEW))
    if told:
        raise click.ClickException(f"Question {told} reads otherwise than before: read the file on the page, which asks why.")


def _set(session: Session, sector: str | None, into: uuid.UUID | None, read: Imported) -> QuestionSet:
    """The set it goes into. A new one whose questions are another's already would mix two series up."""
    if into:
        found = questions.find_set(session, into)
        if found is None:
            raise click.ClickException("There is no such question set.")
        return found
    asked = {question.id for one in questions.all_versions(session) for question in one.form.content.questions}
    if asked & {question.id for question in read.content.questions}:
        raise click.ClickException("Its questions belong to a question set that is here: use --into.")
    sets = questions.sets_by_id(session).values()
    return questions.add_set(session, sector=Sector(sector or ""), position=max((row.position + 1 for row in sets), default=0))
