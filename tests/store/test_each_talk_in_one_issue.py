"""A month of everything that can happen between a talk and its issue, in any order, beside a model in plain Python.

Talks are noted (with right and wrong clocks), come late out of slow transactions, are corrected, moved and taken back; houses
close; weeks are issued early, late, twice or never. After every step each talk stands in one issue, or in one week that can be
read, or in none for a reason that the model can name.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from domain import digests, sync
from domain.base import Database, Week, local, week_of
from domain.digests import Issue, IssueTalk
from domain.people import Unit
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.slow

#: A Thursday; the clocks go back on the Sunday of the week after.
BEGAN = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
HOUSES = ("Mariehuset", "Skovbrynet", "Åhaven", "Distrikt Havnen")
THEMES = {"Område Syd": ("mad", "tryghed"), "Område Nord": ("besøg",)}

#: A red example is made smaller, but not explained line by line: that takes minutes.
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)

#: How far a clock is wrong, in hours: mostly a little, sometimes by weeks.
clocks = st.one_of(st.just(0), st.integers(-30, 2), st.integers(-60 * 24, 14 * 24))
#: Also across the end of a week, by a second.
pauses = st.one_of(st.integers(1, 30 * 3600), st.just(-1), st.just(0))


@dataclass
class Talk:
    """What the model remembers: all that an issue is made of."""

    item: dict[str, Any]
    house: str
    week: Week
    received_at: datetime
    themes: tuple[str, ...]


class Month(RuleBasedStateMachine):
    """`database` and `cast` are set in a class of each test's own. One example is one transaction that is rolled back."""

    database: Database
    cast: Cast
    talks = Bundle("talks")

    @initialize()
    def begin(self):
        self.session = self.database.session(writes=True)
        self.now = BEGAN
        self.stored: dict[UUID, Talk] = {}
        self.closed: dict[str, Any] = {}
        #: By area and week, in the order they were made: which talks, and whether each came late.
        self.issued: dict[tuple[str, Week], dict[UUID, bool]] = {}
        self.withdrawn: set[UUID] = set()

    def teardown(self):
        if hasattr(self, "session"):
            self.session.rollback()
            self.session.close()

    @rule(target=talks, house=st.sampled_from(HOUSES), hours=clocks, about=st.integers(0, 3))
    def log(self, house, hours, about):
        return self._take(house, hours, about, lambda *args, **more: self.cast.talk(*args, **more))

    @rule(target=talks, talk=talks, house=st.sampled_from(HOUSES[:3]), hours=clocks, about=st.integers(0, 3))
    def correct(self, talk, house, hours, about):
        """Other words, another time, other themes; by the area leader, who notes talks in several houses, also another house."""
        before = self.stored.get(talk)
        if before is None or not before.item:
            return talk
        house = before.house if before.house == HOUSES[3] else house
        self._take(
            house, hours, about, lambda *_args, **more: make.edit(before.item, unit=str(more.pop("unit").id), **_json(more))
        )
        return talk

    @rule(target=talks, house=st.sampled_from(HOUSES[:3]), days=st.integers(0, 20), held=st.integers(-30, 1))
    def commit_late(self, house, days, held):
        """A transaction that began long ago and commits only now: received before weeks that are issued already."""
        received_at = self.now - timedelta(days=days)
        held_at = received_at + timedelta(days=held)
        row = make.row(
            self.session, self.cast.leder, self.cast.form, self.cast.units[house], held_at=held_at, received_at=received_at
        )
        self.stored[row.id] = Talk({}, house, week_of(held_at), received_at, ())
        return row.id

    @rule(talk=consumes(talks))
    def take_back(self, talk):
        if self.stored.get(talk) and self.stored[talk].item:
            [receipt] = sync.take(
                self.session, self._author(self.stored[talk].house), items=[make.withdrawal(talk)], now=self.now
            )
            assert receipt.status == "stored"
            del self.stored[talk]
            self.withdrawn.add(talk)

    @rule(house=st.sampled_from(HOUSES[:3]), days=st.integers(-7, 14))
    def close(self, house, days):
        self.closed[house] = local(self.now).date() + timedelta(days=days)
        unit = self.session.get_one(Unit, self.cast.units[house].id)
        unit.closed_on = self.closed[house]
        self.session.add(unit)
        self.session.flush()

    @rule(pause=pauses)
    def wait(self, pause):
        end = week_of(self.now).ends_at()
        self.now = end + timedelta(seconds=pause) if pause <= 0 else self.now + timedelta(seconds=pause)

    @rule(back=st.sampled_from([1, 1, 1, 0, 2, 3]), again=st.booleans())
    def issue(self, back, again):
        week = week_of(self.now).plus(-back)
        for area in ("Område Syd", "Område Nord"):
            self._issue(area, week)
            if again:
                self._issue(area, week)

    def _issue(self, area: str, week: Week):
        unit = self._unit(area)
        later = [one for (place, one) in self.issued if place == area and one > week]
        if (area, week) in self.issued:
            assert digests.make_issue(self.session, unit, week, now=self.now) is None
        elif later:
            with pytest.raises(digests.LaterIssued):
                digests.make_issue(self.session, unit, week, now=self.now)
        else:
            made = digests.make_issue(self.session, unit, week, now=self.now)
            waiting = self._waiting(area, before=week.ends_at())
            self.issued[area, week] = {key: talk.week < week for key, talk in waiting.items()}
            assert facts(made.content) == self._facts(area, week, waiting)

    @invariant()
    def each_talk_stands_where_the_model_has_it(self):
        if not hasattr(self, "session"):
            return
        query = select(IssueTalk.conversation_id, Issue.unit_id, Issue.week, IssueTalk.late)
        rows = self.session.exec(query.join(Issue, col(Issue.id) == col(IssueTalk.issue_id))).all()
        found = {(key, unit, week, late) for key, unit, week, late in rows}
        assert len({key for key, *_ in rows}) == len(rows)
        assert found == {
            (key, self._id(area), str(week), late)
            for (area, week), members in self.issued.items()
            for key, late in members.items()
            if key not in self.withdrawn
        }

    @invariant()
    def what_can_be_read_holds_each_talk_once(self):
        """Issues and the weeks that are still open share all talks out between them; none is told twice."""
        if not hasattr(self, "session"):
            return
        for area, reader in (("Område Syd", self.cast.omraade), ("Område Nord", self.cast.omraade2)):
            shown = [
                key
                for line in digests.listed(self.session, reader, now=self.now)
                for edition in [digests.read(self.session, reader, area_id=line.area.id, week=line.week, now=self.now)]
                for key in (*edition.talks, *edition.late)
            ]
            running = week_of(self.now)
            everything = {key for key, talk in self.stored.items() if self._area(talk.house) == area}
            # The only ones that wait unseen: what came after a running week was issued before its end.
            until = running.starts_at() if (area, running) in self.issued else running.ends_at()
            unseen = {key for key, talk in self._waiting(area).items() if talk.received_at >= until}
            if (area, running) in self.issued and (area, running.plus(-1)) in self.issued:
                unseen = set(self._waiting(area))
            assert sorted(shown) == sorted(everything - unseen)

    def _take(self, house: str, hours: int, about: int, item_of) -> UUID | None:
        """Hands an item to the one verb behind both doors; where the house was closed, it is kept for help and is no talk."""
        held_at = self.now + timedelta(hours=hours)
        unit, chosen = self.cast.units[house], self._themes(house, about)
        item = item_of(unit=unit, held_at=held_at, confirmed=[self._theme(house, key) for key in chosen])
        [receipt] = sync.take(self.session, self._author(house), items=[item], now=self.now)
        is_open = house not in self.closed or self.closed[house] > local(held_at).date()
        chain = [key for key, talk in self.stored.items() if item["replaces"] and talk.item.get("id") == item["replaces"]]
        first = chain[0] if chain else UUID(item["id"])
        assert receipt.status == ("stored" if is_open else "needs_help"), receipt
        if is_open:
            received_at = self.stored[first].received_at if first in self.stored else self.now
            self.stored[first] = Talk(item, house, week_of(held_at), received_at, chosen)
        return first

    def _facts(self, area: str, week: Week, waiting: dict[UUID, Talk]) -> dict[str, Any]:
        """What an issue must say of these talks, counted by hand."""
        on_time = {key: talk for key, talk in waiting.items() if talk.week >= week}
        heard = {talk.house for talk in on_time.values()}
        known = [talk for talk in self.stored.values() if talk.week <= week and talk.received_at < week.ends_at()]
        lately = {talk.house for talk in known if talk.week > week.plus(-4)} | heard
        still_open = {
            name
            for name, unit in self.cast.units.items()
            if unit.parent_id == self._id(area) and (name not in self.closed or self.closed[name] > week.sunday())
        }
        return {
            "talks": len(on_time),
            "late": len(waiting) - len(on_time),
            "heard": len(heard),
            "themes": {
                str(self._theme_in(area, key).id): sorted(str(one) for one, talk in on_time.items() if key in talk.themes)
                for key in THEMES[area]
                if any(key in talk.themes for talk in on_time.values())
            },
            "without_theme": sorted(str(key) for key, talk in on_time.items() if not talk.themes),
            "silent": {
                str(self.cast.units[name].id): max((str(talk.week) for talk in known if talk.house == name), default=None)
                for name in still_open - lately
            },
        }

    def _waiting(self, area: str, before: datetime | None = None) -> dict[UUID, Talk]:
        """Talks of the area in no issue; `before`: received before then."""
        gone = {key for members in self.issued.values() for key in members}
        return {
            key: talk
            for key, talk in self.stored.items()
            if self._area(talk.house) == area and key not in gone and (before is None or talk.received_at < before)
        }

    def _area(self, house: str) -> str:
        return "Område Nord" if house == HOUSES[3] else "Område Syd"

    def _id(self, area: str) -> UUID:
        return (self.cast.nord if area == "Område Nord" else self.cast.syd).id

    def _unit(self, area: str) -> Unit:
        return self.session.get_one(Unit, self._id(area))

    def _author(self, house: str):
        return self.cast.leder3 if house == HOUSES[3] else self.cast.omraade

    def _themes(self, house: str, about: int) -> tuple[str, ...]:
        return tuple(key for number, key in enumerate(THEMES[self._area(house)]) if about >> number & 1)

    def _theme(self, house: str, key: str):
        return self._theme_in(self._area(house), key)

    def _theme_in(self, area: str, key: str):
        return (self.cast.themes if area == "Område Syd" else self.cast.themes_home_care)[key]


