"""Danish or English: chosen with a button, kept for the person, and never at the cost of what somebody wrote."""

import pytest
from sqlmodel import col, select

from domain import people
from domain.people import Person
from tests import cast as cast_of
from tests import make
from tests.web.client import Visitor
from tests.web.corpus import NEXT
from tests.web.pages import FORM, SIGN_IN, open_form, shown
from tests.web.town import revoke

LANGUAGE = "/auth/language"
WORDS = "Mor sagde: »vi stod længe ved lågen«"


@pytest.fixture
def spoken(database):
    """The language each of the cast has."""

    def of(name):
        with database.reading() as session:
            return session.exec(select(Person.language).where(col(Person.email) == cast_of.email(name))).one()

    return of


def buttons(page):
    """Language buttons on the page: {what they send: (their words, their language, marked as the present one)}."""
    return {
        button.get("value"): ("".join(button.itertext()).strip(), button.get("lang"), button.get("aria-current") == "true")
        for button in page.all("button")
        if button.get("name") == "language"
    }


def sealed_in(page):
    return dict(page.fields(SIGN_IN)).get("sealed")


@pytest.fixture
def asked_to_sign_in(signed_in, database, cast):
    """Leder's sign-in ended while a talk was being written: the visitor, and the sign-in page with the words sealed in it."""
    visitor = signed_in("leder")
    page = open_form(visitor)
    revoke(database, cast.leder)
    asked = visitor.submit(page, FORM, answer_1=WORDS)
    assert sealed_in(asked)
    return visitor, asked


