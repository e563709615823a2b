"""Signing out of a phone: what the server does not hear of, what comes too late, windows that refuse, and who comes after."""

import re

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.phone import (
    HELD,
    READABLE,
    expect_all_sent,
    expect_sealed,
    note_offline,
    open_app,
    save,
    sealed_app,
    sign_out_at_once,
)

SECRET = re.compile("/sync/secret$")
LEAVE_A_MARK = """
(mark) => new Promise((done, no) => {
  indexedDB.open("hoert").onsuccess = ({ target: { result } }) => {
    const work = result.transaction("meta", "readwrite");
    work.objectStore("meta").put(mark, "leaving");
    Object.assign(work, { oncomplete: () => (result.close(), done()), onabort: no });
  };
})
"""
#: As private windows of some browsers answer.
REFUSED = """
if (globalThis.StorageManager)
  StorageManager.prototype.getDirectory = async () => { throw new DOMException("not in private mode", "SecurityError"); };
"""


def test_a_sign_out_that_the_server_did_not_hear_of_holds_and_is_told_it_before_anybody_is_let_in(own_server, watched):
    page = sealed_app(watched(own_server), 401)
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


def test_where_such_files_are_refused_one_signs_out_and_in_again_and_nobody_else_sees_ones_talks(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401, 404)
    watch.context.add_init_script(REFUSED)
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    note_offline(page, "Noteret i et privat vindue")
    page.context.set_offline(False)
    page.route(re.compile("/sync$"), lambda route: route.abort())
    sign_out_at_once(page)
    steps.fill_in_sign_in(page, "admin")
    expect(steps.password_field(page)).to_have_count(0)
    page.goto("/phone/")
    expect(page.get_by_role("heading", name="Du noterer ikke samtaler")).to_be_visible()
    expect(page.get_by_text("Noteret i et privat")).to_have_count(0)
    page.unroute(re.compile("/sync$"))
    page.context.clear_cookies()
    steps.sign_in(page, "leder")
    page.goto("/phone/")
    expect_all_sent(page)
    assert own_server.count("Noteret i et privat vindue") == 1


def test_the_mark_of_a_sign_out_signs_out_nobody_else_and_no_later_sign_in(own_server, watched):
    page = sealed_app(watched(own_server), 401, 419)
    person = page.request.get("/sync/token").json()["person"]
    for who in ("leder", "leder2"):  # signed in anew since, and somebody else
        page.context.clear_cookies()
        steps.sign_in(page, who)
        page.evaluate(LEAVE_A_MARK, {"person": person, "token": "of.another.signin"})
        page.goto("/phone/")
        expect(page.locator("#new")).to_be_visible()
        assert page.request.get("/sync/token").status == 200
        expect_sealed(page)


def test_a_window_that_was_locked_comes_back_by_itself_when_its_person_is_in_again(own_server, watched):
    watch = watched(own_server)
    page = sealed_app(watch, 401)
    other = watch.page()
    other.goto("/people/me")
    expect(other.locator("main form[data-started~=sign-out]")).to_be_attached()
    other.get_by_role("main").get_by_role("button", name="Log ud", exact=True).click()
    expect(steps.password_field(other)).to_be_visible()
    expect(page.get_by_text("Så kan du notere samtaler på den her telefon")).to_be_visible()
    steps.fill_in_sign_in(other, "leder")
    expect(steps.password_field(other)).to_have_count(0)
    other.goto("/phone/")
    save(other, "Noteret i det andet vindue")
    other.locator("#done").click()
    expect(page.locator("#new")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Noteret i det andet"))).to_be_visible()


def test_what_a_first_key_came_too_late_for_is_sealed_at_sign_out(own_server, watched):
    watch = watched(own_server)
    watch.is_away = True
    watch.expect(401)
    page = watch.page()
    page.route(SECRET, lambda route: route.abort())
    steps.sign_in(page, "leder")
    open_app(page)
    note_offline(page, "Uden noegle til det sidste")
    assert page.evaluate(READABLE) > 0
    page.context.set_offline(False)
    page.route(re.compile("/sync$"), lambda route: route.abort())
    page.unroute(SECRET)
    sign_out_at_once(page)
    assert page.evaluate(READABLE) == 0
    page.goto("/phone/")
    expect(page.get_by_text("1 samtale ligger låst på telefonen.")).to_be_visible()
    page.unroute(re.compile("/sync$"))
    steps.sign_in(page, "leder")
    page.goto("/phone/")
    expect_all_sent(page)
    assert own_server.count("Uden noegle til det sidste") == 1
