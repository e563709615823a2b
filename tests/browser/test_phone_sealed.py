"""What lies on a phone is sealed from the first word, and locked when its person is signed out: by themselves, from elsewhere,
or because the phone was shut out. It opens at their next sign-in, and nothing of it is lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Request, Route, expect

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
    note_offline,
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
