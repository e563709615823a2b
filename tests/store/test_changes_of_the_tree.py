"""A unit that moves, closes, merges or is split orphans no talk: not what stands, not what is on its way."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from domain import conversations, digests, people, sync, themes
from domain.base import local
from domain.conversations import Conversation
from domain.digests import IssueTalk
from domain.people import Level, Permission, Person, Unit
from domain.sync import BoxedItem
from tests import cast as everybody
from tests import make
from tests.store.test_weekly_counts import counted, kept

TODAY = local(make.NOW).date()
YESTERDAY = TODAY - timedelta(days=1)


def accept(session, actor, item, *, now=make.NOW):
    return sync.accept(session, actor, item=item, now=now)


def told(receipt):
    return [(one.field, one.code) for one in receipt.problems]


def again(session, actor):
    """The same person at their next request."""
    return people.actor_for(session, actor.person_id)


def merge(session, unit, into, *, on=TODAY):
    people.merge_units(session, unit, into=into, on=on, now=make.NOW)


def of_area(session, area):
    """First ids of the talks that stand to be gathered in the area's running week."""
    composed = digests.compose(session, area, make.WEEK)
    return {*composed.talks, *composed.late}


def test_a_unit_that_moves_takes_its_talks_and_what_is_on_its_way_along(session, cast):
    """The new area gathers and reads them; whoever noted them reads them as before."""
    before = cast.log(session, cast.leder)
    people.move_unit(session, cast.mariehuset, parent=cast.nord, now=make.NOW)
    receipt = accept(session, cast.leder, cast.talk("På vej imens"))
    assert (receipt.status, told(receipt)) == ("stored", [])
    assert session.get_one(Conversation, receipt.id).unit_id == cast.mariehuset.id
    assert {before.first_id, receipt.id} <= of_area(session, cast.nord)
    assert of_area(session, cast.syd) == set()
    leader = again(session, cast.leder)
    assert leader.unit_path == f"{cast.nord.path}{cast.mariehuset.id.hex}/"
    for actor, sees in ((leader, True), (again(session, cast.omraade2), True), (again(session, cast.omraade), False)):
        assert (before.first_id in conversations.by_ids(session, actor, [before.first_id])) == sees


def test_an_area_moves_with_everything_below_it(session, cast):
    people.move_unit(session, cast.syd, parent=cast.nord, now=make.NOW)
    for unit in session.exec(select(Unit).where(Unit.parent_id == cast.syd.id)).all():
        assert unit.path == f"{cast.nord.path}{cast.syd.id.hex}/{unit.id.hex}/"
    assert cast.mariehuset.id in {unit.id for unit in people.institutions_within(session, cast.omraade2, Permission.READ_TALKS)}


@pytest.mark.parametrize(
    ("unit", "parent"),
    [("syd", "syd"), ("kommune", "syd"), ("mariehuset", "kommune"), ("mariehuset", "skovbrynet"), ("syd", "mariehuset")],
)
def test_a_unit_moves_only_where_one_of_its_kind_may_stand(session, cast, unit, parent):
    with pytest.raises(people.Misplaced):
        people.move_unit(session, getattr(cast, unit), parent=getattr(cast, parent), now=make.NOW)


def test_an_area_does_not_move_below_itself(session, cast):
    inner = people.add_unit(session, name="Indre", level=Level.AREA, parent=cast.syd)
    with pytest.raises(people.Misplaced):
        people.move_unit(session, cast.syd, parent=inner, now=make.NOW)


def test_a_talk_for_a_house_that_was_merged_lands_in_the_one_that_goes_on(session, cast):
    """Its sender is told, and the fingerprint is that of what was sent. Along two successors."""
    merge(session, cast.mariehuset, cast.skovbrynet)
    merge(session, cast.skovbrynet, cast.units["Åhaven"])
    item = cast.talk(held_at=make.NOW)
    receipt = accept(session, again(session, cast.leder), item)
    assert (receipt.status, told(receipt)) == ("stored", [("unit", "unit_followed")])
    row = session.get_one(Conversation, receipt.id)
    assert (row.unit_id, row.sha256) == (cast.units["Åhaven"].id, sync.fingerprint(item))
    assert receipt.sha256 == sync.fingerprint(item)
    assert accept(session, again(session, cast.leder), item).status == "duplicate"
    assert row.first_id in of_area(session, cast.syd)


