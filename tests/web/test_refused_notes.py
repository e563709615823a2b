"""What the plain form cannot take comes back with a word on why, and as it was written; nothing is stored meanwhile."""

from uuid import uuid4

import pytest

from domain.base import new_id
from tests import make
from tests.web.pages import FORM, filled, note, open_form, shown, talks, texts

TEXT = "Mor sagde: »vi står længe i garderoben om morgenen«"
#: What is wrong: the fields as they arrive, made of the cast.
WRONG = {
    "too long": lambda cast: {"answer_2": "🌧" * 5_001},
    "a date that is none": lambda cast: {"held_on": "i går"},
    "a day that is none": lambda cast: {"held_on": "2026-02-31"},
    "a day to come": lambda cast: {"held_on": "2026-11-19"},
    "no such place": lambda cast: {"unit": str(uuid4())},
    "a place that is none": lambda cast: {"unit": "Mariehuset"},
    "a neighbour's place": lambda cast: {"unit": str(cast.skovbrynet.id)},
    "another area's place": lambda cast: {"unit": str(cast.havnen.id)},
    "the whole area": lambda cast: {"unit": str(cast.syd.id)},
    "a choice nobody offered": lambda cast: {"about_relation": ["mother", "king"]},
    "a choice as markup": lambda cast: {"about_time_here": ['"><b>x']},
    "a theme nobody knows": lambda cast: {"themes": [str(uuid4())]},
    "a theme that is none": lambda cast: {"themes": ["aflevering"]},
    "a theme of another sector": lambda cast: {"themes": [str(cast.themes_home_care["skift"].id)]},
    "a scope nobody offered": lambda cast: {"quote_scope": "the world"},
    "questions nobody knows": lambda cast: {"version": str(uuid4())},
    "questions that are none": lambda cast: {"version": "x"},
    "no questions": lambda cast: {"version": []},
    "another sector's questions": lambda cast: {"version": str(cast.form_home_care.id)},
}
#: Hidden fields that were lost or changed on the way. Nothing the person wrote is wrong: it is taken, or comes back whole.
LOST = {
    **{f"item {text!r}": {"item": text} for text in ("", "x", "00000000", "{11111111-2222-7333-8444-555555555555}", "../../x")},
    "item missing": {"item": []},
    "item upper case": {"item": str(new_id()).upper()},
    **{
        f"opened_at {text!r}": {"opened_at": text}
        for text in (
            "",
            "x",
            "2026-11-18",
            "2026-11-18T11:00:00",
            "9999-12-31T23:59:59+00:00",
            "0001-01-01T00:00:00+14:00",
            "1763463600",
        )
    },
    "opened_at missing": {"opened_at": []},
    "unit missing": {"unit": []},
    "owner ''": {"owner": ""},
    "owner forged": {"owner": "ImFiYyI.forged"},
    "owner missing": {"owner": []},
    "a tone nobody offered": {"tone": "fury"},
    "fields nobody asked for": {"answer_4": "x", "id": "y", "author_id": "z", "reference": "w"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_cannot_be_taken_comes_back_whole_and_can_be_put_right(signed_in, cast, database, wrong):
    leder = signed_in("leder")
    first = open_form(leder)
    right = {**shown(first, "unit", "version"), **filled(cast)}
    tampered = {**right, "answer_1": TEXT, **wrong(cast)}
    page = leder.submit(first, FORM, **tampered)
    assert page.status == 422
    assert page.title.startswith("Fejl:")
    assert page.errors()
    assert talks(database) == []
    kept = [name for name in ("answer_1", "answer_2", "answer_3", "tone", "held_on") if name not in wrong(cast)]
    assert shown(page, *kept) == {name: tampered[name] for name in kept}
    again = leder.submit(page, FORM, **{name: right[name] for name in wrong(cast)})
    assert again.status == 302, again.errors()
    assert texts(talks(database)[0])[0] == TEXT


def test_when_nothing_is_written_the_form_says_so_and_keeps_every_choice(signed_in, cast, database):
    leder = signed_in("leder")
    chosen = filled(cast, answer_1="", answer_2=" \r\n ", answer_3="")
    page = leder.submit(open_form(leder), FORM, **chosen)
    assert page.status == 422
    assert page.title.startswith("Fejl:")
    [message] = page.errors()
    assert "mindst ét svar" in message
    [link] = [link for link in page.all("a") if (link.get("href") or "").startswith("#answer")]
    assert link.get("href") == "#answer_1"
    names = [name for name in chosen if not name.startswith("answer")]
    assert shown(page, *names) == {name: chosen[name] for name in names}
    assert talks(database) == []


def test_a_field_with_an_error_is_marked_and_described_by_it(signed_in):
    page = note(signed_in("leder"), "🌧" * 5_001)
    [field] = [field for field in page.all("textarea") if field.get("name") == "answer_1"]
    assert field.get("aria-invalid") == "true"
    assert "answer_1-error" in field.get("aria-describedby", "").split()
    assert "1 tegn for lang" in page.errors()[0]


def test_exactly_as_long_as_allowed_is_taken_whatever_the_letters(signed_in, database):
    text = "🌧" * 5_000
    assert note(signed_in("leder"), text).status == 302
    assert texts(talks(database)[0]) == [text]


@pytest.mark.slow
@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_hidden_fields_that_were_changed_cost_no_words(signed_in, cast, database, lost):
    leder = signed_in("leder")
    page = leder.submit(open_form(leder), FORM, answer_1=TEXT, **lost)
    if page.status != 302:
        assert (page.status, talks(database)) == (422, [])
        assert page.errors()
        assert shown(page, "answer_1") == {"answer_1": TEXT}
        assert leder.submit(page, FORM).status == 302
    [talk] = talks(database)
    assert (texts(talk), talk.author_id, talk.unit_id) == ([TEXT], cast.leder.person_id, cast.mariehuset.id)


def test_a_form_opened_by_somebody_else_is_not_noted_as_ones_own_unseen(signed_in, database):
    """A shared tablet: the page of one stands open while another signs in."""
    [owner] = [value for name, value in open_form(signed_in("medarbejder")).fields(FORM) if name == "owner"]
    leder = signed_in("leder")
    page = leder.submit(open_form(leder), FORM, answer_1=TEXT, owner=owner)
    assert page.status in (409, 422)
    assert page.errors()
    assert talks(database) == []


def test_the_same_form_sent_twice_is_stored_once(signed_in, database):
    leder = signed_in("leder")
    page = open_form(leder)
    first, second = (leder.submit(page, FORM, answer_1=TEXT) for _ in range(2))
    assert (first.status, second.status) == (302, 302)
    assert first.location == second.location
    assert len(talks(database)) == 1


def test_the_same_form_sent_again_with_other_words_is_kept_and_can_be_saved_as_a_new_one(signed_in, cast, database):
    leder = signed_in("leder")
    page = open_form(leder)
    leder.submit(page, FORM, answer_1=TEXT)
    changed = filled(cast, answer_1="Noget helt andet.")
    again = leder.submit(page, FORM, **changed)
    assert again.status == 409
    assert again.title.startswith("Fejl:")
    assert again.errors()
    assert shown(again, *changed) == changed
    assert len(talks(database)) == 1
    assert leder.submit(again, FORM).status == 302
    assert [texts(talk)[0] for talk in talks(database)] == [TEXT, "Noget helt andet."]


def test_an_id_that_is_somebody_elses_tells_nothing_and_costs_no_words(signed_in, database, cast):
    note(signed_in("leder"), make.WORDS)
    [theirs] = talks(database)
    leder2 = signed_in("leder2")
    page = leder2.submit(open_form(leder2), FORM, answer_1=TEXT, item=str(theirs.id))
    assert page.status == 422
    assert page.errors()
    assert make.QUOTE not in page.text
    assert leder2.submit(page, FORM).status == 302
    assert [talk.author_id for talk in talks(database)] == [cast.leder.person_id, cast.leder2.person_id]


def test_a_day_far_back_is_taken_and_breaks_no_page(signed_in, database, cast):
    leder = signed_in("leder")
    saved = note(leder, TEXT, held_on="0001-01-01")
    if saved.status == 422:
        assert saved.errors()
        assert talks(database) == []
        return
    for path in (saved.location, "/", "/conversations/"):
        assert leder.get(path).status == 200
    omraade = signed_in("omraade")
    for path in (
        "/digests/",
        "/conversations/",
        f"/digests/{cast.syd.id}/{make.WEEK}",
        f"/digests/{cast.syd.id}/{make.WEEK}/talks",
    ):
        assert omraade.get(path).status == 200
