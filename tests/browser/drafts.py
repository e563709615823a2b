"""Ways into the editor of question sets, for pages.py and the tests of the editor."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.cases import Case, at

FORMS = Path(__file__).parents[1] / "data" / "xlsform"


def version(page: Page) -> None:
    page.goto("/questions/")
    page.locator(".list .item[href^='/questions/']:not([href$='/draft'])").first.click()
    expect(page.locator("table").first).to_be_visible()


def draft(page: Page) -> None:
    """As `begun`, when the page saves by itself: until then each button is a page of its own."""
    begun(page)
    expect(page.locator("[data-started~=editor]")).to_have_count(1)


def begun(page: Page) -> None:
    """Of the first set, as its version stands: what an earlier visit left in it is set aside."""
    version(page)
    if page.locator("main a[href$='/draft']").count():
        page.locator("main a[href$='/draft']").click()
        page.locator("form[action$='/discarding'] button").click()
        expect(page.locator("form[action$='/discarding/undo']")).to_be_visible()
        version(page)
    page.locator("form[action$='/draft/beginning'] button").first.click()
    expect(page.locator("#saving")).to_be_visible()


def draft_full(page: Page) -> None:
    """A fourth question of choices, one that reads otherwise, one taken away that can come back, and a word that is too long."""
    draft(page)
    page.locator("textarea[name$='.prompt.da']").first.fill("Hvad betyder kommunikationsstrategien for dig?")
    page.locator("[id='add.questions']").click()
    expect(page.locator("#rows > li")).to_have_count(4)
    page.locator("#rows > li").last.locator("summary").click()
    page.locator("#rows > li").last.locator("select").select_option("one_choice")
    page.locator("#rows > li").last.locator("[id^='add.question']").click()
    page.locator("#rows > li").nth(1).locator("[value^='remove question']:not([value*=choice])").click()
    expect(page.locator("#undo")).to_be_visible()


def form_read(page: Page) -> None:
    """A form of somebody else's was read: the report."""
    page.goto("/questions/files")
    page.locator("#form-file").set_input_files(FORMS / "everything.xlsx")
    page.locator("form[action='/questions/files'] button").click()
    expect(page.locator("#understood")).to_be_visible()


def form_refused(page: Page) -> None:
    page.goto("/questions/files")
    page.locator("#form-file").set_input_files(FORMS / "formula.xlsx")
    page.locator("form[action='/questions/files'] button").click()
    expect(page.locator("#form-file-error")).to_be_visible()


def draft_in_english(page: Page) -> None:
    draft(page)
    page.locator("#tab-en").click()
    expect(page.locator("#tab-en[aria-pressed=true]")).to_be_visible()


def draft_unready(page: Page) -> None:
    draft(page)
    page.locator("[id='title.da']").fill("")
    page.locator("textarea[name$='.prompt.da']").first.fill("Hvad nu?")
    page.locator("button[formaction$='/publication']").click()
    expect(page.get_by_role("alert")).to_be_visible()


#: Saves the draft from another window, with another title.
ELSEWHERE = """
async () => {
  const form = document.getElementById("draft");
  const body = new URLSearchParams([...new FormData(form)]);
  body.set("title.da", "Skrevet et andet sted");
  body.set("form", "0123456789abcdef");
  body.set("do", "save");
  await fetch(form.action, { method: "POST", body });
}
"""


#: Sets the draft aside from somewhere else.
ASIDE = """
async () => {
  const body = new URLSearchParams({ csrf_token: document.querySelector("[name=csrf_token]").value });
  await fetch(`${location.pathname}/discarding`, { method: "POST", body });
}
"""


def draft_clash(page: Page) -> None:
    draft(page)
    page.evaluate(ELSEWHERE)
    with page.expect_response(lambda answer: answer.status == 409):
        page.locator("[id='title.da']").fill("Skrevet her")
    page.locator("#save").click()
    expect(page.locator("fieldset")).to_be_visible()


def draft_gone(page: Page) -> None:
    draft(page)
    page.evaluate(ASIDE)
    page.locator("#save").click()
    expect(page.locator("[name=do][value=anew]")).to_be_attached()


def draft_on_phone(page: Page) -> None:
    draft(page)
    page.goto(page.url.split("?")[0].split("#")[0] + "/phone")
    page.locator("#new").click()
    expect(page.locator("#save")).to_be_visible()


def draft_difference(page: Page) -> None:
    draft(page)
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/draft?" in answer.url):
        page.locator("[id='title.da']").fill("Et helt andet navn")
    page.locator("a[href$='/difference']").click()
    expect(page.locator("ins").first).to_be_visible()


def draft_aside(page: Page) -> None:
    draft(page)
    page.locator("form[action$='/discarding'] button").click()
    expect(page.locator("form[action$='/discarding/undo']")).to_be_visible()


CASES = [
    Case("admin", "a version", "questions.version", version),
    Case("admin", "form, a new set of questions", "questions.new", at("/questions/new")),
    Case("admin", "form, files of questions", "questions.files", at("/questions/files")),
    Case("admin", "form, a file that was read", "questions.files", form_read),
    Case("admin", "form, a file that cannot be read", "questions.files", form_refused, (422,)),
    Case("admin", "form, a draft of questions", "questions.draft", draft),
    Case("admin", "form, a draft of questions with everything in it", "questions.draft", draft_full),
    Case("admin", "form, a draft of questions in English", "questions.draft", draft_in_english),
    Case("admin", "form, a draft that cannot be published", None, draft_unready, (422,)),
    Case("admin", "form, two wrote otherwise", "questions.draft", draft_clash, (409,)),
    Case("admin", "a draft that was published meanwhile", "questions.draft", draft_gone, (409,)),
    Case("admin", "a draft as a phone shows it", "questions.phone", draft_on_phone),
    Case("admin", "what a draft changes", "questions.difference", draft_difference),
    Case("admin", "a draft set aside", "questions.discarded", draft_aside),
]
