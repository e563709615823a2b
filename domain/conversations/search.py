"""Search: the words of the latest revision of each talk, indexed after the talk was stored, and found by those who may see it.

What waits is found by »was never indexed« (a column that is empty), never by a watermark: a transaction that commits late would
be missed for ever. The index stands in the table `conversation_words`; on SQLite triggers keep an FTS5 index beside it (migration
0009), on PostgreSQL its column of type tsvector has one, into which words are put at once (0010).
"""

import sqlite3
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.base import ask, in_chunks
from domain.people import Actor

from . import terms
from .store import MOST_READERS, visible
from .tables import Conversation, ConversationWords

#: So many are indexed before a search at most: about a quarter of a second. The job takes what is more.
MOST_AT_ONCE = 1_000
#: A word in so many of so many of the newest talks is a usual one.
USUAL, SAMPLE = 4, 400
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
#: So many talks can arrive in one microsecond.
_IN_A_MOMENT = 2_048
#: PostgreSQL's lock of the one who indexes. Two numbers: those of one are people's (`people.hold`).
_INDEXER = (30, 1)
_FTS = "conversation_words_fts"
_OPTIMIZE = "INSERT INTO conversation_words_fts(conversation_words_fts) VALUES ('optimize')"
_IS_TOLD = "SELECT 1 FROM conversation_words_fts_config WHERE k = 'secure-delete' AND v = 1"
_TELL = "INSERT INTO conversation_words_fts(conversation_words_fts, rank) VALUES ('secure-delete', 1)"
_deletes_at_once = sqlite3.sqlite_version_info >= (3, 42)

_TABLE: sa.Table = ConversationWords.__table__  # type: ignore[attr-defined]
_NOTHING: sa.ColumnElement[int] = sa.literal_column("0")
_waiting = col(Conversation.indexed_at).is_(None)


def is_behind(session: Session) -> bool:
    """Whether any talk waits to be indexed."""
    return session.exec(select(Conversation.id).where(_waiting).limit(1)).first() is not None


