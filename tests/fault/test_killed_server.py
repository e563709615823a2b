"""R2: the server is killed (-9) while phones send, at any moment and at named places around the commit, and comes back.

Nothing that was acknowledged is lost, the database is whole each time, and the server is up again within five seconds.
"""

import shutil
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from random import Random

from tests.fault import oracle
from tests.fault.leaders import Leader
from tests.fault.server import NotServed
from tests.fault.soak import SEED, say, trials
from tests.fault.wrapped import PLACES

OWNERS = ("leder", "leder", "leder2", "medarbejder")
LONGEST_START_S = 5
#: About as long as a phone takes to send.
LONGEST_LIFE_S = 0.2
LONGEST_WAY_THERE_S = 10
KILLS, KILLS_ON_POSTGRESQL = 100, 20
NOT_AT = "not at "
#: Of the kills at a named place, those that came anywhere else since no request came by: one in so many at most. Each phone has
#: two new items before every kill, so that all four must have nothing but withdrawals, or be done before the place is armed.
SELDOM = 10


def killings(world, seed, *, kills, places=PLACES, inspect=lambda _world: None):
    """What is wrong after so many kills, how long each start took, and where they came. Every second one is for a named place."""
    say(seed, f"{kills} kills")
    chance = Random(seed)
    made = [world.phone(person, seed=f"{seed} {place}")[0] for place, person in enumerate(OWNERS)]
    leaders = [Leader(phone, f"{seed} {place}") for place, phone in enumerate(made)]
    ends, starts = Counter(), []
    with ThreadPoolExecutor(len(leaders)) as pool:
        for number in range(kills):
            list(pool.map(lambda leader: leader.do(2), leaders))
            place = places[number // 2 % len(places)] if number % 2 else "any moment"
            ends[_end(world.server, place, [pool.submit(leader.send) for leader in leaders], chance)] += 1
            inspect(world)
            starts.append(world.server.start())
            if chance.random() < 0.2:
                chance.choice(made).restart()
        lost = oracle.acknowledged_but_not_stored(world.database, made)
        list(pool.map(Leader.send_at_last, leaders))
    found = [f"{key} was let go of and is not stored" for key in lost]
    found += oracle.complaints(world.database, made, people=world.people)
    say(seed, f"{dict(ends)}; slowest start {max(starts):.2f} s")
    for phone in made:
        phone.do("forget")
    return found, starts, ends


def _end(server, place, sending, chance):
    """Where the server was killed, while these were sending."""
    if place == "any moment":
        time.sleep(chance.random() * LONGEST_LIFE_S)
        server.kill()
    else:
        server.kill_itself_at(place)
        try:
            server.wait_until_gone(LONGEST_WAY_THERE_S)
        except NotServed:  # no request came by
            server.disarm()
            server.kill()
            place = f"{NOT_AT}{place}"
    wait(sending)
    return place


def missed(ends):
    """Named places that too many kills were for and did not come at."""
    elsewhere = {place: n for place, n in ends.items() if place.startswith(NOT_AT)}
    named = ends.total() - ends["any moment"]
    return elsewhere if sum(elsewhere.values()) > max(1, named / SELDOM) else {}


def whole(world):
    """The files as the dead server left them, looked at in a copy: the next server must find its own way out of them.
    PostgreSQL was not killed, and looks after its own."""
    if world.database.engine.dialect.name != "sqlite":
        return
    database = Path(world.database.engine.url.database)
    copy = world.server.folder / "look"
    copy.mkdir(exist_ok=True)
    for file in database.parent.glob(f"{database.name}*"):
        shutil.copyfile(file, copy / file.name)
    with closing(sqlite3.connect(copy / database.name)) as looking:
        assert looking.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert looking.execute("PRAGMA foreign_key_check").fetchall() == []
    shutil.rmtree(copy)


def test_nothing_is_lost_when_the_server_is_killed(worlds):
    kills = trials(KILLS)
    found, starts, ends = killings(worlds("sqlite", HOERT_LIMITS="off"), SEED, kills=kills, inspect=whole)
    assert found == []
    assert missed(ends) == {}
    assert kills < KILLS or set(PLACES) <= ends.keys(), "not every place was reached"
    assert max(starts) <= LONGEST_START_S


def test_nothing_is_lost_when_the_server_is_killed_over_postgresql(worlds):
    kills = trials(KILLS_ON_POSTGRESQL)
    print(f"PostgreSQL: {kills} kills (SQLite: {trials(KILLS)})")
    found, starts, ends = killings(worlds("postgresql", HOERT_LIMITS="off"), SEED + 1, kills=kills)
    assert found == []
    assert missed(ends) == {}
    assert max(starts) <= LONGEST_START_S


def test_started_from_nothing_it_is_up_within_five_seconds_of_work(worlds):
    """As an administrator starts it, code read from the disk: in seconds of processor, for a machine may have other work too."""
    world = worlds("sqlite", HOERT_LIMITS="off")
    for _ in range(trials(3)):
        world.server.kill()
        world.server.start(cold=True)
        assert world.server.cpu_s() <= LONGEST_START_S
