"""Every payload of ours in every text of a question set: in the editor, its preview, a version, a difference and on the phone
nothing runs, and no policy is broken. Many payloads a page."""

import html
import itertools
import json
import re
import sqlite3
import uuid
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from domain.base import new_id
from tests.browser import drafts, steps
from tests.payloads import hostile, payloads

#: Texts of a set of so many questions: some three hundred.
ASKED = 20
STEP = 220
RAN = """
() => ({
  hit: window.hit ?? null,
  made: ["script", "img", "style", "meta", "object", "embed", "[onerror]", "[onload]", "[onfocus]", "[ontoggle]"]
    .flatMap((one) => [...document.querySelectorAll(`main ${one}`)]).length,
  links: [...document.querySelectorAll("main a[href], main form[action], main [formaction]")]
    .map((one) => one.getAttribute("href") ?? one.getAttribute("action") ?? one.getAttribute("formaction"))
    .map((address) => new URL(address, location.href).protocol)
    .filter((scheme) => !["http:", "https:", "mailto:", "tel:"].includes(scheme)),
})
"""
NOTHING = {"hit": None, "made": 0, "links": []}
ASKED_NOW = "async () => (await (await fetch('/sync/kit')).json()).question_sets"
#: What the phone's store holds, when it holds this version.
HAS = """
(version) => new Promise((done) => {
  indexedDB.open("hoert").onsuccess = ({ target: { result: db } }) => {
    const asked = db.transaction("meta").objectStore("meta").get(`set:${version}`);
    asked.onsuccess = () => (db.close(), done(Boolean(asked.result)));
  };
})
"""


@pytest.fixture
def admin(own_server, watched):
    page = watched(own_server).page()
    steps.sign_in(page, "admin")
    drafts.draft(page)
    return page


def store(server):
    return closing(sqlite3.connect(server.instance / "hoert.sqlite", timeout=30, isolation_level=None))


def put(server, sketch: dict[str, object]) -> None:
    """Straight into the database, as the next revision of the open draft: a form of so many words would take minutes. In one
    transaction, since the page may be saving what was typed in it."""
    with store(server) as rows:
        rows.execute("BEGIN IMMEDIATE")
        kept = rows.execute("SELECT * FROM question_set_draft ORDER BY revision DESC LIMIT 1")
        row = dict(zip([name for name, *_more in kept.description], kept.fetchone(), strict=True))
        row |= {"id": new_id().hex, "revision": row["revision"] + 1, "content": json.dumps(sketch)}
        rows.execute(f"INSERT INTO question_set_draft ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
        rows.execute("COMMIT")


def publish(server, sketch: dict[str, object]) -> tuple[uuid.UUID, uuid.UUID, int, str]:
    """The next version of the set with the draft: its id, its set's, its number, its sector."""
    content = {name: found for name, found in sketch.items() if name != "power"}
    with store(server) as rows:
        kept = rows.execute(
            "SELECT v.*, s.sector FROM question_set_version v JOIN question_set s ON s.id = v.question_set_id "
            "WHERE v.question_set_id IN (SELECT question_set_id FROM question_set_draft) ORDER BY v.number DESC LIMIT 1"
        )
        row = dict(zip([name for name, *_more in kept.description], kept.fetchone(), strict=True))
        sector, version = row.pop("sector"), new_id()
        row |= {"id": version.hex, "number": row["number"] + 1, "content": json.dumps(content)}
        row["publishing"] = json.dumps({"power": sketch["power"]})
        rows.execute(f"INSERT INTO question_set_version ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    return version, uuid.UUID(row["question_set_id"]), row["number"], sector


def looked_at(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for frame in page.frames:
        assert frame.evaluate(RAN) == NOTHING, address


def guidance_on_the_phone(leader: Page) -> None:
    """It stands there as the server made it of Markdown, every word of it and no more."""
    leader.goto("/phone/")
    [asked] = leader.evaluate(ASKED_NOW)
    leader.wait_for_function(HAS, arg=asked["version_id"])
    leader.reload()
    leader.locator("#before").click()
    expect(leader.get_by_text(asked["promise"][:40]).first).to_be_visible()
    shown = leader.locator("main .prose").evaluate("(one) => one.textContent")
    assert shown == html.unescape(re.sub("<[^>]*>", "", asked["guidance_html"]))
    assert leader.evaluate(RAN) == NOTHING


def test_nothing_of_a_draft_runs_anywhere(own_server, admin):
    here = admin.url.split("?")[0].split("#")[0]
    every = payloads()
    for start in range(0, len(every), STEP):
        put(own_server, hostile(itertools.islice(itertools.cycle(every), start, None), questions=ASKED))
        for address in (here, f"{here}?lang=en", f"{here}/phone", here.replace("/draft", "/difference"), "/questions/"):
            looked_at(admin, address)
        admin.goto(f"{here}/phone")
        admin.locator("#new").click()
        assert admin.evaluate(RAN) == NOTHING
        # Posted, and drawn over the page by the module.
        admin.goto(here)
        with admin.expect_response(lambda answer: answer.request.method == "GET" and "/draft?" in answer.url):
            admin.locator("[id='guidance.da']").fill("\n\n".join(every[start : start + STEP]))
        admin.wait_for_timeout(300)
        assert admin.evaluate(RAN) == NOTHING


def test_nothing_of_a_published_version_runs_anywhere(own_server, admin, watched):
    turns = itertools.cycle(payloads())
    leader = watched(own_server).page()
    for turn in range(3):
        version, key, number, sector = publish(own_server, hostile(turns, questions=ASKED))
        looked_at(admin, f"/questions/{version}")
        looked_at(admin, f"/questions/{key}/difference?first={number - 1}&second={number}")
        if not turn:
            steps.sign_in(leader, "leder" if sector == "nursery" else "leder3")
        for address in ("/capture/before", "/capture/plain", "/phone/#/before", "/phone/#/new"):
            looked_at(leader, address)
        guidance_on_the_phone(leader)
