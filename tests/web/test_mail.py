"""Mail as it reaches a mail server: what stands in it, for whom, and what never does."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain import notices, people
from domain.audit import read_by
from domain.notices import Channel, Kind
from domain.people import Role
from tests import make, post_office
from tests.web import lint
from tests.web.mailing import BASE, SHORT, WEEK, links, mail, of, office, tell, two_areas, wish
from tests.web.town import AUTHORS, LAST_WEEK, QUOTES

__all__ = ["office"]

# What stands in it


def test_the_week_begins_with_its_headline_and_its_subject_tells_nothing(own_town, office):
    message = mail(own_town, office)
    text, html = post_office.parts(message)
    page = own_town.new_browser("omraade").get(f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}")
    assert message["Subject"] == "Uge 46 er klar"
    assert text.startswith(page.h1)
    assert lint.text_of(next(lint.parse(html)[0].iter("main"))).startswith(page.h1)


def test_it_says_what_its_page_says(own_town, office):
    """Every name, count and change word of the mail stands on the page the reader gets."""
    _text, html = post_office.parts(mail(own_town, office))
    page = own_town.new_browser("omraade").get(f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}")
    rows = [row for row in lint.parse(html)[0].iter("tr") if row.find("th[@scope='row']") is not None]
    assert rows
    for row in rows:
        name, note = [lint.text_of(span) for span in row.iter("span")]
        [card] = [card for card in page.all("article") if lint.text_of(next(card.iter("h3"))) == name]
        assert all(part in lint.text_of(card) for part in note.split(" · "))
        assert lint.text_of(row.find("td")) == lint.text_of(next(card.iter("b")))


def test_text_and_html_say_the_same(own_town, office):
    text, html = post_office.parts(mail(own_town, office))
    said = set(re.findall(r"\w+", " ".join(next(lint.parse(html)[0].iter("main")).itertext())))
    assert said - set(re.findall(r"\w+", text)) <= {"Det", "handlede", "samtalerne", "om", "Samtaler"}


def test_a_reader_of_two_areas_gets_one_mail_for_both(own_town, office):
    reader = two_areas(own_town)
    with own_town.database.writing() as session:
        told = [
            notices.write(session, kind=Kind.DIGEST_READY, to=[reader.person_id], about=WEEK, path="/digests/", now=make.NOW)
            for _area in (own_town.cast.syd, own_town.cast.nord)
        ]
    assert told == [1, 0]
    assert post_office.delivered(own_town.app) == {"mail": 1}
    [(_to, message)] = office.kept
    text, html = post_office.parts(message)
    assert "Område Nord" in text
    assert "Område Syd" in text
    assert len(list(lint.parse(html)[0].iter("h1"))) == 1
    assert f"Læs ugerne: {BASE}/digests/" in text


def test_an_area_that_came_later_stands_alone(own_town, office):
    tell(own_town, two_areas(own_town), about=f"{WEEK}/{own_town.cast.nord.id}")
    assert post_office.delivered(own_town.app) == {"mail": 1}
    [(_to, message)] = office.kept
    text = "".join(post_office.parts(message))
    assert "Område Nord" in text
    assert "Område Syd" not in text


@pytest.mark.parametrize("kind", SHORT)
def test_other_kinds_are_one_sentence_and_one_button(own_town, office, kind):
    wish(own_town, own_town.cast.leder, **{kind: Channel.MAIL})
    message = mail(own_town, office, "leder", kind=kind, about="x:1", path="/capture/help/1")
    text, html = post_office.parts(message)
    button, stop = links(html)
    assert button == f"{BASE}/capture/help/1"
    assert stop.startswith(f"{BASE}/notices/unsubscribe/")
    assert len(text.split("\n\n")[0].splitlines()) == 1
    assert text.split("\n\n")[0] == lint.text_of(next(lint.parse(html)[0].iter("h1")))


def test_a_reminder_of_an_unread_week_holds_no_number_of_it(own_town, office):
    text, _html = post_office.parts(mail(own_town, office, kind=Kind.DIGEST_UNREAD, path=f"/digests/{own_town.cast.syd.id}"))
    assert text.startswith("Uge 46 er ikke markeret som læst endnu.")
    assert "samtale" not in text


def test_it_speaks_the_persons_language(own_town, office):
    with own_town.database.writing() as session:
        people.choose_language(session, own_town.cast.omraade, language="en")
    message = mail(own_town, office)
    text, html = post_office.parts(message)
    assert message["Subject"] == "Week 46 is ready"
    assert message["Content-Language"] == "en"
    assert lint.parse(html)[0].get("lang") == "en"
    assert "Samtaler" not in html
    assert "Færre" not in text


# Quotations


def test_no_quotation_stands_in_it_until_the_municipality_says_so(own_town, office):
    message = mail(own_town, office)
    assert QUOTES["colleague"] not in "".join(post_office.parts(message))
    with own_town.database.reading() as session:
        talks = session.execute(sa.text("SELECT count(*) FROM reading WHERE page = 'mail.digest'")).scalar_one()
    assert talks == 0


def test_then_exactly_one_from_a_house_that_is_not_named_and_its_reading_is_logged(own_town, office):
    own_town.app.config["MAIL_QUOTES"] = True
    message = mail(own_town, office)
    text, html = post_office.parts(message)
    assert text.count("»") == 1
    assert f"»{QUOTES['colleague']}«\nForælder, et hus i området · gengivet efter samtalen" in text
    assert len(list(lint.parse(html)[0].iter("blockquote"))) == 1
    assert "Mariehuset" not in text + html, "it has fewer than five talks"
    with own_town.database.reading() as session:
        [shown] = session.execute(sa.text("SELECT conversations FROM reading WHERE page = 'mail.digest'")).scalars()
        [key] = re.findall(r"[0-9a-f-]{36}", shown)
        assert own_town.cast.omraade.person_id in [one.person_id for one in read_by(session, UUID(key))]


def test_both_areas_together_have_one_quotation(own_town, office):
    own_town.app.config["MAIL_QUOTES"] = True
    tell(own_town, two_areas(own_town))
    post_office.delivered(own_town.app)
    [(_to, message)] = office.kept
    assert post_office.parts(message)[0].count("»") == 1


def test_words_that_may_not_be_quoted_any_more_are_not(own_town, office):
    own_town.app.config["MAIL_QUOTES"] = True
    with own_town.database.writing() as session:
        session.execute(sa.text("UPDATE conversation SET quote_scope = 'none'"))
    message = mail(own_town, office)
    assert "»" not in "".join(post_office.parts(message))


def test_a_headline_somebody_wrote_may_repeat_words_and_stays_on_the_page(own_town, office):
    said = "En mor sagde, at hun stod alene i garderoben"
    own_town.new_browser("omraade").post(f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}/headline", {"text": said})
    assert said not in "".join(post_office.parts(mail(own_town, office)))


# Who gets it


def test_one_who_lost_the_area_gets_nothing(own_town, office):
    tell(own_town, own_town.cast.omraade)
    with own_town.database.writing() as session:
        row = session.get(people.Person, own_town.cast.omraade.person_id)
        row.role, row.unit_id = Role.INSTITUTION_LEADER, own_town.cast.mariehuset.id
    assert post_office.delivered(own_town.app) == {"given_up": 1}
    assert of(own_town, own_town.cast.omraade).failed_why == "not_theirs"
    assert office.kept == []


def test_one_who_moved_to_another_area_gets_that_one(own_town, office):
    tell(own_town, own_town.cast.omraade)
    with own_town.database.writing() as session:
        session.get(people.Person, own_town.cast.omraade.person_id).unit_id = own_town.cast.nord.id
    post_office.delivered(own_town.app)
    [(_to, message)] = office.kept
    text = "".join(post_office.parts(message))
    assert "Område Nord" in text
    assert "Område Syd" not in text


def test_one_who_was_shut_out_gets_nothing(own_town, office):
    tell(own_town, own_town.cast.omraade)
    with own_town.database.writing() as session:
        people.disable(session, email="omraade@hoert.example", now=make.NOW)
    post_office.delivered(own_town.app)
    assert office.kept == []


# Headers and links


def test_machines_can_tell_what_it_is(own_town, office):
    message = mail(own_town, office)
    assert message["From"] == "Hørt <hoert@strandby.example>"
    assert message["To"] == "omraade@hoert.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<{BASE}/notices/unsubscribe/[\w.-]+>", message["List-Unsubscribe"])
    assert message["Date"].datetime == make.NOW
    assert message["Message-ID"] == f"<{of(own_town, own_town.cast.omraade).id.hex}@hoert.strandby.example>"


def test_a_second_try_carries_the_name_of_the_first(own_town, office, clock):
    office.drops = 1
    tell(own_town, own_town.cast.omraade)
    assert post_office.delivered(own_town.app) == {"later": 1}
    assert of(own_town, own_town.cast.omraade).failed_why == "dropped"
    clock.shift(3600)
    assert post_office.delivered(own_town.app) == {"mail": 1}
    clock.shift(3600)
    assert post_office.delivered(own_town.app) == {}
    [(_to, message)] = office.kept
    assert message["Message-ID"] == f"<{of(own_town, own_town.cast.omraade).id.hex}@hoert.strandby.example>"


def test_every_link_leads_to_the_address_that_is_set_whatever_host_was_asked_for(own_town, office):
    """The issue is marked as read by a request with a forged Host: those who noted its talks hear of it."""
    wish(own_town, own_town.cast.leder, read=Channel.MAIL)
    tell(own_town, own_town.cast.leder, kind=Kind.READ, about="issue:1")
    visitor = own_town.new_browser("omraade")
    path = f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}/reading"
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    visitor.open("POST", path, data={"csrf_token": visitor.token()}, headers=forged)
    tell(own_town, own_town.cast.omraade)
    with own_town.app.test_request_context(base_url="https://evil.example", headers={"Host": "evil.example"}):
        post_office.delivered(own_town.app)
    assert len(office.kept) >= 2
    for _to, message in office.kept:
        text, html = post_office.parts(message)
        assert "evil.example" not in message.as_string() + text + html
        assert all(link.startswith(f"{BASE}/") for link in links(html))


def test_an_address_that_would_smuggle_in_a_header_is_never_written_to(own_town, office):
    tell(own_town, own_town.cast.omraade)
    with own_town.database.writing() as session:
        session.get(people.Person, own_town.cast.omraade.person_id).email = "a@x.example\r\nBcc: b@x.example"
    assert post_office.delivered(own_town.app) == {"given_up": 1}
    assert of(own_town, own_town.cast.omraade).failed_why == "no_address"
    assert office.kept == []


def test_names_of_places_and_themes_are_escaped(own_town, office):
    with own_town.database.writing() as session:
        session.get(people.Unit, own_town.cast.syd.id).name = "<b>Syd</b> & »Nord«"
    text, html = post_office.parts(mail(own_town, office))
    assert "<b>Syd</b> & »Nord« · Uge 46" in text
    assert "&lt;b&gt;Syd&lt;/b&gt; &amp; »Nord«" in html


# Words stay in


def test_no_word_of_a_citizen_or_a_colleague_stands_in_a_header_or_a_log(own_town, office, caplog):
    caplog.set_level(0)
    office.refused = {"leder@hoert.example"}
    for kind in SHORT:
        wish(own_town, own_town.cast.leder2, **{kind: Channel.MAIL})
        tell(own_town, own_town.cast.leder2, kind=kind, about=f"x:{kind}")
        post_office.delivered(own_town.app)
    wish(own_town, own_town.cast.leder, reply=Channel.MAIL)
    tell(own_town, own_town.cast.leder, kind=Kind.REPLY, about="talk:1")
    own_town.app.config["MAIL_QUOTES"] = True
    tell(own_town, own_town.cast.omraade)
    post_office.delivered(own_town.app)
    assert len(office.kept) == len(SHORT) + 1
    never = [*QUOTES.values(), *AUTHORS, "Tak for den."]
    for _to, message in office.kept:
        head = "\n".join(f"{name}: {value}" for name, value in message.items())
        assert [said for said in never if said in head] == []
    for _to, message in office.kept[:-1]:
        assert [said for said in never if said in "".join(post_office.parts(message))] == []
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name != "mail.log")  # that is the mail server's own
    assert [said for said in (*never, "@hoert.example") if said in logged] == []
    assert of(own_town, own_town.cast.leder, Kind.REPLY).failed_why == "recipient_refused 550"
