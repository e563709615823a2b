"""R1: requests and replies that are lost, doubled, cut, late or reset, 35 of 100. Six phones note 60 items each."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fault import oracle
from tests.fault.chaos import by_chance
from tests.fault.leaders import Leader
from tests.fault.soak import say, seeds

ITEMS = 60
ROUNDS = 12
#: Two phones of one person each.
OWNERS = ("leder", "leder", "leder2", "leder2", "medarbejder", "medarbejder")


def a_bad_day(world, seed, *, owners=OWNERS, items=ITEMS, rounds=ROUNDS):
    """What is wrong when the faults are over and every phone has sent once."""
    made = [world.phone(person, seed=f"{seed} {place}") for place, person in enumerate(owners)]
    leaders = [Leader(phone, f"{seed} {place}") for place, (phone, _line) in enumerate(made)]
    for _phone, line in made:
        line.script = by_chance

    def day(leader):
        for number in range(rounds):
            leader.do(items // rounds)
            leader.send()
            if number == rounds // 2 and leader is leaders[0]:
                world.publish()
            if leader.chance.random() < 0.2:
                leader.phone.restart()

    with ThreadPoolExecutor(len(leaders)) as pool:
        list(pool.map(day, leaders))
        found = [
            f"{key} was let go of and is not stored" for key in oracle.acknowledged_but_not_stored(world.database, phones(made))
        ]
        world.chaos.settle()
        for _phone, line in made:
            line.quiet()
        list(pool.map(Leader.send, leaders))
    found += oracle.complaints(world.database, phones(made), people=world.people)
    faults = [fault for _phone, line in made for _path, fault in line.log]
    say(seed, f"{len(faults)} requests, {len([one for one in faults if one])} faulty")
    for phone, _line in made:
        phone.do("forget")
    return found


def phones(made):
    return [phone for phone, _line in made]


@pytest.mark.parametrize("seed", seeds(20))
def test_nothing_is_lost_or_doubled_on_a_bad_net(worlds, seed):
    world = worlds("sqlite", HOERT_LIMITS="off")
    assert a_bad_day(world, seed) == []
    assert world.server.errors() == []
