"""Search on both databases: what is found, in which order, by whom, and that nothing is left of a talk that was taken back."""

import json
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain import conversations, sync
from domain.base import new_id
from domain.conversations import Conversation, ConversationWords, Query, terms
from domain.conversations.search import USUAL
from tests import cast as people
from tests import make
from tests.store.test_accepting import everything

NOW = make.NOW


def find(session, actor, asked, **more):
    return conversations.search(session, actor, query=Query.of(asked), **more)


def texts(rows):
    return [" / ".join(answer["text"] for answer in row.answers) for row in rows]


def note(session, cast, *said, actor=None, **more):
    """Talks a minute after each other, indexed."""
    rows = [
        cast.log(session, actor or cast.leder, text, now=NOW + timedelta(minutes=number), **more)
        for number, text in enumerate(said)
    ]
    index(session)
    return rows


def index(session):
    while conversations.index(session, now=NOW):
        pass


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Vi gik på gården.", "gaarden"),
        ("Vi gik paa gaarden.", "gården på"),
        ("Æblegrød hver dag", "aeblegroed"),
        ("Aeblegroed hver dag", "æblegrød"),
        ("På café", "cafe"),
        ("Madpakken blev glemt", "mad"),
        ("Bleer-skift", "skift bleer"),
        ("Bleer-skift", '"bleer skift"'),
        ("Hun sagde: »vi stod længe i garderoben«", "»længe i garderoben«"),
        ("Nummer 1e5 og a.dk", '1e5 a.dk "og a dk"'),
        ("мама сказала", "мама"),
    ],
)
def test_it_is_found(session, cast, text, asked):
    note(session, cast, "noget helt andet", text)
    assert texts(find(session, cast.leder, asked)) == [text]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Nomaden", "mad"),
        ("Vi er i skoven", "ik"),
        ("Isen smeltede", "is"),
        ("hos ham og os", '"hos os"'),
        ("hos osteklokken", '"hos os"'),
        ("døren", "dor"),
        ("mad", "mad OR bil"),
        ("mad", ""),
        ("mad", "»« … -"),
    ],
)
def test_it_is_not_found(session, cast, text, asked):
    note(session, cast, text)
    assert find(session, cast.leder, asked) == []


def test_a_phrase_does_not_run_from_one_answer_into_the_next(session, cast):
    cast.log(session, cast.leder, ["Det var godt", "Mad igen"])
    index(session)
    assert find(session, cast.leder, '"godt mad"') == []
    assert len(find(session, cast.leder, "godt mad")) == 1


def test_the_newest_come_first_as_in_the_list_and_pages_are_whole(session, cast):
    for number in range(7):
        when = NOW - timedelta(days=number % 3)
        cast.log(session, cast.leder, f"mad nummer {number}", now=when, held_at=when)
    cast.log(session, cast.leder, "intet")
    index(session)
    expected = [row.id for row in conversations.newest(session, cast.leder) if "mad" in row.answers[0]["text"]]
    seen, before = [], None
    while page := find(session, cast.leder, "mad", limit=2, before=before):
        assert len(page) <= 2
        seen += [row.id for row in page]
        before = page[-1]
    assert seen == expected
    assert len(seen) == 7


def test_a_page_goes_on_from_a_talk_that_arrived_in_the_same_moment(session, cast):
    for number in range(5):
        cast.log(session, cast.leder, f"mad {number}")
    index(session)
    first = find(session, cast.leder, "mad", limit=3)
    rest = find(session, cast.leder, "mad", limit=3, before=first[-1])
    assert texts([*first, *rest]) == [f"mad {number}" for number in (4, 3, 2, 1, 0)]


def test_two_talks_that_would_stand_in_the_same_place_stand_beside_each_other(session, cast):
    [first] = note(session, cast, "mad 0")
    for number in (1, 2):
        row = cast.log(session, cast.leder, f"mad {number}")
        row.sequence = first.sequence + 2_048 * number
        session.add(row)
    session.flush()
    index(session)
    assert texts(find(session, cast.leder, "mad")) == ["mad 2", "mad 1", "mad 0"]


def test_conditions_narrow_what_is_found(session, cast):
    note(session, cast, "mad her")
    note(session, cast, "mad der", actor=cast.leder2)
    where = (Conversation.unit_id == cast.skovbrynet.id,)
    assert texts(find(session, cast.omraade, "mad", where=where)) == ["mad der"]


