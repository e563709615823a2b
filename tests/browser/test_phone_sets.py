"""Several question sets on the phone: which are offered where, the promise that is said first, every kind of question, and a
draft whose questions change while it lies there."""

import json
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from domain.base import new_id, now, open_database
from domain.people import Sector, Unit
from domain.questions import Content, TalkType, add_set, publish
from domain.questions.tables import QuestionSet, QuestionSetVersion
from tests.browser import engines, served, steps
from tests.browser.phone import expect_all_sent, expect_kept, lying, open_app, press_save

WIDE, NARROW = {"width": 390, "height": 844}, {"width": 320, "height": 700}
KINDS = ("long_text", "short_text", "one_choice", "several_choices", "five_faces", "number")
TITLE = "Alle slags"


def content() -> Content:
    choices = [{"code": code, "text": {"da": code.capitalize()}} for code in ("ja", "nej", "begge")]
    return Content.model_validate(
        {
            "title": {"da": TITLE},
            "promise": {"da": "Jeg skriver det ned uden navne. Kommunens tilsyn må også læse det."},
            "guidance": {"da": "Ét svar er nok."},
            "voice": {"da": "Forælderens ord"},
            "questions": [
                {
                    "id": new_id(),
                    "kind": kind,
                    "prompt": {"da": f"Spørg om {kind}?"},
                    "label": {"da": f"Svar på {kind}"},
                    "required": kind == "number",
                    "choices": choices if kind.endswith(("choice", "choices")) else [],
                }
                for kind in KINDS
            ],
            "about": [{"field": "relation", "label": {"da": "Relation"}, "choices": choices}],
        }
    )


@pytest.fixture(params=[WIDE, NARROW], ids=["390", "320"])
def town(request, demo, tmp_path, watched):
    """A server that offers every set of the demo (one at Skovbrynet alone) and one more in Mariehuset alone; a phone there."""
    instance = served.copy(demo, tmp_path)
    served.offer(instance, all_sets=True)
    database = open_database(f"sqlite:///{instance / 'hoert.sqlite'}")
    with database.writing() as session:
        house = session.exec(select(Unit).where(Unit.name == "Mariehuset")).one()
        row = add_set(session, sector=Sector.NURSERY, position=9, talk_type=TalkType.GROUP_TALK, unit_id=house.id)
        publish(session, question_set=row, content=content(), now=now())
    database.dispose()
    with served.running(instance, tmp_path / "log") as server:
        yield server, watched(server, viewport=request.param)


def later_version(server: served.Server) -> None:
    """The first question means something else, the second is gone, the others are as they were."""
    database = open_database(f"sqlite:///{server.instance / 'hoert.sqlite'}")
    with database.writing() as session:
        row = session.exec(select(QuestionSet).where(QuestionSet.position == 9)).one()
        version = session.exec(select(QuestionSetVersion).where(QuestionSetVersion.question_set_id == row.id)).one()
        before = Content.model_validate(version.content)
        first = before.questions[0]
        another = first.model_copy(update={"id": new_id(), "follows": first.id, "label": {"da": "Et andet spørgsmål"}})
        made = before.model_copy(update={"questions": (another, *before.questions[2:])})
        publish(session, question_set=row, content=made, now=now())
    database.dispose()


def opened(watch, who="leder") -> Page:
    page = watch.page()
    steps.sign_in(page, who)
    return open_app(page)


def open_with_newer(page: Page) -> None:
    """The app again, where it has heard of the later version: whoever begins before that begins under the questions it knows."""
    page.goto("/phone/")
    while "Et andet spørgsmål" not in str(lying(page, "meta")):
        page.wait_for_timeout(20)
    page.goto("/phone/")


def begin(page: Page, title: str = TITLE) -> None:
    page.locator("#new").click()
    page.get_by_role("link", name=title).click()


def expect_sound(page: Page) -> None:
    """Nothing is shut out, and nothing lies beside the screen."""
    if page.evaluate("!window.axe"):
        engines.bring(page)
    assert engines.axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def stored(server: served.Server, words: str) -> tuple[dict, int]:
    with closing(sqlite3.connect(server.instance / "hoert.sqlite")) as database:
        [(answers, number)] = database.execute(
            "SELECT answers, number FROM conversation JOIN question_set_version AS v ON v.id = question_set_version_id"
            " WHERE answers LIKE ?",
            [f"%{words}%"],
        ).fetchall()
    return json.loads(answers), number


