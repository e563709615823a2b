"""Replies: between those above and the one who noted the talk, stored once, gone with the talk. And weeks that are read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from domain import actions, conversations, digests, sync
from domain.actions import NobodyReads, NoReplyHere, Reply
from domain.audit import Deed
from domain.base import new_id
from domain.digests import IssueReading
from tests import make

TEXT = "Tak. Vi prøver at have en fast voksen ved lågen i næste uge."
LONG_AGO = make.NOW - timedelta(weeks=8)


@pytest.fixture
def talk(session, cast):
    return cast.log(session, cast.leder)


def reply(session, actor, talk, text=TEXT, *, key=None, now=make.NOW):
    return actions.reply(session, actor, talk=talk, key=key or new_id(), text=text, now=now)


def unanswered(session, actor):
    return [one.first_id for one in actions.unanswered(session, actor)]


def _boss(session, cast):
    return make.person(session, email="chef@hoert.example", role=cast.omraade.role, unit=cast.kommune, name="Bodil Chef")


def said(session, actor, talk):
    return [(one.author_id, one.text) for one in actions.thread(session, actor, talk)]


def test_the_area_leader_replies_and_the_one_who_noted_it_reads_it_and_answers_back(session, cast, talk):
    assert reply(session, cast.omraade, talk)
    [news] = actions.news(session, cast.leder, since=LONG_AGO)
    assert (news.talk, news.by, news.text, news.at) == (talk.first_id, "Sanne Holt", TEXT, make.NOW)
    assert reply(session, cast.leder, talk, "Det vil forældrene blive glade for.", now=make.NOW + timedelta(hours=1))
    both = [(cast.omraade.person_id, TEXT), (cast.leder.person_id, "Det vil forældrene blive glade for.")]
    assert said(session, cast.leder, talk) == said(session, cast.omraade, talk) == both
    assert len(actions.news(session, cast.leder, since=LONG_AGO)) == 1, "one's own answer is no news"


def test_no_reply_is_stored_that_nobody_would_read(session, cast, talk):
    assert reply(session, cast.omraade, talk)
    make.disable(session, cast.leder.person_id)
    assert not actions.is_read(session, cast.omraade, talk)
    with pytest.raises(NobodyReads):
        reply(session, cast.omraade, talk, "En til")
    assert said(session, cast.omraade, talk) == [(cast.omraade.person_id, TEXT)]


@pytest.mark.parametrize("who", ["leder", "medarbejder", "leder2", "leder3", "omraade2", "admin"])
def test_nobody_else_may_begin(session, cast, talk, who):
    actor = getattr(cast, who)
    assert not actions.may_reply(session, actor, talk)
    with pytest.raises(NoReplyHere):
        reply(session, actor, talk)


@pytest.mark.parametrize("who", ["medarbejder", "leder2", "leder3", "omraade2", "admin"])
def test_nobody_else_reads_the_thread_or_hears_of_it(session, cast, talk, who):
    reply(session, cast.omraade, talk)
    actor = getattr(cast, who)
    assert (said(session, actor, talk), actions.news(session, actor, since=LONG_AGO)) == ([], [])
    assert not actions.may_reply(session, actor, talk)


def test_a_reply_to_an_employee_is_not_their_leaders_to_read(session, cast):
    talk = cast.log(session, cast.medarbejder)
    reply(session, cast.omraade, talk)
    assert conversations.find(session, cast.leder, talk.id) is not None
    assert said(session, cast.leder, talk) == []
    assert len(said(session, cast.medarbejder, talk)) == 1


def test_a_reply_that_is_sent_twice_is_stored_once(session, cast, talk):
    key = new_id()
    assert reply(session, cast.omraade, talk, key=key)
    assert not reply(session, cast.omraade, talk, f"  {TEXT}\r\n", key=key)
    assert len(session.exec(select(Reply)).all()) == 1
    assert len(session.exec(select(Deed).where(Deed.verb == "reply_written")).all()) == 1


def test_other_words_under_the_same_id_are_not_lost_and_change_nothing(session, cast, talk):
    other, key = cast.log(session, cast.leder2), new_id()
    reply(session, cast.omraade, talk, key=key)
    assert reply(session, cast.omraade, talk, "Noget andet", key=key)
    assert reply(session, cast.omraade, other, TEXT, key=key)
    assert [text for _who, text in said(session, cast.leder, talk)] == [TEXT, "Noget andet"]
    assert [text for _who, text in said(session, cast.leder2, other)] == [TEXT]


def test_the_same_words_of_another_under_the_same_id_are_not_dropped(session, cast, talk):
    boss, key = _boss(session, cast), new_id()
    assert reply(session, cast.omraade, talk, key=key)
    assert reply(session, boss, talk, key=key)
    assert [who for who, _text in said(session, cast.leder, talk)] == [cast.omraade.person_id, boss.person_id]


def test_the_thread_and_the_news_go_by_when_it_was_written(session, cast, talk):
    early, late = sorted((new_id(), new_id()))
    reply(session, cast.omraade, talk, "Anden", key=early, now=make.NOW + timedelta(hours=1))
    reply(session, cast.omraade, talk, "Første", key=late)
    assert [text for _who, text in said(session, cast.leder, talk)] == ["Første", "Anden"]
    assert [one.text for one in actions.news(session, cast.leder, since=LONG_AGO)] == ["Anden", "Første"]


def test_the_deed_says_which_reply(session, cast, talk):
    key = new_id()
    reply(session, cast.omraade, talk, key=key)
    assert [row.object_id for row in session.exec(select(Deed).where(Deed.verb == "reply_written")).all()] == [key]


def test_who_may_read_no_talks_any_more_hears_nothing_of_them(session, cast, talk):
    reply(session, cast.omraade, talk)
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    mark(session, cast, make.WEEK.ends_at())
    now_administrator = replace(cast.leder, role=cast.admin.role)
    assert actions.news(session, now_administrator, since=LONG_AGO) == []
    assert digests.news(session, now_administrator, since=LONG_AGO) == []


def test_a_thread_of_an_area_one_has_left_does_not_wait(session, cast, talk):
    reply(session, cast.omraade, talk)
    reply(session, cast.leder, talk, "Et svar tilbage", now=make.NOW + timedelta(hours=1))
    moved = replace(cast.omraade, unit_id=cast.nord.id, unit_path=cast.nord.path)
    assert (unanswered(session, cast.omraade), unanswered(session, moved)) == ([talk.first_id], [])


def test_a_reply_and_a_withdrawal_at_the_same_moment_leave_neither_a_fault_nor_a_reply(database, cast, at_once):
    """Whoever comes first: the talk goes, and nothing hangs on it. Before, PostgreSQL answered both with a foreign key."""
    for _trial in range(8):
        with database.writing() as session:
            talk = cast.log(session, cast.leder)

        def act(who, talk=talk):
            with database.writing() as session:
                if who == "leder":
                    return sync.accept(session, cast.leder, item=make.withdrawal(talk.id), now=make.NOW).status
                found = conversations.find(session, cast.omraade, talk.reference)
                return actions.reply(session, cast.omraade, talk=found, key=new_id(), text=TEXT, now=make.NOW) if found else None

        replied, withdrawn = at_once(act, ["omraade", "leder"])
        assert withdrawn == "stored"
        assert replied in (True, None) or isinstance(replied, NoReplyHere)
    with database.reading() as session:
        assert session.exec(select(Reply)).all() == []


def test_a_cpr_number_in_a_reply_is_covered(session, cast, talk):
    reply(session, cast.omraade, talk, "Er det 010190-1234?")
    assert said(session, cast.leder, talk) == [(cast.omraade.person_id, "Er det ••••••-••••?")]


def test_a_reply_belongs_to_the_talk_in_every_revision(session, cast):
    item = cast.talk("Før")
    first = make.log_talk(session, cast.leder, item)
    reply(session, cast.omraade, first)
    edited = make.log_talk(session, cast.leder, make.edit(item, "Efter"))
    assert len(said(session, cast.leder, edited)) == 1
    assert reply(session, cast.omraade, edited, "Og tak for rettelsen.")
    assert len(said(session, cast.omraade, edited)) == 2
    assert len(actions.news(session, cast.leder, since=LONG_AGO)) == 2


def test_a_talk_that_is_taken_back_takes_its_replies_along(session, cast):
    item = cast.talk("Ord")
    talk = make.log_talk(session, cast.leder, item)
    kept = cast.log(session, cast.leder)
    reply(session, cast.omraade, talk)
    reply(session, cast.omraade, kept, "Om en anden")
    sync.accept(session, cast.leder, item=make.withdrawal(item["id"]), now=make.NOW)
    assert [one.text for one in session.exec(select(Reply)).all()] == ["Om en anden"]
    assert [one.text for one in actions.news(session, cast.leder, since=LONG_AGO)] == ["Om en anden"]


def test_what_was_answered_back_waits_for_the_one_who_replied_until_they_reply_again(session, cast, talk):
    other = cast.log(session, cast.leder2)
    reply(session, cast.omraade, talk)
    reply(session, cast.omraade, other)
    assert unanswered(session, cast.omraade) == []
    for hours, one in ((2, talk), (1, other)):
        author = cast.leder if one is talk else cast.leder2
        reply(session, author, one, "Et svar tilbage", now=make.NOW + timedelta(hours=hours))
    assert unanswered(session, cast.omraade) == [talk.first_id, other.first_id], "the newest first"
    assert unanswered(session, cast.leder) == unanswered(session, cast.omraade2) == []
    reply(session, cast.omraade, other, "Tak", now=make.NOW + timedelta(hours=3))
    assert unanswered(session, cast.omraade) == [talk.first_id]


def test_another_area_leaders_thread_does_not_wait_for_me(session, cast, talk):
    boss = _boss(session, cast)
    reply(session, cast.omraade, talk)
    reply(session, cast.leder, talk, "Et svar tilbage", now=make.NOW + timedelta(hours=1))
    assert (unanswered(session, boss), unanswered(session, cast.omraade)) == ([], [talk.first_id])


def test_what_is_older_than_asked_for_is_no_news(session, cast, talk):
    reply(session, cast.omraade, talk, now=LONG_AGO)
    assert len(actions.news(session, cast.leder, since=LONG_AGO)) == 1
    assert actions.news(session, cast.leder, since=LONG_AGO + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (" \n\u200b", "nothing_written"),
        ("a" * 2_001, "too_long"),
        ("a" * 2_000, None),
        (("a" * 99 + "\r\n") * 20, None),
        ("a\x00", None),
        ("\ud83d", "unreadable"),
    ],
)
def test_what_a_reply_must_be(text, problem):
    assert actions.problem_of(text) == problem


@pytest.fixture
def issued(session, cast):
    """Week 47 of Syd, with two talks of leder's and one of leder2's."""
    for who in (cast.leder, cast.leder, cast.leder2):
        cast.log(session, who)
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    return make.WEEK.ends_at() + timedelta(hours=7)


def mark(session, cast, at, *, who="omraade", area="syd", week=make.WEEK):
    return digests.mark_read(session, getattr(cast, who), area_id=getattr(cast, area).id, week=week, now=at)


def test_a_week_that_is_read_is_told_to_each_who_noted_its_talks(session, cast, issued):
    assert mark(session, cast, issued)
    [news] = digests.news(session, cast.leder, since=LONG_AGO)
    assert (news.week, news.talks, news.by, news.at) == (make.WEEK, 2, "Sanne Holt", issued)
    assert [one.talks for one in digests.news(session, cast.leder2, since=LONG_AGO)] == [1]
    assert digests.news(session, cast.medarbejder, since=LONG_AGO) == []
    assert digests.news(session, cast.leder, since=issued + timedelta(seconds=1)) == []


def test_a_corrected_talk_is_still_one_talk_of_the_week(session, cast):
    item = cast.talk("Før")
    make.log_talk(session, cast.leder, item)
    make.log_talk(session, cast.leder, make.edit(item, "Efter"))
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    mark(session, cast, make.WEEK.ends_at())
    assert [one.talks for one in digests.news(session, cast.leder, since=LONG_AGO)] == [1]


def test_marking_twice_is_marking_once_and_the_first_time_stands(session, cast, issued):
    mark(session, cast, issued)
    assert mark(session, cast, issued + timedelta(days=1))
    assert [row.read_at for row in session.exec(select(IssueReading)).all()] == [issued]
    assert len(session.exec(select(Deed).where(Deed.verb == "issue_read")).all()) == 1


def test_the_mark_can_be_taken_away_and_only_ones_own(session, cast, issued):
    boss = _boss(session, cast)
    mark(session, cast, issued)
    assert digests.mark_read(session, boss, area_id=cast.syd.id, week=make.WEEK, now=issued)
    assert digests.unmark_read(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, now=issued)
    assert [one.name for one in digests.readers(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK)] == ["Bodil Chef"]


@pytest.mark.parametrize("who", ["leder", "medarbejder", "omraade2", "admin"])
def test_nobody_else_marks_or_sees_who_did(session, cast, issued, who):
    mark(session, cast, issued)
    actor = getattr(cast, who)
    assert not mark(session, cast, issued, who=who)
    assert not digests.unmark_read(session, actor, area_id=cast.syd.id, week=make.WEEK, now=issued)
    assert digests.readers(session, actor, area_id=cast.syd.id, week=make.WEEK) == []
    assert len(session.exec(select(IssueReading)).all()) == 1


def test_a_week_that_is_not_issued_cannot_be_marked(session, cast, issued):
    assert not mark(session, cast, issued, week=make.WEEK.plus(1))


def test_only_the_one_who_noted_a_talk_is_told_who_read_it(session, cast, issued):
    [talk, *_] = conversations.newest(session, cast.leder2, own=True)
    assert digests.readers_of_talk(session, cast.leder2, talk) == []
    mark(session, cast, issued)
    assert [one.name for one in digests.readers_of_talk(session, cast.leder2, talk)] == ["Sanne Holt"]
    assert digests.readers_of_talk(session, cast.omraade, talk) == []


def test_reading_ones_own_talk_is_nothing_to_be_told(session, cast):
    own = cast.log(session, cast.omraade, unit=cast.mariehuset)
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    mark(session, cast, make.WEEK.ends_at())
    assert digests.readers_of_talk(session, cast.omraade, own) == []


def test_ones_own_reading_is_no_news(session, cast):
    cast.log(session, cast.omraade, unit=cast.mariehuset)
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    mark(session, cast, make.WEEK.ends_at())
    assert digests.news(session, cast.omraade, since=LONG_AGO) == []