def facts(content: dict[str, Any]) -> dict[str, Any]:
    return {
        "talks": content["talks"],
        "late": content["late"],
        "heard": content["houses_heard"],
        "themes": {one["theme"]: sorted(one["talks"]) for one in content["themes"]},
        "without_theme": sorted(content["without_theme"]),
        "silent": {one["house"]: one["last_week"] for one in content["silent"]},
    }


def _json(more: dict[str, Any]) -> dict[str, Any]:
    """Members of an item, as an edit gives them anew."""
    confirmed = [str(theme.id) for theme in more["confirmed"]]
    return {"held_at": more["held_at"].isoformat(), "themes": {"confirmed": confirmed, "rejected": [], "tones": {}}}


def test_whatever_happens_in_a_month_each_talk_stands_in_one_issue(database, cast):
    month = type("ThisMonth", (Month,), {"database": database, "cast": cast})
    examples = 25 if database.engine.dialect.name == "sqlite" else 5
    house = settings(
        max_examples=examples, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None, phases=PHASES
    )
    run_state_machine_as_test(month, settings=house)


def test_weeks_issued_by_two_at_once_while_talks_arrive_lose_none(database, cast, at_once):
    """Four note talks, received before a week's end and committed whenever; three make issues of one week after another."""
    weeks = [make.WEEK.plus(step) for step in range(3)]

    def note(number):
        for step, week in enumerate(weeks):
            with database.writing() as session:
                at = week.ends_at() - timedelta(hours=step + number + 1)
                make.row(session, cast.leder, cast.form, cast.mariehuset, held_at=at, received_at=at)

    def gather(_number):
        for week in weeks:
            with database.writing() as session:
                digests.make_issue(session, session.get_one(Unit, cast.syd.id), week, now=week.ends_at())

    done = at_once(
        lambda job: job[0](job[1]), [(note, 0), (gather, 0), (note, 1), (gather, 1), (note, 2), (gather, 2), (note, 3)]
    )
    assert [one for one in done if isinstance(one, Exception)] == []
    with database.writing() as session:
        assert digests.make_issue(session, session.get_one(Unit, cast.syd.id), weeks[-1].plus(1), now=weeks[-1].ends_at())
    with database.reading() as session:
        members = session.exec(select(IssueTalk.conversation_id)).all()
        assert len(members) == len(set(members)) == 4 * len(weeks)
        counted = [issue.content["talks"] + issue.content["late"] for issue in session.exec(select(Issue)).all()]
        assert (sum(counted), len(counted)) == (len(members), len(weeks) + 1)


def test_talks_of_a_week_that_nobody_issued_can_be_read_until_they_are(session, cast):
    """The gathering failed for weeks: what waits stands in the oldest week that can be read, as it will in its issue."""
    row = cast.log(session, cast.leder)
    later = make.NOW + timedelta(weeks=2)
    last, running = (
        digests.read(session, cast.omraade, area_id=cast.syd.id, week=week_of(later).plus(-back), now=later) for back in (1, 0)
    )
    assert (last.talks, last.late, running.talks, running.late) == ((), (row.id,), (), ())