def index(session: Session, *, now: datetime, limit: int = MOST_AT_ONCE) -> int:
    """Indexes talks that wait, and returns how many it looked at. Who else indexes waits; what is being edited is left."""
    _take_turns(session)
    rows = session.exec(select(Conversation).where(_waiting).limit(limit).with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    latest = [row for row in rows if row.replaced_by_id is None]
    # A correction keeps the place of its talk.
    places = _places_of(session, [row.first_id for row in latest])
    take_out(session, places)
    taken = set(places.values())
    new = [row for row in latest if row.first_id not in places]
    wanted = {row.first_id: _place(row) for row in new}
    taken |= set(_taken(session, list(wanted.values())))
    for row in sorted(new, key=lambda row: row.sequence):
        places[row.first_id] = _free(wanted[row.first_id], taken)
        taken.add(places[row.first_id])
    dialect = session.get_bind().dialect.name
    found = [_row(row, places[row.first_id], dialect) for row in latest]
    if found:
        session.execute(sa.insert(_TABLE), found)
    for some in in_chunks([row.id for row in rows]):
        session.execute(sa.update(Conversation).where(col(Conversation.id).in_(some)).values(indexed_at=now))
    return len(rows)


def take_out(session: Session, first_ids: Collection[uuid.UUID]) -> None:
    """The words of these talks leave the index."""
    _delete_at_once(session)
    for some in in_chunks(list(first_ids)):
        session.execute(sa.delete(ConversationWords).where(col(ConversationWords.first_id).in_(some)))


def search(
    session: Session,
    actor: Actor,
    *,
    query: terms.Query,
    where: Sequence[sa.ColumnElement[bool]] = (),
    before: Conversation | None = None,
    limit: int = 20,
) -> list[Conversation]:
    """Talks that hold every term, the latest to arrive first; `before`: the talk to go on from; `where`: what else must be so."""
    if not query.terms:
        return []
    dialect = session.get_bind().dialect.name
    last = _places_of(session, [before.first_id]).get(before.first_id) if before is not None else None
    asked = {"query": query.for_postgresql() if dialect == "postgresql" else query.for_sqlite(), "last": last, "limit": limit}
    walks = dialect == "sqlite" or _is_usual(session, asked)
    found = _finding(actor, dialect, walks=walks, goes_on=last is not None)
    return list(session.scalars(found.where(*where) if where else found, asked).all())


@lru_cache(maxsize=MOST_READERS)
def _finding(actor: Actor, dialect: str, *, walks: bool, goes_on: bool) -> SelectOfScalar[Conversation]:
    """`walks`: along the talks, from the newest on; else all hits are taken from the index and then put in order, by a sum
    (`_NOTHING`) that no index has: there is nothing to walk along."""
    place: sa.ColumnElement[int] = _TABLE.c.position
    found = select(Conversation).select_from(ConversationWords)
    if dialect == "postgresql":
        found = found.where(_FITS)
    else:
        fts = sa.table(_FTS, sa.column("rowid", sa.BigInteger))
        place = fts.c.rowid
        found = found.join(fts, fts.c.rowid == col(ConversationWords.position))
        found = found.where(sa.literal_column(_FTS).op("MATCH")(sa.bindparam("query", type_=sa.String())))
    found = found.join(Conversation, col(Conversation.id) == col(ConversationWords.id)).where(visible(actor))
    found = found.where(place < _LAST) if goes_on else found
    return found.order_by((place if walks else place + _NOTHING).desc()).limit(sa.bindparam("limit", type_=sa.Integer()))


_FITS: sa.ColumnElement[bool] = _TABLE.c.words.op("@@")(sa.cast(sa.bindparam("query", type_=sa.String()), TSQUERY))
_LAST = sa.bindparam("last", type_=sa.BigInteger())
_SAMPLES = {
    goes_on: sa.select(sa.func.count()).where(
        sa.select(_FITS.label("fits"))
        .where(*([_TABLE.c.position < _LAST] if goes_on else []))
        .order_by(_TABLE.c.position.desc())
        .limit(SAMPLE)
        .subquery()
        .c.fits
    )
    for goes_on in (False, True)
}


def _is_usual(session: Session, asked: Mapping[str, Any]) -> bool:
    """Whether walking from the newest talk on soon fills a page, on PostgreSQL.

    It does not count the words that begin with something: free to choose, it walks through every talk for a rare one. So the
    newest are looked at.
    """
    n: int = ask(session, _SAMPLES[asked["last"] is not None], asked).scalar_one()
    return n >= USUAL


def shred(session: Session) -> None:
    """Takes what was deleted out of SQLite's index too, where FTS5 leaves it until it merges. Before SQLite 3.42 it can only
    write the index anew: about a second for 100,000 talks.
    """
    if session.get_bind().dialect.name == "sqlite" and not _deletes_at_once:
        session.connection().exec_driver_sql(_OPTIMIZE)


def _take_turns(session: Session) -> None:
    """Until the commit. Two that index at once see each other's places in no look, and would give the same one twice
    (PostgreSQL; SQLite has one writer)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(*_INDEXER)))


def _delete_at_once(session: Session) -> None:
    """Tells FTS5, from SQLite 3.42 on, to take out what is deleted at once; what was deleted before that goes too."""
    if session.get_bind().dialect.name != "sqlite" or not _deletes_at_once:
        return
    connection = session.connection()
    if connection.exec_driver_sql(_IS_TOLD).first() is None:
        connection.exec_driver_sql(_TELL)
        connection.exec_driver_sql(_OPTIMIZE)


def _row(row: Conversation, place: int, dialect: str) -> dict[str, Any]:
    found = terms.indexed(answer["text"] for answer in row.answers if answer.get("text"))
    words = terms.as_tsvector(found) if dialect == "postgresql" else " ".join(found)
    return {"id": row.id, "first_id": row.first_id, "position": place, "words": words}


def _place(row: Conversation) -> int:
    """Where the talk stands among all, by when it arrived: a number that grows with time, so that the newest are found first."""
    return (row.received_at - _EPOCH) // timedelta(microseconds=1) * _IN_A_MOMENT + row.sequence % _IN_A_MOMENT


def _free(place: int, taken: Collection[int]) -> int:
    while place in taken:
        place += 1
    return place


def _taken(session: Session, places: Sequence[int]) -> list[int]:
    if not places:
        return []
    position = col(ConversationWords.position)
    return list(session.exec(select(position).where(position.between(min(places), max(places) + _IN_A_MOMENT))).all())


def _places_of(session: Session, first_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    columns = (col(ConversationWords.first_id), col(ConversationWords.position))
    return {
        key: place
        for some in in_chunks(first_ids)
        for key, place in session.execute(sa.select(*columns).where(columns[0].in_(some))).all()
    }
