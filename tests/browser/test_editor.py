"""The editor of question sets in a browser: by mouse and by keyboard alone, narrow, offline, two at once, and in its phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import drafts, steps

SIZES = {"320": {"width": 320, "height": 720}, "390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
#: How many rows lie in the phone's own store.
LYING = """
() => new Promise((told) => {
  indexedDB.open("hoert").onsuccess = async ({ target: { result: db } }) => {
    const tables = [...db.objectStoreNames].filter((name) => name !== "meta");
    const answer = (asked) => new Promise((done) => (asked.onsuccess = () => done(asked.result)));
    const count = (name) => answer(db.transaction(name).objectStore(name).count());
    told((await Promise.all(tables.map(count))).reduce((all, one) => all + one, 0));
    db.close();
  };
})
"""
WHERE = "() => document.activeElement.id"


@pytest.fixture
def admin(own_server, watched):
    """A page of the administrator with a draft just begun, on a server of the test's own."""
    page = watched(own_server).page()
    steps.sign_in(page, "admin")
    drafts.draft(page)
    return page


def prompts(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("textarea[name$='.prompt.da']").all()]


def saved(page: Page) -> None:
    """What is typed has been sent, and the page says so; seen anew on a page of its own."""
    page.wait_for_function("() => document.getElementById('saving').textContent.startsWith('Gemt kl.')")


