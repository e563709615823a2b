"""The interface in English: every page as every role, every error, every list of errors, and no Danish left of ours."""

import json
import re
from datetime import date, datetime

import pytest
from flask_babel import force_locale

from blueprints.shared import language, talks
from domain import people
from domain.base import Week, open_database
from tests import cast as cast_of
from tests import make
from tests.shape.test_every_route_as_every_role import EVERYBODY, TABLE
from tests.web import danish, lint
from tests.web.client import Visitor
from tests.web.pages import FORM, SIGN_IN, open_form
from tests.web.town import opened, revoke

pytestmark = pytest.mark.slow

#: The phone's page is the same for everybody; its modules speak the person's language (tests/browser).
SHOWN = [row for row in TABLE if row.method == "GET" and not row.endpoint.startswith("phone.")]
STRANGERS = ("anonymous", "program")


def all_speak_english(town):
    with town.database.writing() as session:
        for actor in town.cast.everybody().values():
            people.choose_language(session, actor, language="en")
    return town


@pytest.fixture(scope="module")
def english_town(tmp_path_factory, town_template):
    with opened(tmp_path_factory.mktemp("english"), town_template) as town:
        yield all_speak_english(town)


@pytest.fixture
def own_english_town(own_town):
    return all_speak_english(own_town)


def browser(town, who):
    """Somebody's who reads English: a person by their own choice, a stranger by pressing the button."""
    visitor = Visitor(town.app)
    if who in STRANGERS:
        assert visitor.choose_language("en").status == 302
        return visitor
    visitor.sign_in("leder" if who == "revoked" else who)
    visitor.language = "en"
    if who == "revoked":
        revoke(town.database, town.cast.leder, newest=True)
    return visitor


def names(town):
    with town.database.reading() as session:
        return danish.known(session)


def left_over(town, *answers):
    """(page, Danish text) for each that is found."""
    known = names(town)
    found = []
    for answer in answers:
        if answer.is_html:
            assert answer.tree.get("lang") == "en"
            found += [(answer.path, text) for text in danish.on_page(answer.tree, known)]
        elif answer.is_pdf or answer.headers["Content-Type"].startswith("text/markdown"):
            lines = [line for line in answer.text.splitlines() if "»" not in line]
            found += [(answer.path, text) for text in danish.in_texts([line.lstrip("#>- ") for line in lines], known)]
        elif answer.headers["Content-Type"] == "application/json":
            said = json.loads(answer.text)
            message = said.get("message", "") if isinstance(said, dict) else ""
            found += [(answer.path, text) for text in danish.in_texts([message])]
    return found


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_page_that_anybody_sees_has_danish_left(english_town, who):
    visitor = browser(english_town, who)
    answers = [visitor.get(row.address(english_town), json=who == "program") for row in SHOWN]
    assert left_over(english_town, *answers) == []
    assert [answer for answer in answers if answer.data]


@pytest.mark.parametrize("who", ["leder", "omraade", "admin"])
def test_the_same_check_finds_danish_on_danish_pages(town, who):
    """It can fail: on the Danish page of the same address it finds more than a few texts."""
    known = names(town)
    for path in ("/people/me", "/conversations/" if who != "admin" else "/people/"):
        assert len(danish.on_page(town.browser(who).get(path).tree, known)) > 5


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Gemt</p>",
        "<p>Uge 47</p>",
        "<p>12 samtaler · 16–22 November 2026</p>",
        "<p>Mariehuset: Siden findes ikke, eller du har ikke adgang til den. Mariehuset</p>",
        "<p>Rækkefølge</p>",
        "<p>Say <b>Rækkefølge</b> it</p>",
        "<p>Say <q>noget</q> Rækkefølge</p>",
        '<p title="Rækkefølge">it</p>',
        '<svg aria-label="Hovedmenu"></svg>',
        '<input placeholder="Skriv din e-mail.">',
        '<input type="submit" value="Log ud">',
    ],
)
def test_danish_that_is_planted_is_found(planted):
    page = f'<!doctype html><html lang="en"><title>x</title>{planted}</html>'
    assert danish.on_page(lint.parse(page)[0], ["Mariehuset"]) != []


