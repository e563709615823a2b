"""R11: a sign-in that ended, a token of another, somebody else on the phone, a person or a phone that was shut out. The queue is
kept; each talk is sent as whose it was begun, or not at all."""

import re

import pytest
from sqlmodel import col, select

from domain import people
from domain.base import now
from domain.people import Device, SignIn
from tests import cast as everybody
from tests.fault import oracle
from tests.fault.server import as_header, sign_in
from tests.fault.soak import say, seeds, trials

#: Who never signed in before: nine for each seed.
CROWD = 9 * trials(10)


@pytest.fixture
def world(worlds):
    world = worlds("sqlite", crowd=CROWD, HOERT_LIMITS="off")
    world.fresh = iter(range(CROWD)) if not hasattr(world, "fresh") else world.fresh
    yield world
    world.server.set_ahead(seconds=0)


def newcomer(world):
    """A leader with a phone of their own, and two talks on it that wait."""
    name = f"crowd{next(world.fresh)}"
    phone, line = world.phone(name, seed=name)
    phone.note(f"ord af {name}", f"flere af {name}")
    phone.note(f"mere af {name}")
    return name, phone, line


def signed_in_anew(world, phone, name):
    phone.do("change", cookies=sign_in(world.server.port, name))
    phone.do("kick", pressed=True)


def sent_as(world, name, keys):
    rows = oracle.Rows.of(world.database).talks
    return [rows[key].author_id for key in keys] == [world.people[name]] * len(keys)


def nothing_left(world, phone, keys):
    """It is all there, also after a restart, and nowhere else."""
    for _ in range(2):
        assert [one["id"] for one in phone.do("everything")] == keys
        phone.restart()
    assert not set(keys) & oracle.Rows.of(world.database).talks.keys()


def ids(phone):
    return [one["id"] for one in phone.outbox()]


def end_sign_ins(world, name):
    with world.database.writing() as session:
        for row in session.exec(select(SignIn).where(SignIn.person_id == world.people[name], col(SignIn.ended_at).is_(None))):
            row.ended_at = now()
            session.add(row)


def test_a_sign_in_that_was_ended_keeps_the_queue_for_its_owner(world):
    for seed in seeds(10):
        say(seed)
        name, phone, _line = newcomer(world)
        keys = ids(phone)
        end_sign_ins(world, name)
        assert phone.do("kick", pressed=True) == "signed_out"
        nothing_left(world, phone, keys)
        signed_in_anew(world, phone, name)
        assert sent_as(world, name, keys)
        assert phone.do("everything") == []
        phone.do("forget")


def test_a_sign_in_that_lay_idle_for_a_month_keeps_the_queue_for_its_owner(world):
    for seed in seeds(10):
        say(seed)
        world.server.set_ahead(seconds=0)
        name, phone, _line = newcomer(world)
        keys = ids(phone)
        world.server.set_ahead(days=31)
        assert phone.do("kick", pressed=True) == "signed_out"
        nothing_left(world, phone, keys)
        signed_in_anew(world, phone, name)
        assert sent_as(world, name, keys)
        phone.do("forget")


def test_a_token_of_another_sign_in_is_fetched_anew_and_costs_nothing(world):
    """The cookie changes between the token and the envelope: the real 419."""
    for seed in seeds(10):
        say(seed)
        name, phone, line = newcomer(world)
        keys, other = ids(phone), as_header(sign_in(world.server.port, name)).encode()
        line.log.clear()
        line.script = with_cookie_once(other)
        phone.do("kick", pressed=True)
        assert sent_as(world, name, keys)
        assert [status for path, status in phone.do("look")["asked"] if path == "/sync"] == [419, 200]
        phone.do("forget")


