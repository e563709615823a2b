"""`flask questions …`: the sets, their next versions, and which of them are offered."""

import json
import uuid
from typing import IO

import click
from flask.cli import AppGroup
from pydantic import ValidationError
from sqlmodel import Session

from blueprints.shared import unit
from domain import questions
from domain.base import now
from domain.questions import QuestionSet

commands = AppGroup("questions", help="Question sets.")


@commands.command("publish")
@click.argument("key", type=click.UUID)
@click.argument("file", type=click.File(encoding="utf-8"))
def publish(key: uuid.UUID, file: IO[str]) -> None:
    """Publishes the set's next version from a JSON file. It never changes; every earlier one is still answered."""
    try:
        content = questions.Content.model_validate(json.load(file))
    except (ValueError, ValidationError) as error:
        raise click.ClickException("The file holds no question set that can be used.") from error
    with unit.database().writing() as session:
        row = questions.publish(session, question_set=_set(session, key), content=content, now=now())
    click.echo(f"Published version {row.number}.")


@commands.command("close")
@click.argument("key", type=click.UUID)
def close(key: uuid.UUID) -> None:
    """Offers a set for no new talk. Every version of it that was ever published is still answered and corrected."""
    with unit.database().writing() as session:
        if not questions.close_set(session, question_set=_set(session, key), now=now()):
            raise click.ClickException("It is closed already.")
    click.echo("Closed.")


@commands.command("reopen")
@click.argument("key", type=click.UUID)
def reopen(key: uuid.UUID) -> None:
    """Offers a closed set again."""
    with unit.database().writing() as session:
        if not questions.reopen_set(session, question_set=_set(session, key), now=now()):
            raise click.ClickException("It is open.")
    click.echo("Open again.")


@commands.command("list")
def every_set() -> None:
    """The question sets, one a line: key, sector, newest version, whether it is closed, title."""
    with unit.database().reading() as session:
        for one in questions.newest_versions(session):
            state = "closed" if one.closed_at else "open"
            form = one.form
            click.echo(f"{form.question_set_id}  {form.sector}  version {form.number}  {state}  {one.name}")


def _set(session: Session, key: uuid.UUID) -> QuestionSet:
    found = questions.find_set(session, key)
    if found is None:
        raise click.ClickException("There is no such question set.")
    return found
