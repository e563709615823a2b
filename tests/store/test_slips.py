"""What once went wrong, each with the test that found it."""

import json
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from domain import audit, digests, guard, people, sync
from domain.audit import Unlogged
from domain.base import Week, open_database
from domain.conversations import quotes
from domain.digests.quotes import Choice
from domain.digests.talk import Talk
from domain.people import WrongSignIn
from domain.themes import Patterns, hits
from tests import make


def test_a_deeply_nested_item_needs_help_and_does_not_break_the_envelope(session, cast):
    deep = "x"
    for _ in range(600):
        deep = [deep]
    item = json.loads(json.dumps(cast.talk(extra=deep)))  # json.loads takes it
    assert sync.accept(session, cast.leder, item=item, now=make.NOW).status == "needs_help"


@pytest.mark.parametrize("held_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00Z"])
def test_a_time_at_the_end_of_all_time_needs_help(session, cast, held_at):
    assert sync.accept(session, cast.leder, item={**cast.talk(), "held_at": held_at}, now=make.NOW).status == "needs_help"


@pytest.mark.parametrize("held_at", [1763450000, "1763450000", "0005-01-01T00:00:00Z"])
def test_a_time_that_is_a_number_or_impossible_needs_help(session, cast, held_at):
    assert sync.accept(session, cast.leder, item={**cast.talk(), "held_at": held_at}, now=make.NOW).status == "needs_help"


def test_an_email_with_nul_is_a_wrong_sign_in(database, cast):
    with pytest.raises(WrongSignIn):
        people.sign_in(database, email="a\0b@x", password="x", address="1", user_agent="", now=make.NOW)


def test_read_only_postgresql_is_unlogged(postgres_server):
    name = f"ro_{uuid4().hex}"
    url = postgres_server.create(name, template="hoert")
    with postgres_server.connect() as c:
        c.execute(f"alter database {name} set default_transaction_read_only=on")
    d = open_database(url)
    try:
        with pytest.raises(Unlogged):
            audit.record_read(d, person_id=uuid4(), page="x", conversations=[uuid4()], at=make.NOW)
    finally:
        d.dispose()
        postgres_server.drop(name)


@pytest.mark.parametrize("text", ["afd. 12-14-010190-1234", "Sag 99.99.010190 1234", "31-31-0101901234"])
def test_a_rejected_candidate_hides_no_number(text):
    assert guard.mask(text)[1] == 1


@pytest.mark.parametrize(
    "text",
    [
        "010190\u202f1234",
        "010190\t1234",
        "010190\n1234",
        "01–01–90–1234",
        "010190−1234",
        "01. 01. 90 1234",
        "010190 – (1234)",
        "010190:1234",
        "010190\u200b-1234",
    ],
)
def test_further_written_forms(text):
    assert guard.mask(text)[1] == 1


def test_hits_come_once():
    assert hits("mad, mad. Mad!", Patterns(uuid4(), ("mad",), ())) == ("mad",)


def test_one_praise_where_there_is_one_also_from_the_troubled_house():
    t = UUID(int=9)

    def talk(i, house, tone, words):
        return Talk(UUID(int=i), UUID(int=house), Week(2026, 47), {t: tone}, quotes=((0, 0, " ".join([f"o{i}"] * words)),))

    about = [talk(1, 1, "trouble", 20), talk(2, 2, "trouble", 25), talk(3, 1, "praise", 20)]
    assert UUID(int=3) in {q.conversation for q in Choice().pick(t, about)}


def test_a_house_heard_by_a_wrong_clock_is_not_also_silent(session, cast):
    cast.log(session, cast.leder, held_at=make.WEEK.ends_at().replace(hour=23, minute=30))
    c = digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at()).content
    assert c["houses_heard"] == 1
    assert str(cast.mariehuset.id) not in {one["house"] for one in c["silent"]}


def test_truncate_and_replace_are_refused_too(database, cast):
    with database.writing() as s:
        cast.log(s, cast.leder)
    sql = (
        "TRUNCATE deed"
        if database.engine.dialect.name == "postgresql"
        else ("INSERT OR REPLACE INTO deed (id, at, verb, facts) SELECT id, at, 'another', facts FROM deed")
    )
    with pytest.raises(sa.exc.DBAPIError), database.writing() as s:
        s.execute(sa.text(sql))


@pytest.mark.parametrize(("text", "found"), [("a« og »b«", ["b"]), ("« han kom ikke igen ind «", [])])
def test_a_stray_mark_gives_the_citizen_no_words_of_the_leader(text, found):
    assert quotes(text) == found


@pytest.mark.parametrize("label", ["9999-W52", "0001-W01"])
def test_a_week_beyond_the_calendar_is_no_week(label):
    with pytest.raises(ValueError, match="calendar"):
        Week.parse(label)
