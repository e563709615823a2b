"""What was written stays: over a fault in the form, an expired sign-in, an impatient finger."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps

CHOSEN = ("Den første tid", "Ros", "Ja, I må citere", "Mor", "Telefon")
IN_FOCUS = "element => element === document.activeElement"


def choose(page: Page) -> None:
    for name in CHOSEN:
        steps.chip(page, name).click()


def expect_chosen(page: Page) -> None:
    for name in CHOSEN:
        expect(steps.choice(page, name)).to_be_checked()


@pytest.fixture
def form(signed_in) -> Page:
    page = signed_in("leder")
    page.goto("/capture/plain")
    return page


def test_an_empty_form_says_what_is_missing_and_leads_there(signed_in, watched, server, cookies):
    watch = watched(server)
    watch.context.add_cookies(cookies("leder"))
    watch.expect(422)
    page = watch.page()
    page.goto("/capture/plain")
    choose(page)
    steps.save(page)
    expect(page).to_have_title(re.compile("^Fejl:"))
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    expect(summary.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    field = steps.notes(page).first
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Fejl:"))
    expect_chosen(page)
    field.fill("Nu står her noget efter fejlen.")
    steps.save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemt")
    expect(page).not_to_have_title(re.compile("^Fejl:"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_sign_in_that_expired_while_one_wrote_costs_nothing(watched, server, cookies, scripts):
    watch = watched(server, java_script_enabled=scripts)
    watch.context.add_cookies(cookies("leder"))
    watch.expect(401)
    page = watch.page()
    words = f"Skrevet mens adgangen forsvandt {scripts}"
    page.goto("/capture/plain")
    steps.notes(page).nth(1).fill(f"»{words}«\nOg mere.")
    choose(page)
    steps.let_sign_in_expire(page)
    steps.save(page)
    expect(page.get_by_text("det, du skrev, er her stadig")).to_be_visible()
    assert words not in page.content(), "sealed: not readable for whoever sits here now"
    assert server.count(words) == 0
    steps.fill_in_sign_in(page, "leder", password="forkert")
    expect(page).to_have_title(re.compile("^Fejl:"))
    steps.fill_in_sign_in(page, "leder")
    expect(steps.notes(page).nth(1)).to_have_value(f"»{words}«\nOg mere.")
    expect_chosen(page)
    steps.save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemt")
    assert server.count(words) == 1


def test_words_that_wait_are_given_to_nobody_else(watched, server, cookies):
    watch = watched(server)
    watch.context.add_cookies(cookies("leder"))
    watch.expect(401, 409)
    page = watch.page()
    page.goto("/capture/plain")
    steps.notes(page).first.fill("Kun for den der skrev det")
    steps.let_sign_in_expire(page)
    steps.save(page)
    steps.fill_in_sign_in(page, "medarbejder")
    expect(page.get_by_role("alert")).to_contain_text("skrevet af en anden")
    assert "Kun for den der skrev det" not in page.content()
    steps.fill_in_sign_in(page, "leder")
    expect(steps.notes(page).first).to_have_value("Kun for den der skrev det")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_double_tap_stores_one_talk(signed_in, server, scripts):
    page = signed_in("leder", java_script_enabled=scripts)
    words = f"Trykket to gange {scripts}"
    page.goto("/capture/plain")
    steps.notes(page).first.fill(words)
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Gem", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemt")
    assert server.count(words) == 1


def test_a_tap_while_the_first_is_under_way_sends_nothing(form, server):
    steps.notes(form).first.fill("Trykket mens den var undervejs")
    form.wait_for_load_state("networkidle")
    under_way = []
    form.route("**/capture/plain", lambda route: under_way.append(route))
    twice = """async (button) => {
      for (const tap of [1, 2]) {
        button.click();
        await new Promise((done) => setTimeout(done, 200));
      }
    }"""
    form.get_by_role("button", name="Gem", exact=True).evaluate(twice)
    assert len(under_way) == 1
    under_way[0].continue_()
    expect(form.get_by_role("heading", level=1)).to_contain_text("Gemt")
    assert server.count("Trykket mens den var undervejs") == 1


def test_a_tap_whose_answer_was_lost_and_another_store_one_talk(form, server):
    steps.notes(form).first.fill("Svaret kom aldrig frem")
    send = "async (form) => (await fetch(form.action, { method: 'POST', body: new FormData(form) })).status"
    assert form.locator("form").evaluate(send) == 200
    assert server.count("Svaret kom aldrig frem") == 1
    steps.save(form)
    expect(form.get_by_role("heading", level=1)).to_contain_text("Gemt")
    assert server.count("Svaret kom aldrig frem") == 1


def test_words_the_database_would_not_take_wait_on_the_page(own_server, watched):
    own_server.excused.append("store unreachable")
    watch = watched(own_server)
    watch.expect(503)
    page = watch.page()
    steps.sign_in(page, "leder")
    page.goto("/capture/plain")
    steps.notes(page).first.fill("Skrevet da basen var optaget")
    choose(page)
    with own_server.locked():
        steps.save(page)
        expect(page.get_by_role("button", name="Prøv igen")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("Skrevet da basen var optaget")
    assert own_server.count("Skrevet da basen var optaget") == 0
    page.get_by_role("button", name="Prøv igen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemt")
    assert own_server.count("Skrevet da basen var optaget") == 1


def test_going_back_after_saving_gives_a_new_form(form, server):
    """The words of the stored talk are not left lying in the browser, and what is written now is a talk of its own."""
    steps.notes(form).first.fill("Den er gemt nu")
    steps.save(form)
    expect(form.get_by_role("heading", level=1)).to_contain_text("Gemt")
    form.go_back()
    expect(steps.notes(form).first).to_have_value("")
    steps.notes(form).first.fill("Den er ny nu")
    steps.save(form)
    expect(form.get_by_role("heading", level=1)).to_contain_text("Gemt")
    assert (server.count("Den er gemt nu"), server.count("Den er ny nu")) == (1, 1)


def test_a_long_note_grows_with_what_is_written(form):
    """The line to write on becomes a page; nothing one wrote is scrolled out of sight."""
    field = steps.notes(form).first
    short = field.bounding_box()["height"]
    field.fill("\n".join(f"linje {n}" for n in range(12)))
    assert field.bounding_box()["height"] > short * 3
    assert field.evaluate("f => f.scrollHeight - f.clientHeight") <= 1
