"""The database: SQLite in one file, or PostgreSQL.

SQLite runs in WAL with `synchronous=FULL` (an acknowledged talk survives a power cut), enforced foreign keys, and a busy
timeout. A writing transaction begins IMMEDIATE: one that first reads and later wants to write would otherwise be refused at
once, without waiting, when another writer came between. Writers stand in line (`turns.py`).
"""

import logging
import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from . import patience, short
from .faults import STORE_ERRORS, Broken, Unreachable, is_transient, is_undone
from .ledger import Erasure, Ledger
from .reserve import Reserve
from .soundness import Soundness, is_broken, listen
from .turns import TooLong, Turns, turns_for

Key = TypeVar("Key")
Done = TypeVar("Done")

BUSY_TIMEOUT_MS = 5_000
#: As many as the web server has threads, and some for what is written beside a request's own work; PostgreSQL's: patience.py.
POOL_SIZE = 20
#: Each connection keeps so much of the file for itself. All of the file lies in the system's memory too, once for everybody.
CACHE_KB = 256
#: Work that needs no turn waits no longer than this for who has it.
_AFTER_WRITERS_S = 0.5
#: Emptying the journal waits no longer for those who read; the next one does it.
_JOURNAL_TIMEOUT_MS = 500


class _Session(Session):
    """A session that does what `forget_for_good` and `note_erasure` asked for."""

    def get_bind(self, mapper: Any = None, *, bind: Any = None, **_more: Any) -> Any:
        """There is one database: nothing has to be found out."""
        return bind or self.bind

    def commit(self) -> None:
        last: dict[Callable[[Session], None], None] = self.info.pop("last", {})
        for verb in last:
            verb(self)
        self.flush()
        keys = self._into_the_ledger()
        try:
            super().commit()
        except DBAPIError as error:
            if keys and is_undone(error):
                self._out_of_the_ledger(keys)
            raise
        if last:
            self._database.forget_journal()

    def rollback(self) -> None:
        self.info.pop("last", None)
        self.info.pop("erased", None)
        super().rollback()

    @property
    def _database(self) -> "Database":
        return self.info["database"]  # type: ignore[no-any-return]

    def _into_the_ledger(self) -> list[uuid.UUID]:
        """Raises Unreachable: an erasure that a restore would not make again is not made."""
        erased: list[Erasure] = self.info.pop("erased", [])
        if not erased or self._database.ledger is None:
            return []
        try:
            return self._database.ledger.append(erased)
        except OSError as error:
            raise Unreachable from error

    def _out_of_the_ledger(self, keys: Collection[uuid.UUID]) -> None:
        assert self._database.ledger is not None
        try:
            self._database.ledger.take_back(keys)
        except OSError:  # the database itself tells it at the next restore
            logging.getLogger("hoert").warning("an erasure that failed stands in the ledger")


