"""Commands that belong to no single area: of the database, the demo, the guard, and the first people of a new municipality."""

import json
import sys
from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup

from blueprints.shared import migrations, unit
from domain import demo, guard, people
from domain.base import now

database_commands = AppGroup("database", help="The database's own commands.")
demo_commands = AppGroup("demo", help="The invented municipality.")
guard_commands = AppGroup("guard", help="Personal data in texts.")
people_commands = AppGroup("people", help="People and places.")


@database_commands.command("upgrade")
def upgrade() -> None:
    """Brings the database to this release's shape; an SQLite file that has to change is copied first."""
    if not unit.database().is_sound():
        raise click.ClickException("The database is broken. Restore a back-up: flask backup restore FILE (docs/operations.md).")
    for line in migrations.upgrade(current_app.config["DATABASE_URL"]):
        click.echo(line)
    current_app.set_room_aside()  # type: ignore[attr-defined]


def _positive(_context: object, _option: object, value: int | None) -> int | None:
    if value is not None and value < 1:
        raise click.BadParameter("must be at least 1")
    return value


def _three_or_more(_context: object, _option: object, value: int) -> int:
    if value < 3:
        raise click.BadParameter("must be at least 3: two in Syd and one in Nord have people who sign in")
    return value


@demo_commands.command("load")
@click.option("--conversations", type=int, callback=_positive, help="How many; without it each invented note once.")
@click.option("--weeks", type=int, default=12, callback=_positive, show_default=True, help="Ending in the running week.")
@click.option("--institutions", type=int, default=16, callback=_three_or_more, show_default=True, help="At least 3.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same municipality.")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are people and places already.")
def load(conversations: int | None, weeks: int, institutions: int, seed: int, if_empty: bool) -> None:
    """Migrates, then makes the invented municipality. Refuses when the database is not empty."""
    for line in migrations.upgrade(current_app.config["DATABASE_URL"]):
        click.echo(line)
    size = demo.Size(conversations=conversations, weeks=weeks, institutions=institutions, seed=seed)
    try:
        total = demo.load(unit.database(), size=size, now=now())
    except demo.NotEmpty as error:
        if if_empty:
            return
        raise click.ClickException("The database holds a municipality already; nothing was changed.") from error
    click.echo(f"Made the invented municipality with {total} talks.")


@guard_commands.command("check")
def check() -> None:
    """Reads one text a line and writes one JSON list of findings a line."""
    for line in sys.stdin:
        found = [
            {"kind": one.kind, "start": one.start, "end": one.end, "severity": one.severity}
            for one in guard.check(line.rstrip("\n"))
        ]
        click.echo(json.dumps(found))


def _choices(kind: Callable[..., object]) -> click.Choice[str]:
    return click.Choice([str(one) for one in kind])  # type: ignore[attr-defined]


@people_commands.command("add-unit")
@click.argument("name")
@click.option("--level", type=_choices(people.Level), required=True)
@click.option("--parent", help="Name of the unit above; none for the municipality itself.")
@click.option("--sector", type=_choices(people.Sector))
@click.option("--label", type=_choices(people.Label), help="The local word for an institution.")
def add_unit(name: str, level: str, parent: str | None, sector: str | None, label: str | None) -> None:
    """Adds a place to the tree."""
    with unit.database().writing() as session:
        above = people.unit_named(session, parent) if parent else None
        if parent and above is None:
            raise click.ClickException(f"There is no unit called {parent}.")
        try:
            people.add_unit(
                session,
                name=name,
                level=people.Level(level),
                parent=above,
                sector=people.Sector(sector) if sector else None,
                label=people.Label(label) if label else None,
            )
        except people.Misplaced as error:
            raise click.ClickException(
                "An institution stands under an area, an area under the municipality or an area, the municipality under nothing."
            ) from error
    click.echo(f"Added {name}.")


@people_commands.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=_choices(people.Role), required=True)
@click.option("--unit", "place", required=True, help="Name of the place the person belongs to.")
@click.password_option()
def add(email: str, name: str, role: str, place: str, password: str) -> None:
    """Adds a person who can sign in; the password is asked for."""
    if len(password) < people.SHORTEST_PASSWORD:
        raise click.ClickException(f"A password has at least {people.SHORTEST_PASSWORD} characters.")
    with unit.database().writing() as session:
        belongs_to = people.unit_named(session, place)
        if belongs_to is None:
            raise click.ClickException(f"There is no unit called {place}.")
        try:
            people.add_person(session, email=email, name=name, role=people.Role(role), unit=belongs_to, password=password)
        except people.EmailTaken as error:
            raise click.ClickException(f"Somebody has the e-mail {email} already.") from error
    click.echo(f"Added {name}.")


@people_commands.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Shuts a person out at once. What they noted stays."""
    with unit.database().writing() as session:
        if not people.disable(session, email=email, now=now()):
            raise click.ClickException(f"Nobody has the e-mail {email}.")
    click.echo(f"{email} can no longer sign in.")
