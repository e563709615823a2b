"""R14: fifty phones with twenty talks each within a minute, with the limits in force. Phones try by themselves, as they do."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

from tests.fault import oracle
from tests.fault.soak import say, seeds

PHONES = 50
TALKS = 20
SPREAD_S = 15
LONGEST_S = 60
#: As asked, nothing new, too many, away.
GOOD = {200, 304, 429, 503}


def test_fifty_phones_with_twenty_talks_within_a_minute_lose_nothing(worlds):
    world = worlds("sqlite", crowd=PHONES)
    for seed in seeds(1):
        made = [world.phone(f"crowd{number}", seed=seed, awake=True)[0] for number in range(PHONES)]
        with ThreadPoolExecutor(PHONES) as pool:
            began = time.monotonic()
            list(pool.map(lambda phone, seed=seed: _write(phone, Random(f"{seed} {phone.name}")), made))
            list(pool.map(_wait_until_sent, made))
            took_s = time.monotonic() - began
        asked = Counter(status for phone in made for _path, status in phone.do("look")["asked"])
        say(seed, f"{PHONES * TALKS} talks in {took_s:.0f} s; answers {dict(asked)}")
        assert oracle.complaints(world.database, made, people=world.people) == []
        assert asked.keys() <= GOOD
        assert took_s <= LONGEST_S
        assert world.server.errors() == []
        for phone in made:
            phone.do("forget")


def _write(phone, chance):
    """Each talk is sent as it is saved, without waiting for the one before."""
    for number in range(TALKS):
        phone.note(f"{phone.name} {number}")
        phone.begin("kick")
        time.sleep(chance.random() * 2 * SPREAD_S / TALKS)


def _wait_until_sent(phone):
    deadline = time.monotonic() + 2 * LONGEST_S
    while phone.outbox() and time.monotonic() < deadline:
        time.sleep(0.25)
