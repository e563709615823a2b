"""Notices on their way by mail through one worker, and what people who read Hørt meanwhile notice of it.

`python -m bench.notices` is that worker: it sends what is due, with the settings of its environment.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import select

from bench import pages
from bench.figure import Figure
from bench.server import ROOT, Phone, served
from domain import notices, people
from domain.base import now, open_database
from domain.notices import Channel, Kind, Wishes
from domain.people import Actor

MOST_TIMES = 1.5
MANY = 10_000


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """`folder`: an instance with the invented municipality in it."""
    n, alone_s = (40, 0.5) if quick else (MANY, 15.0)
    _write(folder, n)
    with served(folder) as server, _sink() as (port, taken):
        phone, week = pages.newest_issue(server)
        before = _seconds(phone, week, _for(alone_s))
        began = time.perf_counter()
        worker = subprocess.Popen([sys.executable, "-m", "bench.notices"], cwd=ROOT, env=_environment(folder, port))
        during = _seconds(phone, week, lambda: worker.poll() is None)
        took = time.perf_counter() - began
        after = _seconds(phone, week, _for(alone_s))
        arrived = taken()
    alone = statistics.median([*before, *after])
    times = statistics.median(during) / alone
    said = f"alone {alone * 1000:.1f} ms, {len(during)} requests"
    met = times <= MOST_TIMES and worker.returncode == 0 and arrived == n
    return [
        Figure(
            f"a week while {n:,} mails leave",
            f"{statistics.median(during) * 1000:.1f} ms",
            said,
            f"{times:.2f} x, <= {MOST_TIMES} x",
            met,
        ),
        Figure("mails by one worker meanwhile", f"{n / took:.0f} a second", f"{arrived} arrived", f"{n} arrive", arrived == n),
    ]


def _write(folder: Path, n: int) -> None:
    """To everybody of the demo in turn, who all want to hear of replies by mail at any hour."""
    database = open_database(f"sqlite:///{folder / 'hoert.sqlite'}")
    with database.writing() as session:
        actors = [people.actor_for(session, one) for one in session.exec(select(people.Person.id)).all()]
        known: list[Actor] = [actor for actor in actors if actor]
        for actor in known:
            notices.choose(session, actor, Wishes({Kind.REPLY: Channel.MAIL}, quiet=(0, 0)))
        for number in range(-(-n // len(known))):
            to = [actor.person_id for actor in known[: n - number * len(known)]]
            notices.write(session, kind=Kind.REPLY, to=to, about=f"bench:{number}", path="/", now=now())
    database.dispose()


def _seconds(phone: Phone, path: str, go_on: Callable[[], bool]) -> list[float]:
    found = []
    while go_on() or not found:
        began = time.perf_counter()
        status, _body = phone.ask("GET", path)
        found.append(time.perf_counter() - began)
        assert status == 200, status
    return found


def _for(seconds: float) -> Callable[[], bool]:
    until = time.perf_counter() + seconds
    return lambda: time.perf_counter() < until


@contextmanager
def _sink() -> Iterator[tuple[int, Callable[[], int]]]:
    """Its port, and what ends it and tells how many messages it took."""
    process = subprocess.Popen([sys.executable, "-m", "bench.sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def taken() -> int:
        process.terminate()
        return int(process.communicate(timeout=30)[0].split()[-1])

    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), taken
    finally:
        process.kill()
        process.wait(10)


def _environment(folder: Path, port: int) -> dict[str, str]:
    mail = {"HOERT_SMTP_URL": f"smtp://127.0.0.1:{port}", "HOERT_MAIL_FROM": "hoert@strandby.example"}
    return {**os.environ, **mail, "HOERT_INSTANCE": str(folder), "HOERT_BASE_URL": "https://hoert.strandby.example"}


def main() -> None:
    from app import create_app  # noqa: PLC0415 - only the worker is the application
    from blueprints.notices.mailing import mail_sender  # noqa: PLC0415

    app = create_app()
    with app.app_context(), mail_sender() as send:
        print(dict(notices.deliver(app.extensions["hoert.database"], {Channel.MAIL: send}, most=1_000_000)))


if __name__ == "__main__":
    main()
