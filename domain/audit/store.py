"""Verbs of the audit log."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.base import Database, Unreachable, ask, new_id

from .tables import Deed, Reading

#: What an envelope's deed counts (domain/sync/store.py).
KINDS_TAKEN = ("talks", "edits", "withdrawals", "kept")
#: Built once: it stands before every page with words.
_NEW_READING = sa.insert(Reading.__table__)  # type: ignore[attr-defined]
_NEW_DEED = sa.insert(Deed.__table__)  # type: ignore[attr-defined]


class Unlogged(Exception):
    """The read log could not be written, so the words must not be shown (answer 503)."""


def record_read(database: Database, *, person_id: uuid.UUID, page: str, conversations: Sequence[uuid.UUID], at: datetime) -> None:
    """Writes one row for a page and the conversations it shows, in a transaction of its own, before the answer leaves.

    Raises Unlogged when it cannot be stored. A page that shows none is not logged.
    """
    if not conversations:
        return
    row = {"id": new_id(), "at": at, "person_id": person_id, "page": page, "conversations": [str(key) for key in conversations]}
    try:
        with database.writing() as session:
            ask(session, _NEW_READING, row)
    except Unreachable as error:
        raise Unlogged from error


def record_deed(
    session: Session,
    *,
    person_id: uuid.UUID | None,
    verb: str,
    at: datetime,
    object_id: uuid.UUID | None = None,
    facts: dict[str, int | str] | None = None,
) -> None:
    """Notes a deed in the deed's own transaction: either both are stored or neither."""
    row = {"id": new_id(), "at": at, "person_id": person_id, "verb": verb, "object_id": object_id, "facts": facts or {}}
    session.flush()
    ask(session, _NEW_DEED, row)


def times_of(session: Session, *, person_id: uuid.UUID, verb: str, since: datetime) -> list[datetime]:
    """When somebody did this, the first time first."""
    found = select(Deed.at).where(Deed.person_id == person_id, Deed.verb == verb, col(Deed.at) > since)
    return list(session.exec(found.order_by(col(Deed.at))).all())


def counts(session: Session, *, since: datetime) -> dict[str, int]:
    """How many deeds of each verb, and `read` for pages that showed conversations. For administrators: counts only.

    An envelope of talks is one deed whose facts say how many of each kind it held: `items_taken.talks`, `items_taken.edits` …
    """
    deeds = session.exec(select(Deed.verb, sa.func.count()).where(col(Deed.at) >= since).group_by(col(Deed.verb))).all()
    readings = session.exec(select(sa.func.count()).select_from(Reading).where(col(Reading.at) >= since)).one()
    found = {**dict(deeds), "read": readings}
    if found.pop("items_taken", 0):
        sums = [sa.func.sum(sa.func.coalesce(col(Deed.facts)[kind].as_integer(), 0)) for kind in KINDS_TAKEN]
        query = sa.select(*sums).where(col(Deed.at) >= since, col(Deed.verb) == "items_taken")
        found |= {f"items_taken.{kind}": int(n) for kind, n in zip(KINDS_TAKEN, session.execute(query).one(), strict=True) if n}
    return found


def read_by(session: Session, conversation_id: uuid.UUID) -> list[Reading]:
    """Every reading that showed this conversation, oldest first."""
    needle = f'%"{conversation_id}"%'
    found = select(Reading).where(sa.cast(col(Reading.conversations), sa.String).like(needle)).order_by(col(Reading.at))
    return list(session.exec(found).all())
