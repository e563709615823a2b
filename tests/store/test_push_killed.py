"""A worker that is really killed (SIGKILL) while it sends: the next finishes what it began, and the person finds one notice."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlmodel import select

from domain import notices
from domain.notices import Channel, Kind, Notice, PushSender, rules
from tests import make
from tests.push_service import push_service

ROOT = Path(__file__).resolve().parents[2]
TITLES = {"da": "Nyt i Hørt", "en": "New in Hørt"}
#: A worker of its own process; it stops for ever at the point that is named, and says so.
WORKER = """
import json, sys, time
from datetime import datetime
from domain import notices
from domain.base import open_database
from domain.notices import Channel, PushSender, delivery

given = json.loads(sys.argv[1])

def here(*_args, **_more):
    print("here", flush=True)
    time.sleep(60)

sender = PushSender(given["key"], "mailto:drift@hoert.example", (given["host"],), {"da": "Nyt", "en": "New"})
if given["point"] == "claimed":
    delivery.begin = here
if given["point"] == "counted":
    sender = here
if given["point"] == "sent":
    delivery.settle = here
now = datetime.fromisoformat(given["now"])
notices.deliver(open_database(given["url"]), {Channel.PUSH: sender}, clock=lambda: now)
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture(scope="module")
def private_key(tmp_path_factory):
    from blueprints.notices import keys

    return keys.private_key(tmp_path_factory.mktemp("instance"))


@pytest.mark.parametrize(("point", "left"), [("claimed", 0), ("counted", 0), ("sent", 1)])
def test_wherever_a_worker_is_killed_the_person_finds_one_notice(
    database, database_url, cast, service, private_key, monkeypatch, point, left
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.ca))
    browser = service.browser()
    with database.writing() as session:
        notices.subscribe(session, cast.leder, **browser.subscription, now=make.NOW)
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], about="reply:1", path="/", now=make.NOW)
    _killed_at(point, {"url": database_url, "key": private_key, "host": service.host})
    assert len(browser.came) == left
    sender = PushSender(private_key, "mailto:drift@hoert.example", (service.host,), TITLES)

    def deliver(now):
        return dict(notices.deliver(database, {Channel.PUSH: sender}, clock=lambda: now))

    assert deliver(make.NOW) == {}, "its lease is not out"
    assert deliver(make.NOW + rules.LEASE) == {"push": 1}
    assert deliver(make.NOW + 2 * rules.LEASE) == {}
    assert len(browser.came) == left + 1
    # What came twice has one name, by which the phone shows one.
    assert len({came.told["tag"] for came in browser.came} | {came.headers["topic"] for came in browser.came}) == 1
    with database.reading() as session:
        [row] = session.exec(select(Notice)).all()
    assert (row.channel, row.attempts) == ("push", 1 if point == "claimed" else 2)


def _killed_at(point, given):
    told = json.dumps({**given, "point": point, "now": make.NOW.isoformat()})
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, told], cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        assert worker.stdout.readline() == b"here\n"
        time.sleep(0.05)
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
