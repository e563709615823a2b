"""Erasing one talk, whoever wrote it: by any id or its reference, in every table, once (QUALITY S8)."""

import sqlite3
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel, select

from domain import actions, conversations, digests, privacy, sync, themes
from domain.audit import Deed
from domain.base import Erasure, Ledger, Unreachable, new_id, open_database
from domain.conversations import Conversation
from domain.digests import Issue
from domain.privacy import ErasedBefore, UnknownTalk
from tests import cast as people
from tests import make

SENTENCE = "der lå en våd sovedyne i barnevognen"
BIT = "sovedyne"


@pytest.fixture
def planted(database, cast):
    """A corrected, coded, recoded, objected to, replied to, quoted and indexed talk with an edit in the box."""
    with database.writing() as session:
        quoted, marks = f"»{SENTENCE} og ingen havde set den«", {"confirmed": [cast.themes["mad"]], "tones": {"mad": "trouble"}}
        item = cast.talk(f"Far sagde: {quoted}", **marks)
        first = make.log_talk(session, cast.leder, item)
        talk = make.log_talk(session, cast.leder, make.edit(item, [f"Igen: {quoted}"]))
        cast.log(session, cast.leder, "Noget helt andet om frokosten")
        actions.reply(session, cast.omraade, talk=talk, key=new_id(), text=f"Tak: {SENTENCE}", now=make.NOW)
        other = themes.Marks(confirmed=(), rejected=(cast.themes["mad"].id,), tones={})
        recoding = themes.decide(session, cast.omraade, first_id=first.id, marks=other, now=make.NOW)
        themes.object_to(session, cast.leder, recoding_id=recoding, now=make.NOW)
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
        second = make.edit(item, [f"Anden udgave: {SENTENCE}"])
        assert sync.accept(session, cast.leder, item=second, now=make.NOW).status == "conflict"
        conversations.index(session, now=make.NOW)
    return talk, second


def tables_with(database, bit):
    """Every table that holds the word in any column."""
    found = []
    with database.reading() as session:
        for name, table in SQLModel.metadata.tables.items():
            rows = session.execute(sa.select(*(sa.cast(column, sa.Text) for column in table.columns))).all()
            if any(bit in str(value) for row in rows for value in row):
                found.append(name)
    return found


def erase(database, key, now=make.NOW):
    with database.writing() as session:
        return privacy.erase(session, key, now=now)


@pytest.mark.parametrize("which", ["first", "latest", "reference", "in the box"])
def test_no_table_holds_a_word_of_it_whichever_id_it_is_called_by(database, cast, planted, which):
    talk, second = planted
    assert {"conversation", "conversation_words", "reply", "boxed_item"} <= set(tables_with(database, BIT))
    key = {"first": talk.first_id, "latest": talk.id, "reference": talk.reference, "in the box": uuid.UUID(second["id"])}[which]
    done = erase(database, key)
    if which == "in the box":  # the talk itself is another matter: only the box held this id
        assert uuid.UUID(second["id"]) not in {row.id for row in stored(database)}
    assert tables_with(database, BIT) == []
    # Only what has its own reasons keeps the bare id.
    written = talk.first_id.hex if database.engine.dialect.name == "sqlite" else str(talk.first_id)
    assert set(tables_with(database, written)) <= {
        "tombstone",
        "deed",
        "boxed_item",
        "issue",
    }
    if which != "in the box":
        assert (done.talk, done.replies, done.weeks) == (talk.first_id, 1, (("Område Syd", "2026-W47"),))


def stored(database):
    with database.reading() as session:
        return list(session.exec(select(Conversation)).all())


def test_other_talks_stay_and_their_counts_too(database, cast, planted):
    erase(database, planted[0].id)
    [other] = stored(database)
    assert "frokosten" in other.answers[0]["text"]
    with database.reading() as session:
        before = counted(session)
    with database.writing() as session:
        themes.rebuild(session)
        assert counted(session) == before
        content = session.exec(select(Issue.content)).one()
    assert content["talks"] == 2  # the issue's counts stay as they were made


def counted(session):
    rows = session.exec(select(themes.WeeklyTalks)).all()
    return {(row.unit_id, row.held_week, row.own): row.talks for row in rows if row.talks}


def test_its_authors_phones_are_told_and_it_cannot_come_back(database, cast, planted):
    talk, second = planted
    erase(database, talk.id)
    with database.writing() as session:
        forget = sync.forget_list(session, cast.leder)
        assert {talk.first_id, talk.id, uuid.UUID(second["id"])} <= set(forget)
        assert sync.accept(session, cast.leder, item=second, now=make.NOW).status == "erased"
        assert sync.accept(session, cast.leder, item={**cast.talk(), "id": str(talk.first_id)}, now=make.NOW).status == "erased"


