"""Notices that could not leave at once: how long they wait, by which way they are tried again, and when they are forgotten."""

from datetime import timedelta

from sqlmodel import select

from domain import notices
from domain.base import new_id
from domain.notices import Channel, Kind, Notice, Outcome, Status, Wishes, delivery
from tests import make
from tests.noticing import HOUR, LEASE, deliver, only, switch_on, write
from tests.senders import Senders


def test_no_try_is_begun_of_what_another_holds(database, cast):
    """The first was held up for longer than the lease; the second has it in hand and has not sent it yet."""
    first, second = new_id(), new_id()
    with database.writing() as session:
        write(session, cast.leder)
        [claimed] = notices.claim(session, holder=first, now=make.NOW)
    with database.writing() as session:
        assert notices.claim(session, holder=second, now=make.NOW + LEASE - timedelta(seconds=1)) == []
        assert len(notices.claim(session, holder=second, now=make.NOW + LEASE)) == 1
    key = claimed.message.notice_id
    assert not delivery.begin(database, key, holder=first, now=make.NOW + LEASE)
    assert only(database).attempts == 0
    assert delivery.begin(database, key, holder=second, now=make.NOW + LEASE)
    assert only(database).attempts == 1


def test_a_failure_waits_longer_each_time_and_is_given_up_when_it_is_old(database, cast):
    """A mail server that is away from Friday to Monday loses nobody's mail."""
    with database.writing() as session:
        write(session, cast.leder)
    senders, now, waits = Senders(answers={Channel.MAIL: Outcome(Status.LATER, "busy")}), make.NOW, []
    while not (done := deliver(database, senders, now=now)).get("given_up"):
        row = only(database)
        waits += [(row.not_before - now).total_seconds()] if done == {"later": 1} else []
        now = row.not_before
    row = only(database)
    assert (row.failed_why, row.gave_up_at) == ("too_old", now)
    assert now > make.NOW + timedelta(days=7)
    assert all(30 * 2**n <= wait <= 60 * 2**n for n, wait in enumerate(waits[:8]))
    assert all(3 * 3600 <= wait <= 6 * 3600 for wait in waits[9:])
    assert row.attempts == len(waits) < 70


def test_a_phone_that_was_tried_often_enough_is_left_for_mail_which_is_tried_on(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder)
    away = Outcome(Status.LATER, "500")
    senders, now = Senders(answers={Channel.PUSH: away, Channel.MAIL: away}), make.NOW
    while len(senders.ways) < 12:
        assert deliver(database, senders, now=now) == {"later": 1}
        now = only(database).not_before
    assert senders.ways == [Channel.PUSH] * 8 + [Channel.MAIL] * 4
    senders.answers = {}
    assert deliver(database, senders, now=now) == {"mail": 1}


def test_a_test_that_does_not_come_is_waited_for_no_longer(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder, kind=Kind.TEST)
    senders, now = Senders(answers={Channel.PUSH: Outcome(Status.LATER, "500")}), make.NOW
    while deliver(database, senders, now=now).get("later"):
        now = only(database).not_before
    assert (senders.ways, only(database).failed_why) == ([Channel.PUSH] * 8, "500")


def test_what_the_service_asks_for_is_waited(database, cast):
    with database.writing() as session:
        write(session, cast.leder)
    deliver(database, Senders(answers={Channel.MAIL: Outcome(Status.LATER, "429", retry_after_s=1800)}))
    assert only(database).not_before == make.NOW + timedelta(seconds=1800)


def test_a_senders_own_fault_keeps_no_other_notice_waiting(database, cast):
    with database.writing() as session:
        write(session, cast.leder, about="a:1")
        write(session, cast.leder, about="a:2")

    def breaks(message):
        if message.about == "a:1":
            raise ZeroDivisionError
        return Outcome(Status.SENT)

    assert deliver(database, Senders(answers={Channel.MAIL: breaks})) == {"later": 1, "mail": 1}


def test_what_is_a_week_old_is_not_sent_any_more(database, cast):
    with database.writing() as session:
        write(session, cast.leder)
    senders = Senders()
    assert deliver(database, senders, now=make.NOW + timedelta(days=7, seconds=1)) == {"given_up": 1}
    assert (senders.left, only(database).failed_why) == ([], "too_old")


def test_where_mail_is_not_set_up_it_waits_untried_and_leaves_when_it_is(database, cast):
    with database.writing() as session:
        write(session, cast.leder)
    assert deliver(database, Senders(Channel.PUSH)) == {"later": 1}
    row = only(database)
    assert (row.failed_why, row.attempts, row.not_before) == ("no_sender", 0, make.NOW + HOUR)
    assert deliver(database, Senders(Channel.PUSH), now=make.NOW + HOUR) == {"later": 1}
    assert deliver(database, Senders(), now=make.NOW + 2 * HOUR) == {"mail": 1}


def test_a_phone_that_is_gone_waits_for_mail_that_is_not_set_up(database, cast):
    with database.writing() as session:
        phone = switch_on(session, cast.leder)
        write(session, cast.leder)
    gone = Outcome(Status.NO_WAY, "gone", gone=(phone.id,))
    assert deliver(database, Senders(Channel.PUSH, answers={Channel.PUSH: gone})) == {"later": 1}
    assert deliver(database, Senders(), now=make.NOW + HOUR) == {"mail": 1}


def test_what_left_long_ago_is_forgotten_and_what_waits_never(database, cast):
    long_ago, before = make.NOW - timedelta(days=91), make.NOW - timedelta(days=90)
    with database.writing() as session:
        write(session, cast.leder, about="sent", now=long_ago)
        write(session, cast.leder, about="not_wanted", kind=Kind.READ, now=long_ago)
        notices.choose(session, cast.leder, Wishes({Kind.READ: Channel.NONE}))
    deliver(database, Senders(), now=long_ago)
    with database.writing() as session:
        write(session, cast.leder, about="waits", now=long_ago)
        write(session, cast.leder, about="lately", now=make.NOW - timedelta(days=89))
        assert notices.forget_old(session, before=long_ago) == 0
        assert notices.forget_old(session, before=before) == 2
        assert sorted(session.exec(select(Notice.about)).all()) == ["lately", "waits"]
