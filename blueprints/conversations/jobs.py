"""`flask conversations index`."""

import click
from flask.cli import AppGroup

from blueprints.shared import unit
from domain import conversations
from domain.base import empty_journal, now

commands = AppGroup("conversations", help="Talks.")


@commands.command("index")
def index() -> None:
    """Indexes the talks that wait for it, so that search finds them. A second run has nothing to do."""
    database, total = unit.database(), 0
    while True:
        with database.writing() as session:
            n = conversations.index(session, now=now())
        total += n
        if n < conversations.MOST_AT_ONCE:
            break
    empty_journal(database.engine)
    if total:
        click.echo(f"Indexed {total} talks.")