def test_a_leader_chooses_among_the_sets_of_the_place_and_a_quick_note_has_its_own(town):
    _server, watch = town
    page = opened(watch)
    page.locator("#new").click()
    titles = ["Nye forældre efter en måned", TITLE]
    assert page.get_by_role("main").locator(".item-title").all_inner_texts() == titles
    expect_sound(page)
    page.goto("/phone/")
    page.locator("#quick").click()
    expect(steps.notes(page)).to_have_count(1)
    expect(page.get_by_label("Det, der blev sagt")).to_be_focused()


def test_a_set_of_one_place_is_not_offered_in_another(town):
    _server, watch = town
    page = opened(watch, "leder2")
    page.locator("#new").click()
    expect(page.get_by_role("link", name="Gruppesamtale")).to_be_visible()
    expect(page.get_by_role("link", name=TITLE)).to_have_count(0)
    page.goto("/capture/plain")
    expect(page.get_by_role("link", name="Gruppesamtale")).to_be_visible()
    expect(page.get_by_role("link", name=TITLE)).to_have_count(0)


def test_the_promise_is_ticked_when_it_was_said_and_the_tick_stays_with_the_draft(town):
    server, watch = town
    page = opened(watch)
    page.locator("#before").click()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("Kommunens tilsyn må også læse det.")).to_be_visible()
    expect_sound(page)
    page.get_by_label("Jeg har sagt det").check()
    while not lying(page, "drafts"):
        page.wait_for_timeout(20)
    later_version(server)
    page.goto("/phone/")
    page.get_by_role("button", name="Fortsæt").click()
    page.get_by_text("Sig først").click()
    expect(page.get_by_label("Jeg har sagt det")).to_be_checked()
    expect(page.get_by_label("Svar på short_text")).to_be_visible()
    assert [draft["promised"] for draft in lying(page, "drafts")] == [True]


def test_every_kind_is_noted_without_a_network_corrected_and_read_back(town):
    server, watch = town
    watch.is_away = True
    page = opened(watch)
    page.context.set_offline(True)
    begin(page)
    page.get_by_label("Svar på long_text").fill("Ord i lang tekst")
    page.get_by_label("Svar på short_text").fill("Ord i kort")
    steps.chip(page, "Nej", of="Svar på one_choice").click()
    steps.chip(page, "Ja", of="Svar på several_choices").click()
    steps.chip(page, "Begge", of="Svar på several_choices").click()
    face = page.get_by_role("group", name="Svar på five_faces").locator("label").nth(3)
    assert face.bounding_box()["height"] >= 44
    expect(face).to_have_text("Godt")
    expect(face.locator("svg")).to_be_visible()
    face.click()
    page.locator("#save").click()
    expect(page.get_by_role("alert").get_by_role("link", name="Svar på det her spørgsmål.")).to_be_visible()
    page.get_by_label("Svar på number").fill("1")
    page.locator("#save").click()
    expect(page.get_by_role("alert").get_by_role("link", name="Skriv et tal fra 2 til 500.")).to_be_visible()
    expect_sound(page)
    page.get_by_label("Svar på number").fill("12")
    steps.chip(page, "Ja", of="Relation").click()
    steps.chip(page, "Begge", of="Relation").click()
    press_save(page)
    for words in ("Nej", "Ja, Begge", "Godt", "12"):
        expect(page.get_by_role("main").get_by_text(words, exact=True)).to_be_visible()
    page.get_by_role("button", name="Ret").first.click()
    expect(steps.choice(page, "Godt")).to_be_checked()
    expect(page.get_by_label("Svar på number")).to_have_value("12")
    steps.chip(page, "Rigtig godt").click()
    press_save(page)
    page.get_by_role("button", name="Færdig").click()
    page.context.set_offline(False)
    expect_all_sent(page)
    answers, _number = stored(server, "Ord i lang tekst")
    assert [{**one, "question": None} for one in answers] == [
        {"question": None, **said}
        for said in (
            {"text": "Ord i lang tekst"},
            {"text": "Ord i kort"},
            {"choice": "nej"},
            {"choices": ["ja", "begge"]},
            {"number": 5},
            {"number": 12},
        )
    ]
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Ord i lang tekst").first.click()
    for words in ("Nej", "Ja, Begge", "Rigtig godt", "12"):
        expect(page.get_by_role("main").get_by_text(words, exact=True).first).to_be_visible()