def test_a_talk_held_while_the_house_was_open_stands_where_it_was_held(session, cast):
    """Those of the house that goes on read it, and its area gathers it."""
    merge(session, cast.mariehuset, cast.skovbrynet)
    receipt = accept(session, again(session, cast.medarbejder), cast.talk(held_at=make.NOW - timedelta(days=1)))
    assert (receipt.status, told(receipt)) == ("stored", [])
    assert session.get_one(Conversation, receipt.id).unit_id == cast.mariehuset.id
    assert receipt.id in of_area(session, cast.syd)
    assert receipt.id in conversations.by_ids(session, again(session, cast.leder2), [receipt.id])
    names = digests.house_names(session, again(session, cast.leder2), [session.get_one(Conversation, receipt.id)])
    assert names == {receipt.id: "Mariehuset"}


def test_a_house_that_goes_on_in_another_area_is_gathered_there_alone(session, cast):
    other = make.institution(session, cast.syd, name="Fyrtårnet")
    people.move_unit(session, other, parent=cast.nord, now=make.NOW)
    waits = cast.log(session, cast.leder)
    merge(session, cast.mariehuset, other)
    late = accept(session, again(session, cast.leder), cast.talk(held_at=make.NOW - timedelta(days=3)))
    assert {waits.first_id, late.id} <= of_area(session, cast.nord)
    assert of_area(session, cast.syd) == set()
    assert waits.first_id not in conversations.by_ids(session, again(session, cast.omraade), [waits.first_id])
    people.move_unit(session, other, parent=cast.syd, now=make.NOW)
    assert {waits.first_id, late.id} <= of_area(session, cast.syd)


def test_closed_without_a_successor_a_later_talk_needs_help_and_an_earlier_one_is_stored(session, cast):
    people.close_for_good(session, cast.mariehuset, on=TODAY, now=make.NOW)
    assert told(accept(session, cast.leder, cast.talk(held_at=make.NOW))) == [("unit", "unknown_unit")]
    assert accept(session, cast.leder, cast.talk(held_at=make.NOW - timedelta(days=1))).status == "stored"
    assert sync.count_waiting(session, cast.leder) == 1


def test_a_house_that_closed_may_be_given_a_successor_later(session, cast):
    people.close_for_good(session, cast.mariehuset, on=YESTERDAY, now=make.NOW)
    merge(session, cast.mariehuset, cast.skovbrynet, on=YESTERDAY)
    assert accept(session, again(session, cast.leder), cast.talk(held_at=make.NOW)).status == "stored"
    with pytest.raises(people.Closed):
        merge(session, cast.mariehuset, cast.units["Åhaven"])
    with pytest.raises(people.Closed):
        people.move_unit(session, cast.mariehuset, parent=cast.nord, now=make.NOW)


def test_a_successor_is_another_open_house_of_the_same_sector_from_today_on(session, cast):
    people.close_for_good(session, cast.units["Regnbuen"], on=TODAY, now=make.NOW)
    for successor in (cast.mariehuset, cast.havnen, cast.units["Regnbuen"], cast.syd):
        with pytest.raises(people.BadSuccessor):
            merge(session, cast.mariehuset, successor)
    with pytest.raises(people.BadSuccessor):
        merge(session, cast.mariehuset, cast.skovbrynet, on=TODAY + timedelta(days=1))
    with pytest.raises(people.Misplaced):
        people.close_for_good(session, cast.syd, on=TODAY, now=make.NOW)
    merge(session, cast.mariehuset, cast.skovbrynet)
    with pytest.raises(people.BadSuccessor):
        merge(session, cast.skovbrynet, cast.mariehuset)


def test_two_houses_that_are_merged_into_each_other_at_once_make_no_ring(database, cast, at_once):
    pairs = [("Mariehuset", "Skovbrynet"), ("Skovbrynet", "Mariehuset")]

    def one(names):
        with database.writing() as session:
            unit, into = (session.get_one(Unit, cast.units[name].id) for name in names)
            merge(session, unit, into)

    found = at_once(one, pairs)
    assert sorted(type(one).__name__ for one in found) == ["BadSuccessor", "NoneType"]


def test_the_people_of_a_house_that_goes_on_belong_to_the_other_one(session, cast):
    """What they noted still counts as the house's own, so nothing that was counted moves."""
    cast.log(session, cast.leder, confirmed=[cast.themes["mad"]])
    before = kept(session)
    merge(session, cast.mariehuset, cast.skovbrynet)
    leader = again(session, cast.leder)
    assert (leader.unit_id, leader.unit_name) == (cast.skovbrynet.id, "Skovbrynet")
    assert people.homes(session, [leader.person_id]) == {leader.person_id: {cast.skovbrynet.id, cast.mariehuset.id}}
    accept(session, leader, cast.talk(held_at=make.NOW - timedelta(days=1)))
    after = kept(session)
    assert {key[3] for key in after[0]} == {True}
    themes.rebuild(session)
    assert kept(session) == after
    assert after[1] == before[1]


def test_nobody_above_a_house_belongs_to_one(session, cast):
    assert people.homes(session, [cast.omraade.person_id, cast.admin.person_id]) == {}


