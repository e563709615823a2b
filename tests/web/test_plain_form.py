"""The plain form: what it asks, and that what was written is stored and read by those it is for."""

import pytest

from domain.people import Role
from tests import make
from tests.web import lint
from tests.web.client import Visitor
from tests.web.corpus import NAUGHTY
from tests.web.pages import FORM, files, filled, note, open_form, shown, talks, texts

CPR = ("010190-1234", "0101901234", "010190 1234", "01.01.90-1234")


def test_the_form_asks_by_the_labels_of_notes_and_not_as_one_speaks(signed_in, cast):
    page = open_form(signed_in("leder"))
    labels = {label.get("for"): lint.text_of(label) for label in page.all("label") if label.get("for")}
    asked = cast.form.content.questions
    assert [labels[f"answer_{place}"] for place in (1, 2, 3)] == [question.label["da"] for question in asked]
    assert [question.prompt["da"] for question in asked if question.prompt["da"] in page.text] == []


def test_nothing_is_chosen_or_suggested_before_the_person_does(signed_in):
    page = open_form(signed_in("leder"))
    choices = [control for control in page.all("input") if control.get("type") in ("checkbox", "radio")]
    assert len(choices) > 10
    assert [control.get("name") for control in choices if control.get("checked") is not None] == []
    assert "suggested" not in page.text
    assert shown(page, "answer_1", "answer_2", "answer_3") == {"answer_1": "", "answer_2": "", "answer_3": ""}


def test_before_the_talk_there_is_the_promise_and_what_to_say_and_nothing_to_fill_in(signed_in, cast):
    page = signed_in("leder").get("/capture/before")
    assert cast.form.content.promise["da"] in page.words
    for question in cast.form.content.questions:
        assert question.prompt["da"] in page.words
    assert [tag for tag in ("textarea", "select") if page.all(tag)] == []
    assert [field.get("name") for field in page.all("input") if field.get("type") != "hidden"] == ["promised"]


def test_guidance_is_shown_as_the_markdown_it_is(signed_in):
    page = signed_in("leder").get("/capture/before")
    assert "Ét svar er nok." in [lint.text_of(strong) for strong in page.all("strong")]


def test_one_answer_is_enough_and_is_read_by_its_writer_and_the_area_leader(signed_in, database, cast):
    leder = signed_in("leder")
    saved = note(leder, make.WORDS)
    [talk] = talks(database)
    assert (saved.status, saved.location) == (302, f"/capture/saved/{talk.id}")
    assert texts(talk) == [make.WORDS]
    assert make.QUOTE in leder.get(saved.location).words
    assert f"/conversations/{talk.id}" in leder.get("/conversations/").links()
    week = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}/talks")
    assert make.QUOTE in week.words
    assert f"/conversations/{talk.reference}" in week.links()


def test_all_that_was_chosen_is_stored(signed_in, database, cast):
    leder = signed_in("leder")
    leder.submit(open_form(leder), FORM, **filled(cast))
    [talk] = talks(database)
    assert talk.about == {"relation": ["mother", "father"], "time_here": ["1_month"]}
    assert (talk.quote_scope, talk.held_week, talk.unit_id) == ("area", str(make.WEEK), cast.mariehuset.id)
    assert talk.held_at.date().isoformat() == "2026-11-16"
    page = leder.get(f"/conversations/{talk.id}")
    assert page.title == "Aflevering, Tryghed – Hørt"
    for word in ("16. november", "Mother, Father", "Lene Mose", "Mariehuset"):
        assert word in page.words


def test_a_talk_is_held_when_the_form_was_opened_unless_another_day_is_given(signed_in, database, clock):
    leder = signed_in("leder")
    page = open_form(leder)
    clock.shift(3_600)
    leder.submit(page, FORM, answer_1="Mor var glad.")
    [talk] = talks(database)
    assert (talk.held_at, talk.received_at.hour) == (make.NOW, make.NOW.hour + 1)


def test_quoting_was_not_asked_about_when_nothing_is_chosen(signed_in, database):
    note(signed_in("leder"), make.WORDS)
    assert talks(database)[0].quote_scope is None


