"""Who the phone belongs to: signed out, taken over by another, shut out. And what the store cannot use, beside what it can."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.phone import NO_FILES, SENT, expect_all_sent, lying, note_offline, open_app, put, save, sign_out_at_once

#: Whether these words ever stood on the page, however short.
LOOK_FOR_GLIMPSES = """
window.seen = 0;
const look = () => document.body?.innerText.includes("Karin ikke skal se") && window.seen++;
new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
"""


@pytest.fixture
def watch(server, watched, cookies):
    watch = watched(server)
    watch.is_away = True
    watch.context.add_cookies(cookies("leder"))
    return watch


@pytest.fixture
def app(watch) -> Page:
    return open_app(watch.page())


def test_signed_out_one_goes_on_writing_and_all_is_sent_after_signing_in(app, watch, server):
    watch.expect(401)
    steps.let_sign_in_expire(app)
    save(app, "Skrevet mens man var logget ud")
    app.locator("#done").click()
    expect(app.get_by_text("Du er logget ud.")).to_be_visible()
    app.reload()
    expect(app.get_by_text("Du er logget ud.")).to_be_visible()
    save(app, "Og en til mens man var logget ud")
    app.locator("#done").click()
    expect(app.get_by_role("link", name=re.compile("Og en til"))).to_contain_text("På telefonen")
    assert server.count("mens man var logget ud") == 0
    app.get_by_role("link", name="Log ind igen").first.click()
    steps.fill_in_sign_in(app, "leder")
    expect_all_sent(app)
    assert server.count("mens man var logget ud") == 2


def test_another_person_on_the_same_phone_neither_sees_nor_sends_what_is_not_theirs(app, watch, server):
    watch.expect(401)
    note_offline(app, "Kun Lenes egne ord")
    app.context.clear_cookies()
    app.context.set_offline(False)
    expect(app.get_by_text("Du er logget ud.")).to_be_visible()

    app.get_by_role("link", name="Log ind igen").first.click()
    steps.fill_in_sign_in(app, "leder2")
    expect(app.get_by_text("Karin Juhl").first).to_be_attached()
    save(app, "Karins ord paa Lenes telefon")
    app.locator("#done").click()
    expect(app.get_by_text(SENT).first).to_be_visible()
    for tab in ("#tab-home", "#tab-talks", "#tab-outbox"):
        app.locator(tab).click()
        expect(app.get_by_text("Kun Lenes egne ord")).to_have_count(0)
    expect(app.get_by_text("1 samtale på telefonen er en andens.")).to_be_visible()
    assert [row["state"] for row in lying(app, "outbox")] == ["waiting"]
    assert server.count("Kun Lenes egne ord") == 0

    app.context.clear_cookies()
    steps.sign_in(app, "leder")
    app.goto("/phone/")
    expect_all_sent(app)
    assert server.count("Kun Lenes egne ord") == 1
    app.locator("#tab-talks").click()
    expect(app.get_by_text("Karins ord")).to_have_count(0)


def test_the_next_person_does_not_catch_a_glimpse_of_the_last_ones_talks(app, watch):
    """The phone knows that it was signed out; so it waits to hear who is there before it shows anybody's talks."""
    watch.expect(401)
    note_offline(app, "Ord som Karin ikke skal se")
    app.context.clear_cookies()
    app.context.set_offline(False)
    expect(app.get_by_text("Du er logget ud.")).to_be_visible()
    app.context.add_init_script(LOOK_FOR_GLIMPSES)
    app.get_by_role("link", name="Log ind igen").first.click()
    steps.fill_in_sign_in(app, "leder2")
    expect(app.get_by_text("Karin Juhl").first).to_be_attached()
    assert app.evaluate("() => window.seen") == 0