def test_everybody_finds_what_they_may_see_and_nothing_else(session, cast):
    for name in ("leder", "leder2", "leder3", "medarbejder"):
        note(session, cast, f"mad af {name}", actor=getattr(cast, name))
    found = {
        name: sorted(text.split()[-1] for text in texts(find(session, actor, "mad"))) for name, actor in cast.everybody().items()
    }
    assert found == {
        "leder": ["leder", "medarbejder"],
        "leder2": ["leder2"],
        "leder3": ["leder3"],
        "medarbejder": ["medarbejder"],
        "omraade": ["leder", "leder2", "medarbejder"],
        "omraade2": ["leder3"],
        "admin": [],
    }


def test_only_the_latest_revision_is_found_and_it_keeps_its_place(session, cast):
    item = cast.talk("gammel mad")
    sync.take(session, cast.leder, items=[item], now=NOW)
    index(session)
    cast.log(session, cast.leder, "senere mad", now=NOW + timedelta(hours=1))
    edit = make.edit(item, "rettet mad")
    sync.take(session, cast.leder, items=[edit], now=NOW + timedelta(days=1))
    assert find(session, cast.leder, "gammel") == []  # not even before the new words are indexed
    index(session)
    assert find(session, cast.leder, "gammel") == []
    assert texts(find(session, cast.leder, "mad")) == ["senere mad", "rettet mad"]
    assert [row.id for row in find(session, cast.leder, "mad")] == [row.id for row in conversations.newest(session, cast.leder)]


def test_a_talk_that_was_corrected_before_it_was_indexed_stands_once(session, cast):
    item = cast.talk("gammel mad")
    sync.take(session, cast.leder, items=[item, make.edit(item, "rettet mad")], now=NOW)
    index(session)
    assert not conversations.is_behind(session)
    assert len(session.exec(select(ConversationWords)).all()) == 1
    assert (find(session, cast.leder, "gammel"), texts(find(session, cast.leder, "rettet"))) == ([], ["rettet mad"])


def test_a_talk_waits_until_it_is_indexed_and_no_more_than_so_many_are_taken(session, cast):
    for number in range(3):
        cast.log(session, cast.leder, f"mad {number}")
    assert find(session, cast.leder, "mad") == []
    assert conversations.is_behind(session)
    assert conversations.index(session, now=NOW, limit=2) == 2
    assert len(find(session, cast.leder, "mad")) == 2
    assert (conversations.index(session, now=NOW), conversations.index(session, now=NOW)) == (1, 0)
    assert not conversations.is_behind(session)


def test_a_talk_that_was_taken_back_is_not_found(session, cast):
    item = cast.talk("mad")
    sync.take(session, cast.leder, items=[item, cast.talk("mere mad")], now=NOW)
    index(session)
    sync.take(session, cast.leder, items=[make.withdrawal(item["id"])], now=NOW)
    assert texts(find(session, cast.leder, "mad")) == ["mere mad"]
    assert len(session.exec(select(ConversationWords)).all()) == 1


PLANTED = "blåbærgrød under vandtårnet"
#: As JSON has it, and as the index has it.
TRACES = [trace.encode() for word in ("blåbærgrød", "vandtårnet") for trace in (json.dumps(word)[1:-1], *terms.indexed([word]))]


def test_nothing_is_left_of_its_words_in_the_file_or_its_journal(sqlite_database):
    with sqlite_database.writing() as session:
        cast = people.gather(session)
        for number in range(300):
            cast.log(session, cast.leder, f"mad nummer {number}")
    item = cast.talk([PLANTED, f"»{PLANTED}«"])
    edit = make.edit(item, f"{PLANTED} igen")
    for one in (item, edit):
        with sqlite_database.writing() as session:
            sync.take(session, cast.leder, items=[one], now=NOW)
        with sqlite_database.writing() as session:
            index(session)
            assert len(find(session, cast.leder, PLANTED)) == 1
    assert [trace for trace in TRACES if trace not in everything(sqlite_database, None)] == []
    with sqlite_database.writing() as session:
        sync.take(session, cast.leder, items=[make.withdrawal(item["id"])], now=NOW)
    kept = everything(sqlite_database, None)
    assert b"nummer 299" in kept
    assert [trace for trace in TRACES if trace in kept] == []
    with sqlite_database.reading() as session:
        assert len(find(session, cast.leder, "nummer", limit=1_000)) == 300


def test_a_withdrawal_that_is_undone_leaves_the_talk_to_be_found(database, cast):
    item = cast.talk("mad")
    with database.writing() as session:
        sync.take(session, cast.leder, items=[item], now=NOW)
        index(session)
    with pytest.raises(ZeroDivisionError), database.writing() as session:  # noqa: PT012
        sync.take(session, cast.leder, items=[make.withdrawal(item["id"])], now=NOW)
        _ = 1 / 0
    with database.reading() as session:
        assert texts(find(session, cast.leder, "mad")) == ["mad"]


