"""A week that always comes: processes race and are killed, the server is alone at six on Monday, its database goes away. Each
area and week has one issue, and nothing is left undone."""

import json
import os
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

from blueprints.shared import migrations
from domain import jobs
from domain.base import now, open_database
from domain.digests import Issue, gathered_at
from domain.jobs import JobRun
from tests import cast as people
from tests import make, postgres
from tests.fault.racers import PLACES
from tests.fault.server import _group, as_header, ask, served, sign_in
from tests.fault.soak import SEED, say, trials

ROOT = Path(__file__).resolve().parents[2]
RACERS = 16
LATER = timedelta(hours=2)
NO_REDIS = pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server here: races over Redis are not tried")
KINDS = [("sqlite", "inside"), ("postgresql", "postgres"), pytest.param("sqlite", "redis", marks=NO_REDIS)]


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
def queue_at(queue_in, folder):
    """What HOERT_JOBS says; for Redis a server of one's own."""
    if queue_in != "redis":
        yield queue_in
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


@pytest.mark.parametrize(("kind", "queue_in"), KINDS)
def test_sixteen_race_and_some_are_killed_and_each_week_stands_once(racers, address_of, tmp_path, kind, queue_in):
    """Three weeks were missed. In each round most are killed, a few at each place; at last one looks that nobody kills."""
    url = address_of(kind, tmp_path)
    database, cast = with_talks(url, weeks=2)
    weeks = [str(make.WEEK.plus(back)) for back in (-2, -1, 0)]
    expected = Counter((area.id, week) for area in (cast.syd, cast.nord) for week in weeks)
    at, killed = gathered_at(make.WEEK), 0
    with queue_at(queue_in, tmp_path) as queue:
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


@pytest.mark.parametrize(("kind", "queue_in"), KINDS[:2])
def test_sixteen_at_once_make_each_issue_once(racers, address_of, tmp_path, kind, queue_in):
    url = address_of(kind, tmp_path)
    database, cast = with_talks(url)
    settings = {"INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": url, "JOBS": queue_in}
    assert racers(settings, gathered_at(make.WEEK), [""] * RACERS) == {"killed": 0, "failed": 0}
    assert stand(database) == Counter([(cast.syd.id, str(make.WEEK)), (cast.nord.id, str(make.WEEK))])
    with database.reading() as session:
        assert {row.attempts for row in session.exec(select(JobRun)).all()} == {1}
    database.dispose()


def by_itself(server, cast, database, *, within_s=90, key=str(make.WEEK)):
    """Waits until the week stands, while people ask; each answer must be good. Workers set their clock when they are asked."""
    expected = {(area.id, key) for area in (cast.syd, cast.nord)}
    until, answers = time.monotonic() + within_s, Counter()
    while not expected <= set(stand(database)):
        assert time.monotonic() < until, (stand(database), undone(database), server.log.read_text("utf-8"))
        answers[ask(server.port, "GET", "/auth/sign-in").status] += 1
        time.sleep(0.05)
    assert set(answers) <= {200}
    return answers.total()


@contextmanager
def alone(nursery, address_of, folder, kind, *, at, **settings):
    """A server with two workers whose clock shows `at`, and a talk in each area in the week before."""
    database, cast = with_talks(address_of(kind, folder))
    (folder / "instance").mkdir()
    (folder / "clock").write_text(str(int((at - now()).total_seconds())), "ascii")
    with served(nursery, folder, database.engine.url.render_as_string(hide_password=False), **settings) as server:
        yield server, database, cast
    database.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_server_makes_the_week_at_six_by_itself_and_answers_meanwhile(nursery, address_of, tmp_path, kind):
    """Nobody runs a command. It is nearly six when it starts, and later six."""
    six = gathered_at(make.WEEK)
    with alone(nursery, address_of, tmp_path, kind, at=six - timedelta(seconds=45), HOERT_JOBS="inside") as (
        server,
        database,
        cast,
    ):
        before = time.monotonic()
        while time.monotonic() - before < 5:
            ask(server.port, "GET", "/health/live")
            time.sleep(0.1)
        assert stand(database) == Counter()
        said = by_itself(server, cast, database, within_s=240)
        cookies = sign_in(server.port, "omraade")
        page = ask(server.port, "GET", f"/digests/{cast.syd.id}/{make.WEEK}", headers={"Cookie": as_header(cookies)})
        assert page.status == 200
        with database.reading() as session:
            made = [issue.made_at for issue in session.exec(select(Issue)).all()]
        assert len(made) == 2
        assert all(six <= at < six + timedelta(minutes=3) for at in made)
        say(SEED, f"{said} answers until the week stood, {max(made) - six} after six")
        assert server.errors() == []
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 15
        assert "Traceback" not in server.log.read_text("utf-8")


