"""Storage that an earlier release left behind, and a clock that is years wrong: nothing is lost, and nothing is cleared away."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.browser.phone import expect_all_sent, expect_kept, expect_saved, lying, open_app, save, write
from tests.browser.served import ROOT

#: By version: the stores with their indexes, and rows of each. What is a person's own is filled in when it is built.
SCHEMAS: dict[str, Any] = json.loads((ROOT / "tests/data/phone-schemas.json").read_text("utf-8"))
TEN_YEARS = timedelta(days=3653)

BUILD = """
async ({ version, stores, rows }) => {
  const opened = await new Promise((done, no) => {
    const asked = indexedDB.open("hoert", version);
    asked.onupgradeneeded = () => {
      for (const [name, { keyPath, autoIncrement, indexes }] of Object.entries(stores)) {
        const table = asked.result.createObjectStore(name, keyPath === null ? {} : { keyPath, autoIncrement });
        for (const [index, how] of Object.entries(indexes)) table.createIndex(index, how.keyPath, { unique: how.unique });
      }
    };
    Object.assign(asked, { onsuccess: () => done(asked.result), onerror: no });
  });
  const work = opened.transaction(Object.keys(stores), "readwrite");
  for (const [name, all] of Object.entries(rows))
    for (const row of all) name === "meta" ? work.objectStore(name).put(row[1], row[0]) : work.objectStore(name).put(row);
  await new Promise((done, no) => Object.assign(work, { oncomplete: done, onabort: no }));
  opened.close();
}
"""
SHAPE = """
async () => {
  const opened = await new Promise((done) => indexedDB.open("hoert").onsuccess = (event) => done(event.target.result));
  const names = [...opened.objectStoreNames], work = opened.transaction(names);
  const index = ({ keyPath, unique }) => ({ keyPath, unique });
  const indexes = (table) => Object.fromEntries([...table.indexNames].map((name) => [name, index(table.index(name))]));
  const shape = (table) => ({ keyPath: table.keyPath, autoIncrement: table.autoIncrement, indexes: indexes(table) });
  const stores = Object.fromEntries(names.map((name) => [name, shape(work.objectStore(name))]));
  opened.close();
  return { version: opened.version, stores };
}
"""


@pytest.fixture
def watch(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return watch


def opened(page: Page) -> Page:
    page.goto("/phone/")
    expect(page.locator("#new")).to_be_visible()
    return page


def filled_in(version: str, page: Page) -> dict[str, Any]:
    """The schema with rows of the person that is signed in."""
    kit = page.request.get("/sync/kit").json()
    now = datetime.now(UTC)
    names = {
        "person": kit["person"]["id"],
        "unit": kit["units"][0]["id"],
        "version": kit["question_sets"][0]["version_id"],
        "question": kit["question_sets"][0]["questions"][0]["id"],
        "now": now.isoformat(),
        "today": f"{now:%Y-%m-%d}",
    }
    text = json.dumps(SCHEMAS[version])
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return json.loads(text) | {"version": int(version)}


@pytest.mark.parametrize("version", SCHEMAS)
def test_what_lies_in_an_earlier_schema_is_all_there_after_an_update(watch, server, version):
    page = watch.page()
    page.goto("/openapi.json")
    page.evaluate(BUILD, filled_in(version, page))
    page.context.set_offline(False)
    page.route(re.compile("/sync$"), lambda route: route.abort())
    opened(page)
    said = [f"Ventede i skema {version}", f"Var undervejs i skema {version}", f"Sendt i skema {version}"]
    for words, state in zip(said, ("På telefonen", "På telefonen", "Sendt"), strict=True):
        expect(page.get_by_role("link", name=re.compile(words))).to_contain_text(state)
    newest = page.evaluate(SHAPE)
    assert newest["version"] == max(map(int, SCHEMAS))
    assert newest["stores"] == SCHEMAS[str(newest["version"])]["stores"]
    page.get_by_role("button", name="Fortsæt").click()
    expect(steps.notes(page).first).to_have_value(f"Kladde fra skema {version}")
    page.locator("#close").click()
    page.unroute(re.compile("/sync$"))
    page.locator("#tab-outbox").click()
    page.evaluate("() => document.getElementById('send')?.click()")
    expect_all_sent(page)
    assert [server.count(words) for words in said] == [1, 1, 0]
    assert len(lying(page, "kept")) == 3


def test_every_schema_has_its_rows_to_be_updated_from():
    code = (ROOT / "static/js/outbox/schema.js").read_text("utf-8")
    newest = int(re.search(r"export const SCHEMA = (\d+);", code)[1])
    assert list(SCHEMAS) == [str(version) for version in range(1, newest + 1)], (
        "add the new schema to tests/data/phone-schemas.json"
    )
    assert all(SCHEMAS[version]["rows"][table] for version in SCHEMAS for table in ("drafts", "outbox", "kept"))


@pytest.mark.parametrize("wrong_by", [TEN_YEARS, -TEN_YEARS], ids=["ten years ahead", "ten years behind"])
def test_a_clock_that_is_years_wrong_clears_nothing_away_and_stops_nothing(watch, server, wrong_by):
    which = "foran" if wrong_by > timedelta() else "bagud"
    page = open_app(watch.page())
    save(page, f"Sendt foer uret gik {which}")
    page.locator("#done").click()
    expect_all_sent(page)
    page.locator("#tab-home").click()
    write(page, f"Kladde foer uret gik {which}")
    expect_kept(page, "Kladde foer")

    page.clock.install(time=datetime.now(UTC) + wrong_by)
    page.goto("/phone/#/home")
    page.reload()
    expect(page.get_by_text("Telefonens ur går forkert.")).to_be_visible()
    page.route(re.compile("/sync/kit$"), ask_for_all_of_it)
    with page.expect_response(re.compile("/sync/kit$")) as kit:
        page.reload()
    assert kit.value.status == 200
    expect(page.get_by_text("Telefonens ur går forkert.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Sendt foer uret"))).to_be_visible()
    assert len(lying(page, "drafts")) == 1
    save(page, f"Noteret mens uret gik {which}")
    page.locator("#done").click()
    expect_all_sent(page)
    page.locator("#tab-home").click()
    page.context.set_offline(True)
    save(page, f"Holdt tilbage mens uret gik {which}")

    page.clock.set_system_time(datetime.now(UTC))  # and then it is set right, while one talk is still held
    page.context.set_offline(False)
    page.reload()
    expect_saved(page)
    page.goto("/phone/#/home")
    page.reload()
    expect_all_sent(page)
    assert [
        server.count(f"{words} {which}")
        for words in ("Sendt foer uret gik", "Noteret mens uret gik", "Holdt tilbage mens uret gik")
    ] == [1, 1, 1]
    assert len(lying(page, "kept")) == 3
    assert len(lying(page, "drafts")) == 1


def ask_for_all_of_it(route: Route) -> None:
    """As if the kit had changed: it is when a new one comes that the phone clears away what is old."""
    route.continue_(headers={name: value for name, value in route.request.headers.items() if name != "if-none-match"})
