"""*Temaer*: themes over the weeks they are gathered in, every talk about one, and no house that must not be named."""

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from blueprints.themes.over_time import A_PAGE
from domain import digests, themes
from domain.audit import Reading
from domain.base import Week
from domain.conversations import Conversation
from domain.digests import Issue
from domain.people import Level, Role, Sector, add_unit
from tests import make
from tests.cast import email
from tests.web.town import AUTHORS, FACTS, LAST_WEEK, QUOTES, Town, rows

TONES = {"trouble": "trouble", "praise": "praise", "neutral": None}


def path(town, key="aflevering", **filters):
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"/themes/{town.cast.themes[key].id}{f'?{query}' if query else ''}"


def fill(town, weeks=50):
    """One to three talks about food a week, in turn with trouble, praise and neither; all weeks but the running are issued."""
    cast = town.cast
    with town.database.writing() as session:
        for back in range(weeks, -1, -1):
            week = make.WEEK.plus(-back)
            for number in range(1 + back % 3):
                tone = ("trouble", "praise", None)[(back + number) % 3]
                at = week.starts_at() + timedelta(hours=9, minutes=number)
                words = f"»Det her er nummer {back} komma {number} om den mad, de får«"
                more = {"confirmed": [cast.themes["mad"]], "tones": {"mad": tone} if tone else None, "held_at": at, "now": at}
                quotable = "area" if (back + number) % 4 else None
                cast.log(session, cast.leder if number else cast.leder2, words, quote_scope=quotable, **more)
            if back:
                digests.make_issue(session, cast.syd, week, now=week.ends_at() + timedelta(hours=5))


def pages(visitor, address):
    """The page, and those that follow by *Ældre uger*."""
    found = []
    while address:
        found.append(visitor.get(address))
        assert found[-1].status == 200
        older = [link for link in found[-1].links() if "before=" in link]
        assert len(older) <= 1
        address = older[0] if older else ""
        assert len(found) < 30
    return found


def addresses(pages):
    return [
        link
        for page in pages
        for link in page.links()
        if link.startswith("/conversations/0") or re.match(r"/conversations/[0-9a-f-]{36}$", link)
    ]


def expected(town, *, since=None, year=None, tone="all"):
    """Counted from the tables: the references of the talks about food, newest week first."""
    found = rows(town.database)
    column = {name: [c.name for c in SQLModel.metadata.tables[name].columns].index for name in found}
    issue_week = {row[column["issue"]("id")]: Week.parse(row[column["issue"]("week")]) for row in found["issue"]}
    in_issue = {
        row[column["issue_talk"]("conversation_id")]: issue_week[row[column["issue_talk"]("issue_id")]]
        for row in found["issue_talk"]
    }
    of = column["coding"]
    mad = town.cast.themes["mad"].id
    toned = {
        row[of("conversation_id")]: row[of("tone")]
        for row in found["coding"]
        if row[of("theme_id")] == mad and row[of("decision")] == "confirmed"
    }
    talks = column["conversation"]
    chosen = []
    for row in found["conversation"]:
        first, week = row[talks("first_id")], in_issue.get(row[talks("first_id")])
        if row[talks("replaced_by_id")] is not None or first not in toned:
            continue
        if tone != "all" and toned[first] != TONES[tone]:
            continue
        if week and ((since and week < since) or (year and week.year != year)):
            continue
        chosen.append((week is None, week or make.WEEK, str(row[talks("reference")])))
    return {reference for _running, _week, reference in chosen}, [
        week for _running, week, _reference in sorted(chosen, reverse=True)
    ]


@pytest.fixture
def filled(app, cast):
    town = Town(app, cast, {})
    fill(town)
    return town


def test_every_talk_about_the_theme_stands_on_one_of_its_pages_exactly_once(filled):
    found = pages(filled.browser("omraade"), path(filled, "mad", period="all"))
    references = [link.removeprefix("/conversations/") for link in addresses(found)]
    assert len(found) > 2
    assert len(references) == len(set(references)) > A_PAGE * 2
    assert set(references) == expected(filled)[0]


def test_weeks_stand_newest_first_and_are_never_torn_apart(filled):
    found = pages(filled.browser("omraade"), path(filled, "mad", period="all"))
    titles = [title for page in found for title in headings(page)]
    assert len(titles) == len(set(titles))
    assert titles[0] == "Indtil nu i denne uge"
    _references, weeks = expected(filled)
    assert titles[1:] == [f"Uge {week.number}" for week in dict.fromkeys(week for week in weeks if week != make.WEEK)]