@dataclass(frozen=True)
class Database:
    """One engine, handed out as sessions that read or write. Rows stay readable after commit.

    `ledger`: where erasures are noted for the next restore; `reserve`: room for erasing on a full disk (SQLite).
    """

    engine: sa.Engine
    ledger: Ledger | None = None
    reserve: Reserve | None = None
    soundness: Soundness = field(default_factory=Soundness)

    @cached_property
    def _binds(self) -> dict[bool, sa.Engine]:
        """By whether it writes; the same pool."""
        options = {"hoert_soundness": self.soundness}
        return {writes: self.engine.execution_options(hoert_writes=writes, **options) for writes in (False, True)}

    def session(self, *, writes: bool) -> Session:
        return _Session(self._binds[writes], expire_on_commit=False, info={"database": self})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.session(writes=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction of its own: commits when the block ends well, else rolls back. Raises Unreachable."""
        with self.session(writes=True) as session:
            try:
                yield session
                session.commit()
            except STORE_ERRORS as error:
                session.rollback()
                if is_transient(error):
                    raise Unreachable from error
                raise

    def look(self, statement: Any, parameters: Mapping[str, Any]) -> Any:
        """One question without a transaction, which costs as much as the question. Rows only, by position."""
        with self._binds[False].connect() as connection:
            return _way(connection)(statement, parameters).all()

    def is_ready(self) -> bool:
        """Whether it answers, was ever migrated, and is not broken."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.text("SELECT version_num FROM alembic_version"))
        except STORE_ERRORS:
            return False
        return self.is_sound()

    def is_sound(self) -> bool:
        """Whether an SQLite file is as SQLite wrote it."""
        if self.engine.dialect.name != "sqlite":
            return True
        try:
            with self.engine.connect() as connection:
                return self.soundness.is_sound(connection.connection.dbapi_connection)
        except DBAPIError as error:
            return not is_broken(error.orig)

    def making_room(self, work: Callable[[], Done], *, may: Callable[[], bool] = lambda: True) -> Done:
        """Does work that erases, and commits. When it fails on a full disk it is done once more with the room set aside for it.
        `may`: whether the work that failed is one to do so for."""
        try:
            return work()
        except (Unreachable, DBAPIError) as error:
            if self.reserve is None or not may() or not self.reserve.is_short(error):
                raise
            with self.reserve.used() as there_was_some:
                if not there_was_some:
                    raise
                return work()

    def limit_waiting(self, limits: Mapping[str, str] = patience.OF_REQUESTS) -> None:
        """For who answers requests, before the first: PostgreSQL keeps nobody waiting for long. Jobs may take their time."""
        if self.engine.dialect.name == "postgresql":
            patience.limit(self.engine, limits)

    def forget_journal(self) -> None:
        """Empties SQLite's journal, with the room set aside where there is none."""
        if not empty_journal(self.engine) and self.reserve is not None and self.reserve.is_nearly_full():
            with self.reserve.used():
                empty_journal(self.engine)

    def dispose(self) -> None:
        self.engine.dispose()
        if self.reserve is not None:
            turns_for(self.reserve.database).close()


def open_database(url: str, *, ledger: Path | None = None) -> Database:
    """Opens (for SQLite: makes) the database. `url` as SQLAlchemy writes it; `postgresql://` means psycopg 3.

    Values never stand in SQLAlchemy's messages or logs (`hide_parameters`): they may be a citizen's words.
    """
    parsed = sa.make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    logging.getLogger("sqlalchemy.engine.Engine").addFilter(_WITHOUT_ROWS)
    if parsed.get_backend_name() == "postgresql":
        engine = sa.create_engine(patience.within_reach(parsed), hide_parameters=True, **patience.POOL)
    else:  # a thread more than the pool keeps would open its file anew for each request
        in_a_file = {"pool_use_lifo": True} if parsed.database and parsed.database != ":memory:" else {}
        engine = sa.create_engine(parsed, hide_parameters=True, pool_size=POOL_SIZE, **in_a_file)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        if parsed.database and parsed.database != ":memory:":
            _stand_in_line(engine, turns_for(Path(parsed.database).absolute()))
        sa.event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine, Ledger(ledger) if ledger else None, _reserve(parsed))
    listen(engine, database.soundness)
    return database


def _reserve(url: sa.URL) -> Reserve | None:
    on_disk = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Reserve(Path(str(url.database)).absolute()) if on_disk else None


class _WithoutRows(logging.Filter):
    """At its most talkative SQLAlchemy logs every row it fetched; `hide_parameters` covers only what goes in."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(("Row ", "Col "))


_WITHOUT_ROWS = _WithoutRows()


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's events below begin transactions, not Python's sqlite3
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):  # the file keeps it; to set it again waits for every writer
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KB}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten with zeros
    cursor.execute("PRAGMA recursive_triggers=ON")  # so that INSERT OR REPLACE meets the triggers on DELETE
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _stand_in_line(engine: sa.Engine, turns: Turns) -> None:
    """A connection that is about to write waits for its turn, and gives it back when it returns to the pool."""

    @sa.event.listens_for(engine, "begin")
    def before_it_begins(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("hoert_writes", False):
            try:
                turns.take(connection.info, wait_s=BUSY_TIMEOUT_MS / 1000)
            except TooLong as error:
                raise Unreachable from error

    def after_it_ended(_connection: Any, record: Any, _error: object = None) -> None:
        turns.give_back(record.info)

    @sa.event.listens_for(engine, "commit")
    def while_it_is_stored(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("hoert_writes", False):
            turns.leave_python()

    for moment in ("checkin", "invalidate", "soft_invalidate"):
        sa.event.listen(engine, moment, after_it_ended)


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    writes, soundness = options.get("hoert_writes", False), options.get("hoert_soundness")
    raw: Any = connection.connection.dbapi_connection
    if writes and soundness and not soundness.is_sound(raw):
        raise Broken
    if writes:
        begun = connection.info["way"] = short.way(connection)
        begun.run("BEGIN IMMEDIATE")
    else:  # this touches no file yet, so that nothing can go wrong
        raw.execute("BEGIN")


def forget_for_good(session: Session, verb: Callable[[Session], None]) -> None:
    """Words were deleted: `verb` runs right before the commit, once however often it was asked for, and after the commit SQLite's
    journal, where they may still lie, is emptied."""
    session.info.setdefault("last", {})[verb] = None


def note_erasure(session: Session, *, person_id: uuid.UUID, items: Collection[uuid.UUID], at: datetime) -> None:
    """These ids of the person's are erased in this transaction: the ledger has them before the commit."""
    session.info.setdefault("erased", []).append(Erasure(at, person_id, frozenset(items)))


