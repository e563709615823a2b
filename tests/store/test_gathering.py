"""Which weeks are missing, and that doing what is due makes each area's issues once, oldest first, after a rest of any length."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app import create_app
from blueprints.digests import scheduled as by_the_clock
from blueprints.shared import schedule
from domain import demo, digests
from domain.audit import Deed
from domain.base import Week, local
from domain.digests import Issue, gathered_at
from domain.people import Level, Unit, add_unit
from tests import make

NIGHT = make.WEEK.ends_at()
SIX = gathered_at(make.WEEK)
SECOND = timedelta(seconds=1)
#: Before the clocks go forward, before they go back, and at the end of a year with 53 weeks.
BEGINNINGS = (Week(2026, 10), Week(2026, 40), Week(2026, 50))


@pytest.fixture
def served(database, database_url, tmp_path):
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": database_url})
    app.extensions["hoert.jobs"] = schedule.by_name(by_the_clock)  # no night's work with each look at the clock
    yield app
    app.extensions["hoert.database"].dispose()


def tick(app, now: datetime) -> list[tuple[str, schedule.Outcome]]:
    """What the schedule did of weeks at this moment."""
    with time_machine.travel(now, tick=False):
        return [(key, outcome) for name, key, outcome in schedule.catch_up(app) if name == "digests.weekly"]


def issued(database, area) -> list[str]:
    """In the order they were made."""
    with database.reading() as session:
        return list(session.exec(select(Issue.week).where(Issue.unit_id == area.id).order_by(col(Issue.id))).all())


def weeks(*numbers: int) -> list[str]:
    return [f"2026-W{number}" for number in numbers]


def test_an_area_without_a_talk_has_no_week_and_one_with_a_talk_has_it_from_monday_at_six(database, cast, served):
    with database.writing() as session:
        cast.log(session, cast.leder)
    assert tick(served, SIX - SECOND) == []
    assert tick(served, SIX) == [(f"{cast.syd.id}/{make.WEEK}", schedule.Outcome.DONE)]
    assert tick(served, SIX) == []
    assert (issued(database, cast.syd), issued(database, cast.nord)) == (weeks(47), [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (timedelta(0), weeks(47)),
        (timedelta(days=3), weeks(47)),
        (timedelta(weeks=1), weeks(47, 48)),
        (timedelta(weeks=3), weeks(47, 48, 49, 50)),
        (timedelta(weeks=8), [*weeks(47, 48, 49, 50, 51, 52, 53), "2027-W01", "2027-W02"]),
    ],
)
def test_after_a_rest_every_week_is_made_oldest_first(database, cast, served, away, expected):
    with database.writing() as session:
        cast.log(session, cast.leder)
        cast.log(session, cast.leder3)
    tick(served, SIX + away)
    assert issued(database, cast.syd) == issued(database, cast.nord) == expected


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 24 * 7 * 3), min_size=1, max_size=8), st.sampled_from(BEGINNINGS))
def test_whenever_the_clock_is_looked_at_each_week_is_made_once(database, cast, served, hours, begins):
    """Over both changes of clocks and the turn of a year with 53 weeks; some hours in a row, some weeks apart."""
    with database.writing() as session:
        area = add_unit(session, name="Område Øst", level=Level.AREA, parent=cast.kommune, sector=cast.syd.sector)
        house = make.institution(session, area, name="Huset")
        make.row(session, cast.omraade, cast.form, house, held_at=begins.starts_at(), received_at=begins.starts_at())
    at = begins.starts_at()
    for step in hours:
        at += timedelta(hours=step)
        tick(served, at)
        expected, week = [], begins
        while gathered_at(week) <= at:
            expected.append(str(week))
            week = week.plus(1)
        assert issued(database, area) == expected


def test_a_week_that_fails_keeps_the_later_ones_of_its_area_waiting_and_no_other_area(database, cast, served):
    """Made before it, the next one would take its talks."""
    with database.writing() as session:
        cast.log(session, cast.leder)
        cast.log(session, cast.leder3)
        refuse(session, cast.syd)
    at = SIX + timedelta(weeks=1)
    assert sorted(tick(served, at)) == sorted(
        [
            (f"{cast.syd.id}/2026-W47", schedule.Outcome.FAILED),
            (f"{cast.nord.id}/2026-W47", schedule.Outcome.DONE),
            (f"{cast.nord.id}/2026-W48", schedule.Outcome.DONE),
        ]
    )
    with database.writing() as session:
        allow(session)
    assert tick(served, at + SECOND) == []  # it waits
    tick(served, at + timedelta(minutes=1))
    assert issued(database, cast.syd) == weeks(47, 48)


def refuse(session, area):
    """No issue of the area can be stored."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql(
            f"CREATE TRIGGER refuse_syd BEFORE INSERT ON issue WHEN NEW.unit_id = '{area.id.hex}' "
            "BEGIN SELECT RAISE(ABORT, 'no more'); END"
        )
    else:
        session.connection().exec_driver_sql(
            "CREATE FUNCTION refuse_syd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.unit_id = '{area.id}' THEN RAISE 'no more'; END IF; RETURN NEW; END $$"
        )
        session.connection().exec_driver_sql(
            "CREATE TRIGGER refuse_syd BEFORE INSERT ON issue FOR EACH ROW EXECUTE FUNCTION refuse_syd()"
        )


