"""`flask themes recount`."""

import click
from flask.cli import AppGroup

from blueprints.shared import unit
from domain import themes

commands = AppGroup("themes", help="What talks are about.")


@commands.command("recount")
def recount() -> None:
    """Counts every talk anew by week, house and theme. Needed only where rows were changed past Hørt."""
    with unit.database().writing() as session:
        total = themes.rebuild(session)
    click.echo(f"Counted {total} talks.")
