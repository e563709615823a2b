"""Notices: written once each with the deed, claimed by one worker at a time, tried by the ways each person wants."""

import time
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from domain import notices, people
from domain.base import new_id
from domain.notices import Channel, Kind, Notice, Outcome, PushSubscription, Status, Wishes
from tests import cast as everybody
from tests import make
from tests.noticing import HOUR, LEASE, deliver, only, switch_on, write
from tests.senders import Senders


def test_a_notice_is_one_row_for_each_person_however_often_it_is_written(session, cast):
    assert write(session, cast.leder, cast.leder2, cast.leder) == 2
    assert write(session, cast.leder, cast.leder2, cast.leder3, now=make.NOW + HOUR) == 1
    assert write(session, cast.leder, about="reply:2") == 1
    assert write(session, cast.leder, kind=Kind.READ) == 1
    assert write(session) == 0
    assert len(session.exec(select(Notice)).all()) == 5


def test_it_is_written_with_the_deed_or_not_at_all(database, cast):
    with database.session(writes=True) as session:
        assert write(session, cast.leder) == 1
        session.rollback()
    with database.reading() as session:
        assert session.exec(select(Notice)).all() == []


def test_writers_at_once_make_one_row_each_and_do_not_wait_in_a_ring(database, cast, at_once):
    actors = list(cast.everybody().values())

    def one(place):
        with database.writing() as session:
            return write(session, *(actors if place % 2 else reversed(actors)))

    assert sum(at_once(one, range(6))) == len(actors)


def test_a_thousand_people_are_written_to_in_well_under_a_second(database, cast):
    with database.writing() as session:
        rows = [
            {"id": new_id(), "email": f"{n}@x.example", "name": "N", "role": "employee", "unit_id": cast.mariehuset.id}
            for n in range(1000)
        ]
        session.execute(sa.insert(people.Person), [{**row, "language": "da"} for row in rows])
    with database.writing() as session:
        to, took = [row["id"] for row in rows], []
        for about in "abc":  # the quickest: what the machine does beside it only makes them slower
            began = time.perf_counter()
            assert notices.write(session, kind=Kind.READ, to=to, about=about, path="/", now=make.NOW) == 1000
            took.append(time.perf_counter() - began)
        assert min(took) < 1.5


@pytest.mark.parametrize("path", ["", "x", "//evil.example", "https://evil.example", "/\\evil.example", "/ø", "/a\nb"])
def test_the_path_is_a_page_of_this_server(session, cast, path):
    with pytest.raises(AssertionError):
        notices.write(session, kind=Kind.READ, to=[cast.leder.person_id], about="a", path=path, now=make.NOW)


def test_what_nobody_began_to_send_can_be_taken_back_and_written_again(database, cast):
    with database.writing() as session:
        write(session, cast.leder)
        assert notices.take_back(session, kind=Kind.REPLY, about="reply:1") == 1
        assert write(session, cast.leder) == 1
    assert deliver(database, Senders()) == {"mail": 1}
    with database.writing() as session:
        assert notices.take_back(session, kind=Kind.REPLY, about="reply:1") == 0
        notices.forget(session, kind=Kind.REPLY, abouts=["reply:1"])
        assert session.exec(select(Notice)).all() == []


def test_what_is_due_leaves_once(database, cast):
    with database.writing() as session:
        write(session, cast.leder, cast.leder2)
        write(session, cast.leder3, about="later", not_before=make.NOW + HOUR)
    senders = Senders()
    assert deliver(database, senders) == {"mail": 2}
    assert deliver(database, senders) == {}
    assert {message.email for _way, message in senders.left} == {everybody.email("leder"), everybody.email("leder2")}
    assert deliver(database, senders, now=make.NOW + HOUR) == {"mail": 1}


def test_many_workers_at_once_send_each_notice_once(database, cast, at_once):
    with database.writing() as session:
        for n in range(40):
            write(session, cast.leder, about=f"a:{n}")
    senders = Senders()
    done = at_once(lambda _n: notices.deliver(database, senders, clock=lambda: make.NOW), range(4))
    assert sum(done, Counter()) == Counter({"mail": 40})
    assert len({message.notice_id for _way, message in senders.left}) == len(senders.left) == 40


class Killed(BaseException):
    """The process ends here: nothing behind it runs."""


