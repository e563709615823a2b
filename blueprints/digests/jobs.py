"""`flask digests weekly`."""

import click
from flask.cli import AppGroup

from blueprints.shared import schedule, unit
from domain import digests, people
from domain.base import Unreachable, Week, now, week_of

from . import by_the_clock

commands = AppGroup("digests", help="The weekly digest.")


@commands.command("weekly")
@click.option("--week", "label", metavar="2026-W47", help="Which week; without it the last finished one.")
def weekly(label: str | None) -> None:
    """Makes the issues of a week, one an area. A second run changes nothing."""
    running = week_of(now())
    try:
        week = Week.parse(label) if label else running.plus(-1)
    except ValueError as error:
        raise click.BadParameter("a week is written as 2026-W47", param_hint="--week") from error
    if week > running:
        raise click.BadParameter(f"{week} has not begun", param_hint="--week")
    with unit.database().reading() as session:
        areas = people.all_areas(session)
    failed = [area.name for area in areas if not _issue(area, week)]
    if failed:
        raise click.ClickException(f"{week} could not be issued for: {', '.join(failed)}.")


def _issue(area: people.Unit, week: Week) -> bool:
    """Whether it stands. By the same key as the schedule, so that the two never double; one area's fault does not keep the others
    waiting."""
    database, key = unit.database(), by_the_clock.key_of(area, week)
    try:
        made = schedule.once(database, by_the_clock.NAME, key, lambda: by_the_clock.make(database, area, week), anyway=True)
    except (schedule.Failed, Unreachable) as error:  # the type alone: a message may quote a row
        click.echo(f"{area.name}: {type(error.__cause__ or error).__name__}", err=True)
        return False
    if not made:
        click.echo(f"{area.name}: {week} is being issued by another process")
        return True
    [issue] = made
    if isinstance(issue, digests.LaterIssued):
        click.echo(f"{area.name}: {issue.week} is issued already; talks of {week} stand there as late ones.", err=True)
        return False
    click.echo(f"{area.name}: {week} " + (f"issued, {issue.content['talks']} talks" if issue else "was issued before"))
    return True
