"""Indexing beside others: those who index, those who note, correct and take back, and transactions that commit late."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain import conversations, sync
from tests import cast as people
from tests import make
from tests.store.test_counts_at_once import until_somebody_waits
from tests.store.test_search import NOW, find, index, note, texts

pytestmark = pytest.mark.slow


def test_a_transaction_that_commits_late_is_not_missed(postgresql_database):
    """It has an earlier place in the order of arrival than what was indexed before it. (SQLite has one writer at a time.)"""
    with postgresql_database.writing() as session:
        cast = people.gather(session)
    with postgresql_database.writing() as late:
        cast.log(late, cast.leder, "sent mad")
        with postgresql_database.writing() as session:
            note(session, cast, "tidlig mad", actor=cast.leder2)
    with postgresql_database.writing() as session:
        index(session)
        assert texts(find(session, cast.leder, "mad")) == ["sent mad"]


def test_two_who_index_at_once_index_each_talk_once(database, cast, at_once):
    with database.writing() as session:
        for number in range(40):
            cast.log(session, cast.leder, f"mad {number}")

    def one(_):
        with database.writing() as session:
            return conversations.index(session, now=NOW, limit=30)

    assert sum(at_once(one, range(3))) == 40
    with database.reading() as session:
        assert len(find(session, cast.leder, "mad", limit=100)) == 40


def test_two_who_index_talks_of_one_moment_at_once_take_turns(postgresql_database):
    """Both would give the place of that moment: neither sees what the other has not committed."""
    with postgresql_database.writing() as session:
        cast = people.gather(session)
        rows = [cast.log(session, cast.leder, f"mad {number}") for number in range(4)]
        for number, row in enumerate(rows):
            row.sequence = rows[0].sequence + 2_048 * number
            session.add(row)

    def rest():
        with postgresql_database.writing() as session:
            return conversations.index(session, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with postgresql_database.writing() as session:
            assert conversations.index(session, now=NOW, limit=2) == 2
            other = pool.submit(rest)
            until_somebody_waits(postgresql_database)
        assert other.result(timeout=30) == 2
    with postgresql_database.reading() as session:
        assert sorted(texts(find(session, cast.leder, "mad"))) == [f"mad {number}" for number in range(4)]


def test_an_edit_and_a_withdrawal_go_on_while_somebody_indexes(postgresql_database):
    """Nobody but another indexer waits for the turn; of the talks being indexed they wait for the end."""
    with postgresql_database.writing() as session:
        cast = people.gather(session)
        old = cast.log(session, cast.leder, "mad")
        index(session)
    with postgresql_database.writing() as session:
        cast.log(session, cast.leder2, "mere mad")
    with postgresql_database.writing() as indexing:
        assert conversations.index(indexing, now=NOW) == 1
        with postgresql_database.writing() as session:
            assert cast.log(session, cast.leder, "endnu mere")
            [receipt] = sync.take(session, cast.leder, items=[make.withdrawal(old.id)], now=NOW)
            assert receipt.status == "stored"
    with postgresql_database.writing() as session:
        index(session)
        assert texts(find(session, cast.leder2, "mad")) == ["mere mad"]