@pytest.mark.slow
@pytest.mark.parametrize("tone", ["", "trouble", "praise", "neutral"])
@pytest.mark.parametrize(
    ("period", "which"),
    [("8", {"since": make.WEEK.plus(-7)}), ("26", {"since": make.WEEK.plus(-25)}), ("year", {"year": 2026}), ("all", {})],
)
def test_a_filter_finds_what_an_independent_count_finds(filled, period, which, tone):
    found = pages(filled.browser("omraade"), path(filled, "mad", period=period, tone=tone))
    references, _weeks = expected(filled, tone=tone or "all", **which)
    assert {link.removeprefix("/conversations/") for link in addresses(found)} == references
    total = len(expected(filled, **which)[0])
    assert f"{total} samtaler i perioden" in found[0].words
    for key, words in (("trouble", "{} med bøvl"), ("praise", "{} ros"), ("neutral", "{} uden bøvl eller ros")):
        n = len(expected(filled, tone=key, **which)[0])
        assert (words.format(n) in found[0].words) == bool(n)


@pytest.mark.parametrize(
    "query", ["period=ever&tone=x&before=y", "period=&tone=&before=2026-W99", "house=Mariehuset", "period=8&period=all"]
)
def test_an_address_that_means_nothing_is_read_as_if_it_were_not_there(town, query):
    visitor = town.browser("omraade")
    assert addresses([visitor.get(f"{path(town)}?{query}")]) == addresses([visitor.get(path(town))]) != []


def test_there_is_no_way_to_ask_for_a_house(town):
    page = town.browser("omraade").get(path(town))
    assert {name for name, _value in page.fields(f"/themes/{town.cast.themes['aflevering'].id}")} == {"period", "tone"}


def test_the_running_week_names_no_house_and_nothing_tells_who_or_when(town):
    for key in town.cast.themes:
        page = town.browser("omraade").get(path(town, key, period="all"))
        for secret in (*AUTHORS, *FACTS, "7.43", "17. november", "Skovbrynet", "Åhaven", "Regnbuen"):
            assert secret not in page.words, (key, secret)
        assert str(town.talks["own"].first_id) not in page.text
    assert "Forælder, et hus i området" in town.browser("omraade").get(path(town)).words


def test_a_house_is_named_as_in_its_issue(filled):
    with filled.database.reading() as session:
        named = {issue.week: issue.content["named"] for issue in session.exec(select(Issue)).all()}
    seen = set()
    for page in pages(filled.browser("omraade"), path(filled, "mad", period="all")):
        for section in page.all("section"):
            [title, *_more] = [*section.iter("h3"), None]
            week = str(title is not None and "".join(title.itertext()))
            texts = "".join(section.itertext())
            if week.startswith("Uge ") and "Det blev sagt" not in texts:
                label = str(_week_with(named, week, texts))
                assert ("Mariehuset" in texts) <= (str(filled.cast.mariehuset.id) in named[label])
                seen.add("Mariehuset" in texts)
    assert seen == {True, False}


def _week_with(named, title, texts):
    """The issue whose number and year the heading has."""
    year = re.search(r"(20\d\d) ·", texts)[1]
    return next(label for label in named if label == f"{year}-W{int(title.split()[1]):02d}")


def test_only_what_may_be_quoted_is_quoted_and_the_rest_is_a_line(filled):
    found = pages(filled.browser("omraade"), path(filled, "mad", period="all"))
    quoted = [page for page in found for page in page.all("blockquote")]
    lines = [item for page in found for item in page.all("a", css="item")]
    assert quoted
    assert lines
    with filled.database.reading() as session:
        for text in ["".join(one.itertext()) for one in quoted]:
            scopes = list(session.execute(_scope_of(text)).scalars())
            assert scopes
            assert None not in scopes


def _scope_of(text):
    talks = Conversation.__table__
    return sa.select(talks.c.quote_scope).where(sa.cast(talks.c.answers, sa.String).contains(json.dumps(text)[1:-1]))


def test_the_leader_of_a_house_sees_the_talks_of_the_house_by_its_name(town):
    page = town.browser("leder").get(path(town))
    assert QUOTES["own"] in page.words
    assert QUOTES["elsewhere"] not in page.words
    assert "Forælder, Mariehuset" in page.words
    assert f"/conversations/{town.talks['own'].first_id}" in page.links()
    assert QUOTES["elsewhere"] in town.browser("leder2").get(path(town)).words


