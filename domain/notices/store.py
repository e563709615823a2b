"""Writing notices, in the transaction of the deed they tell of, and taking them back."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.base import in_chunks, new_id
from domain.people import Actor

from .rules import MOST_ABOUT, MOST_PATH, Kind, is_local_path
from .tables import Notice


def write(
    session: Session,
    *,
    kind: Kind,
    to: Iterable[uuid.UUID],
    about: str,
    path: str,
    now: datetime,
    not_before: datetime | None = None,
) -> int:
    """Tells each person once of the thing `about` stands for; a second writing does nothing. Returns how many are new.

    `about` is an opaque key (»issue:…«), `path` the local page it opens: neither ever holds words of anybody. `not_before`: when
    it may leave. In one statement for a thousand people; in the order of their keys, so that two writers never wait in a ring.
    """
    assert is_local_path(path)
    assert len(about) <= MOST_ABOUT
    assert len(path) <= MOST_PATH
    common = {"kind": str(kind), "about": about, "path": path, "written_at": now, "not_before": not_before or now, "attempts": 0}
    rows = [{"id": new_id(), "person_id": key, "served": [], **common} for key in sorted(set(to))]
    if not rows:
        return 0
    table = Notice.__table__  # type: ignore[attr-defined]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing(index_elements=["person_id", "kind", "about"])
    return len(session.execute(statement.returning(table.c.id), rows).all())


def key_of(session: Session, actor: Actor, *, kind: Kind, about: str) -> uuid.UUID:
    """Of the actor's own notice."""
    mine = (Notice.person_id == actor.person_id, Notice.kind == str(kind), Notice.about == about)
    return session.exec(select(Notice.id).where(*mine)).one()


def served_by(session: Session, actor: Actor, *, notice_id: uuid.UUID) -> int:
    """How many phones took the actor's own notice."""
    served = session.exec(select(Notice.served).where(Notice.id == notice_id, Notice.person_id == actor.person_id)).first()
    return len(served or ())


def begun(session: Session, *, kind: Kind, about: str) -> set[uuid.UUID]:
    """Whom such a notice has left for, or is just leaving for: what is new since is not told by it. The others' are held until
    the transaction ends, so that none of them leaves meanwhile."""
    of_it = (col(Notice.kind) == str(kind), col(Notice.about) == about)
    rows = session.exec(select(Notice).where(*of_it).order_by(col(Notice.person_id)).with_for_update()).all()
    waits = {row.person_id for row in rows if not (row.attempts or row.holder or row.delivered_at or row.gave_up_at)}
    return {row.person_id for row in rows} - waits


def take_back(session: Session, *, kind: Kind, about: str | None = None, person_id: uuid.UUID | None = None) -> int:
    """What the notices told of is no longer so: those that nobody has begun to send go, of the thing, the person, or both.
    Returns how many."""
    which = [col(Notice.kind) == str(kind)]
    which += [col(Notice.about) == about] if about is not None else []
    which += [col(Notice.person_id) == person_id] if person_id is not None else []
    assert len(which) > 1
    waits = (col(Notice.attempts) == 0, col(Notice.delivered_at).is_(None), col(Notice.gave_up_at).is_(None))
    return int(session.execute(sa.delete(Notice).where(*which, *waits)).rowcount)  # type: ignore[attr-defined]


def settle_all(session: Session, *, now: datetime, why: str) -> None:
    """Nothing of what waits is sent any more: it was told otherwise, or is invented."""
    waits = (col(Notice.delivered_at).is_(None), col(Notice.gave_up_at).is_(None))
    session.execute(sa.update(Notice).where(*waits).values(gave_up_at=now, failed_why=why, holder=None, claimed_until=None))


def forget(session: Session, *, kind: Kind, abouts: Collection[str]) -> None:
    """What the notices told of is erased: they go with it, sent or not."""
    for some in in_chunks(list(abouts), 500):
        session.execute(sa.delete(Notice).where(col(Notice.kind) == str(kind), col(Notice.about).in_(some)))


def forget_old(session: Session, *, before: datetime) -> int:
    """Deletes those that were delivered or given up before that, and were written before it; returns how many. Nobody is told
    anew: what they told of is past."""
    done = sa.func.coalesce(col(Notice.delivered_at), col(Notice.gave_up_at))
    gone = sa.delete(Notice).where(col(Notice.written_at) < before, done < before)
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]
