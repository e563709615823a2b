"""What lies on a phone is sealed from the first word, and locked when its person is signed out: by themselves, from elsewhere,
or because the phone was shut out. It opens at their next sign-in, and nothing of it is lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser import steps
from tests.browser.phone import (
    HELD,
    NO_FILES,
    READABLE,
    SENT,
    a_phone,
    expect_all_sent,
    expect_kept,
    expect_sealed,
    lying,
    open_app,
    press_save,
    save,
    sign_out_at_once,
    write,
)

SECRET = re.compile("/sync/secret$")
#: Past the app, into a table of its own store.
WRITE_READABLE = """
(words) => new Promise((done, no) => {
  indexedDB.open("hoert").onsuccess = ({ target: { result } }) => {
    const work = result.transaction("meta", "readwrite", { durability: "strict" });
    work.objectStore("meta").put({ words }, "control");
    Object.assign(work, { oncomplete: () => (result.close(), done()), onabort: no });
  };
})
"""
#: As on an iPhone of before 2025.
NO_STREAMS = "delete globalThis.FileSystemFileHandle?.prototype.createWritable;"  # an empty page has none


@pytest.fixture
def watch(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return watch


def note_offline(page: Page, words: str) -> None:
    page.context.set_offline(True)
    save(page, words)
    page.locator("#done").click()
    expect(page.locator("#new")).to_be_visible()


def files_with(profile: Path, words: str) -> list[str]:
    """The profile's files that hold the words, in one of the two encodings that browsers write."""
    found = []
    for path in profile.rglob("*"):
        if path.is_file() and not path.is_symlink():
            held = path.read_bytes()
            found += [path.name for encoding in ("utf-8", "utf-16-le") if words.encode(encoding) in held]
    return found


@pytest.mark.timeout(180)
def test_no_file_of_the_browser_ever_holds_a_word(browsers, own_server, tmp_path):
    """From the first word on a phone that was never used before; searched while it is signed in, and after it was signed out."""
    planted = [f"{kind} som ingen skal finde" for kind in ("Kladden", "Den der venter", "Den sendte", "Den rettede")]
    control = "Kontrollen som findes"
    with a_phone(browsers, tmp_path / "profile", own_server) as phone:
        steps.sign_in(phone.open(), "leder")
        phone.shut()  # as one shuts it, so that its cookie is written down
        page = phone.open(is_away=True)
        page.goto("/phone/#/new")
        steps.notes(page).first.fill(planted[2])
        press_save(page)
        page.locator("#done").click()
        expect(page.get_by_text(SENT).first).to_be_visible()
        open_app(page)
        page.get_by_role("link", name=re.compile(planted[2])).click()
        page.get_by_role("button", name="Ret", exact=True).click()
        steps.notes(page).first.fill(planted[3])
        press_save(page)
        page.locator("#done").click()
        expect_all_sent(page)
        page.locator("#tab-home").click()
        page.route(re.compile("/sync$"), lambda route: route.abort())
        save(page, planted[1])
        page.locator("#done").click()
        write(page, planted[0])
        expect_kept(page, planted[0])
        page.evaluate(WRITE_READABLE, control)
        assert len(lying(page, "kept")) == len(lying(page, "outbox")) == len(lying(page, "drafts")) == 1
        phone.kill()
        assert files_with(phone.profile, control)
        assert {words: files_with(phone.profile, words) for words in planted} == {words: [] for words in planted}
        assert own_server.count(planted[3]) == 1

        page = phone.open(is_away=True)
        phone.watches[-1].expect(401)
        page.route(re.compile("/sync$"), lambda route: route.abort())
        sign_out_at_once(page)
        assert not page.evaluate(HELD)
        phone.shut()
        assert {words: files_with(phone.profile, words) for words in planted} == {words: [] for words in planted}

        page = phone.open()
        phone.watches[-1].expect(401)
        page.goto("/phone/")
        expect(page.get_by_text("2 samtaler ligger låst på telefonen.")).to_be_visible()
        page.get_by_role("link", name="Log ind").click()
        steps.fill_in_sign_in(page, "leder")
        expect(page.get_by_role("button", name="Fortsæt")).to_be_visible()
        expect_all_sent(page)
        assert own_server.count(planted[1]) == 1
        page.locator("#tab-home").click()
        page.get_by_role("button", name="Fortsæt").click()
        expect(steps.notes(page).first).to_have_value(planted[0])


def test_signed_out_without_a_network_it_stays_locked_and_opens_at_its_persons_next_sign_in(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
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
    watch.is_away = True
    watch.expect(401)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
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
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401, 403)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
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


def test_where_pages_cannot_write_such_files_a_worker_does(watch):
    watch.context.add_init_script(NO_STREAMS)
    page = open_app(watch.page())
    expect_sealed(page)
    note_offline(page, "Skrevet paa en aeldre iPhone")
    page.reload()
    expect(page.get_by_role("link", name=re.compile("Skrevet paa en aeldre"))).to_be_visible()
    assert page.evaluate(READABLE) == 0
    page.context.set_offline(False)
    expect_all_sent(page)