@pytest.mark.parametrize("change", ["merged", "closed", "moved"])
def test_a_talk_is_corrected_where_it_stands_whatever_became_of_its_house(session, cast, change):
    """By the area leader too, whom the tree no longer lets there."""
    mine, theirs = cast.talk("Lederens"), cast.talk("Områdelederens")
    for actor, item in ((cast.leder, mine), (cast.omraade, theirs)):
        assert accept(session, actor, item).status == "stored"
    if change == "merged":
        merge(session, cast.mariehuset, cast.skovbrynet, on=TODAY)
    elif change == "closed":
        people.close_for_good(session, cast.mariehuset, on=TODAY, now=make.NOW)
    else:
        people.move_unit(session, cast.mariehuset, parent=cast.nord, now=make.NOW)
    for actor, item in ((cast.leder, mine), (cast.omraade, theirs)):
        receipt = accept(session, again(session, actor), make.edit(item, "Rettet"))
        assert (receipt.status, told(receipt)) == ("stored", [])
        assert session.get_one(Conversation, receipt.id).unit_id == cast.mariehuset.id
    assert kept(session) == counted(session) or change == "merged"


def test_an_edit_of_a_talk_that_followed_stays_with_it(session, cast):
    merge(session, cast.mariehuset, cast.skovbrynet)
    item = cast.talk(held_at=make.NOW)
    leader = again(session, cast.leder)
    accept(session, leader, item)
    receipt = accept(session, leader, make.edit(item, "Rettet"))
    assert (receipt.status, told(receipt)) == ("stored", [("unit", "unit_followed")])
    assert session.get_one(Conversation, receipt.id).unit_id == cast.skovbrynet.id


def test_what_its_author_no_longer_reaches_waits_with_them(session, cast):
    people.move_unit(session, cast.mariehuset, parent=cast.nord, now=make.NOW)
    item = cast.talk()
    receipt = accept(session, cast.omraade, item)
    assert (receipt.status, told(receipt)) == ("needs_help", [("unit", "unknown_unit")])
    [boxed] = sync.waiting(session, cast.omraade)
    assert str(boxed.item_id) == item["id"]


def test_an_issue_keeps_its_talks_and_its_words_when_the_tree_changes(session, cast):
    talk = cast.log(session, cast.leder)
    issue = digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    content = dict(issue.content)
    merge(session, cast.mariehuset, cast.skovbrynet)
    people.move_unit(session, cast.skovbrynet, parent=cast.nord, now=make.NOW)
    accept(session, again(session, cast.leder), make.edit({**cast.talk(), "id": str(talk.id)}, "Rettet"))
    later = make.WEEK.plus(1)
    for area in (cast.syd, cast.nord):
        digests.make_issue(session, area, later, now=later.ends_at())
    session.refresh(issue)
    assert issue.content == content
    members = session.exec(select(IssueTalk)).all()
    assert [(one.issue_id, one.conversation_id) for one in members] == [(issue.id, talk.first_id)]


def test_a_house_that_is_split_stays_and_a_new_one_stands_beside_it(session, cast):
    new = people.split_unit(session, cast.mariehuset, name="Mariehuset Have", now=make.NOW)
    assert (new.parent_id, new.sector, new.label, new.path) == (
        cast.syd.id,
        cast.mariehuset.sector,
        cast.mariehuset.label,
        f"{cast.syd.path}{new.id.hex}/",
    )
    assert again(session, cast.leder).unit_id == cast.mariehuset.id
    with pytest.raises(people.Misplaced):
        people.split_unit(session, cast.syd, name="Område Øst", now=make.NOW)
    people.close_for_good(session, new, on=TODAY, now=make.NOW)
    with pytest.raises(people.Closed):
        people.split_unit(session, new, name="Igen", now=make.NOW)


def test_a_silent_house_that_moved_away_is_no_longer_named_as_silent_there(session, cast):
    week = make.WEEK.plus(-1)
    digests.make_issue(session, cast.syd, week, now=week.ends_at())
    people.move_unit(session, cast.skovbrynet, parent=cast.nord, now=make.NOW)
    edition = digests.read(session, again(session, cast.omraade), area_id=cast.syd.id, week=make.WEEK, now=make.NOW)
    assert cast.skovbrynet.id not in {one.house for one in edition.content.silent}


