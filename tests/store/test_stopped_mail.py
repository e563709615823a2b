"""Mail that people stopped: each once, for themselves, and only mail."""

import pytest
import sqlalchemy as sa

from domain import notices
from domain.notices import ALL_MAIL, Channel, Kind, Outcome, Status
from tests import make


@pytest.fixture
def stopped(database, cast):
    def of(who=cast.leder):
        with database.reading() as session:
            return notices.stopped_mail(session, who.person_id)

    return of


def test_stopping_twice_is_stopping_once(database, cast, stopped):
    for _ in range(2):
        with database.writing() as session:
            notices.stop_mail(session, cast.leder.person_id, Kind.READ, now=make.NOW)
    assert stopped() == {Kind.READ}
    assert stopped(cast.leder2) == set()
    with database.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM mail_stop")).scalar_one() == 1


def test_all_mail_stops_every_kind_and_begins_without_what_was_stopped_by_itself(database, cast):
    person = cast.leder.person_id
    with database.writing() as session:
        notices.stop_mail(session, person, Kind.READ, now=make.NOW)
        notices.stop_mail(session, person, ALL_MAIL, now=make.NOW)
        assert all(notices.is_stopped(session, person, kind) for kind in Kind)
        notices.begin_mail(session, person, ALL_MAIL)
        assert [kind for kind in Kind if notices.is_stopped(session, person, kind)] == [Kind.READ]
        notices.begin_mail(session, person, Kind.READ)
        assert not any(notices.is_stopped(session, person, kind) for kind in Kind)


def test_mail_waits_for_the_day_and_leaves_then(database, cast):
    """Nobody chose hours: a reply that came on Wednesday evening is written about on Thursday at seven."""
    evening, morning = make.NOW.replace(hour=19, minute=30), make.NOW.replace(day=19, hour=6)
    with database.writing() as session:
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], about="x:1", path="/", now=evening)
    taken = []

    def sender(message):
        taken.append(message)
        return Outcome(Status.SENT)

    assert notices.deliver(database, {Channel.MAIL: sender}, clock=lambda: evening) == {"quiet": 1}
    assert notices.deliver(database, {Channel.MAIL: sender}, clock=lambda: evening) == {}
    assert notices.deliver(database, {Channel.MAIL: sender}, clock=lambda: morning) == {"mail": 1}
    assert len(taken) == 1