def about_what_is_not_theirs(world, seed):
    """What is wrong after somebody sent as their own what is about the talks of another: the talk once more, a correction of it,
    and that it is taken back. No app of theirs makes such items: they are brought to the phone past it."""
    owner, other = (world.phone(person, seed=f"{seed} {person}")[0] for person in ("leder", "leder2"))
    again, corrected, taken_back = (owner.note(f"ord af ejeren {number} {owner.name}") for number in range(3))
    sent = [one for one in owner.outbox() if one["id"] == again]
    owner.do("kick", pressed=True)
    owner.do("edit", first=corrected, texts=[f"rettet af en anden {owner.name}"])
    owner.do("withdraw", first=taken_back)
    brought = [*sent, *owner.outbox()]
    other.do("bring", items=brought, owner=str(world.people["leder2"]))
    other.do("kick", pressed=True)
    rows, stuck = oracle.Rows.of(world.database).talks, {one["id"]: one["status"] for one in other.outbox()}
    found = []
    if stuck.get(again) != "needs_help":
        found.append("the talk was told of to one who is not its author")
    if again not in rows or taken_back not in rows:
        found.append("a talk was taken back by one who is not its author")
    if corrected not in rows or rows[corrected].replaced_by_id:
        found.append("a talk was corrected by one who is not its author")
    assert len(brought) == 3
    if not found:
        assert set(stuck.values()) == {"needs_help"}
        owner.do("kick", pressed=True)  # its author may
        found = oracle.complaints(world.database, [owner], people=world.people)
    for phone in (owner, other):
        phone.do("forget")
    return found


def test_nobody_else_takes_back_or_corrects_a_talk_or_is_told_that_it_is_there(world):
    for seed in seeds(10):
        say(seed)
        assert about_what_is_not_theirs(world, seed) == []


def with_cookie_once(cookie):
    left = [cookie]

    async def changed(way):
        await way.say(await way.ask(re.sub(rb"(?mi)^cookie: [^\r]*", b"Cookie: " + left.pop(), way.request.data)))

    return lambda _line, request: changed if left and request.path == "/sync" else None


def test_a_form_that_is_open_when_somebody_else_signs_in_is_saved_as_whose_it_was_begun(world):
    for seed in seeds(10):
        say(seed)
        name, phone, _line = newcomer(world)
        keys, other = ids(phone), f"crowd{next(world.fresh)}"
        phone.do("open_form", first=keys[1])
        phone.do("change", cookies=sign_in(world.server.port, other))
        phone.do("kick", pressed=True)  # the app is the other's now
        phone.do("save_form", place=0, texts=[f"rettet af {name}"])
        phone.do("kick", pressed=True)
        assert {one["owner"] for one in phone.do("everything")} == {str(world.people[name])}
        nothing_left(world, phone, keys)
        signed_in_anew(world, phone, name)
        phone.restart()
        phone.do("flush", later_s=11)  # what was saved is held for ten seconds
        assert sent_as(world, name, keys)
        assert oracle.Rows.of(world.database).talks[keys[1]].answers[0]["text"] == f"rettet af {name}"
        phone.do("forget")


def disable(world, name, _phone):
    with world.database.writing() as session:
        assert people.disable(session, email=everybody.email(name), now=now())


def revoke(world, name, phone):
    """The phone has been there: it is known by an envelope."""
    with world.database.writing() as session:
        query = select(Device).where(Device.person_id == world.people[name])
        [row] = [one for one in session.exec(query).all() if str(one.device_id) == phone.do("look")["device"]]
        assert people.shut_out_device(session, row_id=row.id, now=now())


@pytest.mark.parametrize("shut_out", [disable, revoke])
def test_who_was_shut_out_sends_nothing_and_nobody_sends_it_for_them(world, shut_out):
    for seed in seeds(10):
        say(seed)
        name, phone, _line = newcomer(world)
        phone.do("kick", pressed=True)
        phone.note(f"efter {name}")
        keys, other = ids(phone), f"crowd{next(world.fresh)}"
        shut_out(world, name, phone)
        assert phone.do("kick", pressed=True) == "revoked"
        nothing_left(world, phone, keys)
        if shut_out is revoke:  # signing in does not make the phone a good one
            phone.do("change", cookies=sign_in(world.server.port, name))
            assert phone.do("kick", pressed=True) == "revoked"
        # Somebody else on the phone sends their own, and no more.
        signed_in_anew(world, phone, other)
        theirs = phone.note(f"ord af {other}")
        phone.do("kick", pressed=True)
        assert sent_as(world, other, [theirs])
        nothing_left(world, phone, keys)
        phone.do("forget")
