"""Whose talks each role sees, in any tree of units, and by which address: the id in its house, a random reference above it."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain import conversations, digests, people, questions
from domain.base import new_id
from domain.conversations import Conversation
from domain.people import Level, Permission, Role, Sector, add_unit
from tests import make
from tests.cast import NAMES

#: An oracle that knows nothing of paths: it climbs the tree by parent, in the database's own language.
BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT id FROM unit WHERE id = :place
        UNION ALL SELECT unit.id FROM unit JOIN below ON unit.parent_id = below.id)
    SELECT id FROM conversation WHERE replaced_by_id IS NULL AND
"""
ORACLE = {
    Role.EMPLOYEE: "author_id = :me AND :place = :place",
    Role.INSTITUTION_LEADER: "(author_id = :me OR unit_id IN (SELECT id FROM below))",
    Role.AREA_LEADER: "(author_id = :me OR unit_id IN (SELECT id FROM below))",
    Role.ADMINISTRATOR: "author_id = :me AND 1 = 0",
}

trees = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=8)
places = st.tuples(st.sampled_from(Role), st.integers(0, 100))
talks = st.tuples(st.integers(0, 100), st.integers(0, 100), st.booleans())


def grow(session, shape: list[tuple[int, bool]]) -> list[people.Unit]:
    """Areas in areas to any depth, and houses in them: each stands under one of the areas there are."""
    units = [add_unit(session, name="Rod", level=Level.MUNICIPALITY)]
    for number, (parent, is_house) in enumerate(shape):
        over = [unit for unit in units if unit.level != Level.INSTITUTION]
        under = over[parent % len(over)]
        level = Level.INSTITUTION if is_house and under.level == Level.AREA else Level.AREA
        units.append(add_unit(session, name=f"Enhed {number}", level=level, parent=under, sector=Sector.NURSERY))
    return units


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees, st.lists(places, min_size=1, max_size=5), st.lists(talks, max_size=8))
def test_everybody_sees_exactly_what_an_independent_query_finds(database, shape, people_at, noted):
    with database.session(writes=True) as session:
        units = grow(session, shape)
        form = make.form(session)
        actors = [
            make.person(session, email=f"{number}@hoert.example", role=role, unit=units[place % len(units)])
            for number, (role, place) in enumerate(people_at)
        ]
        rows = [make.row(session, actors[who % len(actors)], form, units[where % len(units)]) for who, where, _ in noted]
        for row, (_, _, is_replaced) in zip(rows, noted, strict=True):
            row.replaced_by_id = row.id if is_replaced else None
            session.add(row)
        session.flush()
        for actor in actors:
            oracle = sa.text(BELOW + ORACLE[actor.role]).columns(id=sa.Uuid)
            oracle = oracle.bindparams(sa.bindparam("me", type_=sa.Uuid), sa.bindparam("place", type_=sa.Uuid))
            expected = set(session.execute(oracle, {"me": actor.person_id, "place": actor.unit_id}).scalars())
            assert set(session.exec(select(Conversation.id).where(conversations.visible(actor))).all()) == expected
            assert {row.id for row in conversations.newest(session, actor)} == expected
            assert set(conversations.by_ids(session, actor, [row.id for row in rows])) == expected
            assert {row.id for row in rows if conversations.find(session, actor, row.id)} == {
                row.id for row in rows if row.id in expected and conversations.goes_by_id(actor, row)
            }
        session.rollback()


BY_ID, BY_REFERENCE, NOT_AT_ALL = "by id", "by reference", "not at all"
SEES = {
    "leder": {"leder": BY_ID, "omraade": BY_REFERENCE},
    "medarbejder": {"medarbejder": BY_ID, "leder": BY_ID, "omraade": BY_REFERENCE},
    "omraade": {"omraade": BY_ID, "leder": BY_ID},
    "leder2": {"leder2": BY_ID, "omraade": BY_REFERENCE},
    "leder3": {"leder3": BY_ID, "omraade2": BY_REFERENCE},
}


@pytest.mark.parametrize("reader", NAMES)
@pytest.mark.parametrize("author", SEES)
def test_a_talk_is_found_by_the_address_that_its_reader_may_know(session, cast, author, reader):
    row = cast.log(session, getattr(cast, author), unit=cast.mariehuset if author == "omraade" else None)
    actor, expected = getattr(cast, reader), SEES[author].get(reader, NOT_AT_ALL)
    found = [bool(conversations.find(session, actor, key)) for key in (row.first_id, row.reference)]
    assert found == [expected == BY_ID, expected == BY_REFERENCE]
    if expected != NOT_AT_ALL:
        assert conversations.address(actor, row) == (row.first_id if expected == BY_ID else row.reference)


def test_an_id_that_does_not_exist_is_found_by_nobody(session, cast):
    cast.log(session, cast.leder)
    assert [conversations.find(session, actor, new_id()) for actor in cast.everybody().values()] == [None] * len(NAMES)


