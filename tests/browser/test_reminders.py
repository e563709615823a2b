"""Reminders in Chromium: switched on, tested through a push service that decrypts, shown by the worker, and opened by a tap.

Headless Chromium has no push service to subscribe at: in the place of its pushManager stands one that gives the keys of a browser
of `push_service`. What comes there is handed to the worker as Chromium itself would (CDP). Nothing of ours is stood in for.
"""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import steps
from tests.browser.phone import House, open_app
from tests.browser.served import copy
from tests.push_service import push_service

SETTINGS = "/notices/settings"
#: What the browser keeps of a subscription lies where a page that is opened anew finds it; "lost" is what it lost.
BROWSER = """
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const kept = () => JSON.parse(localStorage.getItem("browser") || "null");
  const made = (one) => one && {
    endpoint: one.endpoint, options: { applicationServerKey: bytes(one.key).buffer },
    toJSON: () => ({ endpoint: one.endpoint, keys: one.keys }),
    unsubscribe: async () => { localStorage.removeItem("browser"); return true; },
  };
  PushManager.prototype.getSubscription = async () => made(kept());
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly) throw new DOMException("", "NotAllowedError");
    const key = btoa(String.fromCharCode(...applicationServerKey)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    const next = JSON.parse(localStorage.getItem("next-browser") || "null") ?? GIVEN;
    localStorage.setItem("browser", JSON.stringify({ ...next, key }));
    return made(kept());
  };
})();
"""
LOSE = """
(next) => {
  localStorage.removeItem("browser");
  localStorage.setItem("next-browser", next);
  sessionStorage.clear();
}
"""
IS_SHOWN = "() => navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.length)"
SHOWN = """
() => navigator.serviceWorker.ready.then((one) => one.getNotifications())
  .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture
def house(demo, tmp_path, service):
    instance = copy(demo, tmp_path)
    settings = f'import os\nos.environ["REQUESTS_CA_BUNDLE"] = "{service.ca}"\nHOERT_PUSH_HOSTS = "{service.host}"\n'
    with (instance / "config.py").open("a") as file:
        file.write(settings)
    made = House(instance, tmp_path)
    made.start()
    yield made
    made.close()


def as_given(browser) -> str:
    return json.dumps({"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}})


@pytest.fixture
def begun(house, watched, service):
    """A page of leder's in a browser that may remind, and what the push service has of that browser."""
    watch, browser = watched(house.server), service.browser()
    watch.context.grant_permissions(["notifications"], origin=house.server.url)
    watch.context.add_init_script(BROWSER.replace("GIVEN", as_given(browser)))
    page = watch.page()
    steps.sign_in(page, "leder")
    return page, browser


def state(page: Page):
    return page.locator("[data-state]")


def switch_on(page: Page) -> None:
    page.goto(SETTINGS)
    expect(state(page)).to_have_text("Enheden får ingen påmindelser.")
    with page.expect_event("load"):
        page.get_by_role("button", name="Slå til").click()
    expect(state(page)).to_have_text("Enheden får påmindelser.")


def test_a_browser_whose_service_refuses_is_made_anew_when_hoert_is_opened_there(begun, service):
    page, browser = begun
    switch_on(page)
    fresh, browser.answer = service.browser(), 403
    page.evaluate("(next) => localStorage.setItem('next-browser', next)", as_given(fresh))
    for _n in range(3):
        page.get_by_role("button", name="Send en prøve").click()
        expect(page.get_by_text("Prøven kunne ikke sendes.")).to_be_visible()
        page.goto(SETTINGS)
    for _n in range(2):  # the list is the server's, from before the page put it right
        page.goto(SETTINGS)
        expect(state(page)).to_have_text("Enheden får påmindelser.")
    expect(page.get_by_text("De seneste påmindelser nåede ikke frem.")).to_have_count(0)
    page.get_by_role("button", name="Send en prøve").click()
    expect(page.get_by_text("Prøven er sendt til 1 enhed.")).to_be_visible()
    assert len(fresh.came) == 1


def hand_over(context: BrowserContext, page: Page, told: dict[str, str]) -> None:
    """As Chromium hands what came from its push service to the worker."""
    cdp = context.new_cdp_session(page)
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"] if not one["isDeleted"]),
    )
    cdp.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    origin = page.evaluate("location.origin")
    cdp.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": json.dumps(told)})
    cdp.detach()


def test_a_person_switches_it_on_and_the_test_comes_through(begun):
    page, browser = begun
    switch_on(page)
    page.get_by_role("button", name="Send en prøve").click()
    expect(page.get_by_text("Prøven er sendt til 1 enhed.")).to_be_visible()
    [came] = browser.came
    hand_over(page.context, page, came.told)
    expect(state(page)).to_have_text("Prøven er kommet frem.")
    [shown] = page.evaluate(SHOWN)
    assert shown == {"title": "Nyt i Hørt", "body": "", "tag": came.told["tag"], "data": {"path": SETTINGS}}
    hand_over(page.context, page, came.told)
    assert len(page.evaluate(SHOWN)) == 1, "the same one takes its own place"


