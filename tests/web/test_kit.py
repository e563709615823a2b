"""What a phone gets to work offline: exactly what it needs, in its person's language, and no word of any talk."""

import json
from datetime import date

import pytest

from domain import questions, sync
from domain.people import Unit
from domain.questions import QuestionSet
from tests import make
from tests.web.town import QUOTES


def kit(visitor):
    answer = visitor.get("/sync/kit")
    assert answer.status == 200
    return json.loads(answer.text)


def test_it_has_the_shape_that_phones_rely_on(signed_in, cast):
    found = kit(signed_in("leder"))
    assert found["person"] == {"id": str(cast.leder.person_id), "name": "Lene Mose", "role": "institution_leader"}
    assert found["units"] == [{"id": str(cast.mariehuset.id), "name": "Mariehuset", "label": "house", "sector": "nursery"}]
    [asked] = found["question_sets"]
    assert (asked["version_id"], asked["version"]) == (str(cast.form.id), 1)
    assert asked["guidance_html"] == "<p>Tag snakken stående. <strong>Ét svar er nok.</strong></p>"
    first = asked["questions"][0]
    assert {"id", "kind", "prompt", "label", "help", "required", "choices", "follows"} == set(first)
    assert (asked["talk_type"], asked["units"]) == ("citizen_interview", None)
    assert (first["kind"], first["prompt"], first["required"]) == ("long_text", "Den første måned?", False)
    assert asked["about"]["relation"][0] == {"code": "mother", "text": "Mother"}
    assert {theme["name"] for theme in found["themes"]} == {"Aflevering", "Mad", "Personale", "Tryghed"}
    assert found["themes"][1]["patterns"] == {"include": ["mad", "frokost"], "exclude": ["madras"]}
    assert "cpr" in found["guard"]
    assert (found["forget"], found["needs_help"]) == ([], 0)
    assert found["server_time"] == make.NOW.isoformat()


@pytest.mark.parametrize(("who", "places"), [("medarbejder", 1), ("leder2", 1), ("omraade", 4), ("omraade2", 3), ("leder3", 1)])
def test_each_gets_the_places_where_they_may_note_talks(signed_in, who, places):
    assert len(kit(signed_in(who))["units"]) == places


def test_a_closed_place_is_left_out(signed_in, cast, database):
    with database.writing() as session:
        session.get_one(Unit, cast.skovbrynet.id).closed_on = date(2026, 11, 1)
    assert "Skovbrynet" not in [unit["name"] for unit in kit(signed_in("omraade"))["units"]]


def test_it_has_the_language_of_its_person(signed_in):
    visitor = signed_in("leder")
    visitor.choose_language("en")
    found = kit(visitor)
    assert (found["language"], found["question_sets"][0]["title"]) == ("en", "New parents after a month")


def test_the_coarse_facts_stand_in_the_order_they_are_asked_in(signed_in, cast, database):
    asked = make.content()
    asked = asked.model_copy(update={"about": tuple(reversed(asked.about))})
    with database.writing() as session:
        question_set = session.get_one(QuestionSet, cast.form.question_set_id)
        questions.publish(session, question_set=question_set, content=asked, now=make.NOW)
    [found] = kit(signed_in("leder"))["question_sets"]
    assert list(found["about"]) == ["time_here", "relation"]


def test_the_tag_stays_while_nothing_but_the_time_changes(signed_in, cast, database, clock):
    visitor = signed_in("leder")
    tag = visitor.get("/sync/kit").headers["ETag"]
    clock.shift(3600)
    again = visitor.get("/sync/kit", headers={"If-None-Match": tag})
    assert (again.status, again.data, again.headers["ETag"]) == (304, b"", tag)
    with database.writing() as session:
        row = session.get_one(questions.QuestionSetVersion, cast.form.id)
        question_set = session.get_one(questions.QuestionSet, row.question_set_id)
        questions.publish(session, question_set=question_set, content=make.content(asked=2), now=make.NOW)
    later = visitor.get("/sync/kit", headers={"If-None-Match": tag})
    assert later.status == 200
    assert len(json.loads(later.text)["question_sets"][0]["questions"]) == 2


def test_it_names_what_the_phone_is_to_forget(signed_in, cast, database):
    talk, bad = cast.talk(), cast.talk("Ord", unit=cast.skovbrynet)
    with database.writing() as session:
        sync.take(session, cast.leder, items=[talk, bad, make.withdrawal(talk["id"])], now=make.NOW)
    visitor = signed_in("leder")
    assert (kit(visitor)["forget"], kit(visitor)["needs_help"]) == ([talk["id"]], 1)
    with database.writing() as session:
        [kept] = sync.waiting(session, cast.leder)
        sync.settle(session, cast.leder, kept.key, now=make.NOW)
    assert (kit(visitor)["forget"], kit(visitor)["needs_help"]) == ([talk["id"], bad["id"]], 0)
    assert kit(signed_in("medarbejder"))["forget"] == []


@pytest.mark.parametrize("who", ["leder", "omraade"])
def test_no_word_of_a_talk_stands_in_it(town, who):
    answer = town.browser(who).get("/sync/kit")
    assert [name for name, words in QUOTES.items() if words in answer.text] == []


def test_signed_out_and_administrators(visitor, signed_in):
    for accept in ("text/html", "*/*", "application/json"):
        for path in ("/sync/kit", "/sync/token"):
            answer = visitor.get(path, headers={"Accept": accept})
            assert (answer.status, json.loads(answer.text)["code"]) == (401, "not_signed_in")
    assert signed_in("admin").get("/sync/kit").status == 404
    assert "csrf_token" in json.loads(signed_in("admin").get("/sync/token").text)
