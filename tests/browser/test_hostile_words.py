"""Words that would be a program if we let them: on every page that shows them they are words."""

import re

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.watch import Watch

#: Each would leave a mark on the window, open a dialog, or break the policy and be heard of by the watch.
SCRIPT = "<script>window.hit = 1; alert(1)</script>"
IMAGE = '"><img src=/x onerror="window.hit = 1; alert(2)">'
DRAWING = "<svg onload=alert(3)><a href='javascript:alert(4)'><text>tryk</text></a></svg>"
TEMPLATE = "{{ 7 * 7 }} {% raw %} ${7 * 7} </textarea></title> &lt;b&gt; &amp;"
MARKDOWN = "[tryk](javascript:alert(5)) ![x](//ondt.example/x.png) <b>fed</b>"
TEXTS = (
    f"Lederen skrev {SCRIPT} og »Jeg sagde til dem {SCRIPT} at de skulle lade være med det {IMAGE} i morgen« {IMAGE}",
    f"{DRAWING} »{DRAWING} er noget jeg aldrig har bedt om her i huset« {TEMPLATE}",
    f"{MARKDOWN} »{MARKDOWN}«",
)
PAYLOADS = (SCRIPT, IMAGE, DRAWING, TEMPLATE, MARKDOWN)
SPACE = re.compile(r"\s+")


def shown(page: Page, *payloads: str) -> None:
    """The words stand there to the letter, and nothing came of them."""
    words = SPACE.sub(" ", page.get_by_role("main").inner_text())
    for payload in payloads:
        assert payload in words
    assert page.evaluate("() => window.hit") is None
    assert page.locator("main script, main img, main [onerror], main [onload], main a[href^=javascript]").count() == 0


def read_below(page: Page) -> None:
    """The pages of the house itself."""
    shown(page, *PAYLOADS)  # the receipt
    page.goto("/conversations/")
    shown(page)
    page.get_by_role("main").get_by_role("listitem").first.get_by_role("link").click()
    shown(page, *PAYLOADS)


def read_above(page: Page, theme: str) -> None:
    """The pages of the area: the week, its text, all its talks, those of the theme, one of them."""
    page.goto("/digests/")
    steps.open_running_week(page)
    week = page.url
    shown(page)
    quotation = page.locator("blockquote").filter(has_text="Jeg sagde til dem").first
    expect(quotation).to_contain_text(f"Jeg sagde til dem {SCRIPT} at de skulle lade være med det {IMAGE} i morgen")
    text = page.request.get(week + ".md").text()
    assert "Jeg sagde til dem" in text
    assert "<script>" not in text
    for link in (re.compile(r"^Læs (alle )?\S+ samtale"), re.compile(f"^Læs alle .* om {theme}")):
        page.goto(week)
        page.get_by_role("link", name=link).first.click()
        shown(page, *PAYLOADS)
    page.get_by_role("article").filter(has_text=TEMPLATE).first.get_by_role("link").click()
    shown(page, *PAYLOADS)
    page.goto("/conversations/")
    shown(page)


def test_a_talk_full_of_programs_is_read_as_words_everywhere(own_server, watched):
    theme = "At blive spurgt"
    page = watched(own_server).page()
    for who in ("leder", "leder2"):
        steps.sign_in(page, who)
        steps.note_talk(page, *TEXTS, choices=[theme, "Bøvl", "Ja, I må citere"])
        read_below(page)
        steps.sign_out(page)
    steps.sign_in(page, "omraade")
    read_above(page, theme)


def test_a_talk_without_a_theme_is_called_by_words_that_stay_words(own_server, watched):
    page = watched(own_server).page()
    steps.sign_in(page, "leder")
    steps.note_talk(page, SCRIPT + "</title>" + IMAGE)
    page.goto("/conversations/")
    page.get_by_role("main").get_by_role("listitem").first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>window.hit")
    shown(page, SCRIPT)


def test_words_that_come_back_with_an_error_or_after_a_sign_in_are_words(server, watched, cookies):
    watch: Watch = watched(server)
    watch.expect(401, 422)
    watch.context.add_cookies(cookies("leder"))
    page = watch.page()
    page.goto("/capture/plain")
    texts = (*TEXTS[:2], TEXTS[2] * 60)  # too long: that is the error
    for place, text in enumerate(texts):
        steps.notes(page).nth(place).fill(text)
    steps.save(page)
    expect(page).to_have_title(re.compile("^Fejl:"))
    for place, text in enumerate(texts):
        expect(steps.notes(page).nth(place)).to_have_value(text)
    shown(page)
    steps.let_sign_in_expire(page)
    steps.save(page)
    shown(page)
    page.get_by_label("E-mail").fill(IMAGE)
    page.get_by_label("Adgangskode").fill("x")
    page.get_by_role("button", name="Log ind").click()
    expect(page).to_have_title(re.compile("^Fejl:"))
    expect(page.get_by_label("E-mail")).to_have_value(IMAGE)
    shown(page)
    steps.fill_in_sign_in(page, "leder")
    for place, text in enumerate(texts):
        expect(steps.notes(page).nth(place)).to_have_value(text)
    shown(page)
