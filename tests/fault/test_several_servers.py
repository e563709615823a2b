"""Two servers, each with two processes, on one PostgreSQL, as behind one proxy: what R1, R2 and R9 say of one holds of both.

Phones are spread over them, and move from one to the other in the midst of their day.
"""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from tests.fault import oracle
from tests.fault.chaos import Chaos, by_chance
from tests.fault.leaders import Leader
from tests.fault.server import served
from tests.fault.soak import SEED, say, seeds, trials
from tests.fault.test_races import at_once, forget, statuses, twins

ITEMS = 30
ROUNDS = 6
KILLS = 10
OWNERS = ("leder", "leder", "leder2", "leder2", "medarbejder", "medarbejder")
LATER_S = 600
LONGEST_LIFE_S = 0.2


@pytest.fixture(scope="module")
def both(nursery, worlds, tmp_path_factory):
    """The first server's world, and the way to the second: the same key and ledger, another folder and port."""
    made = worlds("postgresql", HOERT_LIMITS="off")
    folder = tmp_path_factory.mktemp("second")
    (folder / "instance").mkdir()
    first = made.server.folder / "instance"
    shutil.copy(first / "secret.key", folder / "instance")
    settings = {"HOERT_LIMITS": "off", "HOERT_LEDGER": str(first / "erased.log")}
    with served(nursery, folder, made.server.database_url, **settings) as second:
        chaos = Chaos(second.port)
        yield made, second, chaos
        chaos.close()


def spread(both, seed):
    """Phones with a line to each of the two servers; they begin on alternate ones."""
    made, _second, chaos = both
    phones, lines = [], []
    for place, person in enumerate(OWNERS):
        phone, line = made.phone(person, seed=f"{seed} {place}")
        other = chaos.line(f"{seed} {place} other")
        phones.append(phone)
        lines.append((line, other))
        move(phone, lines[-1][place % 2])
    return phones, lines


def move(phone, line):
    phone.do("change", base=f"http://127.0.0.1:{line.port}")


@pytest.mark.parametrize("seed", seeds(3))
def test_nothing_is_lost_or_doubled_on_a_bad_net_to_two_servers(both, seed):
    say(seed)
    made, second, chaos = both
    phones, lines = spread(both, seed)
    leaders = [Leader(phone, f"{seed} {place}") for place, phone in enumerate(phones)]
    for pair in lines:
        for line in pair:
            line.script = by_chance

    def day(leader, pair):
        for number in range(ROUNDS):
            leader.do(ITEMS // ROUNDS)
            leader.send()
            if leader.chance.random() < 0.5:
                move(leader.phone, pair[number % 2])

    with ThreadPoolExecutor(len(leaders)) as pool:
        list(pool.map(day, leaders, lines))
        assert oracle.acknowledged_but_not_stored(made.database, phones) == []
        for one in (made.chaos, chaos):
            one.settle()
        for pair in lines:
            for line in pair:
                line.quiet()
        list(pool.map(lambda phone: phone.do("flush", later_s=LATER_S), phones))
    assert oracle.complaints(made.database, phones, people=made.people) == []
    assert made.server.errors() == second.errors() == []
    forget(*phones)


def test_nothing_is_lost_when_one_of_two_servers_is_killed(both):
    """Its phones go on with the other one."""
    made, second, _chaos = both
    kills = trials(KILLS)
    say(SEED, f"{kills} kills")
    chance = Random(SEED)
    phones, lines = spread(both, SEED)
    leaders = [Leader(phone, f"{SEED} {place}") for place, phone in enumerate(phones)]
    with ThreadPoolExecutor(len(leaders)) as pool:
        for number in range(kills):
            list(pool.map(lambda leader: leader.do(2), leaders))
            sending = [pool.submit(leader.send) for leader in leaders]
            dead = (made.server, second)[number % 2]
            time.sleep(chance.random() * LONGEST_LIFE_S)
            dead.kill()
            for one in sending:
                one.result(60)
            for phone, pair in zip(phones, lines, strict=True):
                move(phone, pair[(number + 1) % 2])
            list(pool.map(lambda phone: phone.do("flush", later_s=LATER_S), phones))
            assert [phone.name for phone in phones if phone.outbox()] == []
            dead.start()
            for place, (phone, pair) in enumerate(zip(phones, lines, strict=True)):
                move(phone, pair[(place + number) % 2])
    assert oracle.complaints(made.database, phones, people=made.people) == []
    forget(*phones)


def test_the_same_talks_sent_to_both_servers_at_once_are_stored_once(both):
    made, _second, chaos = both
    for seed in seeds(10):
        say(seed)
        one, other = twins(made, seed, words="på to servere")
        move(other, chaos.line(f"{seed} twin"))
        assert at_once(one, other) == ["sent", "sent"]
        assert statuses(one, other) <= {200}
        assert oracle.complaints(made.database, [one, other], people=made.people) == []
        forget(one, other)