def test_a_deed_says_that_it_was_done_and_holds_no_word(database, cast, planted):
    talk, _second = planted
    erase(database, talk.id)
    with database.reading() as session:
        deed = session.exec(select(Deed).where(Deed.verb == privacy.VERB)).one()
    assert (deed.object_id, deed.person_id) == (talk.first_id, None)
    assert BIT not in str(deed.facts)


def test_a_second_time_says_since_when(database, cast, planted):
    talk, _second = planted
    erase(database, talk.id)
    for key in (talk.id, talk.first_id, talk.reference):
        with pytest.raises(ErasedBefore) as caught:
            erase(database, key, now=make.WEEK.ends_at())
        assert caught.value.at == make.NOW


def test_an_unknown_id_is_unknown(database, cast):
    with pytest.raises(UnknownTalk):
        erase(database, uuid.uuid4())


def test_what_somebody_else_sent_under_the_same_id_goes_too(database, cast):
    item = cast.talk(SENTENCE)
    with database.writing() as session:
        make.log_talk(session, cast.leder, item)
        assert sync.accept(session, cast.medarbejder, item=item, now=make.NOW).status == "needs_help"
    erase(database, uuid.UUID(item["id"]))
    assert tables_with(database, BIT) == []
    with database.reading() as session:
        assert uuid.UUID(item["id"]) in sync.forget_list(session, cast.medarbejder)


@pytest.fixture
def noted(database_url, tmp_path):
    """The same database, with a ledger."""
    opened = open_database(database_url, ledger=tmp_path / "erased.log")
    yield opened
    opened.dispose()


def test_every_erasure_stands_in_the_ledger_before_it_is_committed(noted, database, cast, tmp_path):
    item, other = cast.talk(SENTENCE), cast.talk(SENTENCE)
    ledger = Ledger(tmp_path / "erased.log")
    with noted.writing() as session:
        make.log_talk(session, cast.leder, item)
        make.log_talk(session, cast.leder, other)
    assert list(ledger.read()) == []
    with noted.session(writes=True) as session:
        sync.accept(session, cast.leder, item=make.withdrawal(item["id"]), now=make.NOW)
        session.rollback()
    assert list(ledger.read()) == []  # nothing came of it
    with noted.session(writes=True) as session:
        sync.accept(session, cast.leder, item=make.withdrawal(item["id"]), now=make.NOW)
        seen = []
        sa.event.listen(session, "before_commit", lambda _session: seen.append(list(ledger.read())))
        session.commit()
        assert uuid.UUID(item["id"]) in seen[0][0].items
    erase(noted, uuid.UUID(other["id"]))
    assert [one.person_id for one in ledger.read()] == [cast.leder.person_id] * 2
    assert BIT.encode() not in ledger.path.read_bytes()
    assert ledger.path.stat().st_mode & 0o777 == 0o600


def test_without_its_ledger_nothing_is_erased(noted, cast, tmp_path):
    item = cast.talk(SENTENCE)
    with noted.writing() as session:
        make.log_talk(session, cast.leder, item)
    (tmp_path / "erased.log").mkdir()  # it cannot be written
    with pytest.raises(Unreachable):
        erase(noted, uuid.UUID(item["id"]))
    assert [str(row.id) for row in stored(noted)] == [item["id"]]


def test_a_ledger_torn_by_a_crash_is_read_and_goes_on(tmp_path):
    ledger = Ledger(tmp_path / "erased.log")
    first, second = (Erasure(make.NOW, uuid.uuid4(), frozenset({uuid.uuid4()})) for _ in range(2))
    ledger.append([first])
    with ledger.path.open("ab") as file:
        file.write(b'{"key": "torn')
    [key] = ledger.append([second])
    assert list(ledger.read()) == [first, second]
    ledger.take_back([key])
    assert list(ledger.read()) == [first]


def test_an_erasure_whose_commit_failed_is_taken_back_in_the_ledger(tmp_path, migrated_sqlite):
    """The disk is full at the very commit."""
    path = tmp_path / "hoert.sqlite"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = open_database(f"sqlite:///{path}", ledger=tmp_path / "erased.log")
    with database.writing() as session:
        cast = people.gather(session)
        item = cast.talk(SENTENCE)
        make.log_talk(session, cast.leder, item)

    def full(_session):
        raise OperationalError("COMMIT", {}, is_full) from is_full

    is_full = sqlite3.OperationalError("database or disk is full")
    is_full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with database.session(writes=True) as session:
        privacy.erase(session, uuid.UUID(item["id"]), now=make.NOW)
        sa.event.listen(session, "before_commit", full)
        with pytest.raises(OperationalError):
            session.commit()
    assert (tmp_path / "erased.log").read_bytes().count(b"\n") == 2
    assert list(Ledger(tmp_path / "erased.log").read()) == []
    assert [str(row.id) for row in stored(database)] == [item["id"]]
    database.dispose()