def test_an_administrator_sees_no_talk_in_any_way(session, cast):
    row = cast.log(session, cast.leder)
    make.row(session, cast.admin, cast.form, cast.mariehuset)  # not even one that stands as their own
    for permission in Permission:
        if permission not in (
            Permission.READ_REGISTERS,
            Permission.EDIT_QUESTIONS,
            Permission.RUN_JOBS,
            Permission.SET_NOTICES,
            Permission.CHOOSE_OWN_NOTICES,
            Permission.READ_AUDIT_COUNTS,
            Permission.MANAGE_OWN_SIGN_INS,
        ):
            assert session.exec(select(Conversation).where(conversations.visible(cast.admin, permission))).all() == []
    assert conversations.newest(session, cast.admin) == []
    assert conversations.newest(session, cast.admin, own=True) == []
    assert conversations.by_ids(session, cast.admin, [row.id]) == {}
    assert conversations.revisions(session, cast.admin, [(row.id, 1)]) == {}
    assert digests.listed(session, cast.admin, now=make.NOW) == []
    assert digests.read(session, cast.admin, area_id=cast.syd.id, week=make.WEEK, now=make.NOW) is None


def test_an_administrator_gets_counts_by_unit_and_nobody_else_does(session, cast):
    cast.log(session, cast.leder)
    cast.log(session, cast.medarbejder)
    cast.log(session, cast.leder3)
    assert conversations.count_by_unit(session, cast.admin) == {cast.mariehuset.id: 2, cast.havnen.id: 1}
    for name in NAMES[:-1]:
        assert conversations.count_by_unit(session, getattr(cast, name)) == {}
        assert people.everybody(session, getattr(cast, name)) == []
        assert people.tree(session, getattr(cast, name)) == []


def test_an_area_leader_sees_the_circumstances_of_own_talks_only(session, cast):
    cast.log(session, cast.leder)
    own = cast.log(session, cast.omraade, unit=cast.mariehuset)
    seen = conversations.visible(cast.omraade, Permission.READ_CIRCUMSTANCES)
    assert session.exec(select(Conversation.id).where(seen)).all() == [own.id]


def test_talks_come_newest_first_in_pages_without_a_gap(session, cast):
    rows = [cast.log(session, actor) for actor in (cast.leder, cast.medarbejder, cast.leder, cast.medarbejder, cast.leder)]
    first = conversations.newest(session, cast.leder, limit=2)
    rest = conversations.newest(session, cast.leder, before=first[-1])
    assert [row.id for row in [*first, *rest]] == [row.id for row in reversed(rows)]
    assert [row.id for row in conversations.newest(session, cast.leder, own=True)] == [rows[4].id, rows[2].id, rows[0].id]


def test_an_issued_digest_finds_the_revision_it_was_made_of(session, cast):
    row = cast.log(session, cast.leder)
    assert conversations.revisions(session, cast.omraade, [(row.id, 1)]) == {(row.id, 1): row}
    assert conversations.revisions(session, cast.omraade, [(row.id, 2), (new_id(), 1)]) == {}
    assert conversations.revisions(session, cast.omraade2, [(row.id, 1)]) == {}


def test_each_one_is_asked_for_the_newest_questions_of_their_own_sector(session, cast):
    newer = questions.publish(
        session,
        question_set=session.get_one(questions.QuestionSet, cast.form.question_set_id),
        content=make.content(asked=1),
        now=make.NOW,
    )
    assert [form.id for form in questions.in_use(session, cast.leder)] == [newer.id]
    assert [form.id for form in questions.in_use(session, cast.leder3)] == [cast.form_home_care.id]
    assert questions.in_use(session, cast.admin) == []
    assert questions.version(session, cast.form.id) == cast.form


def test_nobody_gets_the_email_of_somebody_else(session, cast):
    with pytest.raises(people.EmailTaken):
        make.person(session, email=" LEDER@hoert.example", role=Role.EMPLOYEE, unit=cast.mariehuset)


def test_a_closed_house_is_no_longer_offered(session, cast):
    def offered():
        units = people.institutions_within(session, cast.omraade, Permission.NOTE_TALKS, open_on=make.NOW.date())
        return [unit.name for unit in units]

    assert sorted(offered()) == sorted(make.HOUSES)
    cast.mariehuset.closed_on = make.NOW.date()
    session.add(session.merge(cast.mariehuset))
    session.flush()
    assert sorted(offered()) == sorted(make.HOUSES[1:])


def test_the_tree_stands_with_parents_before_their_children(session, cast):
    units = people.tree(session, cast.admin)
    seen = set()
    for unit in units:
        assert unit.parent_id is None or unit.parent_id in seen
        seen.add(unit.id)
    everyone = select(people.Unit.id).where(col(people.Unit.name) != "")
    assert seen == set(session.exec(everyone).all())


def test_a_place_stands_where_its_digest_finds_it(session, cast):
    for level, parent in ((Level.INSTITUTION, cast.kommune), (Level.INSTITUTION, cast.mariehuset), (Level.AREA, None)):
        with pytest.raises(people.Misplaced):
            add_unit(session, name="Et sted", level=level, parent=parent)


def test_the_houses_of_an_area_inside_another_are_that_ones(session, cast):
    inner = add_unit(session, name="Område Syd, vest", level=Level.AREA, parent=cast.syd)
    make.institution(session, inner, name="Fyrtårnet")
    assert [unit.name for unit in people.institutions_of(session, inner)] == ["Fyrtårnet"]
    assert sorted(unit.name for unit in people.institutions_of(session, cast.syd)) == sorted(make.HOUSES)
    within = people.institutions_within(session, cast.omraade, Permission.READ_TALKS)
    assert sorted(unit.name for unit in within) == sorted([*make.HOUSES, "Fyrtårnet"])
