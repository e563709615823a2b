"""What the phone makes of every answer a net can give: nothing but the store's own receipt makes a talk sent, nothing is sent
twice, and nothing is lost. The real server stands behind; in between a net that misbehaves."""

import json
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Response, Route, expect

from tests.browser.phone import (
    ALL_SENT,
    COUNT_TURNS,
    SENT,
    after_a_turn,
    expect_all_sent,
    expect_sealed,
    lying,
    open_app,
    put,
    save,
    turns,
)

ENVELOPE = re.compile(r"/sync$")
EVERYTHING = re.compile(r"/sync(/\w+)?$")
AWAY, BUSY = "Du er ikke på nettet.", "Hørt svarer ikke lige nu."
HOUR_S = 3600


@dataclass
class Net:
    """An answer that is not the store's, and what the phone says of it."""

    name: str
    said: str
    status: int = 0
    body: str = ""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    #: What it stands before; a captive portal answers for all of the house.
    before: re.Pattern[str] = EVERYTHING

    def answer(self, route: Route) -> None:
        if self.status == 0:
            route.abort("connectionreset")
        else:
            sent = ENVELOPE.search(route.request.url) and json.loads(route.request.post_data or "{}").get("items")
            body = self.body.replace("{id}", sent[0]["id"] if sent else "")
            route.fulfill(status=self.status, body=body, content_type=self.kind, headers=self.headers or None)


OURS_NOT = '{"schema": "hoert.receipts/1", "receipts": []}'
RECEIPT = f'''{{"schema": "hoert.receipts/1", "epoch": "e", "server_time": "2026-01-01T00:00:00+00:00", "receipts":
  [{{"index": 0, "id": "%s", "status": "stored", "sha256": "{"0" * 64}", "sequence": 1, "problems": []}}]}}'''
PORTAL = "<h1>Log på gæstenettet</h1>"
NETS = [
    Net("a page to sign in at the café", AWAY, 200, PORTAL, "text/html"),
    Net("the same, before the envelope only", AWAY, 200, PORTAL, "text/html", before=ENVELOPE),
    Net("JSON of somebody else", AWAY, 200, '{"receipts": [{"status": "stored"}]}', before=ENVELOPE),
    Net("receipts for nothing", AWAY, 200, OURS_NOT, before=ENVELOPE),
    Net("a receipt for another talk", BUSY, 200, RECEIPT % "01890000-0000-7000-8000-000000000003", before=ENVELOPE),
    Net("a receipt for other words of the same talk", BUSY, 200, RECEIPT % "{id}", before=ENVELOPE),
    Net("no content", AWAY, 204, "", "text/plain"),
    Net("a way to another page", AWAY, 302, "", "text/plain", {"Location": "/auth/sign-in"}),
    Net("a sign-in that is not ours", AWAY, 401, '{"error": "proxy"}', headers={"WWW-Authenticate": "Basic"}),
    Net("a refusal that is not ours", AWAY, 403, "<h1>Blocked</h1>", "text/html"),
    Net("a token that is always too old", BUSY, 419, '{"code": "csrf"}', before=ENVELOPE),
    Net("an error of the server", BUSY, 500, "{}"),
    Net("a gateway without a house", BUSY, 502, "<h1>Bad gateway</h1>", "text/html"),
    Net("a connection that is reset", AWAY),
    Net("one that is reset at the envelope", AWAY, before=ENVELOPE),
]
WAITS = [
    Net("too many", BUSY, 429, '{"code": "too_many"}', headers={"Retry-After": str(HOUR_S)}, before=ENVELOPE),
    Net("not now", BUSY, 503, "{}", headers={"Retry-After": str(HOUR_S)}, before=ENVELOPE),
]


