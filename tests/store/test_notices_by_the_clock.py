"""What was written leaves within the minute, and nobody looks for what is not there; reminders come each morning, once."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import col, select

from app import create_app
from blueprints.notices import scheduled
from blueprints.shared import schedule
from domain import notices
from domain.jobs import JobRun
from domain.notices import Kind, Notice
from tests import cast as people
from tests import make


@pytest.fixture
def served(tmp_path, database, database_url):
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": database_url})
    app.extensions["hoert.jobs"] = schedule.by_name(scheduled)
    with database.writing() as session:
        cast = people.gather(session)
    yield app, cast
    app.extensions["hoert.database"].dispose()


def tick(app, now):
    with time_machine.travel(now, tick=False):
        return [(name, str(outcome)) for name, _key, outcome in schedule.catch_up(app)]


def test_a_notice_is_sent_within_the_minute_and_then_nobody_has_anything_to_do(served, database):
    app, cast = served
    morning = make.NOW
    tick(app, morning)
    with database.writing() as session:
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], about="a", path="/", now=morning)
    assert tick(app, morning + timedelta(minutes=1)) == [("notices.deliver", "done")]
    with database.reading() as session:
        [notice] = session.exec(select(Notice)).all()
        assert notice.failed_why == "no_sender", "no browser is switched on, and there is no mail server"
        assert notice.gave_up_at is None, "there may be one soon"
    assert tick(app, morning + timedelta(minutes=2)) == []


def test_what_waits_for_its_time_begins_no_run(served, database):
    app, cast = served
    tick(app, make.NOW)
    with database.writing() as session:
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], about="a", path="/", now=make.NOW + timedelta(hours=1))
    assert tick(app, make.NOW + timedelta(minutes=5)) == []
    assert tick(app, make.NOW + timedelta(hours=1)) == [("notices.deliver", "done")]


def test_reminders_are_looked_for_once_a_morning_and_old_ones_go_by_night(served, database):
    app, cast = served
    with database.writing() as session:
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], about="a", path="/", now=make.NOW)
        notices.settle_all(session, now=make.NOW, why="x")
    assert tick(app, make.NOW) == [("notices.remind", "done"), ("notices.forget", "done")]
    assert tick(app, make.NOW + timedelta(minutes=1)) == []
    assert tick(app, make.NOW + timedelta(days=91)) == [("notices.remind", "done"), ("notices.forget", "done")]
    with database.reading() as session:
        assert session.exec(select(Notice)).all() == []
    with database.reading() as session:
        assert len(session.exec(select(JobRun.key).where(col(JobRun.name) == "notices.remind")).all()) == 2
