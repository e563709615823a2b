"""What an area leader's pages do not tell, wherever they lead: who noted a talk, when, with whom, and where a small house's is.

Every page that can be reached from the front page by links is read, headers included.
"""

import re

import pytest

from domain.base import Week, week_of
from tests import make
from tests.web.town import AUTHORS, FACTS, QUOTES, item_ids

pytestmark = pytest.mark.slow

#: 17 November at 7.43 and 7.58, and 2 November at 7.43, in every way they could be written.
MOMENTS = re.compile(
    r"0?[67][.:](?:43|58)|(?<![0-9])17\. ?nov|17[./-]11|2026-11-17|11-17T|[Ii] går|tirsdag"
    r"|(?<![0-9])0?2\. ?nov|2026-11-02|Tue, 17 Nov|Mon, 02 Nov"
)


#: Answers for programs, which no link leads to.
FOR_PROGRAMS = ("/sync/kit", "/sync/token", "/openapi.json", "/notices/push")


def crawl(visitor, *starts):
    """Every answer that links lead to, by its address."""
    found, waiting = {}, list(starts or ("/",))
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith("/static/"):
            continue
        answer = found[path] = visitor.get(path)
        assert answer.status in (200, 302), (path, answer.status)
        if answer.status == 302:
            waiting.append(answer.location)
        elif answer.is_html:
            waiting += answer.links()
    return found


@pytest.fixture(scope="module")
def pages(town):
    import time_machine

    with time_machine.travel(make.NOW, tick=False):
        return crawl(town.browser("omraade"), "/", *FOR_PROGRAMS)


def holding(pages, *needles):
    return [(path, needle) for path, page in pages.items() for needle in needles if needle in page.everything]


def test_the_crawl_reads_what_there_is_to_read(pages, town):
    everything = "".join(page.text for page in pages.values())
    for name in ("own", "colleague", "elsewhere", "late"):
        assert QUOTES[name] in everything
    assert QUOTES["havnen"] not in everything
    assert {f"/conversations/{town.talks[name].reference}" for name in town.talks if name != "havnen"} <= set(pages)
    for week in (make.WEEK, *(make.WEEK.plus(-back) for back in range(1, 5))):
        address = f"/digests/{town.cast.syd.id}/{week}"
        assert {address, f"{address}.md", f"{address}/talks"} <= set(pages)


def test_no_page_says_who_noted_a_talk(pages):
    assert holding(pages, *AUTHORS, *(name.split()[0] for name in AUTHORS if name != "Ib Kaas")) == []


def test_no_page_says_when_a_talk_was_held_or_noted(pages):
    found = [(path, MOMENTS.findall(page.everything)) for path, page in pages.items() if path != "/people/me"]
    assert [pair for pair in found if pair[1]] == []


def test_no_page_shows_a_clock_time_at_all(pages):
    times = re.compile(r"\b[0-2]?[0-9][.:][0-5][0-9]\b")
    shown = {path: page for path, page in pages.items() if page.is_html and page.status == 200 and path != "/people/me"}
    assert {path: times.findall(page.words) for path, page in shown.items() if times.search(page.words)} == {}


def test_no_page_shows_a_coarse_fact(pages):
    assert (
        holding(
            {path: page for path, page in pages.items() if not path.startswith(("/capture/", "/sync/kit"))}, *FACTS, "grandparent"
        )
        == []
    )


def test_no_page_carries_the_id_of_a_talk(pages, town):
    ids = [form for key in item_ids(town) for form in (str(key), key.hex)]
    assert holding(pages, *ids) == []


def test_no_page_carries_the_id_of_a_small_house(pages, town):
    small = [town.cast.units[name].id for name in ("Skovbrynet", "Åhaven", "Regnbuen")]
    read = {path: page for path, page in pages.items() if not path.startswith(("/capture/", "/sync/kit", "/people/closed"))}
    assert holding(read, *(form for key in small for form in (str(key), key.hex))) == []


WEEK_PAGE = re.compile(r"/[0-9]{4}-W[0-9]{2}(\.md|/pdf)?$")


def test_a_small_house_is_never_named_beside_its_words(pages, town):
    for path, page in pages.items():
        if any(QUOTES[name] in page.text for name in ("elsewhere", "signs")) or "Mor var glad i dag" in page.text:
            # A week's own page lists, apart from its words, who was silent when it began.
            names = [f"Forælder, {name}" if WEEK_PAGE.search(path) else name for name in ("Skovbrynet", "Åhaven", "Regnbuen")]
            assert [name for name in names if name in page.text] == [], path


def test_nothing_of_another_area_stands_anywhere(pages):
    assert holding(pages, "Havnen", QUOTES["havnen"], "Område Nord") == []


def test_the_pages_of_an_administrator_hold_no_words_of_anybody(town):
    pages = crawl(town.browser("admin"))
    assert {"/people/", "/admin/log", "/people/me"} <= set(pages)
    planted = [*QUOTES.values(), "Vi talte ved lågen", "Mor var glad", "Far sagde"]
    assert holding(pages, *planted, *(str(key) for key in item_ids(town))) == []
    asked = {path for path in pages if path.startswith("/questions/")}  # what can be chosen stands there, for everybody alike
    assert holding({path: page for path, page in pages.items() if path not in asked}, *FACTS) == []


@pytest.mark.parametrize("who", ["leder", "medarbejder", "leder2", "leder3", "omraade2"])
def test_everybodys_pages_are_well_made_and_hold_no_words_of_other_houses(town, who):
    foreign = {
        "leder": ("elsewhere", "havnen"),
        "medarbejder": ("own", "elsewhere", "havnen"),
        "leder2": ("own", "colleague", "late", "havnen"),
        "leder3": ("own", "colleague", "elsewhere", "late"),
        "omraade2": ("own", "colleague", "elsewhere", "late"),
    }
    pages = crawl(town.browser(who))
    assert len(pages) >= 5
    assert holding(pages, *(QUOTES[name] for name in foreign[who])) == []


def test_pages_of_different_kinds_have_different_titles(town):
    week = f"/digests/{town.cast.syd.id}/{make.WEEK}"
    kinds = ("/digests/", week, f"{week}/talks", "/conversations/", "/people/me", "/nowhere", "/capture/plain")
    titles = [town.browser("omraade").get(path).title for path in kinds]
    assert len(set(titles)) == len(titles)


def test_a_late_talk_says_when_it_came_and_not_when_it_was_held(town):
    """Above the house. Its own leader reads the week it was held in."""
    talk = town.talks["late"]
    held, arrived = Week.parse(talk.held_week).number, week_of(talk.received_at).number
    assert held != arrived
    area = town.browser("omraade").get(f"/conversations/{talk.reference}").words
    assert f"uge {arrived}" in area
    assert f"uge {held}" not in area
    assert f"uge {held}" in town.browser("leder").get(f"/conversations/{talk.id}").words
