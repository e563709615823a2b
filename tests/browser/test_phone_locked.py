"""A phone that is locked: signed out by its person, here or from elsewhere, taken over by another, or shut out. Nobody sees a
word of it, whatever the net does, and it opens at its person's next sign-in."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser import steps
from tests.browser.phone import (
    HELD,
    expect_all_sent,
    expect_kept,
    expect_sealed,
    lying,
    note_offline,
    open_app,
    press_save,
    sealed_app,
    sign_out_at_once,
    write,
)

SECRET = re.compile("/sync/secret$")


@pytest.fixture
def watch(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return watch


def test_signed_out_without_a_network_it_stays_locked_and_opens_at_its_persons_next_sign_in(own_server, watched):
    page = sealed_app(watched(own_server), 401)
    note_offline(page, "Laast da man loggede ud")
    page.context.set_offline(False)
    page.route(re.compile("/sync$"), lambda route: route.abort())
    sign_out_at_once(page)
    page.context.set_offline(True)
    page.goto("/phone/")
    expect(page.get_by_role("heading", name="Log ind først")).to_be_visible()
    expect(page.get_by_text("1 samtale ligger låst på telefonen. Den åbnes, når den, der skrev den, logger ind.")).to_be_visible()
    for address in ("#/outbox", "#/talks", "#/new"):
        page.goto(f"/phone/{address}")
        expect(page.get_by_role("heading", name="Log ind først")).to_be_visible()
        expect(page.get_by_text("Laast da man")).to_have_count(0)
    assert [row["locked"] for row in lying(page, "outbox")] == [True]
    page.context.set_offline(False)
    page.unroute(re.compile("/sync$"))

    steps.sign_in(page, "leder2")
    page.goto("/phone/")
    expect(page.get_by_text("Karin Juhl").first).to_be_attached()
    page.locator("#tab-outbox").click()
    expect(page.get_by_text("1 samtale på telefonen er en andens.")).to_be_visible()
    assert [row["locked"] for row in lying(page, "outbox")] == [True]
    assert own_server.count("Laast da man") == 0

    steps.sign_out(page)
    steps.fill_in_sign_in(page, "leder")
    expect(steps.password_field(page)).to_have_count(0)
    page.goto("/phone/")
    expect_all_sent(page)
    assert own_server.count("Laast da man") == 1


def test_signed_out_in_another_window_what_is_being_written_is_kept_and_shown_to_nobody(own_server, watched):
    watch = watched(own_server)
    page = sealed_app(watch, 401)
    write(page, "Midt i en saetning")
    other = watch.page()
    other.goto("/people/me")
    expect(other.locator("main form[data-started~=sign-out]")).to_be_attached()
    other.get_by_role("main").get_by_role("button", name="Log ud", exact=True).click()
    expect(steps.password_field(other)).to_be_visible()
    expect(page.get_by_role("heading", name="Log ind først")).to_be_visible()
    expect(page.get_by_text("1 samtale ligger låst på telefonen.")).to_be_visible()
    expect(page.locator("textarea")).to_have_count(0)
    assert not page.evaluate(HELD)
    steps.fill_in_sign_in(other, "leder")
    expect(steps.password_field(other)).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Fortsæt").click()
    expect(steps.notes(page).first).to_have_value("Midt i en saetning")


@pytest.mark.parametrize("how", ["ended", "revoked"])
def test_from_elsewhere_it_is_locked_at_its_next_contact(own_server, watched, how):
    page = sealed_app(watched(own_server), 401, 403)
    note_offline(page, "Kun paa den mistede telefon")
    elsewhere = watched(own_server).page()
    steps.sign_in(elsewhere, "leder")
    elsewhere.goto("/people/me")
    if how == "ended":
        elsewhere.get_by_role("button", name="Log ud her").first.click()
        expect(elsewhere.get_by_role("button", name="Log ud her")).to_have_count(0)
    else:
        elsewhere.get_by_text("Spær telefonen").first.click()
        elsewhere.get_by_role("button", name="Spær den").first.click()
        expect(elsewhere.get_by_text("Telefonen er spærret.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Kun paa den mistede"))).to_be_visible()  # it does not know yet
    page.context.set_offline(False)
    told = "Log ind først" if how == "ended" else "Telefonens adgang er fjernet."
    expect(page.get_by_role("heading", name=told)).to_be_visible()
    expect(page.get_by_text("Kun paa den mistede")).to_have_count(0)
    page.wait_for_function(f"async () => !(await ({HELD})())")
    page.reload()
    expect(page.get_by_text(re.compile("1 samtale.* ligger låst på telefonen"))).to_be_visible()
    assert [row["locked"] for row in lying(page, "outbox")] == [True]
    if how == "revoked":
        assert own_server.count("Kun paa den mistede") == 0
        return
    page.get_by_role("link", name="Log ind").click()
    steps.fill_in_sign_in(page, "leder")
    expect_all_sent(page)
    assert own_server.count("Kun paa den mistede") == 1


def test_locked_and_signed_in_nothing_is_shown_before_the_secret_is_there(own_server, watched):
    page = sealed_app(watched(own_server), 401, 503)
    page.route(re.compile("/sync$"), lambda route: route.abort())
    note_offline(page, "Venter paa noeglen")
    page.context.set_offline(False)
    sign_out_at_once(page)
    refuse = lambda route: route.fulfill(status=503, body="", content_type="text/html")  # noqa: E731
    page.route(SECRET, refuse)
    steps.fill_in_sign_in(page, "leder")
    expect(steps.password_field(page)).to_have_count(0)
    page.goto("/phone/")
    expect(page.get_by_text("1 samtale ligger låst på telefonen.")).to_be_visible()
    expect(page.locator("#new")).to_have_count(0)
    page.unroute(SECRET, refuse)
    page.unroute(re.compile("/sync$"))
    page.reload()
    expect_all_sent(page)
    assert own_server.count("Venter paa noeglen") == 1


def test_locked_it_speaks_the_language_of_whoever_was_there_last(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401)
    page = watch.page()
    steps.choose_language(page, "en")
    steps.fill_in_sign_in(page, "leder")
    expect(steps.password_field(page)).to_have_count(0)
    open_app(page)
    expect_sealed(page)
    page.context.set_offline(True)
    write(page, "Locked in English")
    page.locator("#save").click()
    page.locator("#done").click()
    expect(page.locator("#new")).to_be_visible()
    page.route(re.compile("/sync$"), lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("/people/me")
    expect(page.locator("main form[data-started~=sign-out]")).to_be_attached()
    page.get_by_role("main").get_by_role("button", name="Log out", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1 conversation is not sent. It stays on the phone until you log in again.")
    page.get_by_role("main").get_by_role("button", name="Log out", exact=True).click()
    expect(page.locator("[data-started~=signed-out]")).to_be_attached()
    page.context.set_offline(True)
    page.goto("/phone/")
    expect(page.get_by_role("heading", name="Log in first")).to_be_visible()
    expect(page.get_by_text("1 conversation lies locked on the phone. It opens when whoever wrote it logs in.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_on_a_slow_net_the_next_person_sees_nothing_while_their_key_is_on_its_way(own_server, watched):
    page = sealed_app(watched(own_server), 401)
    note_offline(page, "Kun for den foerste paa telefonen")
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.get_by_text("Du er logget ud.")).to_be_visible()
    asked: list[Route] = []
    page.route(SECRET, lambda route: asked.append(route))
    page.get_by_role("link", name="Log ind igen").first.click()
    steps.fill_in_sign_in(page, "leder2")
    expect(page.get_by_text("Karin Juhl").first).to_be_attached()
    page.wait_for_timeout(4_000)  # an opening waits for three seconds
    assert asked
    for tab in ("#tab-home", "#tab-talks", "#tab-outbox"):
        page.locator(tab).click()
        expect(page.get_by_text("Kun for den foerste")).to_have_count(0)
    asked[0].continue_()
    expect_sealed(page)
    page.locator("#tab-talks").click()
    expect(page.get_by_text("Kun for den foerste")).to_have_count(0)
    assert [row["locked"] for row in lying(page, "outbox")] == [True]


#: Another window locked, and its word of it was not heard: this one was asleep.
TAKE_THE_SECRET = "async () => (await navigator.storage.getDirectory()).removeEntry('hoert-key')"
WAKES = "() => document.dispatchEvent(new Event('visibilitychange'))"
OPFS_FAILS = """
() => {
  const { getFileHandle } = FileSystemDirectoryHandle.prototype;
  window.mended = () => (FileSystemDirectoryHandle.prototype.getFileHandle = getFileHandle);
  const busy = async () => { throw new DOMException("busy", "NoModificationAllowedError"); };
  FileSystemDirectoryHandle.prototype.getFileHandle = busy;
}
"""


def test_a_window_that_wakes_locked_shows_nothing_whatever_the_net_does(watch, server):
    page = open_app(watch.page())
    expect_sealed(page)
    write(page, "Stod i et vindue der sov")
    expect_kept(page, "Stod i et vindue")
    page.route(re.compile("/sync"), lambda _route: None)  # nothing is ever answered
    page.evaluate(TAKE_THE_SECRET)
    page.evaluate(WAKES)
    expect(page.locator("textarea")).to_have_count(0, timeout=5_000)
    expect(page.get_by_text("Stod i et vindue")).to_have_count(0)
    page.unroute(re.compile("/sync"))
    page.reload()  # still signed in: the server lends the secret again
    page.get_by_role("button", name="Fortsæt").click()
    expect(steps.notes(page).first).to_have_value("Stod i et vindue der sov")


def test_a_file_that_cannot_be_read_for_a_moment_locks_nothing(watch, server):
    page = open_app(watch.page())
    expect_sealed(page)
    write(page, "Skrives der videre i")
    page.evaluate(OPFS_FAILS)
    page.evaluate(WAKES)
    page.wait_for_timeout(1_000)
    page.evaluate("() => window.mended()")
    expect(steps.notes(page).first).to_have_value("Skrives der videre i")
    press_save(page)


def test_a_phone_with_nothing_to_send_hears_that_it_was_shut_out(own_server, watched):
    page = sealed_app(watched(own_server), 401, 403)
    write(page, "En kladde paa den mistede telefon")
    expect_kept(page, "En kladde")
    page.context.clear_cookies()  # another sign-in than the one that the phone is known by
    steps.sign_in(page, "leder")
    elsewhere = watched(own_server).page()
    steps.sign_in(elsewhere, "leder")
    elsewhere.goto("/people/me")
    elsewhere.get_by_text("Spær telefonen").first.click()
    elsewhere.get_by_role("button", name="Spær den").first.click()
    expect(elsewhere.get_by_text("Telefonen er spærret.")).to_be_visible()
    page.goto("/phone/")
    expect(page.get_by_role("heading", name="Telefonens adgang er fjernet.")).to_be_visible()
    expect(page.get_by_text("En kladde")).to_have_count(0)
    page.wait_for_function(f"async () => !(await ({HELD})())")
