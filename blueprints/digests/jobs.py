"""`flask digests weekly`."""

import click
from flask.cli import AppGroup

from blueprints.shared import unit
from domain import digests, people
from domain.base import Week, now, week_of

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
    """One area's fault does not keep the others waiting."""
    try:
        with unit.database().writing() as session:
            issue = digests.make_issue(session, area, week, now=now())
    except digests.LaterIssued as later:
        click.echo(f"{area.name}: {later.week} is issued already; talks of {week} stand there as late ones.", err=True)
        return False
    except Exception as error:  # the type alone: a message may quote a row
        click.echo(f"{area.name}: {type(error).__name__}", err=True)
        return False
    click.echo(f"{area.name}: {week} " + (f"issued, {issue.content['talks']} talks" if issue else "was issued before"))
    return True
