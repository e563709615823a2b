"""The command that erases one talk: what it says, and that no page and no file holds a word of it afterwards."""

import pytest

from domain import actions, conversations, digests
from domain.base import new_id
from tests import make
from tests.web.attacker import crawl
from tests.web.pages import files
from tests.web.town import Town

pytestmark = pytest.mark.slow

SENTENCE = "der lå en våd sovedyne i barnevognen og ingen havde set den"
BIT = "sovedyne"
FOR_PROGRAMS = ("/sync/kit", "/openapi.json")


@pytest.fixture
def planted(own_town, clock):
    cast = own_town.cast
    with own_town.database.writing() as session:
        item = cast.talk(f"Far sagde: »{SENTENCE}«", confirmed=[cast.themes["personale"]], tones={"personale": "trouble"})
        make.log_talk(session, cast.leder, item)
        talk = make.log_talk(session, cast.leder, make.edit(item, [f"Far sagde igen: »{SENTENCE}«"]))
        actions.reply(session, cast.omraade, talk=talk, key=new_id(), text=f"Tak: {SENTENCE}", now=make.NOW)
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
        for text in (f"En far siger: »{SENTENCE}«", f"»{SENTENCE}«, siger en far"):
            digests.rewrite(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, text=text, now=make.WEEK.ends_at())
        conversations.index(session, now=make.NOW)
    clock.move_to(make.WEEK.ends_at())
    return own_town, talk


def run(town: Town, *words):
    return town.app.test_cli_runner().invoke(args=["privacy", *map(str, words)])


@pytest.mark.parametrize("which", ["id", "reference"])
def test_no_page_and_no_file_holds_a_word_of_it(planted, which):
    town, talk = planted
    seen = {who: crawl(town.browser(who), "/", *FOR_PROGRAMS) for who in ("leder", "omraade")}
    assert all(any(BIT in page.everything for page in pages.values()) for pages in seen.values())
    week = f"/digests/{town.cast.syd.id}/{make.WEEK}"
    town.browser("omraade").get(f"{week}.md")
    done = run(town, "erase", talk.reference if which == "reference" else talk.id)
    assert done.exit_code == 0, done.output
    for said in (str(talk.first_id), "2026-W47 of Område Syd", "digests.week_as_markdown", "Back-ups hold it"):
        assert said in done.output
    assert BIT not in done.output
    for who, pages in seen.items():
        assert [path for path in pages if BIT in town.browser(who).get(path).everything] == [], who
    assert "Citatet er fjernet." in town.browser("omraade").get(week).words
    kept = files(town.database)
    assert b"garderoben" in kept
    assert BIT.encode() not in kept
    assert str(talk.first_id) in town.browser("leder").get("/sync/kit", json=True).text  # the phone's `forget`


def test_a_second_time_it_says_so_and_an_unknown_id_is_an_error(planted):
    town, talk = planted
    assert run(town, "erase", talk.id).exit_code == 0
    again = run(town, "erase", talk.id)
    assert (again.exit_code, "erased already, since 2026-11-23" in again.output) == (0, True)
    unknown = run(town, "erase", new_id())
    assert (unknown.exit_code, "There is no talk" in unknown.output, "Traceback" in unknown.output) == (1, True, False)
    assert run(town, "erase", "garderoben").exit_code == 2


def test_scrubbing_alone_can_be_asked_for(planted):
    assert run(planted[0], "scrub").exit_code == 0
