"""Before SQLite 3.42 FTS5 cannot take out deleted words at once: an erasure has the index written anew before its commit.

The machine's own SQLite may be younger: the branch is forced.
"""

import sys
import uuid

import pytest
import sqlalchemy as sa

from domain import conversations, privacy
from domain.conversations import Query
from tests import make

WORD, STAYS = "qzhvalord", "xwfuglord"
OPTIMIZE = "INSERT INTO conversation_words_fts(conversation_words_fts) VALUES ('optimize')"


@pytest.fixture
def database(sqlite_database):
    """What is told here is SQLite's alone."""
    return sqlite_database


@pytest.fixture(autouse=True)
def _older(monkeypatch):
    module = sys.modules["domain.conversations.search"]  # at the front door the name is a verb's
    monkeypatch.setattr(module, "_deletes_at_once", False)


@pytest.fixture
def talks(database, cast):
    """Three talks with the word and one with another, all indexed, each in a segment of its own."""
    found = []
    for text in (f"{WORD} en", f"{WORD} to", f"{WORD} tre", f"{STAYS} fire"):
        with database.writing() as session:
            found.append(cast.log(session, cast.leder, text).first_id)
        with database.writing() as session:
            assert conversations.index(session, now=make.NOW) == 1
    return found


@pytest.fixture
def asked(database):
    """Every statement that was executed, in order, and every commit."""
    said = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *more: said.append(more[2]))
    sa.event.listen(database.engine, "commit", lambda _connection: said.append("commit"))
    return said


def lies_in_index(session, word):
    """Whether the bytes of the word stand in any page of the index, also in those that only wait to be merged."""
    blocks = session.execute(sa.text("SELECT block FROM conversation_words_fts_data")).scalars()
    return any(word.encode() in block for block in blocks)


def found(session, actor, word):
    return len(conversations.search(session, actor, query=Query.of(word)))


def test_deleting_alone_leaves_the_words_in_the_index_and_the_commit_takes_them_out(database, cast, talks):
    with database.writing() as session:
        for key in talks[:3]:
            assert privacy.erase(session, key, now=make.NOW)
        session.flush()
        assert found(session, cast.leder, WORD) == 0
        assert lies_in_index(session, WORD)
    with database.reading() as session:
        assert not lies_in_index(session, WORD)
        assert lies_in_index(session, STAYS)
        assert (found(session, cast.leder, WORD), found(session, cast.leder, STAYS)) == (0, 1)


def test_the_index_is_written_anew_once_however_much_was_erased_and_before_the_commit(database, talks, asked):
    with database.writing() as session:
        for key in talks:
            privacy.erase(session, key, now=make.NOW)
    assert asked.count(OPTIMIZE) == 1
    assert asked.index(OPTIMIZE) < asked.index("commit")
    assert not [one for one in asked if "secure-delete" in one]


def test_what_erases_nothing_writes_no_index_anew(database, cast, talks, asked):
    with database.writing() as session:
        make.log_talk(session, cast.leder, cast.talk("Et nyt ord"))
        with pytest.raises(privacy.UnknownTalk):
            privacy.erase(session, uuid.uuid4(), now=make.NOW)
    with database.writing() as session:
        conversations.index(session, now=make.NOW)
    assert OPTIMIZE not in asked


def test_an_erasure_that_is_undone_leaves_the_index_as_it_was(database, cast, talks, asked):
    with database.session(writes=True) as session:
        privacy.erase(session, talks[0], now=make.NOW)
        session.rollback()
    assert OPTIMIZE not in asked
    with database.reading() as session:
        assert found(session, cast.leder, WORD) == 3


def test_words_that_were_corrected_away_go_with_the_talk(database, cast):
    item = cast.talk(f"{WORD} en")
    for told in (item, make.edit(item, "uden det")):
        with database.writing() as session:
            make.log_talk(session, cast.leder, told)
        with database.writing() as session:
            conversations.index(session, now=make.NOW)
    with database.writing() as session:
        privacy.erase(session, uuid.UUID(item["id"]), now=make.NOW)
    with database.reading() as session:
        assert not lies_in_index(session, WORD)