def keep_by_itself(page: Page, field: str, text: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/draft?" in answer.url and answer.ok):
        page.locator(field).fill(text)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_by_mouse_a_set_is_worded_and_published(admin, size):
    admin.set_viewport_size(size)
    before = prompts(admin)
    admin.get_by_role("button", name="Flyt spørgsmål 1 ned").click()
    expect(admin.locator("#saving")).to_contain_text("Nu nummer 2")
    assert prompts(admin) == [before[1], before[0], before[2]]
    keep_by_itself(admin, "textarea[name$='.prompt.da'] >> nth=0", "Hvad er det bedste ved hjælpen?")
    admin.get_by_label("Nej, start forfra").check()
    expect(admin.locator(".pill.voice").first).to_have_text("Nyt spørgsmål")
    expect(admin.get_by_text("Spørgsmål 1 starter forfra.")).to_be_visible()
    admin.get_by_role("button", name="Fjern spørgsmål 3").click()
    expect(admin.locator("#undo")).to_be_focused()
    admin.locator("#undo").click()
    expect(admin.locator("#rows > li")).to_have_count(3)
    admin.get_by_role("button", name="Tilføj spørgsmål").click()
    expect(admin.locator("#rows > li").last.locator("textarea").first).to_be_focused()
    admin.keyboard.type("Er der andet?")
    expect(admin.get_by_text("Du har 4. Flere end tre")).to_be_visible()
    admin.get_by_role("button", name="Udgiv version 2").click()
    expect(admin.get_by_text("Version 2 er udgivet.")).to_be_visible()
    expect(admin.get_by_role("cell", name="Er der andet?").first).to_be_visible()


def test_by_keyboard_alone(admin):
    """Tab, Space and Enter; the focus stays with what was pressed."""
    before = prompts(admin)
    admin.locator("[id^='down.question']").first.focus()
    for place in (2, 3):
        admin.keyboard.press("Enter")
        expect(admin.locator("#saving")).to_contain_text(f"Nu nummer {place}")
    assert prompts(admin) == [before[1], before[2], before[0]]
    assert admin.evaluate(WHERE).startswith("up.question"), "at the end the other button has the focus"
    admin.keyboard.press("Shift+Tab")
    admin.locator("#tab-en").focus()
    admin.keyboard.press("Space")
    expect(admin.locator("#tab-en[aria-pressed=true]")).to_be_focused()
    admin.locator("#tab-da").focus()
    admin.keyboard.press("Enter")
    expect(admin.locator("#tab-da[aria-pressed=true]")).to_be_focused()
    summary = admin.locator("#rows summary").first
    summary.focus()
    admin.keyboard.press("Enter")
    select = admin.locator("#rows select").first
    select.focus()
    admin.keyboard.press("ArrowDown")
    expect(admin.locator("#rows .muted").first).to_contain_text("Kort tekst")
    expect(select).to_be_focused()
    admin.locator("#save").focus()
    admin.keyboard.press("Enter")
    saved(admin)
    expect(admin.locator("#save")).to_be_focused()


def test_typing_goes_on_while_it_is_saved(admin):
    field = admin.locator("[id='promise.da']")
    text = "Jeg skriver det vigtigste ned, og ingen ser dit navn. "
    field.fill("")
    field.press_sequentially(text * 3, delay=25)
    saved(admin)
    expect(field).to_have_value(text * 3)
    expect(field).to_be_focused()
    admin.wait_for_timeout(1_200)
    admin.reload()
    expect(field).to_have_value(text * 3)


def test_the_phone_in_its_frame_follows_what_is_typed_and_keeps_nothing(admin):
    phone = admin.frame_locator("#phone")
    expect(phone.get_by_role("heading", name="Før snakken")).to_be_visible()
    admin.locator("textarea[name$='.prompt.da']").first.fill("Hvad fylder mest i dag?")
    expect(phone.locator(".prompts li").first).to_have_text("Hvad fylder mest i dag?")
    admin.set_viewport_size({"width": 1280, "height": 1100})
    phone.locator("#new").click()
    phone.locator("textarea").first.fill("Noget, der bliver prøvet")
    phone.locator("#save").click()
    expect(phone.get_by_text("Det er en prøve. Intet bliver gemt.")).to_be_visible()
    assert admin.evaluate(LYING) == 0
    assert admin.evaluate("() => navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0


def test_two_administrators_at_once(own_server, watched, admin):
    """What each changed is put together; where both wrote otherwise, the later one chooses."""
    watch = watched(own_server)
    other = watch.page()
    steps.sign_in(other, "admin")
    other.goto(admin.url)
    other_title, promise = other.locator("[id='title.da']"), "[id='promise.da']"
    keep_by_itself(admin, promise, "Sagt af den første.")
    keep_by_itself(other, "[id='voice.da']", "Deres ord")
    expect(other.locator(promise)).to_have_value("Sagt af den første.")
    keep_by_itself(admin, "[id='title.da']", "Den førstes titel")
    watch.expect(409)
    with other.expect_response(lambda answer: answer.status == 409):
        other_title.fill("Den andens titel")
    expect(other.locator("#saving")).to_have_text("En anden har rettet det samme sted. Tryk Gem for at vælge.")
    watch.problems.clear()
    other.locator("#save").click()
    expect(other.get_by_role("heading", name="Du har rettet det samme sted to gange")).to_be_visible()
    other.locator("input[value=mine]").check()
    other.get_by_role("button", name="Gem det valgte").click()
    expect(other.locator("h1")).to_have_text("Den andens titel")
    expect(other.locator("[id='voice.da']")).to_have_value("Deres ord")


def test_without_a_network_it_can_be_read_and_nothing_typed_is_lost(own_server, watched):
    watch = watched(own_server)
    page = watch.page()
    steps.sign_in(page, "admin")
    drafts.draft(page)
    page.wait_for_load_state("networkidle")
    watch.is_away = True
    watch.context.set_offline(True)
    expect(page.locator("#saving")).to_contain_text("Du skal på nettet for at rette spørgsmål.")
    expect(page.locator("[id='title.da']")).not_to_be_editable()
    watch.context.set_offline(False)
    expect(page.locator("[id='title.da']")).to_be_editable()
    # The server does not answer while somebody types.
    page.route("**/draft", lambda route: route.abort())
    page.locator("[id='title.da']").fill("Skrevet, mens ingen svarede")
    expect(page.locator("#saving")).to_contain_text("Det, du skrev, står her endnu.")
    expect(page.locator("[id='title.da']")).to_have_value("Skrevet, mens ingen svarede")
    page.unroute("**/draft")
    saved(page)
    page.reload()
    expect(page.locator("[id='title.da']")).to_have_value("Skrevet, mens ingen svarede")
    watch.problems.clear()  # the requests that were cut


def test_nobody_is_in_conflict_with_themselves_when_an_answer_is_lost(own_server, watched):
    """What was typed is stored, its answer does not come, and more is typed in the same field."""
    watch = watched(own_server)
    page = watch.page()
    steps.sign_in(page, "admin")
    drafts.draft(page)
    title = page.locator("[id='title.da']")
    watch.is_away = True

    def store_and_cut(route):
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/draft", store_and_cut)
    title.fill("Hvordan gik")
    expect(page.locator("#saving")).to_contain_text("Det, du skrev, står her endnu.")
    page.unroute("**/draft")
    expect(title).to_be_editable(timeout=15_000)  # it has sent again, and had the answer
    page.route("**/draft", store_and_cut)
    title.fill("Hvordan gik det")
    expect(page.locator("#saving")).to_contain_text("Det, du skrev, står her endnu.")
    # Typed before it could be sent again, as where the answer takes its time.
    page.evaluate("() => { document.getElementById('title.da').readOnly = false; }")
    title.fill("Hvordan gik det i dag?")
    page.unroute("**/draft")
    saved(page)
    page.reload()
    expect(title).to_have_value("Hvordan gik det i dag?")
    watch.problems.clear()  # the requests that were cut


def test_a_sign_in_that_ends_meanwhile_takes_nothing_with_it(own_server, watched):
    watch = watched(own_server)
    page = watch.page()
    steps.sign_in(page, "admin")
    drafts.draft(page)
    steps.let_sign_in_expire(page)
    watch.expect(401)
    page.locator("[id='title.da']").fill("Skrevet efter udløb")
    expect(page.locator("#saving")).to_contain_text("Du er logget ud.")
    watch.problems.clear()
    page.locator("#save").click()
    steps.fill_in_sign_in(page, "admin")
    expect(page.get_by_text("Dine rettelser er her; tryk Gem.")).to_be_visible()
    page.locator("#save").click()
    expect(page.locator("#saving")).to_have_text(re.compile("Gemt kl."))
    expect(page.locator("h1")).to_have_text("Skrevet efter udløb")


def test_without_javascript_every_button_is_a_page(own_server, watched):
    page = watched(own_server, java_script_enabled=False).page()
    steps.sign_in(page, "admin")
    drafts.begun(page)
    before = prompts(page)
    page.get_by_role("button", name="Flyt spørgsmål 1 ned").click()
    expect(page.locator("textarea[name$='.prompt.da']").first).to_have_value(before[1])
    assert prompts(page) == [before[1], before[0], before[2]]
    page.locator("[id='title.da']").fill("Uden JavaScript")
    page.get_by_role("button", name="Tilføj spørgsmål").click()
    expect(page.locator("h1")).to_have_text("Uden JavaScript")
    page.locator("#rows > li").last.locator("textarea").first.fill("Er der andet?")
    expect(page.frame_locator("#phone").get_by_text(re.compile(".")).first).to_be_attached()
    page.get_by_role("button", name="Udgiv version 2").click()
    expect(page.get_by_text("Version 2 er udgivet.")).to_be_visible()
