"""By which way each person wants to hear of what, and the defaults that administrators set."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.base import new_id
from domain.people import Actor, Permission

from .rules import CHOSEN_KINDS, DEFAULTS, Channel, Kind, Quiet
from .tables import NoticeChoice, NoticeDefault, NoticeHabit


class NotTheirs(Exception):
    """Only administrators set the defaults."""


@dataclass(frozen=True)
class Wishes:
    """What a person wants. `kinds`: what they chose themselves; the rest goes by `preferred`, or by the default."""

    kinds: Mapping[Kind, Channel]
    preferred: Channel | None = None
    quiet: Quiet | None = None


NO_WISHES = Wishes({})


def wishes_of(session: Session, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Wishes]:
    """By person; nobody who never chose anything."""
    chosen: dict[uuid.UUID, dict[Kind, Channel]] = {}
    for one in session.exec(select(NoticeChoice).where(col(NoticeChoice.person_id).in_(list(person_ids)))).all():
        chosen.setdefault(one.person_id, {})[Kind(one.kind)] = Channel(one.channel)
    habits = session.exec(select(NoticeHabit).where(col(NoticeHabit.person_id).in_(list(person_ids)))).all()
    found = {one.person_id: _with_habit(one, chosen.get(one.person_id, {})) for one in habits}
    return {key: Wishes(kinds) for key, kinds in chosen.items()} | found


def wishes(session: Session, actor: Actor) -> Wishes:
    return wishes_of(session, [actor.person_id]).get(actor.person_id, NO_WISHES)


def choose(session: Session, actor: Actor, chosen: Wishes) -> None:
    """The actor's own wishes, in the place of those they had. A kind that is not named goes by the default again."""
    session.execute(sa.delete(NoticeChoice).where(col(NoticeChoice.person_id) == actor.person_id))
    rows = [
        {"id": new_id(), "person_id": actor.person_id, "kind": str(kind), "channel": str(channel)}
        for kind, channel in chosen.kinds.items()
        if kind in CHOSEN_KINDS
    ]
    if rows:
        statement = _insert(session, NoticeChoice)
        again = statement.on_conflict_do_update(
            index_elements=["person_id", "kind"], set_={"channel": statement.excluded.channel}
        )
        session.execute(again, rows)
    habit = {"preferred": chosen.preferred and str(chosen.preferred), "quiet_from": None, "quiet_to": None}
    if chosen.quiet:
        habit["quiet_from"], habit["quiet_to"] = chosen.quiet  # type: ignore[assignment]
    statement = _insert(session, NoticeHabit).values(id=new_id(), person_id=actor.person_id, **habit)
    session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=habit))


def defaults(session: Session) -> dict[Kind, Channel]:
    """What administrators set, over what Hørt comes with."""
    rows = session.exec(select(NoticeDefault)).all()
    return {**DEFAULTS, **{Kind(row.kind): Channel(row.channel) for row in rows}}


def set_defaults(session: Session, actor: Actor, chosen: Mapping[Kind, Channel]) -> None:
    """Raises NotTheirs."""
    if not actor.may(Permission.SET_NOTICES):
        raise NotTheirs
    rows = [{"id": new_id(), "kind": str(kind), "channel": str(way)} for kind, way in chosen.items() if kind in CHOSEN_KINDS]
    if rows:
        statement = _insert(session, NoticeDefault)
        again = statement.on_conflict_do_update(index_elements=["kind"], set_={"channel": statement.excluded.channel})
        session.execute(again, rows)


def _with_habit(habit: NoticeHabit, kinds: Mapping[Kind, Channel]) -> Wishes:
    quiet = (habit.quiet_from, habit.quiet_to) if habit.quiet_from is not None and habit.quiet_to is not None else None
    return Wishes(kinds, Channel(habit.preferred) if habit.preferred else None, quiet)


def _insert(session: Session, table: Any) -> Any:
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table.__table__)