def test_what_its_dead_predecessor_had_in_hand_is_taken_over(nursery, address_of, tmp_path):
    """Killed (-9) with the week in hand; the next server waits for the lease and no longer."""
    at = gathered_at(make.WEEK)
    database, cast = with_talks(address_of("sqlite", tmp_path))
    with database.writing() as session:
        jobs.begin(session, "digests.weekly", f"{cast.syd.id}/{make.WEEK}", "dead", timedelta(seconds=20), at)
    database.dispose()
    (tmp_path / "instance").mkdir()
    (tmp_path / "clock").write_text(str(int((at - now()).total_seconds())), "ascii")
    url = f"sqlite:///{tmp_path / 'hoert.sqlite'}"
    with served(nursery, tmp_path, url, HOERT_JOBS="inside") as server:
        database = open_database(url)
        by_itself(server, cast, database, within_s=240)
        server.kill()
        server.start()
        assert max(stand(database).values()) == 1
        database.dispose()


def test_the_thread_outlives_a_database_that_goes_away(nursery, address_of, tmp_path):
    """PostgreSQL stops while the server looks at the clock, and comes back: the week is made all the same."""
    with postgres.server(synchronous_commit="on") as stopped:  # what is committed outlives the crash
        url = stopped.create("away")
        list(migrations.upgrade(url))
        database, cast = with_talks(url)
        database.dispose()
        (tmp_path / "instance").mkdir()
        early = gathered_at(make.WEEK) - timedelta(days=1)
        server_clock = int((early - now()).total_seconds())
        (tmp_path / "clock").write_text(str(server_clock), "ascii")
        with served(nursery, tmp_path, url, HOERT_JOBS="inside") as server:
            workers = _group(server.pid)
            stopped.crash()
            (tmp_path / "clock").write_text(str(server_clock + 86_400), "ascii")
            until = time.monotonic() + 70
            while "database is out of reach" not in server.log.read_text("utf-8"):
                assert time.monotonic() < until
                assert ask(server.port, "GET", "/health/live").status == 200
                time.sleep(0.2)
            stopped.start_again()
            database = open_database(url)
            try:
                by_itself(server, cast, database, within_s=200)
            finally:
                database.dispose()
            assert set(workers) <= set(_group(server.pid)), "one of those that were there has ended"


@pytest.mark.parametrize("jobs_in", ["off", "postgres"])
def test_processes_of_their_own_do_it_and_end_when_they_are_told_to(nursery, address_of, tmp_path, jobs_in):
    """`make worker`, two of them, on a queue in a file or in PostgreSQL."""
    url = address_of("postgresql" if jobs_in == "postgres" else "sqlite", tmp_path)
    database, _cast = with_talks(url)
    environment = {**os.environ, "HOERT_INSTANCE": str(tmp_path / "i"), "HOERT_DATABASE_URL": url, "HOERT_JOBS": jobs_in}
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(
            ["bash", "tools/worker.sh"], cwd=ROOT, env=environment | {"WORKERS": "2"}, stdout=log, stderr=log
        )
        until = time.monotonic() + 120
        while len({area for area, _week in stand(database)}) < 2:
            assert worker.poll() is None
            assert time.monotonic() < until, (tmp_path / "log").read_text("utf-8")
            time.sleep(0.2)
        began = time.monotonic()
        worker.terminate()
        worker.wait(40)
    say(SEED, f"ended after {time.monotonic() - began:.1f} s")
    assert max(stand(database).values()) == 1
    assert "ERROR" not in (tmp_path / "log").read_text("utf-8")
    database.dispose()