SOME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)
QUERY_SIGNS = st.text("ab \"»«*:^(){}+-&|!<>'\\\x00 AND OR NOT NEAR ¶", max_size=40)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=SOME, query=st.one_of(QUERY_SIGNS, SOME))
def test_no_query_fails_and_a_talk_finds_itself_by_any_of_its_words(database, cast, text, query):
    if not conversations.Answer(question=new_id(), text=text).says_something:
        return
    with database.session(writes=True) as session:
        cast.log(session, cast.leder, text)
        index(session)
        find(session, cast.leder, query)
        stored = session.exec(select(Conversation)).one().answers[0]["text"]
        for word in stored.split():
            assert not Query.of(word).terms or len(find(session, cast.leder, word)) == 1, word
        for word in terms.words(stored):
            assert len(find(session, cast.leder, stored[word.start : word.end])) == 1
        session.rollback()


def test_the_longest_word_and_the_longest_text_are_taken(session, cast):
    note(session, cast, "x" * 5_000, "mad " * 1_250)
    assert len(find(session, cast.leder, "x" * 200)) == 1
    assert len(find(session, cast.leder, '"mad mad mad"')) == 1


#: The first stand in most talks, the last in few: PostgreSQL finds them in two ways.
VOCABULARY = ("mad", "hos", "os", "gården", "madpakke", "garderoben", "hosta", "pæn", "ørken")
ACTORS = ("leder", "leder2", "medarbejder", "omraade", "omraade2")
AUTHORS = ("leder", "leder2", "leder3", "medarbejder")
SEES = {
    "leder": ("leder", "medarbejder"),
    "leder2": ("leder2",),
    "medarbejder": ("medarbejder",),
    "omraade": ("leder", "leder2", "medarbejder"),
    "omraade2": ("leder3",),
}
ASKED = st.lists(
    st.one_of(
        st.sampled_from([*VOCABULARY, "gaar", "MAD", "madp", "paen", "o", "oerken", "findes ikke"]),
        st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@pytest.fixture
def many(database, cast):
    """Talks of everybody, the latest first: who noted each, and its answers."""
    chance = random.Random(7)
    weights = [64 >> place for place in range(len(VOCABULARY) - 2)] + [1, 1]
    talks = []
    with database.writing() as session:
        for number in range(90):
            author = chance.choice(AUTHORS)
            said = [" ".join(chance.choices(VOCABULARY, weights, k=chance.randint(1, 5))) for _ in range(chance.randint(1, 2))]
            row = cast.log(session, getattr(cast, author), said, now=NOW + timedelta(minutes=number // 3))
            talks.insert(0, (author, said, row.id))
        index(session)
    usual = [word for word in VOCABULARY if sum(word in " ".join(said).split() for _, said, _ in talks) >= USUAL]
    assert set(usual) < set(VOCABULARY)
    return talks


def plain(text):
    for letter, written in (("å", "aa"), ("æ", "ae"), ("ø", "oe")):
        text = text.lower().replace(letter, written)
    return text


def holds(said, asked):
    """Whether the answers hold what is asked, said anew without folding, index or query language."""
    answers = [f" {plain(answer)} " for answer in said]
    phrases = asked.split('"')[1::2]
    words = [plain(word) for part in asked.split('"')[::2] for word in part.split()]
    ends = [f" {word}" if len(word) >= 3 else f" {word} " for word in words] + [f" {plain(phrase)} " for phrase in phrases]
    return all(any(end in answer for answer in answers) for end in ends)


@pytest.mark.slow
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(asked=ASKED, name=st.sampled_from(ACTORS), limit=st.integers(1, 25), author=st.sampled_from([None, *AUTHORS]))
def test_every_page_is_what_plain_python_finds(database, cast, many, asked, name, limit, author):
    expected = [key for who, said, key in many if who in SEES[name] and author in (None, who) and holds(said, asked)]
    where = [Conversation.author_id == getattr(cast, author).person_id] if author else []
    seen, before = [], None
    with database.reading() as session:
        while page := find(session, getattr(cast, name), asked, where=where, before=before, limit=limit):
            seen += [row.id for row in page]
            before = page[-1]
            assert len(page) <= limit
    assert seen == expected


def test_on_postgresql_no_word_waits_in_a_list_beside_the_index(postgresql_database):
    with postgresql_database.writing() as session:
        cast = people.gather(session)
        note(session, cast, "mad", "mere mad")
        assert session.execute(sa.text("SELECT gin_clean_pending_list('ix_conversation_words_words')")).scalar_one() == 0
