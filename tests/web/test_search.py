"""*Søg i samtaler* as people meet it: what is found and marked, what stands in no address, what an area leader is not told."""

import re

import pytest
import sqlalchemy as sa
from sqlmodel import select

from blueprints.shared import sealed
from domain.audit import Reading
from tests import make
from tests.web import lint
from tests.web.pages import note
from tests.web.test_area_leader_pages import MOMENTS
from tests.web.town import AUTHORS, FACTS, item_ids, rows

SEARCH = "/conversations/search"


def ask(visitor, words, **filters):
    """Searches from the list of talks, as a browser follows it."""
    answer = visitor.post(SEARCH, {"q": words, **filters})
    assert answer.status == 302, answer.status
    return visitor.get(answer.location.split("#")[0])


def marks(page):
    return [lint.text_of(mark) for mark in page.all("mark")]


def kickers(page):
    return [lint.text_of(article.find(".//p")) for article in page.all("article")]


def test_the_list_of_talks_has_a_field_to_search_from(town):
    for who in ("leder", "medarbejder", "omraade"):
        page = town.browser(who).get("/conversations/")
        answer = town.browser(who).submit(page, SEARCH, q="lågen")
        assert answer.status == 302
        assert answer.location.endswith("#results")
        [heading] = [one for one in town.browser(who).get(answer.location.split("#")[0]).all("h2") if one.get("id") == "results"]
        assert heading.get("tabindex") == "-1"


def test_words_are_found_and_marked_where_they_stand(town):
    page = ask(town.browser("leder"), "Garderobe »vidste ikke«")
    assert marks(page) == ["garderoben", "vidste ikke"]
    assert page.all("article")
    assert dict(page.fields(SEARCH))["q"] == "Garderobe »vidste ikke«"
    assert "1 samtale" in page.words


def test_what_was_written_is_shown_as_text_also_where_it_is_marked(own_town):
    visitor = own_town.new_browser("leder")
    note(visitor, "<b>fed</b> & <script>x()</script>")
    page = ask(visitor, "fed script b")
    assert "&lt;<mark>b</mark>&gt;<mark>fed</mark>&lt;/<mark>b</mark>&gt; &amp; &lt;<mark>script</mark>&gt;x()" in page.text
    assert "<script>x()" not in page.text


def test_a_talk_that_was_just_noted_is_found_at_once(own_town):
    visitor = own_town.new_browser("medarbejder")
    note(visitor, "Æblegrød på gården")
    assert marks(ask(visitor, "aeblegroed gaard")) == ["Æblegrød", "gården"]


@pytest.mark.parametrize(
    ("who", "n"), [("leder", 3), ("medarbejder", 1), ("leder2", 1), ("leder3", 1), ("omraade", 5), ("omraade2", 1)]
)
def test_everybody_finds_what_they_may_see(town, who, n):
    page = ask(town.browser(who), "lågen")
    assert len(page.all("article")) == n


def test_nothing_found_and_nothing_asked_for_say_so(town):
    visitor = town.browser("leder")
    assert "Ingen samtaler med de ord." in ask(visitor, "xyzzy").words
    for nothing in ("", "  ", "»« …"):
        assert "madpakke" in ask(visitor, nothing).words
    assert "madpakke" in visitor.get(SEARCH).words


def test_no_words_stand_in_an_address(own_town):
    visitor = own_town.new_browser("leder")
    for number in range(25):
        note(visitor, f"vandtårnet {number}")
    answer = visitor.post(SEARCH, {"q": "vandtårnet"})
    assert re.fullmatch(r"/conversations/search\?s=[\w%=-]+#results", answer.location)
    page = visitor.get(answer.location.split("#")[0])
    assert "vandtårnet" in page.text
    assert [link for link in page.links() if "vandt" in link] == []


def test_pages_go_on_until_every_talk_was_shown_once(own_town):
    visitor = own_town.new_browser("leder")
    for number in range(45):
        note(visitor, f"vandtårnet {number}")
    page, seen, said = ask(visitor, "vandtårnet"), [], []
    while True:
        seen += [link.get("href") for article in page.all("article") for link in article.iter("a")]
        said.append(lint.text_of(next(one for one in page.tree.iter("h2") if one.get("id") == "results")))
        older = [link for link in page.links() if "before=" in link]
        if not older:
            break
        page = visitor.get(older[0])
    assert (len(seen), len(set(seen))) == (45, 45)
    assert said == ["Mere end 20 samtaler", "Flere samtaler", "Flere samtaler"]


