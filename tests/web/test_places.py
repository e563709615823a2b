"""Where one can note talks: houses that are open, or were on the day the talk was held."""

from datetime import date

import pytest

from domain.people import Unit
from tests.web.client import Visitor

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
