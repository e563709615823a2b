"""A week is read in a few statements, however much stands in it: none for each house, theme, quotation or talk."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain import digests
from domain.people import Role
from tests import make
from tests.web.town import LAST_WEEK

#: With an answer that waits for the reader, and the beginning of the three transactions: who asks, what is shown, the read log.
MOST_OF_ISSUED, MOST_OF_RUNNING = 14, 20
SAID = "»Der var ikke nogen, der havde fortalt os om det nummer {n}, og vi kom for sent.«"


@pytest.fixture
def omraade(own_town):
    return own_town.browser("omraade")


@contextmanager
def statements(database):
    said = []
    listener = lambda *more: said.append(re.sub(r"IN \([?, ]+\)", "IN (…)", more[2]))  # noqa: E731
    sa.event.listen(database.engine, "before_cursor_execute", listener)
    yield said
    sa.event.remove(database.engine, "before_cursor_execute", listener)


def asked(town, visitor, week):
    """The statements of one reading, and how many quotations stood on the page."""
    path = f"/digests/{town.cast.syd.id}/{week}"
    visitor.get(path)  # what is asked only once in a process
    with statements(town.database) as said:
        page = visitor.get(path)
    assert page.status == 200
    return said, len(page.all("blockquote"))


def talk_a_lot(town, week):
    """Six more houses, each with a talk about every theme."""
    cast = town.cast
    themes = list(cast.themes.values())
    with town.database.writing() as session:
        for house in range(6):
            unit = make.institution(session, cast.syd, name=f"Hus {house}")
            email = f"nyt{house}@hoert.example"
            leader = make.person(session, email=email, role=Role.INSTITUTION_LEADER, unit=unit, name=f"Leder {house}")
            for n, theme in enumerate(themes):
                at = week.starts_at() + timedelta(hours=9)
                text = SAID.format(n=f"{house}{n}")
                cast.log(session, leader, text, unit=unit, confirmed=[theme], tones={theme.key: "praise"}, held_at=at, now=at)


def test_the_running_week_takes_the_same_statements_however_much_is_said(own_town, omraade):
    few, quoted = asked(own_town, omraade, make.WEEK)
    talk_a_lot(own_town, make.WEEK)
    many, more_quoted = asked(own_town, omraade, make.WEEK)
    assert more_quoted > 2 * quoted
    assert many == few
    assert len(many) <= MOST_OF_RUNNING


def test_an_issued_week_takes_the_same_statements_however_much_was_said(own_town, omraade, clock):
    few, quoted = asked(own_town, omraade, LAST_WEEK)
    talk_a_lot(own_town, make.WEEK)
    clock.shift(7 * 86_400)
    with own_town.database.writing() as session:
        digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.WEEK.ends_at())
    many, more_quoted = asked(own_town, omraade, make.WEEK)
    assert more_quoted > 2 * quoted
    assert many == few
    assert len(many) <= MOST_OF_ISSUED