def test_what_was_chosen_under_earlier_questions_is_read_in_its_own_words(town):
    server, watch = town
    page = opened(watch)
    begin(page)
    steps.chip(page, "Nej", of="Svar på one_choice").click()
    steps.chip(page, "Rigtig godt", of="Svar på five_faces").click()
    page.get_by_label("Svar på number").fill("12")
    page.get_by_label("Svar på short_text").fill("Under de gamle")
    press_save(page)
    page.get_by_role("button", name="Færdig").click()
    expect_all_sent(page)
    page.goto("/phone/")
    begin(page)
    steps.chip(page, "Nej", of="Svar på one_choice").click()
    page.get_by_label("Svar på short_text").fill("Kladdens ord")
    expect_kept(page, "Kladdens ord")
    later_version(server)
    open_with_newer(page)
    begin(page)
    expect(page.get_by_role("textbox", name="Et andet spørgsmål")).to_be_visible()
    page.locator("#close").click()
    expect(page.locator(".card", has_text="Du var i gang").locator(".muted")).to_have_text("Kladdens ord")
    page.get_by_role("link", name="Under de gamle").click()
    for label, words in (("one_choice", "Nej"), ("number", "12"), ("five_faces", "Rigtig godt")):
        answer = page.get_by_role("main").locator("div", has=page.get_by_role("heading", name=f"Svar på {label}")).last
        expect(answer.locator(".words")).to_have_text(words)


def test_a_draft_goes_over_to_newer_questions_and_back_and_no_word_is_lost(town):
    server, watch = town
    page = opened(watch)
    begin(page)
    page.get_by_label("Svar på long_text").fill("Foerst lange ord")
    page.get_by_label("Svar på short_text").fill("Saa korte ord")
    page.get_by_label("Svar på number").fill("7")
    expect_kept(page, "Saa korte ord")
    later_version(server)
    open_with_newer(page)
    page.get_by_role("button", name="Fortsæt").click()
    expect(page.get_by_text("Spørgsmålene er blevet ændret, mens du var uden net. Dine svar er her stadig.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Svar på long_text")).to_have_value("Foerst lange ord")
    expect_sound(page)
    page.get_by_role("button", name="Brug de nye spørgsmål").click()
    expect(page.get_by_label("Svar på number")).to_have_value("7")
    expect(page.get_by_role("textbox", name="Svar på long_text")).to_have_count(0)
    for words in ("Foerst lange ord", "Saa korte ord"):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    expect(page.get_by_label("Hvor skal ordene stå?").first).to_have_value(page.locator("textarea").first.get_attribute("id")[7:])
    expect_sound(page)
    page.locator("#save").click()
    expect(page.get_by_role("alert").get_by_role("link", name="Sæt de ord ind, der ikke har fået en plads.")).to_be_visible()
    page.get_by_role("button", name="Fortryd").click()
    expect(page.get_by_role("textbox", name="Svar på long_text")).to_have_value("Foerst lange ord")
    page.get_by_role("button", name="Brug de nye spørgsmål").click()
    page.get_by_role("button", name="Sæt ind").first.click()
    page.get_by_role("button", name="Sæt ind").first.click()
    expect(page.get_by_label("Et andet spørgsmål")).to_have_value("Foerst lange ord\n\nSaa korte ord")
    press_save(page)
    page.get_by_role("button", name="Færdig").click()
    expect_all_sent(page)
    answers, number = stored(server, "Saa korte ord")
    assert (number, [one.get("text", one.get("number")) for one in answers]) == (2, ["Foerst lange ord\n\nSaa korte ord", 7])
