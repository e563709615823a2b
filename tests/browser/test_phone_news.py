"""*Nyt til dig*: a reply finds its way back to the phone that noted the talk, and is there without a network too."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.phone import expect_all_sent, open_app, save

SAID = "Mor savner et navn paa den, der tager imod"
ANSWER = "Tak. Vi haenger navne op ved doeren fra mandag."


@pytest.fixture
def app(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    page = watch.page()
    steps.sign_in(page, "leder")
    return open_app(page)


@pytest.fixture
def area_leader(own_server, watched):
    page = watched(own_server).page()
    steps.sign_in(page, "omraade")
    return page


def reply_to(page: Page, words: str, text: str) -> None:
    """As the area leader finds the talk: in all talks of the running week."""
    page.goto("/digests/")
    steps.open_running_week(page)
    steps.open_all_talks(page)
    page.locator("main article").filter(has_text=words).get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text(words)
    page.get_by_label("Dit svar").fill(text)
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_role("main")).to_contain_text("Svaret er sendt.")


def test_a_reply_comes_back_to_the_phone_is_new_once_and_is_there_without_a_network(app, area_leader):
    app.locator("#news").click()  # what the demo brings is seen first
    expect(app.get_by_role("heading", name="Nyt til dig", exact=True)).to_be_visible()
    app.locator("#close").click()
    expect(app.locator("#news .pill")).to_have_count(0)
    save(app, SAID)
    app.locator("#done").click()
    expect_all_sent(app)
    reply_to(area_leader, SAID, ANSWER)
    app.goto("/phone/")
    app.reload()
    expect(app.locator("#news .pill")).to_have_text("1 ny")
    app.context.set_offline(True)
    app.reload()
    app.locator("#news").click()
    card = app.locator("main article").first
    expect(card).to_contain_text("Birgitte Holm har svaret dig")
    expect(card).to_contain_text(ANSWER)
    card.get_by_role("link", name="Se samtalen").click()
    expect(app.get_by_role("main")).to_contain_text(SAID)
    app.reload()
    app.locator("#close").click()
    app.locator("#tab-home").click()
    expect(app.locator("#news")).to_be_visible()
    expect(app.locator("#news .pill")).to_have_count(0)
    app.context.set_offline(False)


def test_from_the_phone_one_answers_back_on_the_talks_own_page(app, area_leader):
    app.locator("#news").click()
    app.locator("main article").filter(has_text="Hvad skal der til").get_by_role("link", name=re.compile("svar", re.I)).click()
    expect(app).to_have_url(re.compile(r"/conversations/[0-9a-f-]+#replies$"))
    app.get_by_label("Dit svar").fill("Det kan vi begynde med paa mandag.")
    app.get_by_role("button", name="Send svaret").click()
    expect(app.get_by_role("main")).to_contain_text("Det kan vi begynde med paa mandag.")