def test_where_there_are_no_such_files_all_is_kept_as_before(watch, server):
    watch.context.add_init_script(NO_FILES)
    page = open_app(watch.page())
    note_offline(page, "Skrevet uden egne filer")
    page.reload()
    expect(page.get_by_role("link", name=re.compile("Skrevet uden egne filer"))).to_be_visible()
    page.context.set_offline(False)
    expect_all_sent(page)
    assert server.count("Skrevet uden egne filer") == 1


def is_for_the_secret(request: Request) -> bool:
    return SECRET.search(request.url) is not None


@pytest.fixture
def refusals(watch) -> list[int]:
    """Answers that are no secret, one after the other; when they are used up the server answers itself."""
    left: list[int] = []

    def answer(route: Route) -> None:
        if not left:
            return route.continue_()
        status = left.pop(0)
        return route.abort() if not status else route.fulfill(status=status, body="<h1>ikke Hørt</h1>", content_type="text/html")

    watch.context.route(SECRET, answer)
    return left


def test_without_the_secret_nothing_is_sealed_and_nothing_lost_and_later_all_is_sealed(watch, server, refusals):
    watch.expect(500, 503)
    refusals += [0, 200, 503, 500]
    page = watch.page()
    with page.expect_event("requestfailed", is_for_the_secret):
        page.goto("/phone/")
    save(page, "Skrevet foer noeglen kom")
    page.locator("#done").click()
    expect(page.get_by_text(SENT).first).to_be_visible()
    while refusals:
        assert not page.evaluate(HELD)
        assert page.evaluate(READABLE) > 0
        with page.expect_event("requestfinished", is_for_the_secret):
            page.reload()
        expect(page.get_by_role("link", name=re.compile("Skrevet foer noeglen"))).to_be_visible()
    page.reload()
    expect_sealed(page)
    assert not refusals
    assert server.count("Skrevet foer noeglen kom") == 1


def test_locked_and_signed_in_nothing_is_shown_before_the_secret_is_there(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401, 503)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
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


@pytest.mark.parametrize("made_by", ["this window", "another window"])
def test_where_the_browser_clears_the_store_away_under_an_open_page_what_is_written_after_opens_again(watch, server, made_by):
    words = f"Skrevet efter at browseren ryddede op for {made_by}"
    page = open_app(watch.page())
    expect_sealed(page)
    write(page, "Foer browseren ryddede op")
    expect_kept(page, "Foer browseren")
    page.context.set_offline(True)
    origin = page.evaluate("() => location.origin")
    cleared = {"origin": origin, "storageTypes": "indexeddb"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", cleared)
    if made_by == "another window":
        other = watch.page()
        other.goto("/phone/")  # from the worker
        other.wait_for_timeout(1_000)
        page.bring_to_front()
    steps.notes(page).first.fill(words)
    press_save(page)
    page.context.set_offline(False)
    page.route(re.compile("/sync$"), lambda route: route.abort())
    page.goto("/phone/#/home")
    page.reload()
    expect(page.get_by_role("link", name=re.compile(words))).to_be_visible()
    assert page.evaluate(READABLE) == 0
    page.unroute(re.compile("/sync$"))
    expect_all_sent(page)
    assert server.count(words) == 1


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
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
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


def test_a_sign_out_that_the_server_did_not_hear_of_holds_and_is_told_it_before_anybody_is_let_in(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
    page.goto("/people/me")
    expect(page.locator("main form[data-started~=sign-out]")).to_be_attached()
    page.route(re.compile("/auth/sign-out$"), lambda route: route.abort())
    page.get_by_role("main").get_by_role("button", name="Log ud", exact=True).click()
    page.wait_for_timeout(500)
    page.unroute(re.compile("/auth/sign-out$"))
    page.goto("/phone/")
    expect(page.get_by_role("heading", name="Log ind først")).to_be_visible()
    expect(page.locator("#new")).to_have_count(0)
    assert not page.evaluate(HELD)
    assert page.request.get("/sync/token").status == 401
    steps.sign_in(page, "leder")
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    expect_sealed(page)


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


def test_a_window_that_knows_of_no_key_writes_nothing_readable_beside_it(watch, server):
    old = watch.page()
    old.route(SECRET, lambda route: route.abort())
    old.goto("/phone/")
    write(old, "Begyndt foer der var en noegle")
    expect_kept(old, "Begyndt foer")
    assert old.evaluate(READABLE) > 0
    new = watch.page()
    new.goto("/phone/")
    expect_sealed(new)
    old.bring_to_front()
    steps.notes(old).first.fill("Begyndt foer der var en noegle, og skrevet videre")
    expect_kept(old, "og skrevet videre")
    assert old.evaluate(READABLE) == 0
    press_save(old)
    assert old.evaluate(READABLE) == 0
    old.locator("#done").click()
    expect_all_sent(old)
    assert server.count("Begyndt foer der var en noegle, og skrevet videre") == 1


def test_a_phone_with_nothing_to_send_hears_that_it_was_shut_out(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401, 403)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    expect_sealed(page)
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