@pytest.mark.parametrize(
    "allowed",
    [
        "<p>Saved</p>",
        "<blockquote>Det går godt på stuen</blockquote>",
        '<p class="words">Mor sagde: <q>Gemt</q></p>',
        "<textarea>Gemt</textarea>",
        '<button lang="da">Dansk på dansk</button>',
        "<p>Område Syd · Week 47</p>",
        "<p>Vi talte ved lågen om …</p>",
        "<p>Hørt</p>",
    ],
)
def test_what_people_wrote_and_what_things_are_called_is_left_alone(allowed):
    page = f'<!doctype html><html lang="en"><title>x</title>{allowed}</html>'
    assert danish.on_page(lint.parse(page)[0], ["Område Syd", "Vi talte ved lågen om morgenen."]) == []


def what_people_wrote(answer):
    return [element.get("lang") for element in [*answer.all("p", css="words"), *answer.all("blockquote")]]


@pytest.mark.parametrize("who", ["leder", "omraade"])
def test_what_people_wrote_is_marked_as_danish_on_an_english_page_only(english_town, town, who):
    """So that a screen reader says it in Danish (WCAG 3.1.2)."""
    for where, browse, expected in ((english_town, browser, {"da"}), (town, lambda place, name: place.browser(name), {None})):
        visitor = browse(where, who)
        answers = [visitor.get(row.address(where)) for row in SHOWN]
        assert {lang for answer in answers if answer.is_html for lang in what_people_wrote(answer)} == expected


def posted_badly(visitor):
    """The form after the talk, coming back for every reason."""
    page = open_form(visitor)
    sent = dict(page.fields(FORM))
    wrong = (
        {},
        {"answer_1": "x" * 6000},
        {"answer_1": "\x00\ud83d".encode("utf-8", "replace").decode()},
        {"answer_1": "Ja", "held_on": "i går"},
        {"answer_1": "Ja", "held_on": "2031-01-01"},
        {"answer_1": "Ja", "held_on": "0001-01-01"},
        {"answer_1": "Ja", "unit": "x"},
        {"answer_1": "Ja", "about_relation": "x"},
        {"answer_1": "Ja", "themes": "x"},
        {"answer_1": "Ja", "tone": "trouble"},
        {"answer_1": "Ja", "quote_scope": "x"},
        {"answer_1": "Ja", "version": "x"},
    )
    yield from (visitor.post(FORM, {**sent, **one}) for one in wrong)
    yield visitor.post(FORM, {**sent, "answer_1": "Ja"}, token=None)
    yield visitor.post(FORM, {**sent, "answer_1": "Ja"})
    yield visitor.post(FORM, {**sent, "answer_1": "Nej"})


def test_no_form_comes_back_with_danish_errors(own_english_town):
    answers = list(posted_badly(browser(own_english_town, "leder")))
    assert {answer.status for answer in answers} >= {409, 419, 422}
    assert left_over(own_english_town, *(answer for answer in answers if answer.status >= 400)) == []
    assert [answer for answer in answers if "Write at least one answer." in answer.errors()]


def test_no_sign_in_is_refused_in_danish(own_english_town):
    visitor = browser(own_english_town, "anonymous")
    page = visitor.get(SIGN_IN)

    def answers():
        yield page
        yield visitor.submit(page, SIGN_IN, email="", password="")
        yield visitor.submit(page, SIGN_IN, email="x" * 300, password="x" * 2000)
        yield visitor.submit(page, SIGN_IN, email="a\x1bb@hoert.example", password="x")
        yield visitor.post(SIGN_IN, {"email": "x"}, token=None)
        for _ in range(11):
            yield visitor.submit(page, SIGN_IN, email=cast_of.email("leder"), password="wrong")

    found = list(answers())
    assert {answer.status for answer in found} == {200, 401, 419, 422, 429}
    assert left_over(own_english_town, *found) == []


