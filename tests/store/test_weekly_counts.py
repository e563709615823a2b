"""The counts by week are those of the talks, whatever was done to them."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlmodel import col, select

from domain import digests, people, sync, themes
from domain.base import new_id, open_database, week_of
from domain.conversations import Conversation
from domain.themes import Coding, WeeklyTalks, WeeklyThemes
from tests import cast as everybody
from tests import make


def kept(session):
    """What the tables say, without what came down to nothing."""
    talks = session.exec(select(WeeklyTalks).where(col(WeeklyTalks.talks) != 0)).all()
    about = session.exec(select(WeeklyThemes).where(col(WeeklyThemes.talks) != 0)).all()
    return (
        Counter({(row.unit_id, row.held_week, row.arrived_week, row.own): row.talks for row in talks}),
        Counter({(row.unit_id, row.held_week, row.arrived_week, row.theme_id): row.talks for row in about}),
    )


def counted(session):
    """The same from the talks one by one."""
    homes = dict(session.exec(select(people.Person.id, people.Person.unit_id)).all())
    rows = session.exec(select(Conversation).where(col(Conversation.replaced_by_id).is_(None))).all()
    place = {row.first_id: (row.unit_id, row.held_week, str(week_of(row.received_at))) for row in rows}
    talks = Counter((*place[row.first_id], homes[row.author_id] == row.unit_id) for row in rows)
    codings = session.exec(select(Coding).where(Coding.decision == "confirmed")).all()
    return talks, Counter((*place[one.conversation_id], one.theme_id) for one in codings)


def assert_right(session):
    assert kept(session) == counted(session)


def test_a_talk_is_counted_where_it_was_held_and_when_it_arrived(database):
    with database.writing() as session:
        cast = everybody.gather(session)
        cast.log(session, cast.leder, confirmed=[cast.themes["mad"]], held_at=make.NOW - timedelta(weeks=1))
        cast.log(session, cast.omraade, unit=cast.mariehuset)
        talks, about = kept(session)
        last, this = (str(week_of(make.NOW - timedelta(weeks=back))) for back in (1, 0))
        assert talks == {(cast.mariehuset.id, last, this, True): 1, (cast.mariehuset.id, this, this, False): 1}
        assert about == {(cast.mariehuset.id, last, this, cast.themes["mad"].id): 1}
        assert_right(session)


def test_what_is_taken_back_is_counted_no_more(database):
    with database.writing() as session:
        cast = everybody.gather(session)
        talk = cast.log(session, cast.leder, confirmed=[cast.themes["mad"]])
        sync.accept(session, cast.leder, item=make.withdrawal(talk.id), now=make.NOW)
        assert kept(session) == (Counter(), Counter())


def test_counting_anew_gives_what_stands_there(database):
    with database.writing() as session:
        cast = everybody.gather(session)
        for back in range(3):
            cast.log(session, cast.leder, confirmed=[cast.themes["mad"]], held_at=make.NOW - timedelta(weeks=back))
        before = kept(session)
        session.execute(sa.update(WeeklyTalks).values(talks=17))
        assert themes.rebuild(session) == 3
        assert kept(session) == before


def test_a_week_is_counted_as_it_stood_at_its_end(database):
    """What arrives later changes no earlier week's counts."""
    week = week_of(make.NOW)
    with database.writing() as session:
        cast = everybody.gather(session)
        cast.log(session, cast.leder, held_at=make.NOW)
        cast.log(session, cast.leder, held_at=make.NOW, now=make.NOW + timedelta(weeks=1))
        houses = [cast.mariehuset.id]
        held = {until: list(themes.talks_held(session, houses, weeks=[week], known_by=until)) for until in (week, week.plus(1))}
        assert held == {week: [(houses[0], week, 1, 1)], week.plus(1): [(houses[0], week, 2, 2)]}
        assert themes.last_weeks(session, houses, until=week.plus(-1)) == {}
        assert themes.last_weeks(session, houses, until=week) == {houses[0]: week}


