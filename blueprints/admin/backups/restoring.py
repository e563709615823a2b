"""Restoring a back-up. Everything is made ready aside; what people see is the old database or the finished new one, never
something between: nobody reads again what was erased, not for a second (ADR 034)."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, select

from blueprints.shared import migrations, serving
from domain import audit, people, privacy, sync
from domain.base import Erasure, Ledger, TooLong, empty_journal, lost_a_race, open_database, sync_folder, turns_for
from domain.privacy import Carried, Replayed

from . import postgresql
from .files import BadBackup, Kind, Restored, kind_of, new_file
from .making import NOTE, check_sqlite, copy_sqlite

VERB = "backup_restored"
_WAIT_FOR_THE_TURN_S = 30
#: Who holds one table and waits for another may be in each other's way with whoever takes all of them.
_TRIES_FOR_ALL_TABLES = 20
_OURS = (
    "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'hoert_')"
)


def restore(url: str, file: Path, *, ledgers: Sequence[Ledger], instance: Path, now: datetime) -> Restored:
    """Puts the back-up in the database's place. ledgers: those of all servers of this database. Raises BadBackup; then nothing
    was changed."""
    kind, parsed = kind_of(file), sa.make_url(url)
    here = Kind.SQLITE if parsed.get_backend_name() == "sqlite" else Kind.POSTGRESQL
    if kind is not here:
        raise BadBackup(f"{file} is a back-up of {kind.title}, and HOERT_DATABASE_URL names {here.title}.")
    if kind is Kind.SQLITE:
        return _restore_sqlite(Path(str(parsed.database)).absolute(), file, ledgers, instance, now)
    return _restore_postgresql(url, file, ledgers, now)


def _noted(ledgers: Sequence[Ledger]) -> list[Erasure]:
    return sorted((one for ledger in ledgers for one in ledger.read()), key=lambda one: one.at)


def _known(revision: str | None, file: Path) -> None:
    if revision is None:
        raise BadBackup(f"{file} holds no database of Hørt.")
    if not migrations.is_known(revision):
        raise BadBackup(f"{file} comes from a later release of Hørt (revision {revision}). Restore it with that release.")


def _begin_anew(session: Session, noted: Sequence[Erasure], before: Carried, made_at: str | None, now: datetime) -> Replayed:
    done = privacy.replay(session, noted=noted, before=before, now=now)
    sync.begin_epoch(session, reason={"restored_from": made_at}, now=now)
    audit.record_deed(session, person_id=None, verb=VERB, at=now, facts={"erased_again": done.talks})
    return done


# SQLite


def _restore_sqlite(live: Path, file: Path, ledgers: Sequence[Ledger], instance: Path, now: datetime) -> Restored:
    ready = live.with_name(f".{live.name}.ready")
    kept = live.with_name(f"{live.name}.{now:%Y%m%dT%H%M%S}.before-restore")
    with new_file(ready) as part:
        made_at = _ready_sqlite(file, part)
        with _nobody_writes(live):
            noted = _noted(ledgers)
            is_sound = live.exists() and _keep_aside(live, kept)
            before = _carried_sqlite(kept, noted) if is_sound else None
            done, is_scrubbed = _finish_sqlite(part, noted, before or Carried(), made_at, now)
            if is_sound:
                _write_into(part, live)
            else:
                _take_its_place(part, live, kept, instance)
    ready.unlink(missing_ok=True)
    # What was erased while this went on stands in the ledger.
    _replay_since(live, ledgers, noted, now)
    return Restored(made_at, kept if kept.exists() else None, done.talks, done.shut_out, before is not None, is_scrubbed)


@contextmanager
def _nobody_writes(live: Path) -> Iterator[None]:
    """From the copy kept aside until the back-up stands in its place: whoever writes waits, or gets 503 and tries again. What was
    acknowledged meanwhile would stand in neither. Without a line (`base/turns.py`) stop the servers first."""
    line, me = turns_for(live.absolute()), object()
    try:
        line.take(me, wait_s=_WAIT_FOR_THE_TURN_S)
    except TooLong as error:
        raise BadBackup("The database is busy; nothing was changed. Try again.") from error
    try:
        yield
    finally:
        line.give_back(me)


def _ready_sqlite(file: Path, part: Path) -> str | None:
    """A copy of the back-up in this release's shape; returns when it was made, if it says so."""
    copy_sqlite(file, part)
    part.chmod(0o600)
    check_sqlite(part, of=f"{file} is broken")
    url = f"sqlite:///{part}"
    _known(migrations.revision(url), file)
    with closing(sqlite3.connect(part)) as connection, connection:
        is_noted = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [NOTE]).fetchone()
        made_at = connection.execute(f"SELECT made_at FROM {NOTE}").fetchone() if is_noted else None  # noqa: S608
        connection.execute(f"DROP TABLE IF EXISTS {NOTE}")
    list(migrations.upgrade(url, keeps_copy=False))
    return made_at[0] if made_at else None


def _keep_aside(live: Path, kept: Path) -> bool:
    """Copies what is there; False when it is broken, and then there is no copy yet."""
    try:
        with new_file(kept) as part:
            copy_sqlite(live, part)
            check_sqlite(part, of="broken")
    except BadBackup:
        return False
    return True


