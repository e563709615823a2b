"""Whatever a phone sent about themes, its author can put the talk right: nothing wrong is carried along unseen."""

from uuid import uuid4

import pytest
from sqlmodel import select

from domain import sync
from domain.themes import Coding
from tests import make
from tests.web.pages import FORM, open_form, talks, texts

TEXT = "Far fortalte om madpakken."


@pytest.fixture
def database(app):
    return app.extensions["hoert.database"]


def decided(database, cast):
    """By the theme's key, what was decided and in which tone."""
    names = {theme.id: key for key, theme in cast.themes.items()}
    with database.reading() as session:
        rows = session.exec(select(Coding).where(Coding.decision.is_not(None))).all()
    return {names[row.theme_id]: (row.decision, row.tone) for row in rows}


def box(database, cast, item):
    with database.writing() as session:
        sync.accept(session, cast.leder, item=item, now=make.NOW)
        [one] = sync.waiting(session, cast.leder)
    return f"/capture/help/{one.key}"


def odd(cast):
    """By what is wrong: the themes of an item, and what is to be stored of them. Every one confirms two themes."""
    mad, tryghed, personale = (str(cast.themes[key].id) for key in ("mad", "tryghed", "personale"))
    both = {"mad": ("confirmed", None), "tryghed": ("confirmed", None)}
    one_praised = {**both, "mad": ("confirmed", "praise")}
    return {
        "a number for those rejected": ({"rejected": 5}, both),
        "words for those rejected": ({"rejected": ["x", None, ["y"], {"z": 1}]}, both),
        "no list of those rejected": ({"rejected": {"x": personale}}, both),
        "a rejected theme nobody knows": ({"rejected": [str(uuid4()), str(cast.themes_home_care["skift"].id)]}, both),
        "one good among them": ({"rejected": ["x", personale.upper()]}, {**both, "personale": ("rejected", None)}),
        "a tone that is a list": ({"tones": {tryghed: ["trouble"], mad: "praise"}}, one_praised),
        "tones nobody knows": ({"tones": {tryghed: "fury", mad: "praise", "x": "praise", personale: "trouble"}}, one_praised),
        "tones that are a list": ({"tones": ["trouble"]}, both),
        "no tones": ({"tones": None, "rejected": None}, both),
    }


WRONG = (
    "a number for those rejected",
    "words for those rejected",
    "no list of those rejected",
    "a rejected theme nobody knows",
    "one good among them",
    "a tone that is a list",
    "tones nobody knows",
    "tones that are a list",
    "no tones",
)


@pytest.mark.parametrize("wrong", WRONG)
def test_an_item_with_odd_themes_is_put_right_by_pressing_save(signed_in, cast, database, wrong):
    marks, stored = odd(cast)[wrong]
    confirmed = [str(cast.themes[key].id) for key in ("mad", "tryghed")]
    item = cast.talk(TEXT, unit=cast.skovbrynet, themes={"confirmed": confirmed, "rejected": [], "tones": {}, **marks})
    visitor, address = signed_in("leder"), box(database, cast, item)
    answer = visitor.submit(visitor.get(address), FORM, unit=str(cast.mariehuset.id))
    assert answer.status == 302, answer.errors()
    assert (texts(talks(database)[0]), decided(database, cast)) == ([TEXT], stored)


@pytest.mark.parametrize("wrong", WRONG)
def test_two_versions_of_which_one_has_odd_themes_are_put_together(signed_in, cast, database, wrong):
    marks, stored = odd(cast)[wrong]
    first = cast.talk(TEXT)
    with database.writing() as session:
        make.log_talk(session, cast.leder, first)
    confirmed = [str(cast.themes[key].id) for key in ("mad", "tryghed")]
    second = {**first, "themes": {"confirmed": confirmed, "rejected": [], "tones": {}, **marks}}
    visitor, address = signed_in("leder"), box(database, cast, second)
    answer = visitor.submit(visitor.get(f"{address}/merge"), FORM)
    assert answer.status == 302, answer.errors()
    assert decided(database, cast) == stored


@pytest.mark.parametrize("carried", ["[]", "5", "{", '{"tones": [], "rejected": 5}', '{"tones": {"x": [1]}}', "[" * 100_000])
def test_a_hidden_field_of_any_content_costs_no_words(signed_in, cast, database, carried):
    visitor = signed_in("leder")
    themes = [str(cast.themes["mad"].id)]
    answer = visitor.submit(open_form(visitor), FORM, answer_1=TEXT, themes=themes, marks_before=carried)
    assert (answer.status, [texts(talk) for talk in talks(database)]) == (302, [[TEXT]])