def test_killed_before_it_left_another_worker_sends_it_when_the_lease_is_out(database, cast):
    with database.writing() as session:
        write(session, cast.leder)
    with database.writing() as session:
        notices.claim(session, holder=new_id(), now=make.NOW)  # and dies
    senders = Senders()
    assert deliver(database, senders) == {}
    assert deliver(database, senders, now=make.NOW + LEASE) == {"mail": 1}
    assert only(database).attempts == 1


def test_killed_after_it_left_the_second_message_has_the_name_of_the_first(database, cast):
    with database.writing() as session:
        write(session, cast.leder)
    topics = []

    def dies(message):
        topics.append(message.topic)
        raise Killed

    with pytest.raises(Killed):
        deliver(database, Senders(answers={Channel.MAIL: dies}))
    assert only(database).attempts == 1
    senders = Senders()
    assert deliver(database, senders, now=make.NOW + timedelta(seconds=299)) == {}
    assert deliver(database, senders, now=make.NOW + LEASE) == {"mail": 1}
    assert [message.topic for _way, message in senders.left] == topics
    assert (len(topics[0]), only(database).attempts) == (32, 2)


def test_one_who_was_slower_than_the_lease_does_not_send_what_another_took_over(database, cast):
    with database.writing() as session:
        write(session, cast.leder, about="a:1")
        write(session, cast.leder, about="a:2", not_before=make.NOW)
    others = Senders()

    def slow(message):
        if len(slow_one.left) == 1:
            deliver(database, others, now=make.NOW + 2 * LEASE)
        return Outcome(Status.SENT)

    slow_one = Senders(answers={Channel.MAIL: slow})
    # The first left twice, as one whose end is not known must; the second only with the one who had it.
    assert deliver(database, slow_one) == {"lost": 2}
    assert (len(slow_one.left), len(others.left)) == (1, 2)


def test_it_goes_to_the_phones_that_were_switched_on_and_by_mail_where_none_is(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder, cast.leder2)
    senders = Senders()
    assert deliver(database, senders) == {"push": 1, "mail": 1}
    found = {message.person_id: (way, len(message.subscriptions)) for way, message in senders.left}
    assert found == {cast.leder.person_id: (Channel.PUSH, 1), cast.leder2.person_id: (Channel.MAIL, 0)}


def test_when_all_phones_are_gone_it_goes_by_mail_at_once(database, cast):
    with database.writing() as session:
        phone = switch_on(session, cast.leder)
        write(session, cast.leder)
    senders = Senders(answers={Channel.PUSH: Outcome(Status.NO_WAY, "gone", gone=(phone.id,))})
    assert deliver(database, senders) == {"mail": 1}
    assert senders.ways == [Channel.PUSH, Channel.MAIL]
    with database.reading() as session:
        assert session.exec(select(PushSubscription)).all() == []


def test_what_one_phone_took_goes_only_to_the_other_and_counts_as_delivered(database, cast):
    with database.writing() as session:
        one, other = switch_on(session, cast.leder, name="1"), switch_on(session, cast.leder, name="2")
        write(session, cast.leder)
    senders = Senders(answers={Channel.PUSH: Outcome(Status.LATER, "500", took=(one.id,), failed=(other.id,))})
    assert deliver(database, senders) == {"later": 1}
    senders.answers = {Channel.PUSH: Outcome(Status.LATER, "500", failed=(other.id,))}
    now = make.NOW
    while (row := only(database)).delivered_at is None:
        now = row.not_before
        deliver(database, senders, now=now)
    assert [[phone.id for phone in message.subscriptions] for _way, message in senders.left[:2]] == [
        [one.id, other.id],
        [other.id],
    ]
    assert (senders.ways, row.channel, row.attempts) == ([Channel.PUSH] * 8, "push", 8)
    with database.reading() as session:
        rows = {phone.id: phone for phone in session.exec(select(PushSubscription)).all()}
    assert (rows[one.id].last_ok_at, rows[one.id].failures, rows[other.id].failures) == (make.NOW, 0, 8)


def test_what_push_refuses_goes_by_mail_at_once_and_its_reason_stays_to_be_seen(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder)
    senders = Senders(answers={Channel.PUSH: Outcome(Status.REFUSED, "too_large")})
    assert deliver(database, senders) == {"mail": 1}
    assert (senders.ways, only(database).failed_why) == ([Channel.PUSH, Channel.MAIL], "too_large")
    with database.reading() as session:
        stands = notices.standing(session, since=make.NOW)
    assert (stands.refused, stands.given_up, stands.waiting) == ({"too_large": 1}, {}, 0)