def allow(session):
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON issue"
    session.connection().exec_driver_sql(f"DROP TRIGGER refuse_syd{on}")
    if on:
        session.connection().exec_driver_sql("DROP FUNCTION refuse_syd")


def test_an_area_has_a_time_of_its_own(database, cast, served):
    with database.writing() as session:
        cast.log(session, cast.leder)
        cast.log(session, cast.leder3)
        assert not digests.set_issue_time(session, cast.omraade, area_id=cast.syd.id, at=time(9, 45), now=make.NOW)
        assert digests.set_issue_time(session, cast.admin, area_id=cast.syd.id, at=time(9, 30), now=make.NOW)
        assert digests.set_issue_time(session, cast.admin, area_id=cast.syd.id, at=time(9, 45), now=make.NOW)
        assert not digests.set_issue_time(session, cast.admin, area_id=cast.syd.id, at=time(9, 45), now=make.NOW)
        assert not digests.set_issue_time(session, cast.admin, area_id=cast.mariehuset.id, at=time(1), now=make.NOW)
        assert [(area.name, at) for area, at in digests.issue_times(session, cast.admin)] == [
            ("Område Nord", time(6)),
            ("Område Syd", time(9, 45)),
        ]
        deeds = session.exec(select(Deed).where(col(Deed.verb) == "issue_time_set").order_by(col(Deed.id))).all()
        assert [deed.facts for deed in deeds] == [{"at": "09:30"}, {"at": "09:45"}]
        comes = {one.area.name: local(one.at) for one in digests.to_come(session, now=make.NOW)}
        assert {name: (at.date(), at.time()) for name, at in comes.items()} == {
            "Område Nord": (make.WEEK.plus(1).monday(), time(6)),
            "Område Syd": (make.WEEK.plus(1).monday(), time(9, 45)),
        }
    tick(served, SIX)
    assert (issued(database, cast.syd), issued(database, cast.nord)) == ([], weeks(47))
    tick(served, SIX + timedelta(hours=3, minutes=45))
    assert issued(database, cast.syd) == weeks(47)


def test_a_week_made_by_hand_and_the_schedule_never_double(database, cast, served):
    with database.writing() as session:
        cast.log(session, cast.leder)
    with time_machine.travel(SIX, tick=False):
        first = served.test_cli_runner().invoke(args=["digests", "weekly"])
        assert "Område Syd: 2026-W47 issued, 1 talks" in first.output
    assert [key for key, _ in tick(served, SIX)] == []
    with time_machine.travel(SIX, tick=False):
        assert "Område Syd: 2026-W47 was issued before" in served.test_cli_runner().invoke(args=["digests", "weekly"]).output
    assert issued(database, cast.syd) == weeks(47)


def test_a_week_before_an_issued_one_is_not_missing(database, cast, served):
    """Its talks stand in the later one, which somebody made by hand."""
    with database.writing() as session:
        cast.log(session, cast.leder, now=make.NOW - timedelta(weeks=2))
        digests.make_issue(session, cast.syd, make.WEEK, now=NIGHT)
    assert tick(served, SIX) == []
    tick(served, SIX + timedelta(weeks=1))
    assert issued(database, cast.syd) == weeks(47, 48)


def test_the_last_week_of_the_invented_municipality_is_left_to_whoever_tries_it(database_url, tmp_path):
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": database_url})
    app.extensions["hoert.jobs"] = schedule.by_name(by_the_clock)
    database = app.extensions["hoert.database"]
    with time_machine.travel(make.NOW, tick=False):
        demo.load(database, size=demo.Size(weeks=3, institutions=4), now=make.NOW)
    with database.reading() as session:
        areas = list(session.exec(select(Unit).where(Unit.level == Level.AREA)).all())
    before = [issued(database, area) for area in areas]
    assert tick(app, make.NOW + timedelta(minutes=5)) == []
    assert [issued(database, area) for area in areas] == before
    tick(app, gathered_at(make.WEEK) + timedelta(weeks=1))
    assert all(str(make.WEEK.plus(1)) in issued(database, area) for area in areas if issued(database, area))
    database.dispose()
