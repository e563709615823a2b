"""What lies on phones is sealed while they are killed, while somebody else takes them over and while secrets fail to come: not a
word is lost, and none lies readable once there was a key."""

import time
from random import Random

import pytest

from tests.fault import oracle
from tests.fault.chaos import answer, document, page
from tests.fault.leaders import Leader
from tests.fault.phones import Phone
from tests.fault.soak import say, seeds

#: A first kit with its key takes about so long here, with what lies readable sealed.
LONGEST_S = 0.25


@pytest.fixture
def world(worlds):
    return worlds("sqlite", HOERT_LIMITS="off")


def no_secret(*, chance=1.0):
    """Something between answers in the server's stead, always or now and then: what it says is no secret."""
    wrong = [
        answer("204 No Content"),
        page("200 OK", "Welcome"),
        page("404 Not Found", "nothing here"),
        document("503 Busy", {"code": "busy"}),
        document("200 OK", {"schema": "hoert.secret/1", "person": "somebody", "device": "else", "secret": "A" * 43}),
        document("200 OK", {"schema": "hoert.secret/2"}),
    ]

    def script(line, request):
        if request.path != "/sync/secret" or line.chance.random() >= chance:
            return None

        async def said(way):
            await way.say(way.chance.choice(wrong))

        return said

    return script


def lying(phone):
    """What the ledger knows to lie there: whether it is sealed, by id."""
    return {entry["id"]: entry["sealed"] for entry in phone.ledger() if entry["lies"]}


def noted(phone, seed, times=3):
    leader = Leader(phone, seed)
    for _ in range(times):
        leader.note()


def killed_while_it_is_sealed(world, seed):
    """With talks from before there was a key; killed as often as it takes. Returns how many kills came while it was sealing."""
    chance, met = Random(f"sealed {seed}"), 0
    phone, line = world.phone("leder", seed=seed, script=no_secret())
    noted(phone, seed)
    before = lying(phone)
    assert before
    assert not any(before.values())
    assert phone.do("held") is None
    line.quiet()
    for _ in range(4):
        sealing = phone.begin("kit")
        time.sleep(chance.random() * LONGEST_S)
        phone.do("kill")
        met += not sealing.done()
        assert lying(phone).keys() == before.keys()
        phone.restart()
    phone.fetch_kit()
    assert not [entry for entry in phone.ledger() if entry["item"] is None], "a row was sealed by a key that lies nowhere"
    assert set(lying(phone).values()) == {True}, "a row lies readable"
    assert [one["id"] for one in phone.do("everything") if one.get("locked")] == []
    phone.do("kick", pressed=True)
    assert phone.do("everything") == []
    assert oracle.complaints(world.database, [phone], people=world.people) == []
    phone.do("forget")
    return met


def test_killed_while_it_is_sealed_nothing_is_lost(world):
    met = 0
    for seed in seeds(40):
        say(seed)
        met += killed_while_it_is_sealed(world, seed)
    assert met, "no kill came while it was sealing"


def signed_in_as(world, phone, person):
    phone.do("change", cookies=world.signed_in(person))


def taken_over(world, seed):
    """Two persons on a phone, in any order: signed in, noting, signed out on purpose, killed; half of the secrets fail to come.
    Returns how often something was locked."""
    chance, locked = Random(f"taken over {seed}"), 0
    phone, line = world.phone("leder", seed=seed, script=no_secret(chance=0.5))
    owner, of = "leder", {"leder": set(), "leder2": set()}
    for _ in range(25):
        deed = chance.choice(["note", "note", "note", "kit", "kit", "sign out", "restart", "other"])
        if deed == "note" and phone.do("whose") == str(world.people[owner]):
            of[owner].add(phone.note(f"ord {len(of[owner])} af {owner} den {seed}."))
        elif deed == "sign out":
            phone.do(chance.choice(["lock", "locked_elsewhere"]))
            assert phone.do("held") is None, "the secret stays after a sign-out"
            assert phone.do("whose") is None or phone.do("whose") not in phone.do("sealed_for")
        elif deed == "restart":
            phone.restart()
        elif deed == "other":
            owner = chance.choice(list(of))
            signed_in_as(world, phone, owner)
            phone.do("kit")
        elif deed == "kit":
            phone.do("kit")
        everything = phone.do("everything")
        assert {one["id"] for one in everything} == of["leder"] | of["leder2"], deed
        locked += any(one.get("locked") for one in everything)
    line.quiet()
    for person in of:
        signed_in_as(world, phone, person)
        phone.fetch_kit()
        mine = [one for one in phone.do("everything") if one["owner"] == str(world.people[person])]
        assert not any(one.get("locked") for one in mine)
        phone.do("kick", pressed=True)
    assert phone.do("everything") == []
    authors = {key: str(row.author_id) for key, row in oracle.Rows.of(world.database).talks.items()}
    for person, keys in of.items():
        assert {authors.get(key) for key in keys} <= {str(world.people[person])}
    assert oracle.doubled(oracle.Rows.of(world.database)) == []
    phone.do("forget")
    return locked


def test_taken_over_locked_and_killed_each_finds_all_of_their_own(world):
    locked = 0
    for seed in seeds(20):
        say(seed)
        locked += taken_over(world, seed)
    assert locked, "nothing was ever locked"


def two_windows(world, seed):
    """One sends while in the other its person answers and corrects: what one thought of is not written over the other's."""
    chance = Random(f"windows {seed}")
    phone, _line = world.phone("leder", seed=seed)
    phone.do("change", sealing_ms=20)
    phone.restart()
    other = Phone(phone.phones, f"{phone.name}-beside", person="leder", base="", cookies={}, beside=phone.name)
    other.restart()
    other.fetch_kit()
    firsts = []
    for number in range(12):
        firsts.append(phone.note(f"ord {number} i to vinduer den {seed}.", hold=chance.random() < 0.3))
        sending = other.begin("kick", pressed=True)
        deeds = [
            phone.begin("amend", first=chance.choice(firsts), answers={"quote_scope": chance.choice(["none", "area"])})
            for _ in range(3)
        ]
        for one in (sending, *deeds):
            one.result(60)
    for first in firsts:
        phone.do("release", first=first)
    for window in (other, phone):
        window.do("kick", pressed=True)
    found = oracle.complaints(world.database, [phone], people=world.people)
    assert not found, "\n".join(found)
    other.do("forget")


def test_what_two_windows_do_at_once_is_both_kept(world):
    for seed in seeds(10):
        say(seed)
        two_windows(world, seed)
