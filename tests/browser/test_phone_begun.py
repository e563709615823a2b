"""A talk that was begun and not saved: on every way back the words are there, and a window that may not write takes none."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.phone import expect_kept, lying, open_app, put, save, write

FIELDS = ", ".join(f"main {one}:enabled" for one in ("button", "input", "select", "textarea"))

#: Writes, leaves out and saves in a form that is shut.
ALL_THE_SAME = """
(words) => {
  document.querySelectorAll("main [disabled]").forEach((one) => (one.disabled = false));
  const field = document.querySelector("main textarea");
  field.value = words;
  field.dispatchEvent(new Event("input"));
  document.getElementById("answer-gone-out").click();
  document.getElementById("save").click();
}
"""


@pytest.fixture
def app(server, watched, cookies) -> Page:
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return open_app(watch.page())


@pytest.fixture
def prompts(app) -> Page:
    app.locator("#before").click()
    expect(app.get_by_role("heading", name="Sig først")).to_be_visible()
    return app


def promised(page: Page) -> None:
    page.get_by_label("Jeg har sagt det").check()
    while not any(draft.get("promised") for draft in lying(page, "drafts")):
        page.wait_for_timeout(20)


def note(page: Page, words: str) -> None:
    page.locator("#new").click()
    steps.notes(page).first.fill(words)
    expect_kept(page, words)


@pytest.mark.parametrize("was_promised", [True, False])
def test_who_goes_back_to_the_prompts_writes_on_in_the_same_talk(prompts, was_promised):
    if was_promised:
        promised(prompts)
    said = "Alt det, der blev fortalt"
    note(prompts, said)
    for _ in range(2):
        prompts.go_back()
        expect(prompts.get_by_role("heading", name="Spørg om")).to_be_visible()
        prompts.locator("#new").click()
        expect(steps.notes(prompts).first).to_have_value(said)
        said += ", og mere"
        steps.notes(prompts).first.fill(said)
        expect_kept(prompts, said)
    assert [bool(draft.get("promised")) for draft in lying(prompts, "drafts")] == [was_promised]


def test_the_tick_taken_away_among_the_prompts_takes_no_words_with_it(prompts):
    promised(prompts)
    note(prompts, "Ord bag et flueben")
    prompts.go_back()
    expect(prompts.get_by_label("Jeg har sagt det")).to_be_checked()
    prompts.get_by_label("Jeg har sagt det").uncheck()
    while any(draft["promised"] for draft in lying(prompts, "drafts")):
        prompts.wait_for_timeout(20)
    expect_kept(prompts, "Ord bag et flueben")
    prompts.locator("#new").click()
    expect(steps.notes(prompts).first).to_have_value("Ord bag et flueben")


def test_a_tick_taken_away_with_nothing_written_leaves_nothing(prompts):
    promised(prompts)
    prompts.get_by_label("Jeg har sagt det").uncheck()
    while lying(prompts, "drafts"):
        prompts.wait_for_timeout(20)


def test_what_was_written_for_the_prompts_in_another_window_is_not_written_over(prompts):
    promised(prompts)
    beside = prompts.context.new_page()
    beside.goto("/phone/#/before")
    expect(beside.get_by_label("Jeg har sagt det")).to_be_checked()
    note(beside, "Skrevet i det andet vindue")
    beside.close()
    note(prompts, "Skrevet i det foerste vindue")
    expect_kept(prompts, "Skrevet i det andet vindue")


def test_the_guidance_stands_below_the_prompts(prompts):
    expect(prompts.locator("main .prose p").first).to_be_visible()
    expect(prompts.locator("main .prose")).not_to_contain_text("<")


def test_a_correction_that_was_left_is_gone_on_with_by_ret_and_by_fortryd(app):
    app.context.set_offline(True)
    save(app, "Kort")
    app.locator("#correct").click()
    steps.notes(app).first.fill("Kort. Og en lang historie")
    expect_kept(app, "Kort. Og en lang historie")
    for way in ("#correct", "#undo"):
        app.locator("#close").click()
        app.locator("[id^=talk-]").first.click()
        app.locator(way).click()
        expect(steps.notes(app).first).to_have_value("Kort. Og en lang historie")
    assert len(lying(app, "drafts")) == 1


def test_what_was_only_chosen_is_kept_and_what_is_let_go_again_is_not(app):
    app.locator("#new").click()
    relation = app.locator("[id^=about-] label").first
    relation.click()
    while not lying(app, "drafts"):
        app.wait_for_timeout(20)
    app.locator("#save").click()
    expect(app.get_by_role("alert").get_by_role("link", name="Skriv mindst ét svar.")).to_be_visible()
    app.locator("#close").click()
    app.get_by_role("button", name="Fortsæt").click()
    expect(app.locator("[id^=about-] input").first).to_be_checked()
    relation.click()
    while lying(app, "drafts"):
        app.wait_for_timeout(20)
    app.locator("#held-on").fill("2026-01-02")
    app.locator("#held-on").blur()
    while not lying(app, "drafts"):
        app.wait_for_timeout(20)
    assert [draft["held_on"] for draft in lying(app, "drafts")] == ["2026-01-02"]


def test_a_form_that_was_only_looked_at_leaves_nothing(app):
    app.locator("#new").click()
    expect(app.locator("#held-on")).to_be_visible()
    app.locator("#close").click()
    expect(app.locator("#new")).to_be_visible()
    assert lying(app, "drafts") == []


def without_a_place(page: Page) -> None:
    """The draft that lies there has words that no question asks for any more."""
    [draft] = lying(page, "drafts")
    put(page, "drafts", {**draft, "left": [{"question": "gone", "label": "Før?", "text": "Ord uden plads", "to": None}]})


def test_a_second_window_takes_nothing_also_of_what_stands_above_the_form(app):
    write(app, "Skrevet i det foerste vindue")
    expect_kept(app, "Skrevet i det foerste vindue")
    without_a_place(app)
    beside = app.context.new_page()
    beside.goto(app.url)
    expect(beside.get_by_text("Samtalen er åben i et andet vindue.")).to_be_visible()
    expect(beside.get_by_text("Ord uden plads")).to_be_visible()
    expect(beside.locator("#held-on")).to_be_attached()
    expect(beside.locator(FIELDS)).to_have_count(0)
    # As a finger would that was quicker than the answer, or a browser that lets it.
    beside.evaluate(ALL_THE_SAME, "Skrevet i det andet vindue")
    beside.wait_for_timeout(700)
    beside.goto("/phone/#/home")
    expect(beside.get_by_role("button", name="Fortsæt")).to_be_visible()
    [draft] = lying(app, "drafts")
    assert [draft["left"][0]["text"], *draft["answers"].values()] == ["Ord uden plads", "Skrevet i det foerste vindue"]
    assert lying(app, "outbox") == []


def test_words_without_a_place_can_be_copied_when_nobody_knows_the_questions(app):
    write(app, "Ord med en plads")
    expect_kept(app, "Ord med en plads")
    app.goto("/phone/#/home")
    expect(app.get_by_role("button", name="Fortsæt")).to_be_visible()
    without_a_place(app)
    [draft] = lying(app, "drafts")
    put(app, "drafts", {**draft, "version": "01890000-0000-7000-8000-000000000002"})
    app.get_by_role("button", name="Fortsæt").click()
    expect(app.get_by_label("Det, du har skrevet:")).to_have_value("Ord med en plads\n\nOrd uden plads")


def test_no_word_of_a_talk_taken_back_stays_on_home(app):
    save(app, "Ord der skal vaek")
    app.locator("#done").click()
    expect(app.get_by_text(re.compile(r"^Sendt \d")).first).to_be_visible()
    app.locator("[id^=talk-]").first.click()
    app.locator("#correct").click()
    steps.notes(app).first.fill("Ord der skal vaek, rettet")
    expect_kept(app, "Ord der skal vaek, rettet")
    app.locator("#close").click()
    app.locator("[id^=talk-]").first.click()
    app.get_by_text("Tag tilbage", exact=True).click()
    app.locator("#take-back").click()
    expect(app.locator("#new")).to_be_visible()
    expect(app.get_by_text("Ord der skal vaek")).to_have_count(0)
    assert lying(app, "drafts") == []