class Deeds(RuleBasedStateMachine):
    """Talks noted, edited into other weeks and houses, taken back, in any order; the counts follow."""

    url = ""

    @initialize()
    def begin(self):
        self.database = open_database(self.url)
        self.session = self.database.session(writes=True)
        self.cast = everybody.gather(self.session)
        self.latest: dict[str, dict] = {}
        self.made: list[uuid.UUID | None] = []

    def item(self, back, chosen, **more):
        names = [self.cast.themes[name] for name in sorted(chosen)]
        return self.cast.talk("Ord", confirmed=names, held_at=make.NOW - timedelta(weeks=back), **more)

    @rule(back=st.integers(0, 9), late=st.integers(0, 3), chosen=st.sets(st.sampled_from(["mad", "personale"])))
    def note(self, back, late, chosen):
        item = self.item(back, chosen)
        sync.accept(self.session, self.cast.leder, item=item, now=make.NOW + timedelta(weeks=late))
        self.latest[item["id"]] = item

    @rule(pick=st.integers(0, 50), back=st.integers(0, 9), chosen=st.sets(st.sampled_from(["mad", "personale"])))
    def edit(self, pick, back, chosen):
        if not self.latest:
            return
        first = sorted(self.latest)[pick % len(self.latest)]
        old = self.latest[first]
        item = self.item(back, chosen) | {"id": str(new_id()), "replaces": old["id"], "revision": old.get("revision", 1) + 1}
        receipt = sync.accept(self.session, self.cast.leder, item=item, now=make.NOW + timedelta(weeks=3))
        assert receipt.status == "stored"
        self.latest[first] = item

    @rule(pick=st.integers(0, 50))
    def take_back(self, pick):
        if not self.latest:
            return
        first = sorted(self.latest)[pick % len(self.latest)]
        sync.accept(self.session, self.cast.leder, item=make.withdrawal(first), now=make.NOW)
        del self.latest[first]

    @rule(pick=st.integers(0, 50), chosen=st.sets(st.sampled_from(["mad", "personale"])))
    def recode(self, pick, chosen):
        """Somebody above says something else of its themes."""
        if not self.latest:
            return
        first = sorted(self.latest)[pick % len(self.latest)]
        every = {self.cast.themes[name].id for name in ("mad", "personale")}
        yes = {self.cast.themes[name].id for name in chosen}
        marks = themes.Marks(tuple(sorted(yes)), tuple(sorted(every - yes)))
        made = themes.decide(self.session, self.cast.omraade, first_id=uuid.UUID(first), marks=marks, now=make.NOW)
        self.made.append(made)

    @rule(pick=st.integers(0, 50))
    def undo(self, pick):
        made = [one for one in self.made if one]
        if made and themes.may_undo(self.session, self.cast.omraade, made[pick % len(made)]):
            themes.undo(self.session, self.cast.omraade, recoding_id=made[pick % len(made)], now=make.NOW)

    @rule()
    def issue(self):
        digests.make_issue(self.session, self.cast.syd, week_of(make.NOW), now=make.NOW)

    def teardown(self):
        if hasattr(self, "session"):
            assert_right(self.session)
            assert all(row.talks >= 0 for row in self.session.exec(select(WeeklyTalks)).all())
            self.session.rollback()
            self.session.close()
            self.database.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_counts_follow_whatever_is_done(kind, request):
    machine = type("Deeds", (Deeds,), {"url": request.getfixturevalue(f"{kind}_url")})
    examples = 30 if kind == "sqlite" else 10
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=15, suppress_health_check=list(HealthCheck))
    )


def test_the_command_counts_anew(app):
    database = app.extensions["hoert.database"]
    with database.writing() as session:
        cast = everybody.gather(session)
        cast.log(session, cast.leder, confirmed=[cast.themes["mad"]])
        session.execute(sa.update(WeeklyThemes).values(talks=17))
    assert app.test_cli_runner().invoke(args=["themes", "recount"]).output == "Counted 1 talks.\n"
    with database.reading() as session:
        assert_right(session)