def test_a_talk_that_was_recoded_stands_under_its_new_theme_and_its_issue_stays(own_town):
    omraade = own_town.browser("omraade")
    week = f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    before = omraade.get(week).words
    with own_town.database.writing() as session:
        cast = own_town.cast
        [first, *_more] = [
            one.talk
            for one in digests.about_theme(
                session,
                cast.omraade,
                theme_id=cast.themes["mad"].id,
                at=[digests.GatheredIn(LAST_WEEK)],
                tones=[None, "trouble", "praise"],
                now=make.NOW,
            )
        ]
        marks = themes.Marks((cast.themes["personale"].id,), (cast.themes["mad"].id,))
        themes.decide(session, cast.omraade, first_id=first, marks=marks, now=make.NOW)
    assert "Uge 46" in omraade.get(path(own_town, "personale")).words
    assert "Uge 46" not in [head.text for head in omraade.get(path(own_town, "mad")).all("h3")]
    assert omraade.get(week).words == before


def test_where_nobody_spoke_of_it_the_page_says_so(town):
    assert "Ingen samtaler om det her i perioden." in town.browser("omraade").get(path(town, "personale")).words


def test_the_list_counts_talks_in_eight_weeks_and_is_sorted_by_count_when_asked(town):
    page = town.browser("omraade").get("/themes/")
    assert re.findall("Aflevering|Mad|Personale|Tryghed", page.words) == ["Aflevering", "Mad", "Personale", "Tryghed"]
    assert "Mad5 samtaler i 8 uger" in page.words
    by_count = town.browser("omraade").get("/themes/?order=count")
    assert re.findall("Aflevering|Mad|Personale|Tryghed", by_count.words)[0] == "Mad"
    assert "Personale" not in town.browser("leder3").get("/themes/").words


def test_reading_a_theme_is_logged_with_the_talks_that_stand_there(own_town):
    page = own_town.browser("omraade").get(path(own_town))
    shown = {link.removeprefix("/conversations/") for link in addresses([page])}
    with own_town.database.reading() as session:
        row = session.exec(select(Reading).order_by(sa.text("id DESC"))).first()
        assert (row.page, row.person_id) == ("themes.theme", own_town.cast.omraade.person_id)
        named = session.exec(select(Conversation).where(col(Conversation.replaced_by_id).is_(None))).all()
        assert {str(talk.reference) for talk in named if str(talk.first_id) in row.conversations} == shown


def test_what_waits_from_last_week_stands_under_a_heading_of_its_own(app, cast):
    town = Town(app, cast, {})
    with town.database.writing() as session:
        for at, words in ((make.NOW, "i onsdags"), (LAST_WEEK.starts_at(), "i mandags for en uge siden")):
            quote = f"»Vi fik at vide om maden {words}, og det var godt«"
            make.row(session, cast.leder, cast.form, cast.mariehuset, quote, received_at=at, confirmed=[cast.themes["mad"]])
    for who in ("omraade", "leder"):
        page = town.browser(who).get(path(town, "mad"))
        assert headings(page) == ["Indtil nu i denne uge", "Uge 46, ikke samlet endnu"]
        [_now, last] = [section for section in page.all("section") if "".join(section.itertext()).count("gengivet") == 1]
        assert "for en uge siden" in "".join(last.itertext())
        assert "9.–15. november 2026 · 1 samtale" in page.words
        assert "ældste først: 0, 0, 0, 0, 0, 0, 1, 1" in page.text
    with town.database.writing() as session:
        digests.make_issue(session, cast.syd, LAST_WEEK, now=make.NOW)
    assert headings(town.browser("omraade").get(path(town, "mad"))) == ["Indtil nu i denne uge", "Uge 46"]


def test_a_week_gathered_in_one_area_and_not_in_another_stays_on_one_page(app, cast):
    town = Town(app, cast, {})
    with town.database.writing() as session:
        west = add_unit(session, name="Område Vest", level=Level.AREA, parent=cast.kommune, sector=Sector.NURSERY)
        house = make.institution(session, west)
        make.person(session, email=email("chef"), role=Role.AREA_LEADER, unit=cast.kommune)
        there = make.person(session, email=email("vest"), role=Role.INSTITUTION_LEADER, unit=house)
        for week in (LAST_WEEK.plus(-1), LAST_WEEK):
            put = {"received_at": week.starts_at(), "confirmed": [cast.themes["mad"]]}
            make.row(session, cast.leder, cast.form, cast.mariehuset, **put)
            digests.make_issue(session, cast.syd, week, now=week.ends_at())
        for _one in range(A_PAGE):
            make.row(session, there, cast.form, house, **put)
    first, second = pages(town.new_browser("chef"), path(town, "mad"))
    assert headings(first) == ["Uge 46, ikke samlet endnu", "Uge 46"]
    assert headings(second) == ["Uge 45"]
    assert len(set(addresses([first, second]))) == A_PAGE + 2


def headings(page):
    return [re.sub(r"\s+", " ", "".join(head.itertext())) for head in page.all("h3")]
