"""The command that erases one talk: what it says, and that no page and no file holds a word of it afterwards."""

import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

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


@pytest.fixture
def disk_with(monkeypatch):
    """As the operating system would tell of a disk with so much free."""

    def so_much(free):
        usage = namedtuple("Usage", "total used free")(10**9, 10**9 - free, free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)

    return so_much


def test_without_room_it_erases_all_the_same_and_says_what_is_left_to_do(planted, disk_with):
    town, talk = planted
    file = Path(town.database.engine.url.database)
    disk_with(2 * file.stat().st_size)
    done = run(town, "erase", talk.id)
    assert done.exit_code == 1
    assert f"Erased the talk {talk.first_id}" in done.stdout
    for said in ("with zeros", "not overwritten yet", str(file), "Make room", "flask privacy scrub"):
        assert said in done.stderr
    assert f"more than {2 * file.stat().st_size / 1e6:.1f} MB must be free" in done.stderr
    assert town.browser("leder").get(f"/conversations/{talk.first_id}").status == 404
    with sqlite3.connect(file) as looking:  # committed, for every process
        assert looking.execute("SELECT count(*) FROM conversation_words WHERE words LIKE ?", (f"%{BIT}%",)).fetchone() == (0,)
    again = run(town, "erase", talk.id)
    assert (again.exit_code, "erased already" in again.stdout, "flask privacy scrub" in again.stderr) == (1, True, True)
    assert run(town, "scrub").exit_code == 1
    disk_with(2 * file.stat().st_size + 10**6)
    for command in (("scrub",), ("erase", talk.id)):
        done = run(town, *command)
        assert (done.exit_code, done.stderr) == (0, "")
    assert BIT.encode() not in files(town.database)


def test_where_somebody_reads_meanwhile_it_says_so(planted):
    town, _talk = planted
    with sqlite3.connect(town.database.engine.url.database) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM conversation").fetchone()
        done = run(town, "scrub")
    assert (done.exit_code, "others were at work" in done.stderr, "room" in done.stderr) == (1, True, False)
