"""Commands that belong to no single area: the database's own."""

import click
from flask import current_app
from flask.cli import AppGroup

from blueprints.shared import migrations

database_commands = AppGroup("database", help="The database's own commands.")


@database_commands.command("upgrade")
def upgrade() -> None:
    """Brings the database to this release's shape; an SQLite file that has to change is copied first."""
    for line in migrations.upgrade(current_app.config["DATABASE_URL"]):
        click.echo(line)