class Reorganisation(RuleBasedStateMachine):
    """Houses and areas move, close, merge and split while talks arrive from phones that know only an older tree."""

    url = ""

    @initialize()
    def begin(self):
        self.session = self.database.session(writes=True)
        self.units = [unit.id for unit in self.session.exec(select(Unit).order_by(col(Unit.id))).all()]
        self.sent: dict[UUID, people.Actor] = {}
        self.items: list[dict] = []
        self.day = 0

    def teardown(self):
        self.session.rollback()
        self.session.close()

    @property
    def now(self):
        return make.NOW + timedelta(days=self.day)

    def unit(self, pick):
        return self.session.get_one(Unit, self.units[pick % len(self.units)])

    def attempt(self, change, *units, **more):
        try:
            with self.session.begin_nested():
                return change(self.session, *units, now=self.now, **more)
        except (people.Misplaced, people.Closed, people.BadSuccessor):
            return None

    @rule()
    def next_day(self):
        self.day += 1

    @rule(pick=st.integers(0, 30), below=st.integers(0, 30))
    def move(self, pick, below):
        self.attempt(people.move_unit, self.unit(pick), parent=self.unit(below))

    @rule(pick=st.integers(0, 30), days=st.integers(-5, 2))
    def close(self, pick, days):
        self.attempt(people.close_for_good, self.unit(pick), on=local(self.now).date() + timedelta(days=days))

    @rule(pick=st.integers(0, 30), into=st.integers(0, 30), days=st.integers(-5, 0))
    def merge(self, pick, into, days):
        self.attempt(people.merge_units, self.unit(pick), into=self.unit(into), on=local(self.now).date() + timedelta(days=days))

    @rule(pick=st.integers(0, 30))
    def split(self, pick):
        new = self.attempt(people.split_unit, self.unit(pick), name="Et nyt")
        if new:
            self.units.append(new.id)

    @rule(who=st.sampled_from(everybody.NAMES[:6]), pick=st.integers(0, 30), days=st.integers(-9, 0))
    def send(self, who, pick, days):
        """Held on any day, in any unit that ever was: the phone does not know what became of it."""
        actor = again(self.session, getattr(self.cast, who))
        item = self.cast.talk("Ord", unit=self.unit(pick), held_at=self.now + timedelta(days=days))
        self.take(actor, item)
        self.items.append(item)

    @rule(pick=st.integers(0, 50))
    def correct(self, pick):
        if self.items:
            place = pick % len(self.items)
            item = self.items[place]
            actor = again(self.session, self.sent[UUID(item["id"])])
            stood = self.session.get(Conversation, UUID(item["id"]))
            edit = make.edit(item, "Andre ord")
            receipt = self.take(actor, edit)
            if stood:
                assert receipt.status == "stored"
                assert self.session.get_one(Conversation, receipt.id).unit_id == stood.unit_id
                self.items[place] = edit

    def take(self, actor, item):
        receipt = sync.accept(self.session, actor, item=item, now=self.now)
        self.sent[UUID(item["id"])] = actor
        assert receipt.status in ("stored", "needs_help")
        assert receipt.sha256 == sync.fingerprint(item)
        return receipt

    @invariant()
    def nothing_is_nowhere(self):
        if not hasattr(self, "session"):
            return
        rows = {row.id: row for row in self.session.exec(select(Conversation)).all()}
        boxed = {(row.item_id, row.person_id) for row in self.session.exec(select(BoxedItem)).all()}
        for key, actor in self.sent.items():
            assert key in rows or (key, actor.person_id) in boxed
        gathered = set()
        for area in people.all_areas(self.session):
            found = of_area_until(self.session, area, self.now)
            assert gathered.isdisjoint(found)
            gathered |= found
        assert gathered == {row.first_id for row in rows.values()}

    @invariant()
    def the_tree_is_one(self):
        if not hasattr(self, "session"):
            return
        units = {unit.id: unit for unit in self.session.exec(select(Unit)).all()}
        for unit in units.values():
            last, steps = unit, 0
            while last.successor_id:
                assert last.closed_on
                assert (last.level, last.sector) == (units[last.successor_id].level, units[last.successor_id].sector)
                last, steps = units[last.successor_id], steps + 1
                assert steps < len(units)
            above = last if last is not unit else units.get(unit.parent_id)
            assert unit.path == f"{above.path if above else '/'}{unit.id.hex}/"
            assert unit.parent_id == last.parent_id
        homes = self.session.exec(select(Unit).join(Person, col(Person.unit_id) == col(Unit.id))).all()
        assert all(unit.successor_id is None for unit in homes)

    @invariant()
    def the_counts_are_those_of_the_talks(self):
        if hasattr(self, "session"):
            before = kept(self.session)
            themes.rebuild(self.session)
            assert kept(self.session) == before


def of_area_until(session, area, now):
    composed = digests.compose(session, area, make.WEEK.plus(20))
    return {*composed.talks, *composed.late}


@pytest.mark.slow
def test_no_order_of_changes_and_arrivals_orphans_a_talk(database, cast):
    machine = type("OnThis", (Reorganisation,), {"database": database, "cast": cast})
    limits = settings(deadline=None, max_examples=12, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=limits)
