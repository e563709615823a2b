"""R9: the same talk sent twice at the same moment, by two devices or by a double tap; and a phone that changes hands."""

import pytest

from tests.fault import oracle
from tests.fault.soak import say, seeds

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


def same_talks(world, seed):
    """Two devices: one stores, the other hears that it is there."""
    one, other = twins(world, seed, words="det samme")
    assert at_once(one, other) == ["sent", "sent"]
    assert statuses(one, other) <= {200}
    assert oracle.complaints(world.database, [one, other], people=world.people) == []
    forget(one, other)


def other_words(world, seed):
    """Two devices, one id: one is stored; the other lies on its phone, and in the server's box, until its person chooses."""
    one, other = twins(world, seed, words="det ene")
    ids = [entry["id"] for entry in other.outbox()]
    for key in ids:
        other.do("edit", first=key, texts=[f"det andet {key}"])
    at_once(one, other)
    assert statuses(one, other) <= {200}
    stuck = [entry for phone in (one, other) for entry in phone.outbox()]
    assert sorted(entry["id"] for entry in stuck) == sorted(ids)
    assert {entry["status"] for entry in stuck} == {"conflict"}
    rows = oracle.Rows.of(world.database)
    boxed = {(str(row.item_id), row.digest) for row in rows.boxed}
    for entry in stuck:
        assert (entry["id"], oracle.fingerprint(entry["item"])) in boxed
        assert rows.talks[entry["id"]].answers != entry["item"]["answers"]
    forget(one, other)


def double_tap(world, seed):
    phone, line = world.phone("leder", seed=seed)
    key = phone.note(f"to tryk {phone.name}")
    line.log.clear()
    told = [phone.begin(deed) for deed in ("flush", "kick", "flush", "kick")]
    for future in told:
        future.result(60)
    assert [path for path, _fault in line.log].count("/sync") == 1, "sent more than once"
    assert key in oracle.Rows.of(world.database).talks
    assert oracle.complaints(world.database, [phone], people=world.people) == []
    forget(phone)


def changes_hands(world, seed):
    """Somebody else signs in on the phone, and then its owner again."""
    phone, _line = world.phone("leder", seed=seed)
    phone.note(f"lederens egne ord {phone.name}")
    [entry] = phone.outbox()
    phone.do("change", cookies=world.signed_in("leder2"))
    assert phone.do("flush", owner=entry["owner"])["ended"] == "other_person"
    phone.do("kick", pressed=True)  # the app is the other's now
    phone.note(f"den andens ord {phone.name}")
    phone.do("kick", pressed=True)
    assert {one["id"] for one in phone.do("everything")} == {entry["id"]}
    assert entry["id"] not in oracle.Rows.of(world.database).talks
    phone.do("change", cookies=world.signed_in("leder"))
    phone.restart()
    phone.do("kick", pressed=True)
    assert oracle.Rows.of(world.database).talks[entry["id"]].author_id == world.people["leder"]
    assert phone.do("everything") == []
    forget(phone)


@pytest.mark.parametrize("race", [same_talks, other_words, double_tap], ids=lambda race: race.__name__)
def test_sent_twice_at_the_same_moment_it_is_stored_once(world, race):
    for seed in seeds(30):
        say(seed)
        race(world, seed)


def test_what_somebody_else_left_on_the_phone_is_sent_by_its_owner_only(world):
    for seed in seeds(10):
        say(seed)
        changes_hands(world, seed)


def forget(*phones):
    for phone in phones:
        phone.do("forget")
