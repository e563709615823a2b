"""A talk noted without a network: from the home screen to *Gemt*, and on to the store when there is a way. Nothing says "Sendt"
before the store has answered for exactly that talk."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.phone import lying, open_app, save, write


@pytest.fixture
def app(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return open_app(watch.page())


def test_a_tap_opens_the_first_field(app):
    app.locator("#new").click()
    expect(steps.notes(app).first).to_be_focused()


def test_a_talk_noted_on_the_net_is_stored_once_and_says_so(app, server):
    save(app, "Noteret paa nettet i appen")
    app.locator("#done").dblclick()
    expect(app.get_by_text(re.compile(r"^Sendt \d+\.\d\d$")).first).to_be_visible()
    assert server.count("Noteret paa nettet i appen") == 1


def test_a_talk_noted_without_a_network_waits_over_a_restart_and_is_sent(app, server):
    context = app.context
    context.set_offline(True)
    app.reload()
    save(app, "Noteret helt uden net")
    app.locator("#done").click()
    expect(app.get_by_text("Du er ikke på nettet.")).to_be_visible()
    app.close()
    again = context.new_page()
    again.goto("/phone/")
    expect(again.get_by_text("Noteret helt uden net")).to_be_visible()
    expect(again.get_by_text("På telefonen").first).to_be_visible()
    assert server.count("Noteret helt uden net") == 0
    again.locator("#tab-outbox").click()
    expect(again.locator("#send")).to_be_visible()
    context.set_offline(False)  # nobody presses anything: the network is back, and that is enough
    expect(again.get_by_text(re.compile("Alt er sendt"))).to_be_visible()
    assert server.count("Noteret helt uden net") == 1


def test_what_was_begun_is_there_when_the_page_is_gone(app):
    write(app, "Kun halvt skrevet, da")
    app.wait_for_timeout(700)
    context = app.context
    app.close()
    again = context.new_page()
    again.goto("/phone/")
    again.get_by_role("button", name="Fortsæt").click()
    expect(steps.notes(again).first).to_have_value("Kun halvt skrevet, da")


def test_a_theme_chosen_at_once_goes_with_the_talk_and_one_chosen_later_is_an_edit(app, server):
    save(app, "Aflevering om morgenen er svaer i appen")
    app.locator("#themes label").first.click()
    app.locator("#done").click()
    expect(app.get_by_text(re.compile(r"^Sendt \d")).first).to_be_visible()
    app.locator("[id^=talk-]").first.click()
    app.locator("#answer").click()
    app.locator("#quoting-area").check(force=True)
    app.locator("#done").click()
    expect(app.locator("#new")).to_be_visible()  # not the sign of what was sent before
    expect(app.get_by_text(re.compile(r"^Sendt \d")).first).to_be_visible()
    assert server.count("Aflevering om morgenen er svaer i appen") == 2  # two revisions of one talk


def test_a_redrawing_takes_nothing_out_of_the_hand(app):
    """The clock redraws the page; what is unfolded, focused or under a finger stays the same node."""
    app.context.set_offline(True)
    write(app, "Begyndt, mens siden tegnes om")
    app.wait_for_timeout(700)
    app.locator("#close").click()
    app.locator("summary", has_text="Slet").click()
    app.locator("#new").focus()
    app.evaluate("() => { window.held = ['#new', '#before', '#tab-home', 'summary'].map((one) => document.querySelector(one)) }")
    app.evaluate("() => { window.dispatchEvent(new Event('offline')); window.dispatchEvent(new Event('offline')) }")
    save_elsewhere(app)
    expect(app.get_by_text("Gemt i et andet vindue")).to_be_visible()
    assert app.evaluate("() => window.held.every((node) => node.isConnected)")
    expect(app.locator("details[open]")).to_have_count(1)
    expect(app.locator("#new")).to_be_focused()
    app.context.set_offline(False)


def save_elsewhere(page: Page) -> None:
    """Another tab of the same phone, so that this one is told and draws itself again."""
    other = page.context.new_page()
    other.goto("/phone/")
    save(other, "Gemt i et andet vindue")
    other.close()


def test_undo_gives_the_words_back_to_write_on(app):
    save(app, "Fortrudt, men ikke tabt")
    app.locator("#undo").click()
    expect(steps.notes(app).first).to_have_value("Fortrudt, men ikke tabt")


def test_a_cpr_number_is_covered_before_anything_is_kept(app):
    write(app, "Ring om 010190-1234 i dag")
    app.wait_for_timeout(700)
    kept = json.dumps(lying(app, "drafts"), ensure_ascii=False)
    assert "Ring om ••••••-•••• i dag" in kept
    assert "010190" not in kept


def test_a_talk_open_in_another_tab_is_not_written_in_twice(app):
    write(app, "Kun ét sted ad gangen")
    app.wait_for_timeout(700)
    other = app.context.new_page()
    other.goto(app.url)
    expect(other.get_by_text("Samtalen er åben i et andet vindue.")).to_be_visible()


def test_without_javascript_the_plain_form_is_offered(server, watched, cookies):
    watch = watched(server, java_script_enabled=False)
    watch.is_away = True  # Chromium calls the modules it was told not to fetch failed
    watch.context.add_cookies(cookies("leder"))
    page = watch.page()
    page.goto("/phone/")
    page.get_by_role("link", name="Formularen uden JavaScript").click()
    expect(steps.notes(page).first).to_be_visible()
