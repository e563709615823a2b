"""Which deeds tell whom: in the deed's own transaction, once, and never one who did it themselves."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain import actions, digests, notices, people, sync
from domain.base import Week, new_id
from domain.notices import Channel, Kind, Notice, Outcome, Status
from domain.people import Level
from tests import make

DAY = timedelta(days=1)
MONDAY = make.WEEK.ends_at()
#: When weeks are made, and mail of them may leave.
SIX = MONDAY + timedelta(hours=6)


@pytest.fixture
def talk(session, cast):
    return cast.log(session, cast.leder)


def told(session, kind):
    """(who, path) of every notice of the kind."""
    rows = session.exec(select(Notice).where(Notice.kind == kind)).all()
    return sorted((str(row.person_id), row.path) for row in rows)


def expected(*pairs):
    return sorted((str(actor.person_id), path) for actor, path in pairs)


def reply(session, actor, talk, *, key=None):
    return actions.reply(session, actor, talk=talk, key=key or new_id(), text="Tak for den.", now=make.NOW)


def boss(session, cast):
    return make.person(session, email="chef@hoert.example", role=cast.omraade.role, unit=cast.kommune, name="Bodil Chef")


def test_the_one_who_noted_the_talk_hears_of_a_reply_once(session, cast, talk):
    key = new_id()
    assert reply(session, cast.omraade, talk, key=key)
    assert not reply(session, cast.omraade, talk, key=key)
    assert told(session, Kind.REPLY) == expected((cast.leder, f"/conversations/{talk.first_id}"))


def test_those_who_replied_hear_of_an_answer_by_the_address_that_tells_no_id(session, cast, talk):
    chief = boss(session, cast)
    reply(session, cast.omraade, talk)
    reply(session, chief, talk)
    reply(session, cast.leder, talk)
    to_author, by_reference = f"/conversations/{talk.first_id}", f"/conversations/{talk.reference}"
    assert told(session, Kind.REPLY) == expected(
        (cast.leder, to_author), (cast.leder, to_author), (cast.omraade, by_reference), (chief, by_reference)
    )


def test_a_talk_that_is_erased_takes_the_notices_of_its_replies_along(session, cast, talk):
    reply(session, cast.omraade, talk)
    other = cast.log(session, cast.leder2)
    reply(session, cast.omraade, other)
    sync.erase(session, person_id=cast.leder.person_id, ids={talk.first_id}, now=make.NOW)
    assert told(session, Kind.REPLY) == expected((cast.leder2, f"/conversations/{other.first_id}"))


def issue(session, area, week=make.WEEK, *, now=MONDAY):
    return digests.make_issue(session, area, week, now=now)


def test_the_readers_of_an_area_hear_that_its_week_is_there(session, cast, talk):
    issue(session, cast.syd)
    issue(session, cast.syd)
    assert told(session, Kind.DIGEST_READY) == expected((cast.omraade, f"/digests/{cast.syd.id}/{make.WEEK}"))


def test_a_reader_of_two_areas_hears_of_a_week_once_when_both_are_there(database, cast):
    with database.writing() as session:
        chief = boss(session, cast)
        for area in (cast.syd, cast.nord):
            issue(session, area, now=SIX)
        rows = session.exec(select(Notice).where(Notice.person_id == chief.person_id)).all()
        assert [(row.about, row.path) for row in rows] == [(f"week:{make.WEEK}", "/digests/")]
    left = []

    def send(message):
        left.append(message.person_id)
        return Outcome(Status.SENT)

    notices.deliver(database, {Channel.MAIL: send}, clock=lambda: SIX)
    assert sorted(left) == sorted([cast.omraade.person_id, cast.omraade2.person_id])
    notices.deliver(database, {Channel.MAIL: send}, clock=lambda: SIX + timedelta(minutes=10))
    assert left.count(chief.person_id) == 1


def test_an_area_whose_week_is_made_much_later_is_told_of_by_itself(database, cast):
    """Areas have times of their own, and one may have been without a server: nobody waits for the last of them."""
    with database.writing() as session:
        chief = boss(session, cast)
        issue(session, cast.syd, now=SIX)
    at = SIX + timedelta(hours=2)
    notices.deliver(database, {Channel.MAIL: lambda _message: Outcome(Status.SENT)}, clock=lambda: at)
    with database.writing() as session:
        for _twice in range(2):
            issue(session, cast.nord, now=at)
        rows = session.exec(select(Notice).where(Notice.person_id == chief.person_id).order_by(Notice.written_at)).all()
        assert [(row.about, row.path) for row in rows] == [
            (f"week:{make.WEEK}", "/digests/"),
            (f"week:{make.WEEK}/{cast.nord.id}", f"/digests/{cast.nord.id}/{make.WEEK}"),
        ]


def test_one_that_is_just_leaving_tells_of_no_area_that_is_made_meanwhile(database, cast):
    with database.writing() as session:
        chief = boss(session, cast)
        issue(session, cast.syd)
    at = MONDAY + timedelta(minutes=10)
    with database.writing() as session:
        assert len(notices.claim(session, holder=new_id(), now=at)) == 2
    with database.writing() as session:
        issue(session, cast.nord, now=at)
        rows = session.exec(select(Notice).where(Notice.person_id == chief.person_id)).all()
        assert len(rows) == 2


def test_of_an_area_inside_ones_area_one_hears_too_and_those_beside_do_not(session, cast):
    inner = people.add_unit(session, name="Syd-Øst", level=Level.AREA, parent=cast.syd)
    issue(session, inner)
    assert told(session, Kind.DIGEST_READY) == expected((cast.omraade, "/digests/"))


def test_somebody_disabled_hears_of_nothing(session, cast):
    make.disable(session, cast.omraade.person_id)
    issue(session, cast.syd)
    assert told(session, Kind.DIGEST_READY) == []


def test_those_who_noted_the_weeks_talks_hear_once_that_it_was_read(session, cast, talk):
    cast.log(session, cast.leder2)
    cast.log(session, cast.omraade, unit=cast.mariehuset)
    issue(session, cast.syd)
    for actor in (cast.omraade, cast.omraade, boss(session, cast)):
        digests.mark_read(session, actor, area_id=cast.syd.id, week=make.WEEK, now=MONDAY)
    readers = {key for key, _path in told(session, Kind.READ)}
    # The area leader noted a talk too, and hears of the other reader.
    assert readers == {str(one.person_id) for one in (cast.leder, cast.leder2, cast.omraade)}


def test_a_mark_that_is_taken_away_at_once_tells_nobody(database, cast):
    with database.writing() as session:
        cast.log(session, cast.leder)
        issue(session, cast.syd)
        digests.mark_read(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, now=MONDAY)
        assert told(session, Kind.READ) == expected((cast.leder, "/#news"))
        digests.unmark_read(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, now=MONDAY)
        assert told(session, Kind.READ) == []


def test_who_reads_the_area_is_led_to_the_week_that_was_read_and_the_others_to_what_is_new(session, cast, talk):
    cast.log(session, cast.omraade, unit=cast.mariehuset)
    issue(session, cast.syd)
    digests.mark_read(session, boss(session, cast), area_id=cast.syd.id, week=make.WEEK, now=MONDAY)
    week = f"/digests/{cast.syd.id}/{make.WEEK}"
    assert told(session, Kind.READ) == expected((cast.leder, "/#news"), (cast.omraade, week))
    [about] = set(session.exec(select(Notice.about).where(Notice.kind == Kind.READ)).all())
    assert digests.page_of_reading(session, cast.omraade, about) == week
    assert digests.page_of_reading(session, cast.leder, about) == "/#news"
    assert digests.page_of_reading(session, cast.omraade2, about) == "/#news"
    assert digests.page_of_reading(session, cast.admin, about) is None


def test_a_week_leads_to_the_page_it_was_written_with_while_that_is_theirs(cast):
    week, syd, nord = make.WEEK, f"/digests/{cast.syd.id}/{make.WEEK}", f"/digests/{cast.nord.id}/{make.WEEK}"
    assert digests.page_of_week([cast.syd], week, written=syd) == syd
    assert digests.page_of_week([cast.nord], week, written=syd) == nord
    assert digests.page_of_week([cast.nord, cast.syd], week, written="/digests/") == "/digests/"
    assert digests.page_of_week([cast.nord, cast.syd], week, written="/digests/gone") == "/digests/"
    assert digests.page_of_week([], week, written=syd) is None


def test_a_week_that_one_reader_marked_is_nobodys_unread(session, cast, talk):
    issue(session, cast.syd)
    chief = boss(session, cast)
    assert [area.name for area in digests.areas_unread(session, cast.omraade, make.WEEK)] == [cast.syd.name]
    digests.mark_read(session, chief, area_id=cast.syd.id, week=make.WEEK, now=MONDAY)
    assert digests.areas_unread(session, cast.omraade, make.WEEK) == []
    assert digests.remind_unread(session, now=MONDAY + 3 * DAY) == 0


def test_of_an_unread_week_its_reader_is_reminded_after_three_days_once(session, cast, talk):
    issue(session, cast.syd)
    issue(session, cast.nord)
    digests.mark_read(session, cast.omraade2, area_id=cast.nord.id, week=make.WEEK, now=MONDAY)
    assert digests.remind_unread(session, now=MONDAY + 3 * DAY - timedelta(seconds=1)) == 0
    assert digests.remind_unread(session, now=MONDAY + 3 * DAY) == 1
    assert digests.remind_unread(session, now=MONDAY + 4 * DAY) == 0
    assert told(session, Kind.DIGEST_UNREAD) == expected((cast.omraade, f"/digests/{cast.syd.id}/{make.WEEK}"))


def test_who_reads_two_areas_is_reminded_of_a_week_once_and_not_of_long_past_ones(session, cast):
    chief = boss(session, cast)
    make_issues = [(area, week) for week in (Week(2026, 40), make.WEEK) for area in (cast.syd, cast.nord)]
    for area, week in make_issues:
        issue(session, area, week, now=week.ends_at())
    digests.remind_unread(session, now=MONDAY + 3 * DAY)
    rows = [row for row in told(session, Kind.DIGEST_UNREAD) if row[0] == str(chief.person_id)]
    assert rows == [(str(chief.person_id), "/digests/")]


def seen(session, actor, device, waiting, at):
    people.see_device(session, actor, device_id=device, user_agent="", waiting=waiting, now=at)


def test_talks_that_lie_unsent_for_a_day_are_told_of_once_a_stretch(session, cast):
    phone = new_id()
    seen(session, cast.leder, phone, 2, make.NOW)
    seen(session, cast.leder, phone, 1, make.NOW + DAY / 2)
    seen(session, cast.leder2, new_id(), 0, make.NOW)
    assert notices.remind_unsent(session, now=make.NOW + DAY - timedelta(seconds=1)) == 0
    assert notices.remind_unsent(session, now=make.NOW + DAY) == 1
    assert notices.remind_unsent(session, now=make.NOW + 2 * DAY) == 0
    seen(session, cast.leder, phone, 0, make.NOW + 2 * DAY)
    assert notices.remind_unsent(session, now=make.NOW + 4 * DAY) == 0
    seen(session, cast.leder, phone, 3, make.NOW + 5 * DAY)
    assert notices.remind_unsent(session, now=make.NOW + 6 * DAY) == 1
    assert told(session, Kind.UNSENT) == expected(*[(cast.leder, "/phone/#/outbox")] * 2)


def test_what_lay_unsent_is_so_until_the_phone_says_that_all_was_sent(session, cast):
    phone = new_id()
    seen(session, cast.leder, phone, 2, make.NOW)
    notices.remind_unsent(session, now=make.NOW + DAY)
    about = session.exec(select(Notice.about)).one()
    assert notices.is_still_unsent(session, cast.leder, about=about)
    assert not notices.is_still_unsent(session, cast.leder2, about=about)
    seen(session, cast.leder, phone, 1, make.NOW + DAY)
    assert notices.is_still_unsent(session, cast.leder, about=about)
    seen(session, cast.leder, phone, 0, make.NOW + DAY)
    assert not notices.is_still_unsent(session, cast.leder, about=about)
    seen(session, cast.leder, phone, 1, make.NOW + 2 * DAY)
    assert not notices.is_still_unsent(session, cast.leder, about=about)


def test_phones_that_were_shut_out_are_not_told_of(session, cast):
    seen(session, cast.leder, new_id(), 2, make.NOW)
    [row] = people.own_devices(session, cast.leder)
    people.revoke_device(session, cast.leder, row_id=row.id, now=make.NOW)
    assert notices.remind_unsent(session, now=make.NOW + 2 * DAY) == 0


def test_who_sent_what_needs_help_hears_of_it_once_a_day(session, cast):
    items = [cast.talk("") for _n in range(3)]
    sync.take(session, cast.leder, items=items, now=make.NOW)
    sync.take(session, cast.leder, items=[cast.talk("")], now=make.NOW)
    assert told(session, Kind.NEEDS_HELP) == expected((cast.leder, "/capture/help"))
    sync.take(session, cast.leder, items=[cast.talk("")], now=make.NOW + DAY)
    assert told(session, Kind.NEEDS_HELP) == expected(*[(cast.leder, "/capture/help")] * 2)


def test_what_settles_itself_disturbs_nobody(session, cast):
    original = cast.talk()
    edit = make.edit(original, "Nyt")
    sync.take(session, cast.leder, items=[edit], now=make.NOW)
    assert len(told(session, Kind.NEEDS_HELP)) == 1
    sync.take(session, cast.leder, items=[original], now=make.NOW)
    assert told(session, Kind.NEEDS_HELP) == []


def test_a_box_that_is_emptied_by_hand_is_not_told_of_any_more(session, cast):
    sync.take(session, cast.leder, items=[cast.talk(""), cast.talk("")], now=make.NOW)
    first, second = sync.waiting(session, cast.leder)
    sync.settle(session, cast.leder, first.key, now=make.NOW)
    assert len(told(session, Kind.NEEDS_HELP)) == 1
    sync.settle(session, cast.leder, second.key, now=make.NOW)
    assert told(session, Kind.NEEDS_HELP) == []


def test_no_notice_holds_words(session, cast):
    planted = "blåbærgrød under vandtårnet"
    talk = cast.log(session, cast.leder, f"Hun sagde: »{planted}«")
    sync.take(session, cast.leder, items=[cast.talk(planted, quote_scope="?")], now=make.NOW)
    actions.reply(session, cast.omraade, talk=talk, key=new_id(), text=planted, now=make.NOW)
    issue(session, cast.syd)
    digests.mark_read(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, now=MONDAY)
    rows = session.exec(select(Notice)).all()
    assert {row.kind for row in rows} >= {Kind.REPLY, Kind.DIGEST_READY, Kind.READ, Kind.NEEDS_HELP}
    assert not any(word in f"{row.about} {row.path}" for row in rows for word in planted.split())