def test_a_query_is_its_own_persons(town):
    location = town.browser("leder").post(SEARCH, {"q": "garderoben"}).location.split("#")[0]
    for who in ("medarbejder", "omraade"):
        page = town.browser(who).get(location)
        assert "garderoben" not in page.text
        assert dict(page.fields(SEARCH))["q"] == ""
    assert dict(town.browser("leder").get(f"{SEARCH}?s=x").fields(SEARCH))["q"] == ""


def test_a_cpr_number_is_covered_before_it_is_used(town):
    answer = town.browser("leder").post(SEARCH, {"q": "lågen 170385-2391"})
    page = town.browser("leder").get(answer.location.split("#")[0])
    assert dict(page.fields(SEARCH))["q"] == "lågen ••••••-••••"
    assert len(page.all("article")) == 3
    with town.app.test_request_context():
        token = re.search(r"s=([^#]+)", answer.location)[1].replace("%3D", "=")
        assert dict(sealed.unseal(token).fields)["q"] == "lågen ••••••-••••"


def test_too_many_words_are_given_back_with_a_reason(town):
    words = "garderoben " * 30
    answer = town.browser("leder").post(SEARCH, {"q": words})
    assert (answer.status, answer.errors()) == (422, ["Søg med færre ord, højst 200 tegn."])
    assert dict(answer.fields(SEARCH))["q"] == words


def test_filters_stay_chosen_and_one_that_cannot_be_is_let_go(town):
    visitor, theme = town.browser("leder"), str(town.cast.themes["aflevering"].id)
    page = ask(visitor, "lågen", theme=theme, week="2026-W47")
    assert len(page.all("article")) == 1
    assert page.all("details")[0].get("open") is not None
    assert dict(page.fields(SEARCH))["theme"] == theme
    page = ask(visitor, "lågen", theme="x", week="2026-W99", house=str(town.cast.skovbrynet.id))
    assert len(page.all("article")) == 3
    assert {name: value for name, value in page.fields(SEARCH) if name in ("theme", "week", "house")} == {"theme": "", "week": ""}


def readings(town):
    with town.database.reading() as session:
        return list(session.exec(select(Reading).order_by(Reading.at, Reading.id)).all())


def test_every_talk_that_is_shown_stands_in_the_read_log(town):
    before = {row.id for row in readings(town)}
    page = ask(town.browser("omraade"), "lågen")
    [row] = [row for row in readings(town) if row.id not in before]
    assert (row.page, row.person_id) == ("conversations.search", town.cast.omraade.person_id)
    assert sorted(row.conversations) == sorted(
        str(town.talks[name].id) for name in ("own", "colleague", "elsewhere", "signs", "late")
    )
    assert len(page.all("article")) == 5


def test_looking_at_what_was_found_changes_no_row_though_talks_wait(own_town):
    visitor = own_town.new_browser("leder")
    location = visitor.post(SEARCH, {"q": "lågen"}).location.split("#")[0]
    note(visitor, "lågen igen")
    before = {name: found for name, found in rows(own_town.database).items() if name != "reading"}
    assert len(visitor.get(location).all("article")) == 3
    assert {name: found for name, found in rows(own_town.database).items() if name != "reading"} == before


def read_only(connection, _record, _proxy):
    connection.execute("PRAGMA query_only=ON")


def test_while_the_store_takes_nothing_the_search_begins_all_the_same(own_town):
    visitor = own_town.new_browser("leder")
    token = visitor.token()
    sa.event.listen(own_town.database.engine, "checkout", read_only)
    assert visitor.post(SEARCH, {"q": "lågen"}, token=token).status == 302


def test_what_an_area_leader_finds_tells_neither_when_nor_who_nor_where_it_should_not(town):
    page = ask(town.browser("omraade"), "lågen")
    assert len(page.all("article")) == 5
    assert MOMENTS.findall(page.everything) == []
    ids = [form for key in item_ids(town) for form in (str(key), key.hex)]
    assert [needle for needle in (*AUTHORS, *FACTS, *ids) if needle in page.everything] == []
    assert set(kickers(page)) == {"et hus i området · uge 47"}  # the week they came in; one was held in another


def test_those_above_cannot_look_for_a_small_houses_talks_by_its_name(town):
    visitor = town.browser("omraade")
    assert "house" not in dict(visitor.get(SEARCH).fields(SEARCH))
    for house in town.cast.units.values():
        filtered = ask(visitor, "lågen", house=str(house.id))
        assert len(filtered.all("article")) == 5  # no such choice: as if none was made


def test_a_search_in_english(town, own_town):
    visitor = own_town.new_browser("leder")
    visitor.choose_language("en")
    page = ask(visitor, "lågen")
    assert page.h1 == "Search conversations"
    assert "3 conversations" in page.words
    assert make.QUOTE.split()[0] in page.text
