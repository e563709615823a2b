"""`flask notices …`: sending what is due, and reminding."""

from datetime import timedelta

import click
from flask.cli import AppGroup

from blueprints.shared import mails, unit
from domain import notices
from domain.base import now

from . import by_the_clock, delivering

commands = AppGroup("notices", help="What people are told past the pages.")


@commands.command("deliver")
@click.option("--workers", type=click.IntRange(1, 32), default=delivering.WORKERS, help="How many send at once.")
def deliver(workers: int) -> None:
    """Sends what is due. Any number may run at once, and one that is killed leaves its work to the next."""
    done = delivering.deliver_due(workers=workers)
    click.echo(", ".join(f"{end} {n}" for end, n in sorted(done.items())) or "nothing was due")


@commands.command("status")
def status() -> None:
    """What waits, what was given up in the last week and why, and whether mail can be sent."""
    with unit.database().reading() as session:
        found = notices.standing(session, since=now() - timedelta(days=7))
    click.echo(f"mail {mails.why_not() or 'on'}")
    click.echo(f"waiting {found.waiting}")
    for why, n in sorted(found.waiting_why.items()):
        click.echo(f"  tried, {why} {n}")
    for why, n in sorted(found.given_up.items()):
        click.echo(f"given up, {why} {n}")
    for why, n in sorted(found.refused.items()):
        click.echo(f"left by mail, push refused it: {why} {n}")


@commands.command("remind")
def remind() -> None:
    """Reminds of talks that lie unsent for a day and of weeks that are unread for three, each once."""
    for name, new in by_the_clock.remind(unit.database()).items():
        click.echo(f"{name} {new}")