def test_no_error_page_is_danish(own_english_town, monkeypatch):
    town, visitor = own_english_town, browser(own_english_town, "leder")
    form = dict(open_form(visitor).fields(FORM)) | {"answer_1": "Vi talte om maden ved lågen og om turen"}

    def fail(*_args, **_more):
        raise RuntimeError

    answers = [
        visitor.get("/nowhere"),
        visitor.get("/people/"),
        visitor.get("/auth/sign-out"),
        visitor.post("/auth/sign-out", token=None),
        visitor.post(FORM, {"answer_1": "x" * 1_100_000}),
        visitor.post("/auth/language", {"language": "xx"}),
    ]
    with monkeypatch.context() as patched:
        patched.setattr("domain.conversations.newest", fail)
        patched.setattr("domain.sync.accept", fail)
        answers += [visitor.get("/conversations/"), visitor.post(FORM, form)]
    assert left_over(town, *answers) == []
    statuses = [answer.status for answer in answers]
    assert statuses == [404, 404, 405, 419, 413, 422, 500, 500]


def test_while_the_store_is_away_even_that_is_said_in_english(own_english_town, tmp_path):
    town, visitor = own_english_town, browser(own_english_town, "leder")
    known = names(town)
    token = visitor.token()
    before = town.app.extensions["hoert.database"]
    town.app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    answers = [visitor.get("/conversations/"), visitor.post(FORM, {"answer_1": "Ja"}, token=token)]
    town.app.extensions["hoert.database"] = before
    assert [answer.status for answer in answers] == [503, 503]
    assert [danish.on_page(answer.tree, known) for answer in answers] == [[], []]
    assert "We cannot save right now" in answers[0].words


def test_a_passing_notice_is_english(own_english_town):
    visitor = browser(own_english_town, "leder")
    own_english_town.new_browser("leder")
    page = visitor.get("/people/me")
    ends = [form.get("action") for form in page.all("form") if "/end" in (form.get("action") or "")]
    assert visitor.submit(page, ends[0]).status == 302
    assert "That device is logged out." in visitor.get("/people/me").words


def test_a_week_as_markdown_is_english(english_town):
    answer = browser(english_town, "omraade").get(f"/digests/{english_town.cast.syd.id}/{make.WEEK}.md")
    assert "Week 47 · 16–22 November 2026" in answer.text
    assert "Conversations:" in answer.text
    assert re.search(r"»[^«]+«", answer.text)  # what was said stays as it was said


@pytest.mark.parametrize(
    ("code", "time_of_day", "day", "week", "span", "moments"),
    [
        ("da", "7.21", "17. november", "Uge 47", "16.–22. november 2026", ["I dag 8.12", "I går 15.58", "2. november 9.05"]),
        ("en", "7:21", "17 November", "Week 47", "16–22 November 2026", ["Today 8:12", "Yesterday 15:58", "2 November 9:05"]),
    ],
)
def test_dates_and_times_are_written_as_the_reader_writes_them(app, code, time_of_day, day, week, span, moments):
    def at(day, hour, minute):
        return datetime(2026, 11, day, hour - 1, minute, tzinfo=make.NOW.tzinfo)

    with app.test_request_context(), force_locale(code):
        assert language.clock(at(17, 7, 21)) == time_of_day
        assert language.day(date(2026, 11, 17)) == day
        assert language.week_number(make.WEEK) == week
        assert language.week_span(make.WEEK) == span
        assert [talks.moment(at(*when)) for when in ((18, 8, 12), (17, 15, 58), (2, 9, 5))] == moments
        crossing = [language.week_span(Week(2026, 49)), language.week_span(Week(2026, 53))]
    assert crossing == (
        ["30. november–6. december 2026", "28. december 2026–3. januar 2027"]
        if code == "da"
        else ["30 November–6 December 2026", "28 December 2026–3 January 2027"]
    )


def test_the_button_that_replies_says_reply_and_the_heading_of_the_replies_stays(english_town):
    """One Danish word is a verb here and a noun there."""
    visitor = browser(english_town, "omraade")
    week = visitor.get(f"/digests/{english_town.cast.syd.id}/{make.WEEK.plus(-1)}")
    buttons = [lint.text_of(one) for one in week.all("a", css="button") if one.get("href", "").endswith("#replies")]
    assert buttons
    assert all(one.startswith("Reply to the quote from ") for one in buttons), buttons
    talk = visitor.get(f"/conversations/{english_town.talks['own'].reference}")
    assert "Replies" in [lint.text_of(one) for one in talk.all("h2")]
