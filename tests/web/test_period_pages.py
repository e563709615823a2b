"""Months and years as the area leader reads them."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain import digests, people
from domain.audit import Reading
from domain.base import Week
from tests import make
from tests.web import lint
from tests.web.town import FACTS, QUOTES, Town


@pytest.fixture
def omraade(town):
    return town.browser("omraade")


def month(town: Town, label: str = "2026-11") -> str:
    return f"/digests/{town.cast.syd.id}/month/{label}"


def year(town: Town, label: str = "2026") -> str:
    return f"/digests/{town.cast.syd.id}/year/{label}"


def test_the_list_of_weeks_leads_to_months_and_years(omraade, town):
    links = omraade.get("/digests/").links()
    assert month(town) in links
    assert month(town, "2026-10") in links
    assert year(town) in links


def test_a_month_adds_up_its_weeks_and_leads_to_them(omraade, town):
    page = omraade.get(month(town))
    assert page.title.startswith("November 2026")
    assert [lint.text_of(one) for one in page.all("dl", css="kpis")[0].iter("dd")] == ["2", "1 af 4"]
    assert page.h1 == "To af månedens 2 samtaler handlede om mad."
    here = f"/digests/{town.cast.syd.id}/2026-W"
    assert [week for week in (43, 44, 45, 46, 47) if f"{here}{week}" in page.links()] == [45, 46]
    assert "Måneden er ikke samlet endnu" in page.words


def test_a_year_leads_to_its_months_and_weeks_and_a_month_to_its_year(omraade, town):
    page = omraade.get(year(town))
    assert page.h1 == "Fire af årets 4 samtaler handlede om mad."
    assert month(town) in page.links()
    assert f"/digests/{town.cast.syd.id}/2026-W43" in page.links()
    assert year(town) in omraade.get(month(town)).links()
    assert month(town, "2026-10") in omraade.get(month(town)).links()


def test_a_young_area_is_too_early_to_compare(omraade, town):
    assert "For tidligt at sige" in omraade.get(month(town)).words


@pytest.mark.parametrize(
    "rest", ["month/2026-09", "month/2026-13", "month/2026", "year/2026-11", "year/2025", "year/x", "month/2026-W47"]
)
def test_what_there_is_nothing_of_is_not_found(omraade, town, rest):
    assert omraade.get(f"/digests/{town.cast.syd.id}/{rest}").status == 404


def test_beside_the_words_stands_no_time_fact_author_or_id(omraade, town):
    for path in (month(town), year(town)):
        page = omraade.get(path)
        assert QUOTES["colleague"] in page.text
        hidden = ("Lene Mose", "Mads Bang", ".17", *FACTS, *(str(row.id) for row in town.talks.values()))
        assert not [one for one in hidden if one in page.words + " ".join(page.links())]


def test_a_small_house_is_unnamed(omraade, town):
    [figure, *_] = omraade.get(month(town)).all("figure", css="quote")
    assert "et hus i området" in lint.text_of(figure)
    assert "Mariehuset" not in lint.text_of(figure)


def test_the_reading_is_logged(own_town):
    own_town.browser("omraade").get(month(own_town))
    with own_town.database.reading() as session:
        logged = [row for row in session.exec(select(Reading)).all() if row.page == "digests.month"]
    assert len(logged) == 1
    assert logged[0].conversations


def test_an_empty_month_reads_well(cast, signed_in, database):
    with database.writing() as session:
        digests.make_issue(session, cast.syd, Week(2026, 45), now=Week(2026, 45).ends_at())
    page = signed_in("omraade").get(f"/digests/{cast.syd.id}/month/2026-11")
    assert page.h1 == "Ingen samtaler er kommet ind."
    assert page.all("article", css="theme") == []


@pytest.mark.parametrize(("rest", "whose"), [("month/2026-11", "månedens"), ("year/2026", "årets")])
def test_a_period_with_late_talks_alone_denies_none(cast, signed_in, database, rest, whose):
    with database.writing() as session:
        for _ in range(3):
            cast.log(session, cast.leder, held_at=make.NOW - timedelta(days=7), confirmed=[cast.themes["mad"]])
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    page = signed_in("omraade").get(f"/digests/{cast.syd.id}/{rest}")
    assert page.h1 == "Ingen samtaler kom med i deres egen uge. 3 samtaler kom med senere."
    assert f"De tæller ikke med i {whose} tal." in page.words


def test_a_period_says_which_houses_held_closed_as_its_last_week_does(own_town):
    cast = own_town.cast
    with own_town.database.writing() as session:
        days = {"first_on": make.WEEK.monday(), "last_on": make.WEEK.sunday()}
        people.close_unit(session, cast.omraade, unit_id=cast.skovbrynet.id, note="", now=make.NOW, **days)
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    omraade = own_town.browser("omraade")
    for address in (month(own_town), year(own_town)):
        [silence] = [one for one in omraade.get(address).all("section") if one.get("aria-labelledby") == "silent"]
        assert "1 hus holder lukket: Skovbrynet." in lint.text_of(silence)


def test_where_no_house_held_closed_nothing_is_said_of_it(omraade, town):
    assert "holder lukket" not in omraade.get(month(town)).words
