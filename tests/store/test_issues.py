"""Issues of the digest: every talk stands in exactly one, whatever came when, and what is frozen holds no words."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from domain import conversations, digests
from domain.audit import Deed
from domain.base import Week, new_id, week_of
from domain.conversations import Conversation
from domain.digests import Issue, IssueTalk
from domain.people import Actor, Role, Unit
from tests import make

WEEK = make.WEEK
MONDAY = WEEK.ends_at()  # when the week is gathered


def members(session) -> list[tuple]:
    """(talk, week of its issue, whether it came late) of every issue."""
    query = select(IssueTalk.conversation_id, Issue.week, IssueTalk.late).join(Issue, col(Issue.id) == col(IssueTalk.issue_id))
    return [tuple(row) for row in session.exec(query).all()]


def make_issues(session, cast, week: Week) -> list[Issue | None]:
    return [digests.make_issue(session, area, week, now=week.ends_at()) for area in (cast.syd, cast.nord)]


FIRST = WEEK.plus(-3)
arrivals = st.lists(
    st.tuples(
        st.integers(0, 3),  # which house
        st.integers(0, 27),  # the day it was received
        st.integers(-20, 1),  # the day it was held, from there: also tomorrow, by a wrong clock
        st.integers(0, 2),  # how many weeks the transaction took: it commits after the issue is made
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals, st.randoms(use_true_random=False))
def test_every_talk_stands_in_exactly_one_issue_in_whatever_order_they_arrive(database, cast, talks, random):
    houses = [
        (cast.mariehuset, cast.leder),
        (cast.skovbrynet, cast.leder2),
        (cast.havnen, cast.leder3),
        (cast.mariehuset, cast.omraade),
    ]
    random.shuffle(talks)
    expected = {}
    with database.session(writes=True) as session:
        for step in range(6):
            week = FIRST.plus(step)
            for house, day, held, took in talks:
                received_at = FIRST.starts_at() + timedelta(days=day, hours=5)
                if day // 7 + took != step:
                    continue
                unit, author = houses[house]
                held_at = received_at + timedelta(days=held)
                row = make.row(session, author, cast.form, unit, held_at=held_at, received_at=received_at)
                expected[row.id] = (str(week), week_of(held_at) < week)
            issues = make_issues(session, cast, week)
            in_week = [late for label, late in expected.values() if label == str(week)]
            assert sum(issue.content["talks"] + issue.content["late"] for issue in issues) == len(in_week)
            assert sum(issue.content["late"] for issue in issues) == sum(in_week)
            assert make_issues(session, cast, week) == [None, None]
        assert Counter(key for key, _, _ in members(session)) == Counter(list(expected))
        assert {key: (label, late) for key, label, late in members(session)} == expected
        session.rollback()


def test_a_second_run_changes_nothing(database, cast):
    with database.writing() as session:
        cast.log(session, cast.leder)
        assert all(make_issues(session, cast, WEEK))

    def everything():
        with database.reading() as session:
            return [row.model_dump() for table in (Issue, IssueTalk, Deed) for row in session.exec(select(table)).all()]

    before = everything()
    with database.writing() as session:
        assert make_issues(session, cast, WEEK) == [None, None]
    assert everything() == before


def test_two_who_make_the_same_issue_at_once_make_one(database, cast, at_once):
    with database.writing() as session:
        rows = [cast.log(session, cast.leder) for _ in range(3)]

    def gather(_):
        with database.writing() as session:
            return digests.make_issue(session, session.get_one(Unit, cast.syd.id), WEEK, now=MONDAY) is not None

    assert sorted(at_once(gather, range(4))) == [False, False, False, True]
    with database.reading() as session:
        assert len(session.exec(select(Issue)).all()) == 1
        assert sorted(key for key, _, _ in members(session)) == sorted(row.id for row in rows)
        assert len(session.exec(select(Deed).where(Deed.verb == "issue_made")).all()) == 1


@pytest.mark.parametrize(("seconds", "label"), [(-1, "2026-W47"), (0, "2026-W48")])
def test_what_is_received_after_the_weeks_end_goes_into_the_next(session, cast, seconds, label):
    row = cast.log(session, cast.leder, now=MONDAY + timedelta(seconds=seconds))
    make_issues(session, cast, WEEK)
    make_issues(session, cast, WEEK.plus(1))
    assert members(session) == [(row.id, label, label == "2026-W48")]


def test_a_late_talk_says_so_and_counts_in_no_theme(session, cast):
    cast.log(session, cast.leder, held_at=make.NOW - timedelta(days=9), confirmed=[cast.themes["mad"]])
    issue = digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    assert (issue.content["talks"], issue.content["late"], issue.content["themes"]) == (0, 1, [])
    deed = session.exec(select(Deed).where(Deed.verb == "issue_made")).one()
    assert (deed.object_id, deed.facts, deed.person_id) == (issue.id, {"talks": 0, "late": 1}, None)


def test_an_area_has_an_issue_of_its_own_talks_only(session, cast):
    syd, nord = cast.log(session, cast.leder), cast.log(session, cast.leder3)
    make_issues(session, cast, WEEK)
    for area, row in ((cast.syd, syd), (cast.nord, nord)):
        query = select(IssueTalk.conversation_id).join(Issue, col(Issue.id) == col(IssueTalk.issue_id))
        assert session.exec(query.where(Issue.unit_id == area.id)).all() == [row.id]


def test_an_issue_holds_no_words(database, cast):
    sentence = "Rabarbergrøden smagte af sæbe den dag vi kom"
    with database.writing() as session:
        cast.log(session, cast.leder, f"Mor: »{sentence}«", confirmed=[cast.themes["mad"]])
        issue = digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    (theme,) = issue.content["themes"]
    assert len(theme["quotes"]) == 1
    with database.reading() as session:
        kept = [str(row.model_dump()) for table in (Issue, IssueTalk, Deed) for row in session.exec(select(table)).all()]
    assert not any(word in text for text in kept for word in sentence.split() if len(word) > 3)


@pytest.mark.parametrize(
    ("scope", "is_quoted"), [(None, False), ("none", False), ("area", True), ("municipality", True), ("public", True)]
)
def test_only_words_with_consent_are_quoted(session, cast, scope, is_quoted):
    row = cast.log(session, cast.leder, ("", make.WORDS), quote_scope=scope, confirmed=[cast.themes["mad"]])
    (theme,) = digests.make_issue(session, cast.syd, WEEK, now=MONDAY).content["themes"]
    expected = {"conversation": str(row.id), "revision": 1, "answer": 1, "number": 0}
    assert theme["quotes"] == ([expected] if is_quoted else [])


def test_a_quotations_number_is_its_place_among_all_the_citizens_words(session, cast):
    text = f"Mor: »nej« og »nå« og så »{make.QUOTE}«"
    row = cast.log(session, cast.leder, text, confirmed=[cast.themes["mad"]])
    (theme,) = digests.make_issue(session, cast.syd, WEEK, now=MONDAY).content["themes"]
    assert theme["quotes"][0]["number"] == 2
    assert conversations.quotes(row.answers[0]["text"])[2] == make.QUOTE


def test_themes_count_only_when_somebody_confirmed_them(session, cast):
    cast.log(session, cast.leder, "mad i garderoben, vikar", confirmed=[cast.themes["mad"]], rejected=[cast.themes["personale"]])
    issue = digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    assert [(one["theme"], one["count"]) for one in issue.content["themes"]] == [(str(cast.themes["mad"].id), 1)]


def test_the_running_week_can_be_read_before_it_is_issued(session, cast):
    row = cast.log(session, cast.leder)
    running = digests.read(session, cast.omraade, area_id=cast.syd.id, week=WEEK, now=make.NOW)
    assert (running.made_at, running.talks, running.content.talks) == (None, (row.id,), 1)
    digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    issued = digests.read(session, cast.omraade, area_id=cast.syd.id, week=WEEK, now=MONDAY)
    silence = ("silent", "silent_may_be_named", "silent_weeks_may_be_told")
    as_it_was = {name: getattr(running.content, name) for name in silence}
    settled = issued.content.model_copy(update={"named": (), **as_it_was})
    assert (issued.made_at, issued.talks, settled) == (MONDAY, running.talks, running.content)


def test_until_the_last_week_is_issued_each_talk_shows_in_its_own_week(session, cast):
    old = cast.log(session, cast.leder, now=make.NOW)
    new = cast.log(session, cast.leder, now=make.NOW + timedelta(days=7), held_at=make.NOW + timedelta(days=7))
    shown = {
        week: digests.read(session, cast.omraade, area_id=cast.syd.id, week=week, now=make.NOW + timedelta(days=7)).talks
        for week in (WEEK, WEEK.plus(1))
    }
    assert shown == {WEEK: (old.id,), WEEK.plus(1): (new.id,)}


@pytest.mark.parametrize("week", [WEEK.plus(-2), WEEK.plus(1), WEEK.plus(-60)])
def test_a_week_that_is_neither_issued_nor_running_has_nothing_to_read(session, cast, week):
    assert digests.read(session, cast.omraade, area_id=cast.syd.id, week=week, now=make.NOW) is None


@pytest.mark.parametrize("name", ["leder", "leder2", "leder3", "medarbejder", "omraade2", "admin"])
def test_nobody_else_reads_the_areas_digest(session, cast, name):
    digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    for now in (make.NOW, MONDAY):
        assert digests.read(session, getattr(cast, name), area_id=cast.syd.id, week=WEEK, now=now) is None
    assert all(line.area.id != cast.syd.id for line in digests.listed(session, getattr(cast, name), now=MONDAY))


def test_the_list_shows_what_is_to_be_issued_then_the_issues_newest_first(session, cast):
    cast.log(session, cast.leder)
    for week in (WEEK.plus(-2), WEEK.plus(-1)):
        digests.make_issue(session, cast.syd, week, now=week.ends_at())
    lines = digests.listed(session, cast.omraade, now=make.NOW)
    assert [(str(line.week), line.talks, line.made_at is None) for line in lines] == [
        ("2026-W47", None, True),
        ("2026-W46", 0, False),
        ("2026-W45", 0, False),
    ]


def test_silence_is_of_open_houses_only_and_of_talks_held_not_received(session, cast):
    cast.log(session, cast.leder)
    cast.log(session, cast.leder2, held_at=WEEK.plus(-4).starts_at() + timedelta(hours=12))
    closed = session.get_one(Unit, cast.units["Regnbuen"].id)
    closed.closed_on = WEEK.sunday()
    session.add(closed)
    session.flush()
    content = digests.make_issue(session, cast.syd, WEEK, now=MONDAY).content
    names = {str(unit.id): unit.name for unit in cast.units.values()}
    assert {names[one["house"]]: one["last_week"] for one in content["silent"]} == {"Skovbrynet": "2026-W43", "Åhaven": None}
    assert (content["houses_heard"], content["houses_open"]) == (1, 4)  # Regnbuen was open until Saturday


def test_an_issue_keeps_to_what_was_known_at_the_weeks_end(session, cast):
    cast.log(session, cast.leder, confirmed=[cast.themes["mad"]])
    cast.log(session, cast.leder, now=MONDAY + timedelta(days=1), confirmed=[cast.themes["mad"]])
    early = digests.compose(session, cast.syd, WEEK).content
    digests.make_issue(session, cast.syd, WEEK, now=MONDAY + timedelta(days=3))
    assert session.exec(select(Issue.content)).one() == early.as_json()


def test_weeks_over_new_year_know_each_other(session, cast):
    """2026-W53 and 2027-W01: history, late talks and silence go on from one year to the next."""
    old, new = Week(2026, 53), Week(2027, 1)
    for week, actor in ((old, cast.leder), (old, cast.leder2), (new, cast.leder)):
        at = week.ends_at() - timedelta(hours=12)  # a Sunday; of the old week that is 3 January
        cast.log(session, actor, held_at=at, now=at, confirmed=[cast.themes["mad"]])
    cast.log(session, cast.leder2, held_at=old.ends_at() - timedelta(minutes=1), now=old.ends_at() + timedelta(hours=1))
    first = digests.make_issue(session, cast.syd, old, now=old.ends_at()).content
    second = digests.make_issue(session, cast.syd, new, now=new.ends_at()).content
    assert (first["talks"], first["late"], second["talks"], second["late"]) == (2, 0, 1, 1)
    assert list(second["themes"][0]["weeks"]) == [0, 0, 0, 0, 0, 0, 2, 1]
    assert str(cast.skovbrynet.id) not in {one["house"] for one in second["silent"]}


def test_composing_twice_gives_the_same_bytes(session, cast):
    for number in range(6):
        theme = list(cast.themes.values())[number % 4]
        cast.log(session, (cast.leder, cast.leder2)[number % 2], confirmed=[theme])
    first, again = (digests.compose(session, cast.syd, WEEK).content.model_dump_json() for _ in range(2))
    assert first == again


def test_a_talk_cannot_stand_in_two_issues_even_by_hand(database, cast):
    with database.writing() as session:
        row = cast.log(session, cast.leder)
        issue = digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    with database.session(writes=True) as session:
        session.add(IssueTalk(issue_id=issue.id, conversation_id=row.id))
        with pytest.raises(IntegrityError):
            session.flush()


def fill(session, cast, counts: dict[str, int]) -> dict[str, Conversation]:
    """So many talks of the week in each house, noted by somebody of the house; one row of each, by name."""
    return {
        name: [make.row(session, somebody_of(session, cast, name), cast.form, cast.units[name]) for _ in range(count)][-1]
        for name, count in counts.items()
    }


def somebody_of(session, cast, house: str) -> Actor:
    return make.person(session, email=f"{new_id()}@hoert.example", role=Role.EMPLOYEE, unit=cast.units[house], name=house)


HIDDEN = None


@pytest.mark.parametrize("is_issued", [False, True])
@pytest.mark.parametrize(
    ("counts", "named"),
    [
        ({"Mariehuset": 5, "Skovbrynet": 5}, {"Mariehuset": "Mariehuset", "Skovbrynet": "Skovbrynet"}),
        ({"Mariehuset": 5, "Skovbrynet": 4}, {"Mariehuset": HIDDEN, "Skovbrynet": HIDDEN}),
        (
            {"Mariehuset": 5, "Skovbrynet": 4, "Åhaven": 1, "Regnbuen": 1},
            {"Mariehuset": "Mariehuset", "Skovbrynet": HIDDEN, "Åhaven": HIDDEN, "Regnbuen": HIDDEN},
        ),
    ],
)
def test_a_small_house_is_unnamed_to_those_above_and_named_to_itself(session, cast, counts, named, is_issued):
    rows = fill(session, cast, counts)
    if is_issued:
        make_issues(session, cast, WEEK)
    found = digests.house_names(session, cast.omraade, list(rows.values()))
    assert {name: found[row.id] for name, row in rows.items()} == (named if is_issued else dict.fromkeys(rows, HIDDEN))
    own = digests.house_names(session, cast.leder, [rows["Mariehuset"]])
    assert own == {rows["Mariehuset"].id: "Mariehuset"}


@pytest.mark.parametrize("weeks_ago", [0, 1])
def test_talks_noted_from_above_do_not_lay_a_small_house_bare(session, cast, weeks_ago):
    """An area leader who notes four talks in a small house would else learn whose the one was that stood there."""
    rows = fill(session, cast, {"Mariehuset": 5, "Skovbrynet": 1})
    held = make.NOW - timedelta(weeks=weeks_ago)
    for _ in range(4):
        cast.log(session, cast.omraade, unit=cast.skovbrynet, held_at=held, now=held)
    make_issues(session, cast, WEEK)
    assert set(digests.house_names(session, cast.omraade, list(rows.values())).values()) == {HIDDEN}


def test_talks_noted_from_above_do_not_hide_a_small_house(session, cast):
    """They know their own: of three small houses two would be theirs, and the third no riddle."""
    rows = fill(session, cast, {"Mariehuset": 5, "Skovbrynet": 1})
    for name in ("Åhaven", "Regnbuen"):
        make.row(session, cast.omraade, cast.form, cast.units[name])
    make_issues(session, cast, WEEK)
    assert set(digests.house_names(session, cast.omraade, list(rows.values())).values()) == {HIDDEN}


def test_silent_houses_go_unnamed_where_their_names_would_tell_who_is_not_silent(session, cast):
    fill(session, cast, {"Mariehuset": 1})
    issue = digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    assert issue.content["silent"]
    assert issue.content["silent_may_be_named"] is False


def test_silence_does_not_move_while_the_week_runs(session, cast):
    def silent():
        return digests.read(session, cast.omraade, area_id=cast.syd.id, week=WEEK, now=make.NOW).content.silent

    before = silent()
    fill(session, cast, {"Skovbrynet": 1})
    assert silent() == before


def test_a_week_before_an_issued_one_is_not_issued_empty(session, cast):
    cast.log(session, cast.leder)
    digests.make_issue(session, cast.syd, WEEK, now=MONDAY)
    with pytest.raises(digests.LaterIssued):
        digests.make_issue(session, cast.syd, WEEK.plus(-1), now=MONDAY)


def test_until_the_last_week_is_issued_its_talks_are_not_late_in_the_running_one(session, cast):
    cast.log(session, cast.leder, now=make.NOW)
    later = make.NOW + timedelta(days=7)
    running = digests.read(session, cast.omraade, area_id=cast.syd.id, week=WEEK.plus(1), now=later)
    assert (running.talks, running.late) == ((), ())


def test_what_comes_after_the_week_changes_nothing_in_its_history(session, cast):
    """An issue made late counts what was known at its week's end."""
    for back in range(1, 6):
        held = WEEK.plus(-back).starts_at() + timedelta(hours=9)
        cast.log(session, cast.leder, held_at=held, now=held)
    held = WEEK.plus(-1).starts_at() + timedelta(hours=10)
    cast.log(session, cast.leder2, held_at=held, now=WEEK.ends_at() + timedelta(hours=1))
    cast.log(session, cast.leder, held_at=make.NOW, confirmed=[cast.themes["mad"]])
    content = digests.make_issue(session, cast.syd, WEEK, now=WEEK.ends_at() + timedelta(hours=6)).content
    assert content["themes"][0]["talks_before"] == 5
    assert str(cast.skovbrynet.id) in {one["house"] for one in content["silent"]}


def test_what_an_issue_named_stays_so_whatever_comes_later(session, cast):
    rows = fill(session, cast, {"Mariehuset": 5})
    make_issues(session, cast, WEEK)
    fill(session, cast, {"Skovbrynet": 1})
    found = digests.house_names(session, cast.omraade, list(rows.values()))
    assert list(found.values()) == ["Mariehuset"]


def test_an_area_leader_knows_the_house_of_a_talk_of_their_own(session, cast):
    own = cast.log(session, cast.omraade, unit=cast.mariehuset)
    other = cast.log(session, cast.leder)
    found = digests.house_names(session, cast.omraade, [own, other])
    assert found == {own.id: "Mariehuset", other.id: HIDDEN}


def test_of_a_talk_elsewhere_no_house_is_told(session, cast):
    (row,) = fill(session, cast, {"Mariehuset": 5}).values()
    make_issues(session, cast, WEEK)
    assert digests.house_names(session, cast.omraade2, [cast.log(session, cast.leder)]).popitem()[1] is HIDDEN
    assert digests.house_names(session, cast.omraade, [row]) == {row.id: "Mariehuset"}
