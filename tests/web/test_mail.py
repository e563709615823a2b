"""Mail as it reaches a mail server: what stands in it, for whom, and what never does."""

import re
import xml.etree.ElementTree as ET
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from domain import notices, people
from domain.audit import read_by
from domain.notices import Channel, Kind, Wishes
from domain.people import Role
from tests import make, post_office
from tests.web import lint
from tests.web.town import AUTHORS, LAST_WEEK, QUOTES

BASE = "https://hoert.strandby.example"
WEEK = f"week:{LAST_WEEK}"
SHORT = (Kind.REPLY, Kind.READ, Kind.QUESTIONS_PUBLISHED, Kind.NEEDS_HELP, Kind.UNSENT)


@pytest.fixture
def office(own_town):
    with post_office.opened() as office:
        post_office.joined(own_town.app, office)
        with own_town.database.writing() as session:
            session.execute(sa.delete(notices.Notice))
        yield office


def tell(town, who, kind=Kind.DIGEST_READY, about=WEEK, path="/"):
    with town.database.writing() as session:
        return notices.write(session, kind=kind, to=[who.person_id], about=about, path=path, now=make.NOW)


def wish(town, who, **kinds):
    with town.database.writing() as session:
        notices.choose(session, who, Wishes({Kind(kind): way for kind, way in kinds.items()}))


def of(town, who, kind=Kind.DIGEST_READY):
    with town.database.reading() as session:
        wanted = select(notices.Notice).where(notices.Notice.person_id == who.person_id, notices.Notice.kind == kind)
        return session.exec(wanted).one()


def mail(town, office, who="omraade", **more):
    """The one message that comes of one notice."""
    tell(town, getattr(town.cast, who), **more)
    assert post_office.delivered(town.app) == {"mail": 1}
    [(to, message)] = office.kept
    assert to == f"{who}@hoert.example"
    office.kept.clear()
    return message


def links(html):
    return [element.get("href") for element in lint.parse(html)[0].iter("a")]


def two_areas(town):
    with town.database.writing() as session:
        above, email = town.cast.kommune, "begge@hoert.example"
        return make.person(session, email=email, role=Role.AREA_LEADER, unit=above, name="Birgitte Ask")


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


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"BASE_URL_IS_SET": False}, "no_base_url"),
        ({"SMTP_URL": None}, "no_smtp_url"),
        ({"MAIL_FROM": None}, "no_mail_from"),
    ],
)
def test_without_a_setting_no_mail_leaves_and_the_reason_is_told(own_town, office, settings, why, caplog):
    post_office.joined(own_town.app, office, **settings)
    tell(own_town, own_town.cast.omraade)
    assert post_office.delivered(own_town.app) == {"later": 1}
    assert of(own_town, own_town.cast.omraade).failed_why == why
    assert f"no mail is sent: {why}" in caplog.text
    assert office.kept == []


def test_the_reason_stands_in_the_status_and_on_nobodys_page(own_town, office):
    post_office.joined(own_town.app, office, BASE_URL_IS_SET=False)
    tell(own_town, own_town.cast.omraade)
    post_office.delivered(own_town.app)
    said = own_town.app.test_cli_runner().invoke(args=["notices", "status"]).output
    assert said.splitlines() == ["mail no_base_url", "waiting 1", "  tried, no_base_url 1"]
    assert "no_base_url" not in own_town.new_browser("omraade").get("/notices/settings").text


def test_the_settings_say_whether_mail_is_sent_and_lead_to_less_of_it(own_town, office):
    visitor = own_town.new_browser("omraade")
    assert "kommer det som e-mail" in visitor.get("/notices/settings").words
    own_town.app.config["SMTP_URL"] = None
    page = visitor.get("/notices/settings")
    assert "Hørt sender ikke e-mail her endnu." in page.words
    [path] = [link for link in page.links() if "/unsubscribe/" in link]
    assert visitor.get(path).h1 == "Færre mails"


def test_the_command_sends_by_the_mail_server_that_is_set(own_town, office):
    for who in ("omraade", "omraade2"):
        tell(own_town, getattr(own_town.cast, who))
    done = own_town.app.test_cli_runner().invoke(args=["notices", "deliver"])
    assert done.output.strip() == "mail 2"
    assert sorted(to for to, _message in office.kept) == ["omraade2@hoert.example", "omraade@hoert.example"]


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


# How it is built


def pages(town, office):
    town.app.config["MAIL_QUOTES"] = True
    wish(town, town.cast.leder, reply=Channel.MAIL)
    tell(town, town.cast.leder, kind=Kind.REPLY, about="talk:1")
    tell(town, two_areas(town))
    post_office.delivered(town.app)
    return [post_office.parts(message)[1] for _to, message in office.kept]


def test_the_html_is_valid_named_and_fetches_nothing(own_town, office):
    for html in pages(own_town, office):
        tree, wrong = lint.parse(html)
        everything = [element for element in tree.iter() if isinstance(element.tag, str)]
        tags = {element.tag for element in everything}
        assert wrong == []
        assert tree.get("lang") == "da"
        assert len([element for element in everything if element.tag in ("h1", "main")]) == 2
        assert tags.isdisjoint({"img", "link", "style", "script", "svg", "form", "iframe", "video", "input"})
        assert "url(" not in html
        assert {name for element in everything for name in element.keys()} <= ATTRIBUTES  # noqa: SIM118
        assert len(html.encode()) < 50_000, "Gmail cuts what is longer than 102 kB"


ATTRIBUTES = {
    *("lang", "charset", "name", "content", "style", "role", "scope", "href", "align", "valign"),
    *("width", "cellpadding", "cellspacing", "border", "bgcolor"),
}


def test_it_can_be_read_in_bad_light(own_town, office):
    """Every text stands at 4.5 : 1 or more on what lies behind it (WCAG 1.4.3)."""
    for html in pages(own_town, office):
        pairs = set(contrasts(next(lint.parse(html)[0].iter("body")), "#15211E", "#FFFFFF"))
        assert len(pairs) >= 3
        assert {pair: ratio for pair in pairs if (ratio := contrast(*pair)) < 4.5} == {}


def contrasts(element: ET.Element, ink: str, paper: str):
    styles = dict(part.split(":", 1) for part in (element.get("style") or "").split(";") if ":" in part)
    ink, paper = styles.get("color", ink), styles.get("background", paper)
    if (element.text or "").strip():
        yield ink, paper
    for child in element:
        yield from contrasts(child, ink, paper)


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)
