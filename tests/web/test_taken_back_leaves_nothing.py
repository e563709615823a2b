"""A talk that was quoted in an issued week, replied to, coded and corrected is taken back: its words are gone everywhere."""

import re

import pytest

from domain import actions, digests
from domain.base import new_id
from tests import make
from tests.web.attacker import crawl
from tests.web.pages import files

pytestmark = pytest.mark.slow

#: Words that stand nowhere else, with a letter that is written in several ways.
SENTENCE = "der lå en våd sovedyne i barnevognen og ingen havde set den"
BITS = ("sovedyne", "barnevognen")
FOR_PROGRAMS = ("/sync/kit", "/openapi.json")
EVERYBODY = ("leder", "medarbejder", "leder2", "omraade", "omraade2", "admin")


@pytest.fixture
def planted(own_town, clock):
    """The town a week later, with the talk in its issued week."""
    cast = own_town.cast
    with own_town.database.writing() as session:
        item = cast.talk(f"Far sagde: »{SENTENCE}«", confirmed=[cast.themes["personale"]], tones={"personale": "trouble"})
        make.log_talk(session, cast.leder, item)
        talk = make.log_talk(session, cast.leder, make.edit(item, [f"Far sagde igen: »{SENTENCE}«"]))
        for actor, said in ((cast.omraade, "Tak, fordi du skrev:"), (cast.leder, "Ja, det var lige dét:")):
            actions.reply(session, actor, talk=talk, key=new_id(), text=f"{said} {SENTENCE}", now=make.NOW)
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
        for text in (f"En far siger: »{SENTENCE}«", f"»{SENTENCE}«, siger en far"):
            digests.rewrite(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, text=text, now=make.WEEK.ends_at())
    clock.move_to(make.WEEK.ends_at())
    return own_town, talk


def week_of(town):
    return f"/digests/{town.cast.syd.id}/{make.WEEK}"


def holding(pages):
    return [path for path, page in pages.items() if any(bit in page.everything for bit in BITS)]


def take_back(town, talk):
    visitor, address = town.browser("leder"), f"/conversations/{talk.first_id}"
    assert visitor.submit(visitor.get(address), f"{address}/withdrawal").status == 302


def test_the_words_were_everywhere(planted):
    """Else their absence afterwards would prove nothing."""
    town, talk = planted
    week, address = week_of(town), f"/conversations/{talk.reference}"
    found = holding(crawl(town.browser("omraade"), "/", *FOR_PROGRAMS))
    assert {week, f"{week}.md", f"{week}/talks", address} <= set(found)
    assert re.search(r"Venter på dig\s*2", town.browser("omraade").get(week).words)
    found = holding(crawl(town.browser("leder"), "/", *FOR_PROGRAMS))
    assert {"/sync/kit", f"/conversations/{talk.first_id}", f"/conversations/{talk.first_id}/history"} <= set(found)
    assert all(bit.encode() in files(town.database) for bit in BITS)


def test_no_page_of_anybody_holds_a_word_of_it(planted):
    town, talk = planted
    before = {who: set(crawl(town.browser(who), "/", *FOR_PROGRAMS if who != "admin" else ())) for who in EVERYBODY}
    take_back(town, talk)
    for who in EVERYBODY:
        visitor = town.browser(who)
        assert holding({path: visitor.get(path) for path in before[who]}) == [], who
    area_leader = town.browser("omraade")
    page, text = area_leader.get(week_of(town)), area_leader.get(f"{week_of(town)}.md")
    assert "Citatet er fjernet." in page.words
    assert "Citatet er fjernet." in text.text
    assert "En overskrift er fjernet: Den gentog ord, der er taget tilbage." in page.words
    assert "Rettet af" not in page.words + text.text
    assert BITS[0] not in area_leader.get(f"{week_of(town)}/headline").everything
    assert re.search(r"Venter på dig\s*1", page.words)  # the thread that waited went along
    assert area_leader.get(f"/conversations/{talk.reference}").status == 404


def test_no_byte_of_it_lies_in_the_database_file_or_its_journal(planted):
    town, talk = planted
    take_back(town, talk)
    kept = files(town.database)
    assert b"garderoben" in kept  # of other talks it does hold the words
    assert [bit for bit in BITS if bit.encode() in kept] == []