def test_switched_off_nothing_is_left_here_or_there(begun, house):
    page, _browser = begun
    switch_on(page)
    with page.expect_event("load"):
        page.get_by_role("button", name="Slå fra", exact=True).first.click()
    expect(state(page)).to_have_text("Enheden får ingen påmindelser.")
    expect(page.get_by_role("button", name="Send en prøve")).to_have_count(0)
    assert page.evaluate("[localStorage.getItem('browser'), localStorage.getItem('hoert-push')]") == [None, None]


@pytest.mark.parametrize("where", ["/phone/", "/conversations/"])
def test_what_the_browser_lost_is_made_again_when_hoert_is_opened(begun, service, where):
    page, _browser = begun
    switch_on(page)
    another = service.browser()
    page.evaluate(LOSE, as_given(another))
    with page.expect_response(lambda answer: answer.url.endswith("/notices/subscriptions") and answer.status == 201):
        page.goto(where)
    page.goto(SETTINGS)
    page.get_by_role("button", name="Send en prøve").click()
    expect(page.get_by_text("Prøven er sendt til 1 enhed.")).to_be_visible()
    assert len(another.came) == 1


def test_another_key_of_the_server_is_told_by_the_browser_itself(begun, house):
    page, browser = begun
    switch_on(page)
    house.stop()
    (house.instance / "vapid.pem").unlink()
    house.start()
    with page.expect_response(lambda answer: answer.url.endswith("/notices/subscriptions") and answer.status == 201):
        page.goto(SETTINGS)
    expect(state(page)).to_have_text("Enheden får påmindelser.")
    page.get_by_role("button", name="Send en prøve").click()
    expect(page.get_by_text("Prøven er sendt til 1 enhed.")).to_be_visible()
    assert len(browser.came) == 1


def test_somebody_else_on_the_phone_is_not_switched_on_by_that(begun):
    page, _browser = begun
    switch_on(page)
    page.context.clear_cookies()
    steps.sign_in(page, "leder2")
    page.goto(SETTINGS)
    expect(state(page)).to_have_text("Enheden får ingen påmindelser.")


#: Only a real tap may open a window, and CDP has none for notices: what the worker asks the browser for is written down.
LISTEN = """
() => {
  self.asked = [];
  Clients.prototype.openWindow = async (url) => void self.asked.push(`open ${url}`);
  WindowClient.prototype.focus = async function () { self.asked.push(`focus ${this.url}`); };
}
"""
TAP = """
async () => {
  const soon = () => new Promise((done) => setTimeout(done, 20));
  let [notice] = await self.registration.getNotifications();
  // The page may know of it before the worker does.
  for (let left = 500; !notice && left; left--, [notice] = await self.registration.getNotifications()) await soon();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification: notice }));
  for (let left = 500; !self.asked.length && left; left--) await soon();
  return [self.asked.pop(), (await self.registration.getNotifications()).length];
}
"""


def test_a_tap_opens_the_page_or_the_window_where_it_is_open(begun, house):
    page, _browser = begun
    open_app(page)
    [worker] = page.context.service_workers
    worker.evaluate(LISTEN)
    url = house.server.url
    for path, asked in (
        ("/conversations/", f"open {url}/conversations/"),
        ("/phone/", f"focus {url}/phone/"),
        ("https://evil.example/", f"open {url}/"),
        ("//evil.example/", f"open {url}/"),
    ):
        if path == "/phone/":
            page.evaluate("history.replaceState(null, '', '/phone/')")
        hand_over(page.context, page, {"title": "Nyt i Hørt", "path": path, "tag": "1"})
        page.wait_for_function(IS_SHOWN)
        assert worker.evaluate(TAP) == [asked, 0]


def test_a_message_that_cannot_be_read_says_the_same(begun):
    page, _browser = begun
    open_app(page)
    hand_over(page.context, page, "not what we send")
    page.wait_for_function(IS_SHOWN)
    [shown] = page.evaluate(SHOWN)
    assert (shown["title"], shown["data"]) == ("Nyt i Hørt", {"path": "/"})


@pytest.mark.parametrize(
    ("script", "agent", "said"),
    [
        ("delete window.PushManager", None, "Browseren kan ikke vise påmindelser. Du får dem som e-mail."),
        ("delete window.PushManager", "iPhone", "På iPhone og iPad: Læg først Hørt på hjemmeskærmen."),
        ("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })", None, "Påmindelser er blokeret for Hørt"),
    ],
)
def test_what_stands_in_the_way_is_told_plainly(house, watched, script, agent, said):
    more = {"user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"} if agent else {}
    watch = watched(house.server, **more)
    watch.context.add_init_script(script)
    page = watch.page()
    steps.sign_in(page, "leder")
    page.goto(SETTINGS)
    expect(state(page)).to_contain_text(said)
    expect(page.get_by_role("button", name="Slå til")).to_have_count(0)
