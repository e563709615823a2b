"""Writing notices, in the transaction of the deed they tell of, and taking them back."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from domain.base import in_chunks, new_id

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


def take_back(session: Session, *, kind: Kind, about: str) -> int:
    """What the notices told of is no longer so: those that nobody has begun to send go. Returns how many."""
    waits = (col(Notice.attempts) == 0, col(Notice.delivered_at).is_(None), col(Notice.gave_up_at).is_(None))
    done = session.execute(sa.delete(Notice).where(col(Notice.kind) == str(kind), col(Notice.about) == about, *waits))
    return int(done.rowcount)  # type: ignore[attr-defined]


def forget(session: Session, *, kind: Kind, abouts: Collection[str]) -> None:
    """What the notices told of is erased: they go with it, sent or not."""
    for some in in_chunks(list(abouts), 500):
        session.execute(sa.delete(Notice).where(col(Notice.kind) == str(kind), col(Notice.about).in_(some)))