def test_an_area_leader_chooses_among_the_houses_of_the_area(signed_in, database, cast):
    omraade = signed_in("omraade")
    page = open_form(omraade)
    options = {option.get("value"): lint.text_of(option) for option in page.all("option")}
    assert options == {str(cast.units[name].id): name for name in make.HOUSES}
    assert note(omraade, make.WORDS, unit=str(cast.skovbrynet.id)).status == 302
    assert talks(database)[0].unit_id == cast.skovbrynet.id


def test_a_place_with_several_kinds_of_talks_lets_one_choose(app, cast, database):
    with database.writing() as session:
        make.person(session, email="alle@hoert.example", role=Role.INSTITUTION_LEADER, unit=cast.kommune)
    visitor = Visitor(app)
    visitor.sign_in("alle")
    page = visitor.get(FORM)
    assert page.all("form") == []
    ways = [link for link in page.links() if link.startswith(f"{FORM}?version=")]
    assert sorted(ways) == sorted(f"{FORM}?version={form.id}" for form in (cast.form, cast.form_home_care))
    assert [visitor.get(way).status for way in ways] == [200, 200]
    assert visitor.get("/capture/before").status == 200


def test_a_place_where_nothing_is_asked_yet_says_so(app, cast, database):
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE question_set SET sector = 'nowhere'")
    visitor = Visitor(app)
    visitor.sign_in("leder")
    for path in (FORM, "/capture/before"):
        page = visitor.get(path)
        assert (page.status, page.all("form")) == (200, [])
        assert lint.text_of(page.all("h2")[0])


def test_a_version_no_longer_asked_still_takes_what_was_written_in_it(signed_in, database, cast):
    from domain import questions
    from domain.questions import QuestionSet

    leder = signed_in("leder")
    page = open_form(leder)
    with database.writing() as session:
        question_set = session.get_one(QuestionSet, cast.form.question_set_id)
        questions.publish(session, question_set=question_set, content=make.content(asked=2), now=make.NOW)
    assert leder.submit(page, FORM, answer_3=make.WORDS).status == 302
    [talk] = talks(database)
    assert talk.question_set_version_id == cast.form.id
    assert cast.form.content.questions[2].label["da"] in leder.get(f"/capture/saved/{talk.id}").words


@pytest.mark.slow
@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_written_comes_back_to_the_letter(signed_in, database, text):
    leder = signed_in("leder")
    saved = leder.submit(open_form(leder), FORM, answer_1=text, answer_2=text, answer_3=text)
    assert saved.status == 302
    assert texts(talks(database)[0]) == [text, text, text]
    for path in (saved.location, f"/conversations/{talks(database)[0].id}"):
        written = [" ".join("".join(one.itertext()).split()) for one in leder.get(path).all("p", css="words")]
        assert written == [" ".join(text.split())] * 3
    for path in ("/", "/conversations/"):
        assert leder.get(path).status == 200


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_written_comes_back_to_the_letter_when_it_could_not_be_taken(signed_in, text):
    page = note(signed_in("leder"), text, held_on="2026-11-19")
    assert page.status == 422
    assert shown(page, "answer_1") == {"answer_1": text.replace("\n", "\r\n")}


def test_line_ends_of_every_system_and_nul_are_tidied(signed_in, database):
    note(signed_in("leder"), "\x00 en\r\nto\rtre\x00 \n")
    assert texts(talks(database)[0]) == ["en\nto\ntre"]


def test_what_the_citizen_said_stands_apart_from_what_the_leader_wrote(signed_in):
    leder = signed_in("leder")
    page = leder.get(note(leder, 'Far sagde "vi <i>venter</i>" og »det går« til sidst').location)
    assert [lint.text_of(quote) for quote in page.all("q")] == ["vi <i>venter</i>", "det går"]


@pytest.mark.parametrize("number", CPR)
def test_a_cpr_number_is_covered_before_it_is_stored_and_stands_nowhere(signed_in, database, number):
    leder = signed_in("leder")
    saved = note(leder, f"Drengen ({number}) var syg.")
    page = leder.get(saved.location)
    assert "••••••-••••" in page.words
    assert "CPR" in page.words
    assert number not in page.everything + saved.everything
    database.dispose()
    assert number.encode() not in files(database)


def test_a_talk_without_a_cpr_number_says_nothing_of_one(signed_in):
    leder = signed_in("leder")
    assert "CPR" not in leder.get(note(leder, make.WORDS).location).words
