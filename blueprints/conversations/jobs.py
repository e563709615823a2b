"""`flask conversations index`."""

import click
from flask.cli import AppGroup

from blueprints.shared import unit

from .by_the_clock import index_all

commands = AppGroup("conversations", help="Talks.")


@commands.command("index")
def index() -> None:
    """Indexes the talks that wait for it, so that search finds them. A second run has nothing to do."""
    total = index_all(unit.database())
    if total:
        click.echo(f"Indexed {total} talks.")
