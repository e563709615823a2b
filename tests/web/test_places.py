"""Where one can note talks: houses that are open, or were on the day the talk was held."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from domain import people, sync
from domain.base import local
from domain.people import Unit
from tests import make
from tests.web.client import Visitor
from tests.web.pages import shown, talks, texts

FORM = "/capture/plain"


@pytest.fixture
def closed(app, cast):
    """A browser of Mariehuset's leader, and a way to close the house on a day."""

    def close(on: date) -> Visitor:
        with app.extensions["hoert.database"].writing() as session:
            session.get(Unit, cast.mariehuset.id).closed_on = on
        visitor = Visitor(app)
        visitor.sign_in("leder")
        return visitor

    return close


def test_where_the_house_is_closed_there_is_no_form_to_fill_in_vain(closed):
    page = closed(date(2026, 1, 1)).get(FORM)
    assert page.status == 200
    assert page.all("textarea") == []
    assert "Dit sted er lukket." in page.words


def test_before_the_talk_a_closed_place_says_so_too(closed):
    assert "Dit sted er lukket." in closed(date(2026, 1, 1)).get("/capture/before").words


def test_a_talk_is_not_stored_in_a_house_that_was_closed(app, cast, closed):
    visitor = Visitor(app)
    visitor.sign_in("leder")
    opened = visitor.get(FORM)
    closed(date(2026, 1, 1))
    page = visitor.submit(opened, FORM, answer_1="Mor var glad.")
    assert page.status == 422
    assert "Mor var glad." in page.text


def test_a_tone_asks_for_its_theme_and_is_not_dropped_in_silence(app, cast):
    visitor = Visitor(app)
    visitor.sign_in("leder")
    page = visitor.submit(visitor.get(FORM), FORM, answer_1="Mor var glad.", tone="praise")
    assert page.status == 422
    assert "Vælg også det tema" in page.text


WRITTEN = "Mor fortalte om morgenen i det gamle hus."


@pytest.fixture
def database(app):
    return app.extensions["hoert.database"]


@pytest.fixture
def boxed(app, cast, database, signed_in):
    """What needs its sender: their browser, and the form it is put right in. The house `shut` closes first, today."""

    def lies(who, *, shut=None, **members):
        with database.writing() as session:
            if shut:
                people.close_for_good(session, session.get_one(Unit, shut.id), on=local(make.NOW).date(), now=make.NOW)
            item = {**cast.talk(WRITTEN), **members}
            assert sync.accept(session, getattr(cast, who), item=item, now=make.NOW).status == "needs_help"
            [one] = sync.waiting(session, getattr(cast, who))
        visitor = signed_in(who)
        return visitor, visitor.get(f"/capture/help/{one.key}")

    return lies


def offered(page):
    """The choices of place, as (value, words)."""
    [field] = [field for field in page.all("select") if field.get("name") == "unit"]
    return [(option.get("value"), option.text) for option in field.iter("option")]


@pytest.mark.parametrize("unit", ["019fc47d-b300-7027-8386-bbc4cd613e30", "Mariehuset", 7, None])
@pytest.mark.parametrize("who", ["omraade", "leder"])
def test_a_talk_of_an_unknown_house_is_stored_in_none_that_nobody_chose(boxed, database, cast, who, unit):
    visitor, page = boxed(who, unit=unit)
    assert offered(page)[0] == ("", "Vælg sted")
    refused = visitor.submit(page, FORM)
    assert (refused.status, refused.errors()) == (422, ["Vælg et sted, hvor du kan notere samtaler."])
    assert (talks(database), shown(refused, "answer_1", "unit")) == ([], {"answer_1": WRITTEN, "unit": ""})
    assert visitor.submit(refused, FORM, unit=str(cast.mariehuset.id)).status == 302
    assert [(texts(talk), talk.unit_id) for talk in talks(database)] == [([WRITTEN], cast.mariehuset.id)]


def test_an_item_of_a_house_out_of_reach_is_not_moved_to_ones_own_unseen(boxed, database, cast):
    visitor, page = boxed("leder", unit=str(cast.skovbrynet.id))
    assert offered(page) == [("", "Vælg sted"), (str(cast.mariehuset.id), "Mariehuset")]
    assert (visitor.submit(page, FORM).status, talks(database)) == (422, [])


@pytest.mark.parametrize("who", ["leder", "omraade"])
def test_a_talk_of_a_house_that_has_closed_stays_its_own_and_the_day_decides(boxed, database, cast, who):
    visitor, page = boxed(who, shut=cast.mariehuset)
    assert dict(page.fields(FORM))["unit"] == str(cast.mariehuset.id)
    assert "Mariehuset (lukket fra 18. november 2026)" in page.words
    refused = visitor.submit(page, FORM)
    assert (refused.status, refused.errors()) == (422, ["Vælg et sted, hvor du kan notere samtaler."])
    assert shown(refused, "answer_1", "unit") == {"answer_1": WRITTEN, "unit": str(cast.mariehuset.id)}
    assert visitor.submit(refused, FORM, held_on="2026-11-17").status == 302
    [talk] = talks(database)
    assert (talk.unit_id, local(talk.held_at).date(), texts(talk)) == (cast.mariehuset.id, date(2026, 11, 17), [WRITTEN])
    with database.reading() as session:
        assert sync.waiting(session, getattr(cast, who)) == []


def test_an_item_whose_house_and_questions_are_unknown_is_put_right_where_all_is_closed(boxed, database, cast):
    odd = {"unit": str(uuid4()), "question_set_version": str(uuid4())}
    visitor, page = boxed("leder", shut=cast.mariehuset, **odd)
    assert visitor.submit(page, FORM, unit=str(cast.mariehuset.id), held_on="2026-11-17").status == 302
    assert [talk.unit_id for talk in talks(database)] == [cast.mariehuset.id]


def test_an_open_form_of_a_house_that_closes_meanwhile_goes_to_no_other(app, cast, database, signed_in):
    visitor = signed_in("omraade")
    page = visitor.get(FORM)
    with database.writing() as session:
        day = local(make.NOW).date() - timedelta(days=1)
        people.close_for_good(session, session.get_one(Unit, cast.mariehuset.id), on=day, now=make.NOW)
    refused = visitor.submit(page, FORM, answer_1=WRITTEN, unit=str(cast.mariehuset.id))
    assert (refused.status, shown(refused, "unit")) == (422, {"unit": str(cast.mariehuset.id)})
    assert visitor.submit(refused, FORM).status == 422
    assert talks(database) == []
