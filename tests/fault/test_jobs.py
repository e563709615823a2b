"""A week that always comes: processes race and are killed, the server is alone at six on Monday, its database goes away. Each
area and week has one issue, and nothing is left undone."""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from domain.base import open_database
from domain.digests import Issue, gathered_at
from domain.jobs import JobRun
from tests import cast as people
from tests import make
from tests.fault.racers import PLACES
from tests.fault.soak import SEED, say, trials
from tests.fault.town import world  # noqa: F401 - the fixtures' own

ROOT = Path(__file__).resolve().parents[2]
RACERS = 16
LATER = timedelta(hours=2)
KINDS = [("sqlite", "inside"), ("postgresql", "postgres")]
if shutil.which("redis-server") is None:
    print("No redis-server here: races over Redis are not tried.")
else:
    KINDS.append(("sqlite", "redis"))


@pytest.fixture(scope="module")
def racers():
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fault.racers"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def race(settings, at, places):
        process.stdin.write(json.dumps({"settings": settings, "at": at.isoformat(), "places": places}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield race
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


@contextmanager
def queue_at(jobs, folder):
    """What HOERT_JOBS says; for Redis a server of one's own."""
    if jobs != "redis":
        yield jobs
        return
    socket = folder / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while not socket.exists():
            time.sleep(0.05)
        yield f"redis+unix://{socket}"
        process.terminate()


def with_talks(url, *, weeks=0):
    """The named people, and a talk in each area so many weeks ago."""
    database = open_database(url)
    with database.writing() as session:
        cast = people.gather(session)
        for actor in (cast.leder, cast.leder3):
            cast.log(session, actor, now=make.NOW - timedelta(weeks=weeks))
    return database, cast


def stand(database):
    """How often each area and week stands."""
    with database.reading() as session:
        return Counter((issue.unit_id, issue.week) for issue in session.exec(select(Issue)).all())


def undone(database):
    with database.reading() as session:
        return [(row.name, row.key) for row in session.exec(select(JobRun)).all() if row.done_at is None]


@pytest.mark.parametrize(("kind", "jobs"), KINDS)
def test_sixteen_race_and_some_are_killed_and_each_week_stands_once(racers, address_of, tmp_path, kind, jobs):
    """Three weeks were missed. In each round most are killed, a few at each place; at last one looks that nobody kills."""
    url = address_of(kind, tmp_path)
    database, cast = with_talks(url, weeks=2)
    weeks = [str(make.WEEK.plus(back)) for back in (-2, -1, 0)]
    expected = Counter((area.id, week) for area in (cast.syd, cast.nord) for week in weeks)
    at, killed = gathered_at(make.WEEK), 0
    with queue_at(jobs, tmp_path) as queue:
        settings = {"INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": url, "JOBS": queue}
        for number in range(trials(3)):
            places = [*(PLACES[(number + n) % len(PLACES)] for n in range(12)), "", "", "", ""][:RACERS]
            if number < 2:
                places = [place or PLACES[number] for place in places]  # nobody gets through
            done = racers(settings, at, places)
            killed += done["killed"]
            assert done["failed"] == 0
            assert max(stand(database).values(), default=1) == 1
            at += LATER
        assert racers(settings, at, [""]) == {"killed": 0, "failed": 0}
    assert stand(database) == expected
    assert undone(database) == []
    assert killed > RACERS
    say(SEED, f"{killed} killed")
    database.dispose()


@pytest.mark.parametrize(("kind", "jobs"), KINDS[:2])
def test_sixteen_at_once_make_each_issue_once(racers, address_of, tmp_path, kind, jobs):
    url = address_of(kind, tmp_path)
    database, cast = with_talks(url)
    settings = {"INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": url, "JOBS": jobs}
    assert racers(settings, gathered_at(make.WEEK), [""] * RACERS) == {"killed": 0, "failed": 0}
    assert stand(database) == Counter([(cast.syd.id, str(make.WEEK)), (cast.nord.id, str(make.WEEK))])
    with database.reading() as session:
        assert {row.attempts for row in session.exec(select(JobRun)).all()} == {1}
    database.dispose()