def test_what_every_way_refuses_is_given_up_with_its_reason(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder)
    refused = {Channel.PUSH: Outcome(Status.REFUSED, "400"), Channel.MAIL: Outcome(Status.REFUSED, "recipient_refused 550")}
    assert deliver(database, Senders(answers=refused)) == {"given_up": 1}
    assert only(database).failed_why == "recipient_refused 550"


def test_what_is_past_is_told_by_no_way(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder)
    senders = Senders(answers={Channel.PUSH: Outcome(Status.PAST, "settled")})
    assert deliver(database, senders) == {"given_up": 1}
    assert (senders.ways, only(database).failed_why) == ([Channel.PUSH], "settled")


@pytest.mark.parametrize("first", [Outcome(Status.NO_WAY, "gone"), Outcome(Status.REFUSED, "400")])
def test_mail_in_the_place_of_push_keeps_the_hours_of_mail(database, cast, first):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder)
    night, morning = make.NOW.replace(hour=22, minute=30), make.NOW.replace(hour=6, minute=0) + timedelta(days=1)
    senders = Senders(answers={Channel.PUSH: first})
    assert deliver(database, senders, now=night) == {"later": 1}
    assert (senders.ways, only(database).not_before) == ([Channel.PUSH], morning)
    assert deliver(database, senders, now=morning) == {"mail": 1}