def test_neither_when_the_last_one_signed_out_on_the_profile_and_never_opened_the_app_again(server, watched):
    watch = watched(server)
    watch.is_away = True
    watch.expect(401)  # the page to sign in asks whether the store has heard of it
    page = watch.page()
    steps.sign_in(page, "leder")
    open_app(page)
    note_offline(page, "Det her maa Karin ikke skal se")
    page.context.set_offline(False)
    sign_out_at_once(page)
    page.wait_for_function(
        "async () => (await new Promise((done) => { const asked = indexedDB.open('hoert'); asked.onsuccess = () => {"
        " const get = asked.result.transaction('meta').objectStore('meta').get('shut_out');"
        " get.onsuccess = () => { asked.result.close(); done(get.result); } } })) === 'signed_out'"
    )
    steps.fill_in_sign_in(page, "leder2")
    expect(steps.password_field(page)).to_have_count(0)
    page.add_init_script(LOOK_FOR_GLIMPSES)
    page.goto("/phone/")
    expect(page.get_by_text("Karin Juhl").first).to_be_attached()
    assert page.evaluate("() => window.seen") == 0


def test_a_phone_that_was_shut_out_and_cannot_seal_says_so_and_keeps_the_words(own_server, watched):
    """What becomes of one that can: test_phone_locked.py."""
    watch = watched(own_server)
    watch.context.add_init_script(NO_FILES)
    watch.is_away = True
    watch.expect(401, 403)
    app = watch.page()
    steps.sign_in(app, "leder")
    open_app(app)
    save(app, "Sendt foer telefonen blev spaerret")
    app.locator("#done").click()
    expect(app.get_by_text(SENT).first).to_be_visible()
    note_offline(app, "Ikke sendt foer telefonen blev spaerret")

    elsewhere = watched(own_server).page()
    steps.sign_in(elsewhere, "leder")
    elsewhere.goto("/people/me")
    elsewhere.get_by_text("Spær telefonen").first.click()
    elsewhere.get_by_role("button", name="Spær den").first.click()
    expect(elsewhere.get_by_text("Telefonen er spærret.")).to_be_visible()

    app.context.set_offline(False)
    expect(app.get_by_text("Telefonens adgang er fjernet.")).to_be_visible()
    expect(app.get_by_role("link", name=re.compile("Ikke sendt foer telefonen"))).to_contain_text("På telefonen")
    app.reload()
    expect(app.get_by_text("Telefonens adgang er fjernet.")).to_be_visible()
    app.locator("#tab-outbox").click()
    expect(app.get_by_text("Telefonens adgang er fjernet.")).to_be_visible()
    expect(app.get_by_role("heading", name="Ikke sendt endnu")).to_be_visible()
    expect(app.get_by_text("Sendes af sig selv")).to_have_count(0)
    expect(app.locator("#send")).to_have_count(0)
    assert [row["item"]["answers"][0]["text"] for row in lying(app, "outbox")] == ["Ikke sendt foer telefonen blev spaerret"]
    app.locator("#tab-home").click()
    save(app, "Skrevet efter at telefonen blev spaerret")
    expect(app.get_by_text("Sendes ikke herfra.")).to_be_visible()
    assert own_server.count("telefonen blev spaerret") == 1


GOOD = ("God samtale et ", "God samtale to ", "God samtale tre ")
POISONS = {
    "a place that is not ours": {"unit": "01890000-0000-7000-8000-000000000001"},
    "half a character": {"text": "Gift med et halvt tegn \ud83d her"},
}


def poisoned(page: Page, poison: dict[str, str], words: str) -> None:
    """Three talks and one among them that the store cannot use, as an older phone or a fault may have left it."""
    note_offline(page, GOOD[0] + words, words, GOOD[1] + words, GOOD[2] + words)
    row = lying(page, "outbox")[1]
    text = poison.get("text", words)
    item = row["item"] | {key: value for key, value in poison.items() if key != "text"}
    item["answers"] = [item["answers"][0] | {"text": text}]
    put(page, "outbox", row | {"item": item})
    page.reload()
    expect(page.locator("#new")).to_be_visible()
    page.context.set_offline(False)


