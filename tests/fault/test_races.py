"""R9: the same talk sent twice at the same moment, by two devices or by a double tap; and a phone that changes hands."""

import pytest

from tests.fault import oracle
from tests.fault.soak import SEED, say, trials

KINDS = ("sqlite", "postgresql")
TALKS = 3


@pytest.fixture(params=KINDS)
def world(request, worlds):
    return worlds(request.param, HOERT_LIMITS="off")


def twins(world, seed, *, words):
    """Two phones of one person, and the same unsent talks on both: a file of the first was brought to the second."""
    one, other = (world.phone("leder", seed=f"{seed} {place}")[0] for place in "ab")
    for number in range(TALKS):
        one.note(f"{words} {seed} {number} {one.name}")
    brought = one.outbox()
    other.do("bring", items=brought, owner=brought[0]["owner"])
    return one, other


def at_once(*phones):
    """All send at the same moment; how each ended."""
    told = [phone.begin("flush") for phone in phones]
    return [future.result(60)["ended"] for future in told]


def statuses(*phones):
    return {status for phone in phones for _path, status in phone.do("look")["asked"]}


def test_two_devices_with_the_same_talks_store_them_once(world):
    for trial in range(trials(30)):
        one, other = twins(world, SEED + trial, words="det samme")
        assert at_once(one, other) == ["sent", "sent"], say(SEED + trial)
        assert statuses(one, other) <= {200}
        assert oracle.complaints(world.database, [one, other], people=world.people) == []
        forget(one, other)


def test_two_devices_with_other_words_under_one_id_keep_both(world):
    """One is stored; the other lies on its phone, and in the server's box, until its person chooses."""
    for trial in range(trials(30)):
        one, other = twins(world, SEED + trial, words="det ene")
        ids = [entry["id"] for entry in other.outbox()]
        for key in ids:
            other.do("edit", first=key, texts=[f"det andet {key}"])
        at_once(one, other)
        assert statuses(one, other) <= {200}
        stuck = [entry for phone in (one, other) for entry in phone.outbox()]
        assert sorted(entry["id"] for entry in stuck) == sorted(ids), say(SEED + trial)
        assert {entry["status"] for entry in stuck} == {"conflict"}
        rows = oracle.Rows.of(world.database)
        boxed = {(str(row.item_id), row.digest) for row in rows.boxed}
        for entry in stuck:
            assert (entry["id"], oracle.fingerprint(entry["item"])) in boxed
            assert rows.talks[entry["id"]].answers != entry["item"]["answers"]
        forget(one, other)


def test_a_double_tap_sends_once(world):
    for trial in range(trials(30)):
        phone, line = world.phone("leder", seed=SEED + trial)
        key = phone.note(f"to tryk {phone.name}")
        line.log.clear()
        told = [phone.begin(deed) for deed in ("flush", "kick", "flush", "kick")]
        for future in told:
            future.result(60)
        assert [path for path, _fault in line.log].count("/sync") == 1, say(SEED + trial)
        assert key in oracle.Rows.of(world.database).talks
        assert oracle.complaints(world.database, [phone], people=world.people) == []
        forget(phone)


def test_what_somebody_else_left_on_the_phone_is_sent_by_its_owner_only(world):
    """The phone changes hands, and back: talks wait until the one who wrote them signs in again."""
    for trial in range(trials(10)):
        phone, _line = world.phone("leder", seed=SEED + trial)
        phone.note(f"lederens egne ord {phone.name}")
        [entry] = phone.outbox()
        phone.do("change", cookies=world.signed_in("leder2"))
        assert phone.do("flush", owner=entry["owner"])["ended"] == "other_person", say(SEED + trial)
        phone.do("kick", pressed=True)  # the app is the other's now
        phone.note(f"den andens ord {phone.name}")
        phone.do("kick", pressed=True)
        rows = oracle.Rows.of(world.database)
        assert [one["id"] for one in phone.outbox()] == [entry["id"]]
        assert entry["id"] not in rows.talks
        phone.do("change", cookies=world.signed_in("leder"))
        phone.restart()
        phone.do("kick", pressed=True)
        rows = oracle.Rows.of(world.database)
        assert rows.talks[entry["id"]].author_id == world.people["leder"]
        assert phone.outbox() == []
        forget(phone)


def forget(*phones):
    for phone in phones:
        phone.do("forget")
