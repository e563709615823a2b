"""Five minutes on a Monday: an area leader reads the gathered week on a phone, answers one talk and marks the week as read, with
the keyboard alone; in the dark, and once in English. On paper the week holds every silent house and nothing to press."""

import re
import sqlite3
from contextlib import closing
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser import served, steps
from tests.browser.keys import Keyboard

PHONE = {"width": 390, "height": 844}
REPLY = "Tak for den. Vi taler om garderoben paa torsdag."
WORDS = {
    "da": {
        "issued": r"^Uge \d+ \d+ samtale",
        "read": "Læs samtalen bag",
        "reply": "Svar på",
        "field": "Dit svar",
        "send": "Send svaret",
        "sent": "Svaret er sendt.",
        "mark": "Markér ugen som læst",
        "marked": "Læst af dig",
        "silent": r"\d huse? er stille\.",
    },
    "en": {
        "issued": r"^Week \d+ \d+ conversation",
        "read": "Read the conversation behind",
        "reply": "Reply to",
        "field": "Your reply",
        "send": "Send the reply",
        "sent": "The reply is sent.",
        "mark": "Mark the week as read",
        "marked": "Read by you",
        "silent": r"\d houses? (is|are) quiet\.",
    },
}
#: What a sheet of paper cannot do.
CONTROLS = "a.button, button, input, textarea, select, summary, [role=button]"
SHOWN = "all => all.filter((e) => e.checkVisibility({ visibilityProperty: true })).map((e) => e.outerHTML.slice(0, 90))"


@pytest.fixture(params=["da", "en"])
def monday(request, demo, tmp_path, watched):
    """The page of an area leader who has just signed in, on a dark phone, with the last week gathered."""
    instance = served.copy(demo, tmp_path, request.param)
    assert "issued" in served.flask(instance, "digests", "weekly")
    with served.running(instance, tmp_path / "log") as server:
        page = watched(server, viewport=PHONE, color_scheme="dark").page()
        steps.sign_in(page, "omraade")
        yield page, WORDS[request.param]


def follow(keyboard: Keyboard, name: str | tuple[str, ...]) -> None:
    keyboard.tab_to(name, kind="a")
    keyboard.follow()


def open_newest_issue(page: Page, words: dict) -> Keyboard:
    keyboard = Keyboard(page)
    page.goto("/")
    link = page.get_by_role("main").get_by_role("link", name=re.compile(words["issued"])).first
    keyboard.tab_to(link.inner_text().splitlines()[0], kind="a")
    keyboard.follow()
    return keyboard


def test_the_week_is_read_answered_and_marked_by_keyboard_in_the_dark(monday):
    page, words = monday
    keyboard = open_newest_issue(page, words)
    week = page.url
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    headline, main = page.get_by_role("heading", level=1), page.get_by_role("main")
    expect(headline).to_be_in_viewport()
    expect(main.get_by_text(re.compile(words["silent"])).first).to_be_visible()
    themes = page.get_by_role("article").get_by_role("heading").all_inner_texts()
    assert len(themes) >= 2
    quotation = page.locator("article blockquote").first.inner_text()

    follow(keyboard, words["read"])
    expect(page.get_by_role("main")).to_contain_text(re.sub(r"[»«]", "", quotation.split("\n")[0])[:40])
    page.go_back()  # the browser's own key for it is not Chromium's to press without a window
    expect(page).to_have_url(week)
    keyboard.forget()
    follow(keyboard, words["reply"])
    assert page.url.endswith("#replies")
    keyboard.tab_to(words["field"], kind="textarea")
    keyboard.write(REPLY)
    keyboard.tab_to(words["send"], kind="button")
    keyboard.follow()
    expect(page.get_by_text(REPLY)).to_be_visible()
    expect(page.get_by_text(words["sent"])).to_be_visible()

    page.goto(week)
    keyboard.forget()
    keyboard.tab_to(words["mark"], kind="button")
    keyboard.follow()
    expect(page.get_by_text(words["marked"])).to_be_visible()
    page.goto(week)
    keyboard.forget()
    follow(keyboard, words["read"])
    expect(page.get_by_text(REPLY)).to_be_visible()


def test_the_leader_sees_both_and_paper_shows_every_silent_house_and_no_control(own_server, watched):
    own_server.flask("digests", "weekly")
    words = WORDS["da"]
    page = watched(own_server, viewport=PHONE).page()
    steps.sign_in(page, "omraade")
    open_newest_issue(page, words)
    week, silent = page.url, page.locator("section[aria-labelledby=silent] dt").all_inner_texts()
    assert len(silent) == int(re.search(r"(\d+) huse? er stille", page.get_by_role("main").inner_text())[1])
    page.emulate_media(media="print")
    for house in silent:
        expect(page.get_by_text(house, exact=True)).to_be_visible()
    assert page.locator(CONTROLS).evaluate_all(SHOWN) == []
    page.emulate_media(media="screen")

    # Lene Mose noted some of the week's talks; the area leader answers one of hers and marks the week as read.
    leader = watched(own_server, viewport=PHONE).page()
    steps.sign_in(leader, "leder")
    hers, theirs = a_talk_of_lene(own_server, week)
    page.goto(f"/conversations/{theirs}#replies")
    page.get_by_label("Dit svar").fill(REPLY)
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text(words["sent"])).to_be_visible()
    page.goto(week)
    page.get_by_role("button", name=words["mark"]).click()
    expect(page.get_by_text(words["marked"])).to_be_visible()
    leader.goto("/")
    news = leader.get_by_role("main")
    number = re.search(r"W(\d+)$", week)[1]
    expect(news).to_contain_text(re.compile(rf"Birgitte Holm har læst ugen med \S+ \S+ samtaler?\s*Uge {number}"))
    expect(news.locator(f"a[href='/conversations/{hers}']").first).to_contain_text("Birgitte Holm har svaret dig")
    leader.goto(f"/conversations/{hers}")
    expect(leader.get_by_role("main")).to_contain_text("Læst af Birgitte Holm")
    expect(leader.get_by_role("main")).to_contain_text(REPLY)


def a_talk_of_lene(server: served.Server, week: str) -> list[UUID]:
    """A talk of hers in the issue: the id she knows it by, and the reference those above do; straight from the database."""
    with closing(sqlite3.connect(server.instance / "hoert.sqlite")) as database:
        row = database.execute(
            "SELECT t.first_id, t.reference FROM conversation t JOIN person p ON p.id = t.author_id"
            " JOIN issue_talk m ON m.conversation_id = t.first_id JOIN issue i ON i.id = m.issue_id"
            " WHERE p.email = 'leder@demo.example' AND i.week = ? AND t.replaced_by_id IS NULL LIMIT 1",
            [week.rsplit("/", 1)[1]],
        ).fetchone()
    return [UUID(key) for key in row]