def expect_only_the_poison_is_left(page: Page, server, words: str) -> None:
    page.locator("#tab-outbox").click()
    expect(page.get_by_role("heading", name="Har brug for dig")).to_be_visible()
    expect(page.locator("#send")).to_have_count(0)
    assert [server.count(good + words) for good in GOOD] == [1, 1, 1]
    assert [row["state"] for row in lying(page, "outbox")] == ["stuck"]


@pytest.mark.parametrize("name", POISONS)
def test_one_that_cannot_be_used_stops_no_other_and_can_be_corrected_and_sent(app, server, name):
    words = f"ved gift, {name}"
    poisoned(app, POISONS[name], words)
    expect_only_the_poison_is_left(app, server, words)
    app.get_by_role("button", name="Ret og send").click()
    steps.notes(app).first.fill(f"Rettet {words}")
    app.locator("#save").click()
    app.locator("#done").click()
    expect(app.get_by_role("link", name=re.compile("Rettet"))).to_contain_text(re.compile(r"Sendt \d"))
    assert server.count(f"Rettet {words}") == 1


def test_one_whose_questions_nobody_knows_keeps_its_words_and_goes_out_in_a_file(app, server):
    words = "uden kendte spoergsmaal"
    poisoned(app, {"question_set_version": "01890000-0000-7000-8000-000000000002"}, words)
    expect_only_the_poison_is_left(app, server, words)
    app.get_by_role("button", name="Send igen").click()
    expect(app.locator("#send")).to_have_count(0)
    expect(app.get_by_role("heading", name="Har brug for dig")).to_be_visible()
    app.get_by_text("Kopi i en fil", exact=True).click()
    with app.expect_download() as asked:
        app.locator("#copy").click()
    copy = json.loads(asked.value.path().read_text("utf-8"))
    assert [one["item"]["answers"][0]["text"] for one in copy["items"]] == [words]
    app.get_by_role("button", name="Ret og send").click()
    expect(app.get_by_label("Det, du har skrevet:")).to_have_value(words)


def test_on_the_net_again_only_what_is_there_is_told_as_sent(app):
    note_offline(app, "Kan bruges", "Kan ikke bruges")
    row = lying(app, "outbox")[1]
    put(app, "outbox", row | {"item": row["item"] | POISONS["a place that is not ours"]})
    app.context.set_offline(False)
    told = app.locator(".bar", has_text="Du er på nettet igen.")
    expect(told).to_have_text("Du er på nettet igen. 1 samtale er sendt. 1 har brug for dig.")
    expect(told).not_to_have_class(re.compile(r"\bok\b"))


#: What lies in the box of the demo.
BOXED = 2


def test_what_needs_its_person_elsewhere_is_told_and_what_is_shown_here_is_not_told_twice(own_server, watched):
    words = "sendt fra den ene telefon"
    one, other = [], []
    for found in (one, other):
        watch = watched(own_server)
        watch.is_away = True
        found.append(watch.page())
        steps.sign_in(found[0], "leder")
        open_app(found[0])
    [one], [other] = one, other
    poisoned(one, POISONS["a place that is not ours"], words)
    expect_only_the_poison_is_left(one, own_server, words)
    one.reload()
    for tab in ("#tab-home", "#tab-outbox"):
        one.locator(tab).click()
        expect(one.get_by_text(f"{BOXED} samtaler på nettet har brug for dig.")).to_be_visible()
    one.locator("#tab-home").click()
    expect(one.get_by_text("1 samtale har brug for dig.")).to_be_visible()

    other.reload()
    for tab in ("#tab-outbox", "#tab-home"):
        other.locator(tab).click()
        expect(other.locator(".bar.bad")).to_have_text(f"{BOXED + 1} samtaler på nettet har brug for dig. Se dem")
    other.context.set_offline(True)
    expect(other.locator(".bar.bad")).to_contain_text("Du kan se det, når du er på nettet.")
    expect(other.locator("#see-box")).to_have_count(0)
    other.context.set_offline(False)
    other.locator("#see-box").click()
    expect(other.get_by_role("heading", name="Har brug for dig")).to_be_visible()
    expect(other.get_by_role("main").get_by_text(words)).to_be_visible()
