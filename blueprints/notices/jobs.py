"""`flask notices …`: sending what is due, and reminding."""

import click
from flask.cli import AppGroup

from blueprints.shared import unit
from domain import digests, notices
from domain.base import now

from . import delivering

commands = AppGroup("notices", help="What people are told past the pages.")


@commands.command("deliver")
@click.option("--workers", type=click.IntRange(1, 32), default=delivering.WORKERS, help="How many send at once.")
def deliver(workers: int) -> None:
    """Sends what is due. Any number may run at once, and one that is killed leaves its work to the next."""
    done = delivering.deliver_due(workers=workers)
    click.echo(", ".join(f"{end} {n}" for end, n in sorted(done.items())) or "nothing was due")


@commands.command("remind")
def remind() -> None:
    """Reminds of talks that lie unsent for a day and of weeks that are unread for three, each once."""
    for name, verb in (("unsent", notices.remind_unsent), ("unread", digests.remind_unread)):
        with unit.database().writing() as session:
            new = verb(session, now=now())
        click.echo(f"{name} {new}")