def test_everybody_begins_in_danish_whatever_the_browser_would_rather_have(visitor):
    page = visitor.get(SIGN_IN, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert page.h1 == "Snakke, der bliver brugt"
    assert buttons(page) == {"en": ("English", "en", False)}


def test_a_visitor_reads_english_from_the_next_page_on_and_can_go_back(visitor):
    answer = visitor.submit(visitor.get(SIGN_IN), LANGUAGE, language="en")
    visitor.language = "en"
    page = visitor.get(answer.location)
    assert (answer.location, page.h1) == (SIGN_IN, "Talks that are put to use")
    assert buttons(page) == {"da": ("Dansk", "da", False)}
    visitor.submit(page, LANGUAGE, language="da")
    visitor.language = "da"
    assert visitor.get(SIGN_IN).h1 == "Snakke, der bliver brugt"


def test_what_a_visitor_chose_is_theirs_once_they_sign_in(visitor, spoken):
    visitor.choose_language("en")
    visitor.sign_in("leder")
    assert visitor.get("/people/me").all("h1")
    assert spoken("leder") == "en"


def test_who_has_chosen_nothing_keeps_the_language_they_have(visitor, database, cast, spoken):
    with database.writing() as session:
        people.choose_language(session, cast.leder, language="en")
    visitor.sign_in("leder")
    visitor.language = "en"
    assert visitor.get("/").status == 200
    assert spoken("leder") == "en"


def test_somebody_elses_language_is_not_taken_over_on_a_shared_phone(visitor, database, cast, spoken):
    """Lene reads English; when her sign-in ends the page still speaks it, but that was not Mads's choice."""
    visitor.choose_language("en")
    visitor.sign_in("leder")
    revoke(database, cast.leder)
    assert visitor.get(SIGN_IN).h1 == "Talks that are put to use"
    visitor.sign_in("medarbejder")
    visitor.language = "da"
    assert visitor.get("/").status == 200
    assert spoken("medarbejder") == "da"


def test_signing_out_forgets_the_choice(visitor, spoken):
    visitor.choose_language("en")
    visitor.sign_in("leder")
    visitor.post("/auth/sign-out")
    visitor.language = "da"
    assert visitor.get(SIGN_IN).h1 == "Snakke, der bliver brugt"
    visitor.sign_in("medarbejder")
    assert spoken("medarbejder") == "da"


def test_a_refused_sign_in_changes_nobodys_language(visitor, spoken):
    visitor.choose_language("en")
    page = visitor.get(SIGN_IN)
    assert visitor.submit(page, SIGN_IN, email=cast_of.email("leder"), password="wrong").status == 401
    assert spoken("leder") == "da"


def test_the_profile_marks_the_present_language_and_changes_it_for_every_browser(signed_in, app, spoken):
    leder = signed_in("leder")
    page = leder.get("/people/me")
    assert buttons(page) == {"da": ("Dansk", "da", True), "en": ("English", "en", False)}
    assert "Sprog / Language" in page.words
    answer = leder.submit(page, LANGUAGE, language="en")
    assert answer.location == "/people/me"
    leder.language = "en"
    assert buttons(leder.get("/people/me")) == {"da": ("Dansk", "da", False), "en": ("English", "en", True)}
    assert (spoken("leder"), spoken("medarbejder")) == ("en", "da")
    elsewhere = Visitor(app)
    elsewhere.sign_in("leder")
    elsewhere.language = "en"
    assert elsewhere.get("/people/me").status == 200


@pytest.mark.parametrize("chosen", ["", "xx", "DA", "en-GB", "english", "../en", "en\x00", "da;en"])
def test_a_language_hoert_does_not_have_is_refused_and_changes_nothing(signed_in, visitor, spoken, chosen):
    for somebody in (signed_in("leder"), visitor):
        answer = somebody.post(LANGUAGE, {"language": chosen, "next": "/people/me"})
        assert (answer.status, answer.h1) == (422, "Det kunne vi ikke læse")
    assert visitor.get(SIGN_IN).status == 200
    assert spoken("leder") == "da"


def test_the_domain_refuses_it_too(database, cast, spoken):
    with database.writing() as session, pytest.raises(people.UnknownLanguage):
        people.choose_language(session, cast.leder, language="xx")
    assert spoken("leder") == "da"


@pytest.mark.parametrize(("wanted", "is_ours"), NEXT.items())
def test_a_choice_leads_only_to_pages_of_this_house(app, signed_in, wanted, is_ours):
    for somebody in (signed_in("leder"), Visitor(app)):
        assert somebody.post(LANGUAGE, {"language": "da", "next": wanted}).location == (wanted if is_ours else "/")


def test_where_one_was_going_survives_the_choice(visitor):
    asked = visitor.get(visitor.get("/conversations/?before=x").location)
    answer = visitor.submit(asked, LANGUAGE, language="en")
    visitor.language = "en"
    again = visitor.get(answer.location)
    signed_in = visitor.submit(again, SIGN_IN, email=cast_of.email("leder"), password=make.PASSWORD)
    assert signed_in.location == "/conversations/?before=x"


def test_words_that_wait_sealed_survive_the_choice_and_come_back_in_the_form(asked_to_sign_in):
    visitor, asked = asked_to_sign_in
    visitor.language = "en"
    switched = visitor.submit(asked, LANGUAGE, language="en")
    assert (switched.status, sealed_in(switched)) == (200, sealed_in(asked))
    assert "what you wrote is still here" in switched.words
    assert "lågen" not in switched.everything
    back = visitor.submit(switched, SIGN_IN, email=cast_of.email("leder"), password=make.PASSWORD)
    assert (back.status, back.tree.get("lang")) == (200, "en")
    assert shown(back, "answer_1") == {"answer_1": WORDS}
    assert "You are logged in again." in back.words
    assert visitor.submit(back, FORM).status == 302


def test_words_come_back_in_the_language_of_the_one_who_wrote_them(signed_in, database, cast):
    """Nothing was chosen on the way: the page after the sign-in is in the person's own language all the same."""
    visitor = signed_in("leder")
    page = open_form(visitor)
    revoke(database, cast.leder)
    asked = visitor.submit(page, FORM, answer_1=WORDS)
    with database.writing() as session:
        people.choose_language(session, cast.leder, language="en")
    visitor.language = "en"
    back = visitor.submit(asked, SIGN_IN, email=cast_of.email("leder"), password=make.PASSWORD)
    assert shown(back, "answer_1") == {"answer_1": WORDS}


@pytest.mark.parametrize("language", ["xx", ""])
def test_words_survive_a_language_that_is_refused(asked_to_sign_in, language):
    visitor, asked = asked_to_sign_in
    answer = visitor.submit(asked, LANGUAGE, language=language)
    assert (answer.status, sealed_in(answer)) == (422, sealed_in(asked))
    assert answer.errors()


def test_words_survive_a_choice_with_a_stale_token(asked_to_sign_in):
    visitor, asked = asked_to_sign_in
    answer = visitor.post(LANGUAGE, [*asked.fields(LANGUAGE), ("language", "en")], token="IjAi.wrong.token")
    assert (answer.status, sealed_in(answer)) == (419, sealed_in(asked))
    assert answer.errors()


def test_words_survive_when_one_has_signed_in_in_another_tab_meanwhile(asked_to_sign_in, spoken):
    visitor, asked = asked_to_sign_in
    visitor.sign_in("leder")
    stale = visitor.submit(asked, LANGUAGE, language="en")
    assert (stale.status, sealed_in(stale)) == (419, sealed_in(asked))
    visitor.language = "en"
    switched = visitor.submit(stale, LANGUAGE, language="en")
    assert (switched.status, sealed_in(switched)) == (200, sealed_in(asked))
    assert spoken("leder") == "en"


def test_as_many_words_as_a_form_takes_survive_the_choice(signed_in, database, cast):
    visitor = signed_in("leder")
    page = open_form(visitor)
    revoke(database, cast.leder)
    asked = visitor.submit(page, FORM, answer_1="æ" * 150_000)
    visitor.language = "en"
    switched = visitor.submit(asked, LANGUAGE, language="en")
    assert (switched.status, sealed_in(switched)) == (200, sealed_in(asked))


def test_what_was_not_sealed_here_is_not_shown_again(visitor):
    answer = visitor.post(LANGUAGE, {"language": "da", "next": SIGN_IN, "sealed": "made-up"})
    assert (answer.status, answer.location) == (302, SIGN_IN)