@pytest.fixture
def watch(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.context.add_init_script(COUNT_TURNS)
    watch.context.add_cookies(cookies("leder"))
    return watch


@pytest.fixture
def app(watch) -> Page:
    return opened(watch.page())


def opened(page: Page) -> Page:
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    return page


def try_to_send(page: Page) -> None:
    """By the button, until the sender had its turn."""
    page.locator("#tab-outbox").click()
    before = turns(page)
    page.locator("#send").click()
    after_a_turn(page, before)


def send_what_waits(page: Page) -> None:
    """By the button, if the clock has not been there first."""
    page.locator("#tab-outbox").click()
    page.evaluate("() => document.getElementById('send')?.click()")
    expect(page.get_by_text(ALL_SENT)).to_be_visible()


def say_nothing_of_sent(page: Page, said: str, words: str) -> None:
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(words))).to_contain_text(re.compile("På telefonen|Sender …"))
    assert page.get_by_text(re.compile(r"^(Sendt|Alt er sendt)")).count() == 0


def state_of(page: Page) -> list[tuple[str, str | None]]:
    return [(row["state"], row["status"]) for row in lying(page, "outbox")]


@pytest.mark.parametrize("net", NETS, ids=[net.name for net in NETS])
def test_no_answer_but_the_stores_own_makes_it_sent(app, watch, server, net):
    watch.expect(net.status)
    words = f"Bag et net: {net.name.encode('ascii', 'ignore').decode()}."
    app.route(net.before, net.answer)
    before = turns(app)
    save(app, words)
    app.locator("#done").click()
    after_a_turn(app, before)
    say_nothing_of_sent(app, net.said, words)
    try_to_send(app)
    say_nothing_of_sent(app, net.said, words)
    assert server.count(words) == 0
    app.unroute(net.before)
    send_what_waits(app)
    assert server.count(words) == 1


@pytest.mark.parametrize("net", WAITS, ids=[net.name for net in WAITS])
def test_nothing_is_sent_before_the_server_said_it_may_be_not_even_by_the_button(watch, server, net):
    watch.expect(net.status)
    page = watch.page()
    page.clock.install()
    opened(page)
    words = f"Bedt om at vente: {net.name}."
    asked = []
    page.route(net.before, lambda route: (asked.append(route.request.url), net.answer(route)))
    before = turns(page)
    save(page, words)
    page.locator("#done").click()
    after_a_turn(page, before)
    say_nothing_of_sent(page, net.said, words)
    assert len(asked) == 1
    page.unroute(net.before)
    page.on("request", lambda request: ENVELOPE.search(request.url) and asked.append(request.url))
    for _ in range(2):
        try_to_send(page)
    assert len(asked) == 1, "the button waits too"
    assert state_of(page) == [("offered", None)]
    page.clock.fast_forward(1000 * (HOUR_S + 1))  # nobody presses anything
    expect_all_sent(page)
    assert server.count(words) == 1


def test_what_was_left_lying_after_saving_is_tried_at_the_pace_of_the_back_off(watch):
    """Saved without a network, and the phone put down with *Gemt* still shown: it does not try four times a second."""
    page = open_app(watch.page())  # with its worker: the page comes from there when nothing is answered
    page.context.set_offline(True)
    save(page, "Telefonen blev lagt fra sig efter Gemt")
    put(page, "outbox", *[row | {"hold_until": 1} for row in lying(page, "outbox")])
    page.route(EVERYTHING, lambda route: route.abort())  # before the network is back: it would be sent at once
    page.context.set_offline(False)
    opened(page)
    page.wait_for_function("() => window.begun.length >= 4", timeout=60_000)
    begun = page.evaluate("() => window.begun")
    assert all(after - before > 900 for before, after in pairwise(begun)), begun


def test_an_answer_that_comes_too_late_is_none_and_the_talk_is_sent_again(watch, server):
    """The phone waits half a minute; here its clock for that is shortened, and nothing else."""
    watch.context.add_init_script(
        "const real = AbortSignal.timeout; AbortSignal.timeout = (ms) => real.call(AbortSignal, ms / 20)"
    )
    page = opened(watch.page())
    late = []
    page.route(ENVELOPE, lambda route: late.append((route, route.fetch())))
    before = turns(page)
    save(page, "Svaret kom for sent paa telefonen")
    page.locator("#done").click()
    after_a_turn(page, before)
    say_nothing_of_sent(page, AWAY, "Svaret kom for sent paa telefonen")
    assert late[0][1].status == 200
    assert server.count("Svaret kom for sent paa telefonen") == 1
    for route, answer in late:
        fulfilled_too_late(route, answer)
    assert state_of(page) == [("offered", None)]
    sent_as_a_duplicate(page)
    assert server.count("Svaret kom for sent paa telefonen") == 1


