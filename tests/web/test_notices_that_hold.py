"""What a notice says is true when it leaves, and its link opens a page for the one who gets it."""

from datetime import timedelta

import pytest

from blueprints.notices import delivering
from domain import digests, notices, people, questions, sync
from domain.base import new_id
from domain.notices import Channel, Kind
from domain.people import Role
from tests import make, post_office
from tests.web.mailing import BASE, WEEK, links, of, office, tell, two_areas, wish
from tests.web.town import LAST_WEEK

__all__ = ["office"]
DAY = timedelta(days=1)


def delivered(town):
    """By all ways that are set up, as the scheduler does."""
    with town.app.app_context():
        return dict(delivering.deliver_due(workers=1))


def button(office):
    """Of the one mail that came: where it leads, and what it says."""
    [(_to, message)] = office.kept
    text, html = post_office.parts(message)
    return links(html)[0], text.split("\n\n")[1].partition(":")[0]


@pytest.fixture
def syd(own_town):
    return f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"


def lie_unsent(town, phone, waiting, *, now):
    with town.database.writing() as session:
        people.see_device(session, town.cast.leder, device_id=phone, user_agent="", waiting=waiting, now=now)


@pytest.mark.parametrize(("left", "end", "why"), [(0, "given_up", "settled"), (1, "mail", None)])
def test_who_has_sent_all_meanwhile_is_not_reminded_of_it(own_town, office, left, end, why):
    phone = new_id()
    lie_unsent(own_town, phone, 3, now=make.NOW - DAY)
    with own_town.database.writing() as session:
        assert notices.remind_unsent(session, now=make.NOW) == 1
    lie_unsent(own_town, phone, left, now=make.NOW)
    assert delivered(own_town) == {end: 1}
    assert of(own_town, own_town.cast.leder, Kind.UNSENT).failed_why == why
    assert len(office.kept) == (end == "mail")


@pytest.mark.parametrize("by", ["the reader", "a colleague"])
def test_a_week_that_was_marked_meanwhile_is_not_called_unread(own_town, office, by):
    reader = own_town.cast.omraade if by == "the reader" else two_areas(own_town)
    tell(own_town, own_town.cast.omraade, kind=Kind.DIGEST_UNREAD, path="/digests/")
    with own_town.database.writing() as session:
        assert digests.mark_read(session, reader, area_id=own_town.cast.syd.id, week=LAST_WEEK, now=make.NOW)
    delivered(own_town)
    assert of(own_town, own_town.cast.omraade, Kind.DIGEST_UNREAD).failed_why == "settled"
    assert "omraade@hoert.example" not in [to for to, message in office.kept if "venter" in message["Subject"]]


def test_a_box_that_was_emptied_after_a_failed_try_is_not_told_of(own_town, office, clock):
    wish(own_town, own_town.cast.leder, needs_help=Channel.MAIL)
    with own_town.database.writing() as session:
        sync.take(session, own_town.cast.leder, items=[own_town.cast.talk("")], now=make.NOW - DAY)
    office.later = 1
    assert delivered(own_town) == {"later": 1}
    with own_town.database.writing() as session:
        for boxed in sync.waiting(session, own_town.cast.leder):
            sync.settle(session, own_town.cast.leder, boxed.key, now=make.NOW)
    clock.shift(3600)
    assert delivered(own_town) == {"given_up": 1}
    assert (of(own_town, own_town.cast.leder, Kind.NEEDS_HELP).failed_why, office.kept) == ("settled", [])


def mark_by_another(town, who):
    """A week with a talk that `who` noted is read by somebody above."""
    with town.database.writing() as session:
        chief = make.person(session, email="chef@hoert.example", role=Role.AREA_LEADER, unit=town.cast.kommune, name="Bodil Chef")
        talks = town.cast.log(session, who, unit=town.cast.mariehuset, now=make.NOW)
        digests.make_issue(session, town.cast.syd, make.WEEK, now=make.NOW)
        digests.mark_read(session, chief, area_id=town.cast.syd.id, week=make.WEEK, now=make.NOW)
    return talks


def test_who_noted_the_talks_is_led_to_who_read_them(own_town, office, clock):
    wish(own_town, own_town.cast.leder, read=Channel.MAIL)
    mark_by_another(own_town, own_town.cast.leder)
    clock.shift(600)
    delivered(own_town)
    office.kept[:] = [one for one in office.kept if one[0] == "leder@hoert.example"]
    assert button(office) == (f"{BASE}/#news", "Se, hvad der er nyt")
    page = own_town.new_browser("leder").get("/")
    assert "Bodil Chef har læst ugen med" in page.words
    assert 'id="news"' in page.text


def test_who_may_read_the_week_is_led_to_it(own_town, office, clock):
    wish(own_town, own_town.cast.omraade, read=Channel.MAIL, digest_ready=Channel.NONE)
    mark_by_another(own_town, own_town.cast.omraade)
    clock.shift(600)
    delivered(own_town)
    office.kept[:] = [one for one in office.kept if one[0] == "omraade@hoert.example"]
    path = f"/digests/{own_town.cast.syd.id}/{make.WEEK}"
    assert button(office) == (f"{BASE}{path}", "Se ugen")
    assert own_town.new_browser("omraade").get(path).status == 200


def test_new_questions_lead_to_the_questions(own_town, office):
    cast, database = own_town.cast, own_town.database
    with database.writing() as session:
        set_id = questions.in_use(session, cast.leder)[0].question_set_id
        draft = questions.begin(session, cast.admin, set_id, now=make.NOW)
        questions.publish_draft(session, cast.admin, set_id, seen=draft.revision, now=make.NOW)
    delivered(own_town)
    office.kept[:] = [one for one in office.kept if one[0] == "leder@hoert.example"]
    assert button(office) == (f"{BASE}/capture/before", "Se spørgsmålene")
    asked = cast.form.content.questions[0].prompt["da"]
    assert asked in own_town.new_browser("leder").get("/capture/before").words


def test_who_notes_talks_no_more_hears_of_no_questions(own_town, office):
    tell(own_town, own_town.cast.leder, kind=Kind.QUESTIONS_PUBLISHED, about="version:1", path="/capture/before")
    with own_town.database.writing() as session:
        session.get(people.Person, own_town.cast.leder.person_id).role = Role.ADMINISTRATOR
    assert delivered(own_town) == {"given_up": 1}
    assert of(own_town, own_town.cast.leder, Kind.QUESTIONS_PUBLISHED).failed_why == "not_theirs"


@pytest.mark.parametrize("kind", [Kind.DIGEST_READY, Kind.DIGEST_UNREAD])
def test_who_moved_is_led_to_the_week_of_the_new_area(own_town, office, syd, kind):
    nord = f"/digests/{own_town.cast.nord.id}/{LAST_WEEK}"
    tell(own_town, own_town.cast.omraade, kind=kind, path=syd, about=WEEK)
    with own_town.database.writing() as session:
        session.get(people.Person, own_town.cast.omraade.person_id).unit_id = own_town.cast.nord.id
    assert delivered(own_town) == {"mail": 1}
    assert button(office)[0] == f"{BASE}{nord}"
    browser = own_town.new_browser("omraade")
    assert (browser.get(nord).status, browser.get(syd).status) == (200, 404)
