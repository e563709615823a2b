"""R6: an answer that is no receipt. The talk stays queued, the phone does not say that it is sent, and what it was asked to wait
is kept; when the store answers again it is sent, once."""

import asyncio
import json
from random import Random

import pytest

from tests.fault import oracle
from tests.fault.chaos import answer, document, error_after, error_before, page, portal, sync_only
from tests.fault.leaders import Leader
from tests.fault.soak import say, seeds

RETRY_AFTER_S = 30
#: A phone waits thirty seconds for an answer; one and a half where its clock runs twenty times as fast.
HASTE = 20
SLOW_S = 4.0


def saying(*answers):
    """One answer after the other, always in the server's stead."""

    async def said(way):
        await way.say(way.chance.choice(answers))

    return said


async def slow(way):
    """The server has it, and its reply comes when nobody waits any more."""
    whole = await way.ask()
    await asyncio.sleep(SLOW_S)
    await way.say(whole)


def receipts(change):
    """The server's own receipts, changed on the way: they are of something else."""

    async def changed(way):
        head, _, body = (await way.ask()).partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            return await way.say(head + b"\r\n\r\n" + body)
        return await way.say(document("200 OK", change(json.loads(body))))

    return changed


def each(**members):
    return lambda said: {**said, "receipts": [{**one, **members} for one in said["receipts"]]}


#: What answers, and what the app then says of the net. "stuck": it says so of the talk.
ANSWERS = {
    "portal": (portal, {"away"}),
    "204": (saying(answer("204 No Content")), {"away"}),
    "302": (saying(answer("302 Found", Location="http://guest.example/")), {"away"}),
    "401": (
        saying(page("401 Unauthorized", "Log on"), document("401 Unauthorized", {"code": "not_signed_in"})),
        {"away", "signed_out"},
    ),
    "403": (
        saying(page("403 Forbidden", "Blocked"), document("403 Forbidden", {"code": "revoked"})),
        {"away", "revoked"},
    ),
    "413": (saying(page("413 Content Too Large", "nginx")), {"stuck"}),
    "419": (saying(document("419 Token", {"code": "csrf"})), {"busy"}),
    "429": (saying(document("429 Too Many Requests", {"code": "too_many"}, Retry_After=str(RETRY_AFTER_S))), {"busy"}),
    "500 before": (error_before, {"busy"}),
    "500 after": (error_after, {"busy"}),
    "502": (saying(page("502 Bad Gateway", "nginx"), page("504 Gateway Timeout", "nginx")), {"busy"}),
    "slow": (slow, {"away"}),
    "receipts of others": (receipts(each(id="018f0000-0000-7000-8000-000000000000")), {"busy"}),
    "receipts of other words": (receipts(each(sha256="0" * 64)), {"busy"}),
    "receipts without hash": (receipts(each(sha256=None)), {"busy"}),
    "too few receipts": (receipts(lambda said: {**said, "receipts": []}), {"away"}),
    "another schema": (receipts(lambda said: {**said, "schema": "other/1"}), {"away"}),
    "a status of tomorrow": (receipts(each(status="archived")), {"busy"}),
}
#: What reached the server all the same.
STORED = {"500 after", "slow", *(name for name in ANSWERS if "receipts" in name or name.startswith("a"))}


@pytest.fixture
def world(worlds):
    return worlds("sqlite", HOERT_LIMITS="off")


def talker(world, said, seed):
    """A phone with talks that wait, on a line whose /sync is answered so."""
    phone, line = world.phone("leder", seed=seed)
    leader = Leader(phone, seed)
    for _ in range(1 + Random(str(seed)).randrange(3)):
        leader.note()
    line.log.clear()
    line.script = sync_only(said)
    return phone, line


def answered(world, name, seed):
    """One phone meets this answer, and then the store."""
    said, nets = ANSWERS[name]
    phone, line = talker(world, said, f"{name} {seed}")
    count = len(phone.outbox())
    phone.do("change", haste=HASTE if name == "slow" else 1)
    net = phone.do("kick", pressed=True)
    phone.do("change", haste=1)
    assert_not_sent(world, phone, count, name=name)
    states = {one["state"] for one in phone.outbox()}
    if nets == {"stuck"}:
        assert states == {"stuck"}
        again(phone)
    else:
        assert net in nets
        assert states == {"offered"}
    line.quiet()
    at_last(phone, name)
    assert oracle.complaints(world.database, [phone], people=world.people) == []
    phone.do("forget")


@pytest.mark.parametrize("name", ANSWERS)
def test_it_stays_on_the_phone_until_the_store_has_it(world, name):
    for seed in seeds(10):
        say(seed, name)
        answered(world, name, seed)


def assert_not_sent(world, phone, count, *, name):
    look = phone.do("look")
    assert len(look["outbox"]) == count, "the phone let go of a talk"
    assert look["kept"] == []
    assert look["net"] != "ok" or name == "413"
    ids = {one["id"] for one in look["outbox"]}
    there = ids & oracle.Rows.of(world.database).talks.keys()
    assert there == (ids if name in STORED else set())


def again(phone):
    """*Send igen*, for each that lies under *Har brug for dig*."""
    for one in phone.outbox():
        phone.do("again", id=one["id"])


def at_last(phone, name):
    """The store answers; the phone sends when it may."""
    if name == "429":
        assert phone.do("flush", later_s=RETRY_AFTER_S + 2)["ended"] == "sent"
    phone.do("kick", pressed=True)
    assert phone.outbox() == []


def kept_waiting(world, seed):
    """Neither the button nor a new start sends before the time that the server asked for is up."""
    status = Random(seed).choice(["429 Too Many Requests", "503 Service Unavailable"])
    phone, line = talker(world, saying(document(status, {}, Retry_After=str(RETRY_AFTER_S))), seed)
    assert phone.do("kick", pressed=True) == "busy"
    line.quiet()
    line.log.clear()
    for later_s in (0, RETRY_AFTER_S - 10):
        assert phone.do("flush", later_s=later_s)["ended"] == "later", "sent before its time"
    assert phone.do("kick", pressed=True) == "busy"
    phone.restart()
    assert phone.do("flush")["ended"] == "later"
    assert [path for path, _fault in line.log if path == "/sync"] == []
    at_last(phone, "429")
    phone.do("forget")


def test_what_it_was_asked_to_wait_is_kept_by_the_button_too(world):
    for seed in seeds(10):
        kept_waiting(world, seed)


def test_what_is_too_large_together_goes_one_by_one(world):
    """Something between phone and store lets only one talk through at a time."""

    async def only_one(way):
        many = way.request.data.count(b'"kind":"conversation"') > 1
        await (way.say(page("413 Content Too Large", "nginx")) if many else way.through())

    for seed in seeds(10):
        phone, _line = talker(world, only_one, seed)
        for number in range(4):
            phone.note(f"{seed} {number} {phone.name}")
        phone.do("kick", pressed=True)
        assert oracle.complaints(world.database, [phone], people=world.people) == []


def test_a_token_that_is_too_old_is_fetched_anew_once(world):
    for seed in seeds(10):
        phone, line = talker(world, saying(document("419 Token", {"code": "csrf"})), seed)
        assert phone.do("flush")["ended"] == "busy"
        assert [path for path, _fault in line.log] == ["/sync/token", "/sync"] * 2
