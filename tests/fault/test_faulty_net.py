"""R1: requests and replies that are lost, doubled, cut, late or reset, 35 of 100. Six phones note 60 items each."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fault import oracle
from tests.fault.chaos import by_chance, lost_reply, sync_only
from tests.fault.leaders import Leader
from tests.fault.soak import say, seeds
from tests.fault.town import words

ITEMS = 60
ROUNDS = 12
#: Two phones of one person each.
OWNERS = ("leder", "leder", "leder2", "leder2", "medarbejder", "medarbejder")


def a_bad_day(world, seed, *, owners=OWNERS, items=ITEMS, rounds=ROUNDS):
    """What is wrong when the faults are over and every phone has sent once."""
    say(seed)
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
        list(pool.map(Leader.send_at_last, leaders))
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


def test_nothing_is_lost_or_doubled_on_a_bad_net_over_postgresql(worlds):
    some = seeds(4)
    print(f"PostgreSQL: {len(some)} seeds (SQLite: {len(seeds(20))})")
    for seed in some:
        assert a_bad_day(worlds("postgresql", HOERT_LIMITS="off"), seed) == []


def corrected_then_taken_back(world, seed):
    """What is wrong after a talk was sent, corrected without a network, and taken back before the correction left."""
    phone, _line = world.phone("leder", seed=seed)
    leader = Leader(phone, seed)
    leader.note()
    leader.send()
    phone.do("edit", first=leader.talks[0], texts=[words(leader.chance)])
    phone.do("withdraw", first=leader.talks[0])
    leader.send()
    return oracle.complaints(world.database, [phone], people=world.people)


def corrected_after_a_lost_reply(world, seed):
    """What is wrong after a talk was stored, its receipt lost, and the talk corrected."""
    phone, line = world.phone("leder", seed=seed)
    leader = Leader(phone, seed)
    leader.note()
    line.script = sync_only(lost_reply)
    leader.send()
    line.quiet()
    phone.do("edit", first=leader.talks[0], texts=[words(leader.chance)])
    leader.send()
    return oracle.complaints(world.database, [phone], people=world.people)


def asked_otherwise_meanwhile(world, seed):
    """What is wrong after a newer version of the questions was published while talks waited."""
    phone, _line = world.phone("leder2", seed=seed)
    leader = Leader(phone, seed)
    leader.note()
    world.publish()
    leader.send()
    return oracle.complaints(world.database, [phone], people=world.people)


STORIES = (corrected_then_taken_back, corrected_after_a_lost_reply, asked_otherwise_meanwhile)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_happened_without_a_network_is_made_good(worlds, story):
    for seed in seeds(10):
        say(seed)
        assert story(worlds("sqlite", HOERT_LIMITS="off"), seed) == []