def test_who_chose_hours_gets_mail_in_the_place_of_push_by_those(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        notices.choose(session, cast.leder, Wishes({}, quiet=(0, 6)))
        write(session, cast.leder)
    night = make.NOW.replace(hour=22, minute=30)
    assert deliver(database, Senders(answers={Channel.PUSH: Outcome(Status.NO_WAY, "gone")}), now=night) == {"mail": 1}


def test_a_refused_notice_waits_for_mail_that_is_not_set_up(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        write(session, cast.leder)
    refused = {Channel.PUSH: Outcome(Status.REFUSED, "400")}
    assert deliver(database, Senders(Channel.PUSH, answers=refused)) == {"later": 1}
    assert deliver(database, Senders(answers=refused), now=make.NOW + HOUR) == {"mail": 1}


def test_each_person_chooses_by_kind_and_administrators_set_what_holds_for_the_others(database, cast):
    with database.writing() as session:
        notices.set_defaults(session, cast.admin, {Kind.REPLY: Channel.NONE, Kind.READ: Channel.MAIL})
        notices.choose(session, cast.leder, Wishes({Kind.REPLY: Channel.MAIL, Kind.READ: Channel.NONE}))
        for actor in (cast.leder, cast.leder2):
            switch_on(session, actor, name=actor.name)
        for kind in (Kind.REPLY, Kind.READ, Kind.UNSENT):
            write(session, cast.leder, cast.leder2, kind=kind)
    senders = Senders()
    assert deliver(database, senders) == {"mail": 2, "push": 2, "given_up": 2}
    of_leder = {message.kind: way for way, message in senders.left if message.person_id == cast.leder.person_id}
    of_leder2 = {message.kind: way for way, message in senders.left if message.person_id == cast.leder2.person_id}
    assert of_leder == {Kind.REPLY: Channel.MAIL, Kind.UNSENT: Channel.PUSH}
    assert of_leder2 == {Kind.READ: Channel.MAIL, Kind.UNSENT: Channel.PUSH}


def test_wishes_are_read_as_they_were_chosen_and_replaced_whole(session, cast):
    assert notices.wishes(session, cast.leder) == Wishes({})
    wanted = Wishes({Kind.REPLY: Channel.MAIL}, preferred=Channel.PUSH, quiet=(20, 7))
    notices.choose(session, cast.leder, wanted)
    notices.choose(session, cast.leder2, Wishes({Kind.READ: Channel.NONE}))
    assert notices.wishes(session, cast.leder) == wanted
    notices.choose(session, cast.leder, Wishes({Kind.READ: Channel.MAIL}))
    assert notices.wishes(session, cast.leder) == Wishes({Kind.READ: Channel.MAIL})
    assert notices.wishes(session, cast.leder2) == Wishes({Kind.READ: Channel.NONE})


@pytest.mark.parametrize("who", ["leder", "medarbejder", "omraade"])
def test_only_administrators_set_defaults(session, cast, who):
    with pytest.raises(notices.NotTheirs):
        notices.set_defaults(session, getattr(cast, who), {Kind.READ: Channel.NONE})


def test_in_quiet_hours_it_waits_for_their_end(database, cast):
    with database.writing() as session:
        notices.choose(session, cast.leder, Wishes({}, quiet=(21, 7)))
        write(session, cast.leder)
    night = make.NOW.replace(hour=22)
    senders = Senders()
    assert deliver(database, senders, now=night) == {"quiet": 1}
    assert only(database).not_before == make.NOW.replace(hour=6) + timedelta(days=1)
    assert (only(database).attempts, senders.left) == (0, [])
    assert deliver(database, senders, now=only(database).not_before) == {"mail": 1}


def test_a_person_who_is_shut_out_has_no_phone_and_no_notice_any_more(database, cast):
    with database.writing() as session:
        switch_on(session, cast.leder)
        switch_on(session, cast.leder2, name="other")
        write(session, cast.leder, cast.leder2)
        people.disable(session, email=everybody.email("leder"), now=make.NOW)
        rows = session.exec(select(PushSubscription.person_id)).all(), session.exec(select(Notice.person_id)).all()
        assert rows == ([cast.leder2.person_id], [cast.leder2.person_id])
        write(session, cast.leder, about="later")
    senders = Senders()
    assert deliver(database, senders) == {"push": 1, "given_up": 1}


def test_a_phone_that_is_revoked_or_signed_out_is_switched_off(session, cast):
    device = new_id()
    people.see_device(session, cast.leder, device_id=device, user_agent="", waiting=0, now=make.NOW)
    switch_on(session, cast.leder, name="lost", device_id=device)
    switch_on(session, cast.leder, name="kept", device_id=new_id())
    [row] = people.own_devices(session, cast.leder)
    assert people.revoke_device(session, cast.leder, row_id=row.id, now=make.NOW)
    assert [one.endpoint for one in notices.subscriptions_of(session, [cast.leder.person_id])] == ["https://push.example/kept"]


def test_a_sign_in_that_ends_takes_its_browser_along(database, cast):
    who = {"email": everybody.email("leder"), "address": "192.0.2.1", "user_agent": "", "now": make.NOW}
    actor = people.sign_in(database, password=make.PASSWORD, **who).actor
    with database.writing() as session:
        switch_on(session, actor)
        switch_on(session, cast.leder, name="other")
        people.end_sign_in(session, actor, sign_in_id=actor.sign_in_id, now=make.NOW)
        assert [one.endpoint for one in notices.subscriptions_of(session, [actor.person_id])] == ["https://push.example/other"]


def test_shut_out_again_after_a_restore_takes_the_phones_too(session, cast):
    switch_on(session, cast.leder)
    before = people.Barred({cast.leder.person_id: make.NOW}, {}, {})
    assert people.shut_out_again(session, before) == 1
    assert notices.subscriptions_of(session, [cast.leder.person_id]) == []


def test_a_phone_belongs_to_whoever_switched_it_on_last(session, cast):
    switch_on(session, cast.leder)
    switch_on(session, cast.leder2)
    assert notices.subscriptions_of(session, [cast.leder.person_id]) == []
    assert len(notices.subscriptions_of(session, [cast.leder2.person_id])) == 1
    assert not notices.unsubscribe(session, cast.leder, endpoint="https://push.example/phone")
    assert notices.unsubscribe(session, cast.leder2, endpoint="https://push.example/phone")
    assert len(session.exec(select(PushSubscription).where(col(PushSubscription.id).is_not(None))).all()) == 0


def test_after_a_restore_nobody_is_told_a_second_time(database, cast):
    with database.writing() as session:
        write(session, cast.leder, cast.leder2)
        write(session, cast.leder, about="reply:2")
    deliver(database, Senders())
    with database.writing() as session:
        before = notices.told(session)
        assert len(before) == 3
        # The back-up: one was not sent yet then, one not even written.
        session.execute(sa.update(Notice).where(col(Notice.about) == "reply:1").values(delivered_at=None, channel=None))
        session.execute(sa.delete(Notice).where(col(Notice.about) == "reply:2"))
        write(session, cast.leder3)
        notices.told_again(session, before)
        assert write(session, cast.leder, about="reply:2") == 0
    senders = Senders()
    assert deliver(database, senders) == {"mail": 1}
    assert [message.person_id for _way, message in senders.left] == [cast.leder3.person_id]
