"""`flask people …`: places and people, added, changed and shut out."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from flask.cli import AppGroup
from sqlmodel import Session

from blueprints.shared import unit
from blueprints.shared.copies import copy_of
from domain import audit, people, sync
from domain.base import local, now
from domain.people import Unit

#: A day as a command takes it.
DAY = click.DateTime(formats=["%Y-%m-%d"])


commands = AppGroup("people", help="People and places.")


def _choices(kind: Callable[..., object]) -> click.Choice[str]:
    return click.Choice([str(one) for one in kind])  # type: ignore[attr-defined]


@commands.command("add-unit")
@click.argument("name")
@click.option("--level", type=_choices(people.Level), required=True)
@click.option("--parent", help="Name or id of the unit above; none for the municipality itself.")
@click.option("--sector", type=_choices(people.Sector))
@click.option("--label", type=_choices(people.Label), help="The local word for an institution.")
def add_unit(name: str, level: str, parent: str | None, sector: str | None, label: str | None) -> None:
    """Adds a place to the tree."""
    with unit.database().writing() as session:
        above = _place(session, parent) if parent else None
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


@commands.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=_choices(people.Role), required=True)
@click.option("--unit", "place", required=True, help="Name or id of the place the person belongs to.")
@click.password_option()
def add(email: str, name: str, role: str, place: str, password: str) -> None:
    """Adds a person who can sign in; the password is asked for."""
    if len(password) < people.SHORTEST_PASSWORD:
        raise click.ClickException(f"A password has at least {people.SHORTEST_PASSWORD} characters.")
    with unit.database().writing() as session:
        belongs_to = _place(session, place)
        try:
            people.add_person(session, email=email, name=name, role=people.Role(role), unit=belongs_to, password=password)
        except people.EmailTaken as error:
            raise click.ClickException(f"Somebody has the e-mail {email} already.") from error
    click.echo(f"Added {name}.")


@commands.command("move-unit")
@click.argument("name")
@click.option("--parent", required=True, help="Name or id of the place it is to stand under.")
def move_unit(name: str, parent: str) -> None:
    """Puts a place under another one. Its talks and its people go with it."""
    with _changing() as session:
        moved, above = _place(session, name), _place(session, parent)
        people.move_unit(session, moved, parent=above, now=now())
        done = f"Moved {moved.name} to {above.name}."
    click.echo(done)


@commands.command("close-unit")
@click.argument("name")
@click.option("--on", "day", type=DAY, help="The first day it is closed; without it today.")
@click.option("--successor", help="Name or id of the place that goes on in its stead.")
def close_unit(name: str, day: datetime | None, successor: str | None) -> None:
    """Closes an institution for good. What was noted there stays."""
    with _changing() as session:
        closed, following = _place(session, name), _place(session, successor) if successor else None
        people.close_for_good(session, closed, on=_day(day), successor=following, now=now())
        done = f"Closed {closed.name}."
    click.echo(done)


@commands.command("merge-unit")
@click.argument("name")
@click.option("--into", required=True, help="Name or id of the place that stays.")
@click.option("--on", "day", type=DAY, help="The first day it is closed; without it today.")
def merge_unit(name: str, into: str, day: datetime | None) -> None:
    """Closes an institution that goes on in another: its people belong there from now on."""
    with _changing() as session:
        closed, stays = _place(session, name), _place(session, into)
        people.merge_units(session, closed, into=stays, on=_day(day), now=now())
        done = f"Merged {closed.name} into {stays.name}."
    click.echo(done)


@commands.command("split-unit")
@click.argument("name")
@click.option("--new", required=True, help="Name of the new place.")
def split_unit(name: str, new: str) -> None:
    """Adds an institution beside an old one that stays, with its talks and its people."""
    with _changing() as session:
        old = _place(session, name)
        people.split_unit(session, old, name=new, now=now())
        done = f"Added {new} beside {old.name}."
    click.echo(done)


@commands.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Shuts a person out at once. What they noted stays, and so does what lies on their phones."""
    with unit.database().writing() as session:
        if not people.disable(session, email=email, now=now()):
            raise click.ClickException(f"Nobody has the e-mail {email}.")
        left = sync.count_waiting(session, _whoever(session, email))
    click.echo(f"{email} can no longer sign in.")
    if left:
        click.echo(f"{left} of theirs could not be used and wait for them alone: flask people export-box {email} FILE.json")


@commands.command("export-box")
@click.argument("email")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_box(email: str, file: Path) -> None:
    """Writes what waits for a person in *Har brug for dig* to FILE, as they could themselves. It stays there; the log says so."""
    with NamedTemporaryFile(dir=file.absolute().parent, prefix=".hoert-", delete=False) as target:
        made = Path(target.name)  # only its owner may read it
        try:
            with unit.database().writing() as session:
                person = _whoever(session, email)
                boxed = sync.waiting(session, person)
                if not boxed:
                    raise click.ClickException(f"Nothing waits for {email}.")
                target.write(copy_of(session, person, boxed))
                target.flush()
                facts: dict[str, int | str] = {"items": len(boxed)}
                audit.record_deed(session, person_id=None, verb="box_exported", at=now(), object_id=person.person_id, facts=facts)
        except BaseException:
            made.unlink()
            raise
    made.replace(file)
    click.echo(f"Wrote {len(boxed)} to {file}. It holds words of talks: keep it safe, and delete it when it is not needed.")


def _whoever(session: Session, email: str) -> people.Actor:
    found = people.whoever(session, email)
    if found is None:
        raise click.ClickException(f"Nobody has the e-mail {email}.")
    return found


@commands.command("devices")
@click.argument("email")
def devices(email: str) -> None:
    """The phones a person sends from, one a line: key, kind, when it was last seen."""
    with unit.database().reading() as session:
        for row in people.devices_of(session, email=email):
            click.echo(f"{row.id}  {row.name or '-'}  {local(row.last_seen_at):%Y-%m-%d %H:%M}")


@commands.command("revoke-device")
@click.argument("key", type=click.UUID)
def revoke_device(key: uuid.UUID) -> None:
    """Shuts a phone out at once, by the key that `people devices` tells: nothing is taken of it any more.

    What lies on it stays there, sent and unsent, and is locked at its next contact.
    """
    with unit.database().writing() as session:
        if not people.shut_out_device(session, row_id=key, now=now()):
            raise click.ClickException("There is no such phone, or it is shut out already.")
    click.echo("The phone is shut out. What lies on it stays there, and is locked at its next contact.")


@contextmanager
def _changing() -> Iterator[Session]:
    """A change of the tree, its refusals in words."""
    try:
        with unit.database().writing() as session:
            yield session
    except people.Misplaced as error:
        raise click.ClickException(
            "An institution stands under an area, an area under the municipality or an area; only institutions close or split."
        ) from error
    except people.Closed as error:
        raise click.ClickException("That place has closed for good.") from error
    except people.BadSuccessor as error:
        raise click.ClickException(
            "A place goes on in another open institution of the same sector, from today or an earlier day on."
        ) from error


def _place(session: Session, name: str) -> Unit:
    """By its name or its id; nobody guesses which of two is meant."""
    try:
        found = people.unit_named(session, name)
    except people.Ambiguous as error:
        lines = [f"  {key}  {' / '.join(names)}" for key, names in error.places]
        said = f"{len(lines)} places are called {name}. Name one by its id:"
        raise click.ClickException("\n".join([said, *lines])) from error
    if found is None:
        raise click.ClickException(f"There is no unit called {name}.")
    return found


def _day(chosen: datetime | None) -> date:
    return chosen.date() if chosen else local(now()).date()