def _carried_sqlite(kept: Path, noted: Sequence[Erasure]) -> Carried | None:
    database = open_database(f"sqlite:///{kept}")
    try:
        with database.reading() as session:
            return privacy.carried(session, noted=noted)
    except DBAPIError:  # of another release, or never set up
        return None
    finally:
        database.dispose()


def _finish_sqlite(
    part: Path, noted: Sequence[Erasure], before: Carried, made_at: str | None, now: datetime
) -> tuple[Replayed, bool]:
    """What was replayed, and whether the file was written anew after it."""
    database = open_database(f"sqlite:///{part}")
    try:
        with database.writing() as session:
            done = _begin_anew(session, noted, before, made_at, now)
        return done, privacy.scrub(database)
    finally:
        database.dispose()
        part.with_name(f"{part.name}.turns").unlink(missing_ok=True)  # the line of those who write, of whom there is one


def _write_into(part: Path, live: Path) -> None:
    """One transaction in the live file: servers that run see it from their next one on."""
    with closing(sqlite3.connect(part)) as ready, closing(sqlite3.connect(live, timeout=30)) as there:
        ready.backup(there)
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _take_its_place(part: Path, live: Path, kept: Path, instance: Path) -> None:
    """What is there is broken or missing: nothing can be written into it, so another file takes its name, which servers that run
    would not notice. The journal must not stay beside the new file."""
    with serving.nobody(instance) as is_alone:
        if not is_alone:
            raise BadBackup("The database is broken and has to be replaced as a file. Stop the server first.")
        for end in ("-wal", "-shm", ""):
            one = live.with_name(live.name + end)
            if one.exists():
                one.rename(kept.with_name(kept.name + end))
        with closing(sqlite3.connect(part)) as ready:
            ready.execute("PRAGMA journal_mode=DELETE").fetchall()
        os.link(part, live)
        sync_folder(live.parent)


def _replay_since(live: Path, ledgers: Sequence[Ledger], noted: Sequence[Erasure], now: datetime) -> None:
    since = [one for one in _noted(ledgers) if one not in set(noted)]
    database = open_database(f"sqlite:///{live}")
    try:
        with database.writing() as session:
            known = set(session.exec(select(people.Person.id)).all())
            for one in since:
                if one.person_id not in known:  # added after the back-up, so nothing of theirs is here
                    continue
                sync.erase(session, person_id=one.person_id, ids=one.items, now=one.at)
        empty_journal(database.engine)
    finally:
        database.dispose()


# PostgreSQL


def _restore_postgresql(url: str, file: Path, ledgers: Sequence[Ledger], now: datetime) -> Restored:
    """All in one transaction: emptied, filled, migrated and replayed, or as it was. Then the files are written anew."""
    _known(postgresql.revision_in(file), file)
    made_at = postgresql.made_at(file)
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            _alone(connection)
            noted = _noted(ledgers)
            before = _carried_postgresql(connection, noted)
            _empty(connection)
            driver = connection.connection.driver_connection
            with postgresql.script(file) as lines:
                postgresql.play(driver, lines)  # type: ignore[arg-type]
            connection.exec_driver_sql("RESET ALL")
            migrations.upgrade_within(connection)
            with Session(connection, join_transaction_mode="rollback_only") as session:
                done = _begin_anew(session, noted, before or Carried(), made_at, now)
                session.commit()
            connection.commit()
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    except (DBAPIError, psycopg.Error) as error:
        database.dispose()
        kind = type(getattr(error, "orig", error)).__name__
        raise BadBackup(f"PostgreSQL refused ({kind}); nothing was changed.") from error
    try:
        is_scrubbed = privacy.scrub(database)
    finally:
        database.dispose()
    return Restored(made_at, None, done.talks, done.shut_out, before is not None, is_scrubbed)


def _tables(connection: sa.Connection) -> list[str]:
    there = set(sa.inspect(connection).get_table_names())
    return sorted(there & {*SQLModel.metadata.tables, "alembic_version"})


def _alone(connection: sa.Connection) -> None:
    """Nobody reads or writes until this is over: they wait. Nothing has been done before it, so it may be tried again."""
    for left in reversed(range(_TRIES_FOR_ALL_TABLES)):
        try:
            connection.exec_driver_sql("SET lock_timeout = '30s'")
            if tables := _tables(connection):
                connection.exec_driver_sql(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        except DBAPIError as error:
            if not (left and lost_a_race(error)):
                raise
            connection.rollback()
        else:
            return


def _carried_postgresql(connection: sa.Connection, noted: Sequence[Erasure]) -> Carried | None:
    try:
        with connection.begin_nested(), Session(connection, join_transaction_mode="rollback_only") as session:
            return privacy.carried(session, noted=noted)
    except DBAPIError:
        return None


def _empty(connection: sa.Connection) -> None:
    for table in _tables(connection):
        connection.exec_driver_sql(f"DROP TABLE {table} CASCADE")
    for sequence in sa.inspect(connection).get_sequence_names():
        connection.exec_driver_sql(f"DROP SEQUENCE IF EXISTS {sequence}")
    for function in connection.exec_driver_sql(_OURS).scalars().all():
        connection.exec_driver_sql(f"DROP FUNCTION {function}")
