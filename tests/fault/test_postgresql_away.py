"""D6: PostgreSQL is stopped at once while phones send, and comes back. Nothing that was acknowledged is lost, nothing stands
twice, and the server that people use is not started anew.

PostgreSQL here is told not to flush what it commits (`synchronous_commit = off`) and to write only every ten seconds: what
survives a crash survives because Hørt asks for it.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor, wait
from random import Random

import pytest

from blueprints.shared import migrations
from tests import postgres
from tests.fault import oracle
from tests.fault.leaders import Leader
from tests.fault.server import _group, as_header, ask
from tests.fault.soak import SEED, say, trials
from tests.fault.town import world

OWNERS = ("leder", "leder", "leder2", "medarbejder")
#: About as long as a phone takes to send.
LONGEST_LIFE_S = 0.2
LATER_S = 600
EMPTY = json.dumps({"schema": "hoert.envelope/1", "device": "0199a000-0000-7000-8000-000000000000", "waiting": 0, "items": []})


@pytest.fixture(scope="module")
def forgetful():
    """A PostgreSQL of one's own, to be stopped."""
    with postgres.server(wal_writer_delay="10s") as server:
        yield server


def stops(nursery, phones, server, folder, seed, *, times, **settings):
    """What is wrong after PostgreSQL was stopped so many times."""
    url = server.create(f"stopped_{folder.name}".lower().replace("-", "_"))
    list(migrations.upgrade(url))
    with world(nursery, phones, folder, url, HOERT_LIMITS="off", **settings) as made:
        return stopped(made, server, seed, times=times)


def stopped(made, server, seed, *, times):
    say(seed, f"{times} stops")
    chance, found = Random(seed), []
    owned = [made.phone(person, seed=f"{seed} {place}")[0] for place, person in enumerate(OWNERS)]
    leaders = [Leader(phone, f"{seed} {place}") for place, phone in enumerate(owned)]
    with server.connect() as connection:
        connection.execute("CHECKPOINT")  # the town itself was written past Hørt's server
    processes, slowest = _group(made.server.pid), 0.0
    with ThreadPoolExecutor(len(leaders)) as pool:
        for _ in range(times):
            list(pool.map(lambda leader: leader.do(2), leaders))
            sending = [pool.submit(leader.send) for leader in leaders]
            time.sleep(chance.random() * LONGEST_LIFE_S)
            server.crash()
            wait(sending)
            began = time.monotonic()
            found += refusals(made)
            slowest = max(slowest, time.monotonic() - began)
            server.start_again()
            found += [
                f"{key} was let go of and is not stored" for key in oracle.acknowledged_but_not_stored(made.database, owned)
            ]
            list(pool.map(lambda phone: phone.do("flush", later_s=LATER_S), owned))
            found += [f"{phone.name} still holds {len(phone.outbox())}" for phone in owned if phone.outbox()]
    found += oracle.complaints(made.database, owned, people=made.people)
    if _group(made.server.pid) != processes:
        found.append("a process of the server ended")
    found += made.server.errors()
    say(seed, f"{times} stops; slowest three refusals {slowest:.2f} s")
    for phone in owned:
        phone.do("forget")
    return found


def refusals(made):
    """What is wrong with the answers while PostgreSQL is away."""
    headers, found = {"Cookie": as_header(made.signed_in("leder")), "Content-Type": "application/json"}, []
    for method, path, body in (("POST", "/sync", EMPTY.encode()), ("GET", "/sync/kit", None), ("GET", "/capture/plain", None)):
        answer = ask(made.server.port, method, path, body, headers)
        if answer.status != 503 or not int(answer.headers.get("Retry-After", 0)):
            found.append(f"{method} {path}: {answer.status}, Retry-After {answer.headers.get('Retry-After')}")
    return found


def test_nothing_is_lost_when_postgresql_is_stopped(nursery, phones, forgetful, tmp_path):
    assert stops(nursery, phones, forgetful, tmp_path, SEED, times=trials(10)) == []