def fulfilled_too_late(route: Route, answer: Any) -> None:
    try:
        route.fulfill(response=answer)
    except Error:
        return  # the page has let go of it


def test_a_connection_cut_after_the_store_took_it_is_sent_again_and_stored_once(app, server):
    answers: list[str] = []

    def cut(route: Route) -> None:
        answers.append(route.fetch().json()["receipts"][0]["status"])
        route.abort("connectionreset")

    app.route(ENVELOPE, cut)
    before = turns(app)
    save(app, "Forbindelsen knaekkede efter at den var gemt")
    app.locator("#done").click()
    after_a_turn(app, before)
    say_nothing_of_sent(app, AWAY, "Forbindelsen knaekkede")
    assert answers[0] == "stored"
    assert server.count("Forbindelsen knaekkede") == 1
    sent_as_a_duplicate(app)
    app.locator("#tab-home").click()
    expect(app.get_by_role("link", name=re.compile("Forbindelsen knaekkede"))).to_contain_text(re.compile(r"Sendt \d"))
    assert server.count("Forbindelsen knaekkede") == 1


def sent_as_a_duplicate(page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: ENVELOPE.search(answer.url) and answers.append(answer))
    page.unroute(ENVELOPE)
    send_what_waits(page)
    assert [receipt["status"] for receipt in answers[-1].json()["receipts"]] == ["duplicate"]


def test_a_token_that_was_too_old_once_costs_nothing(app, watch, server):
    watch.expect(419)
    answers = []
    expect_sealed(app)  # which takes a token of its own
    app.on("response", lambda answer: ENVELOPE.search(answer.url) and answers.append(answer.status))
    app.route(re.compile("/sync/token$"), with_an_old_token, times=1)
    save(app, "Foerste noegle var for gammel")
    before = turns(app)
    app.locator("#done").click()
    after_a_turn(app, before)
    assert answers == [419, 200], "within the same turn"
    expect(app.get_by_text(SENT).first).to_be_visible()
    assert server.count("Foerste noegle var for gammel") == 1


def with_an_old_token(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=json.dumps(answer.json() | {"csrf_token": "en.gammel.noegle"}))


def test_an_envelope_that_is_too_large_is_split_until_the_one_it_is_stands_alone(app, watch, server):
    """A proxy with a limit of its own: it lets two talks through, and one of them never."""
    watch.expect(413)
    app.route(ENVELOPE, lambda route: refuse(route) if is_too_much(route) else route.continue_())
    good = [f"Delt kuvert, nummer {number}" for number in range(5)]
    before = turns(app)
    with_the_net_away(app, [*good[:2], "Delt kuvert, alt for stor", *good[2:]])
    app.locator("#tab-outbox").click()
    after_a_turn(app, before)
    expect(app.get_by_role("heading", name="Har brug for dig")).to_be_visible()
    expect(app.locator("#send")).to_have_count(0)
    assert [server.count(words) for words in good] == [1] * len(good)
    assert server.count("alt for stor") == 0
    assert state_of(app) == [("stuck", "refused")]


def with_the_net_away(page: Page, saved: list[str]) -> None:
    page.context.set_offline(True)
    for words in saved:
        save(page, words)
        page.locator("#done").click()
    page.context.set_offline(False)


def is_too_much(route: Route) -> bool:
    body = route.request.post_data or ""
    return len(json.loads(body)["items"]) > 2 or "alt for stor" in body


def refuse(route: Route) -> None:
    route.fulfill(status=413, body="<h1>Request Entity Too Large</h1>", content_type="text/html")
