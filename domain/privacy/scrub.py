"""What a database keeps of deleted words in its files, and getting rid of it (ADR 033).

SQLite overwrites what is deleted with zeros, but not what it moved from one page to another before that: of 200 talks taken back
in a grown database one left a word (measured). PostgreSQL keeps deleted rows until they are vacuumed, their bytes even then, the
words in the index for ever, and in its statistics until they are made anew. Writing the tables anew is what removes them.
"""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from domain.actions import Reply
from domain.base import Database, empty_journal
from domain.conversations import Conversation, ConversationWords
from domain.digests import IssueHeadline
from domain.sync import BoxedItem

#: Every table that holds what people wrote about talks.
WITH_WORDS = (Conversation, ConversationWords, Reply, BoxedItem, IssueHeadline)
_TIMES_THE_FILE = 2
#: As long as it takes, also where the web server limits its statements.
_WAIT_FOR_OTHERS = "SET lock_timeout = '20s'; SET statement_timeout = 0"


@dataclass(frozen=True)
class Room:
    """On the disk of the database's file, in bytes."""

    file: Path
    free: int
    needed: int


def scrub(database: Database) -> bool:
    """Writes what holds words anew, so that nothing of what was deleted is left in the files. False where that could not be done
    now: no room on the disk, or others at work; nothing is lost then, and another time will do.

    Others wait meanwhile: two seconds for 20,000 talks on SQLite.
    """
    if missing_room(database):
        return False
    statements = ["VACUUM"] if database.engine.dialect.name == "sqlite" else _rewriting()
    # The driver's own connection: neither database does this within a transaction.
    connection = database.engine.raw_connection()
    try:
        if database.engine.dialect.name == "postgresql":
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        for statement in statements:
            connection.cursor().execute(statement)
    except database.engine.dialect.loaded_dbapi.Error as error:
        logging.getLogger("hoert").warning("not written anew: %s", type(error).__name__)
        return False
    finally:
        connection.invalidate()  # with what was set for it
    return empty_journal(database.engine)


def missing_room(database: Database) -> Room | None:
    """Where the disk has too little room for it: how much there is, and how much is needed. On PostgreSQL nobody can ask.

    A copy lies in the journal for a while; those who write meanwhile must not meet a full disk.
    """
    if database.engine.dialect.name != "sqlite":
        return None
    file = Path(str(database.engine.url.database))
    room = Room(file, shutil.disk_usage(file.parent).free, _TIMES_THE_FILE * file.stat().st_size)
    return None if room.free > room.needed else room


def _rewriting() -> list[str]:
    names = [str(table.__tablename__) for table in WITH_WORDS]
    # Samples of the words stand in the statistics too.
    return [_WAIT_FOR_OTHERS, *(f"VACUUM (FULL, ANALYZE) {name}" for name in names), "VACUUM (FULL) pg_statistic"]