def empty_journal(engine: sa.Engine | sa.Connection) -> bool:
    """Writes SQLite's journal into the file and cuts it to nothing. While somebody reads an older state it is left so, and the
    answer is False."""
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.engine.raw_connection()
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={_JOURNAL_TIMEOUT_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(busy, *_frames)] = cursor.fetchall()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    except sqlite3.Error as error:  # the work itself is committed
        logging.getLogger("hoert").warning("journal not emptied: %s", type(error).__name__)
        return False
    else:
        return not busy
    finally:
        connection.close()


def beside(session: Session) -> Callable[[], None]:
    """To be called between the pieces of work that is done before a transaction: lets a writer of this process go first, for a
    while. Who has begun already may be the writer."""
    database: Database | None = session.info.get("database")
    if database is None or database.reserve is None or session.in_transaction():
        return lambda: None
    turns, left = turns_for(database.reserve.database), _AFTER_WRITERS_S

    def next_piece() -> None:
        nonlocal left
        if left > 0:
            left -= turns.after_writer(left)

    return next_piece


def ask(session: Session, statement: Any, parameters: Any = None) -> Any:
    """Executes a statement that was put together beforehand, past the session's own ways of finding out what it is about, which
    cost more than most answers. Rows only, by position: nothing is kept track of, and what the session has still to write waits.
    """
    begun = session.get_transaction()
    kept = session.info.get("way")
    if not (kept and kept[0] is begun and begun.is_active and session.get_nested_transaction() is None):
        connection = session.connection()
        # To have the session find it again takes as long as a short statement.
        kept = session.info["way"] = (session.get_transaction(), _way(connection))
    return kept[1](statement, parameters)


def _way(connection: sa.Connection) -> Callable[[Any, Any], Any]:
    if connection.dialect.name != "sqlite":
        return connection.execute
    begun: short.Way | None = connection.info.pop("way", None)
    return begun.ask if begun and begun.connection is connection else short.way(connection).ask


def written(engine: sa.Engine, statement: Any, row: dict[str, Any], *, later: Sequence[str] = ()) -> dict[str, Any]:
    """A row for `ask` to insert with others, made ready before the transaction, but for the names in `later`, which may still
    change. What SQLite is given is made ready; for PostgreSQL it is the row itself."""
    return short.Written(statement, row, later) if engine.dialect.name == "sqlite" else row


def insert_new(session: Session, table: Any, values: dict[str, Any], *, keys: Sequence[Any] | None = None) -> bool:
    """Inserts a row unless its key is taken, in one statement: `INSERT … ON CONFLICT DO NOTHING`.

    `keys`: the columns of another unique key than the primary one.

    Looking first and inserting after lets two senders through at once. Returns whether this call made the row; it takes part
    in the session's transaction and is visible to its later queries.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing(index_elements=list(keys or table.primary_key))
    return session.execute(statement.returning(*table.primary_key)).first() is not None


def in_chunks(keys: Sequence[Key], size: int = 10_000) -> Iterator[Sequence[Key]]:
    """Keys for `IN (…)`, a piece at a time: a statement takes 32,766 parameters on SQLite and 65,535 on PostgreSQL."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
