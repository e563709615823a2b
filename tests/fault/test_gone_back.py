"""R13: the running server is restored from an older back-up, by the real commands. Phones hear of the new epoch and offer again
what they kept: all of it comes back, what was erased does not, and each talk comes into exactly one issue."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app import create_app
from domain import digests, people, sync
from domain.base import now, week_of
from domain.conversations import Conversation
from domain.digests import IssueTalk
from domain.people import Unit
from tests import make
from tests.fault import oracle
from tests.fault.leaders import Leader
from tests.fault.server import sign_in
from tests.fault.soak import SEED, say, seeds
from tests.fault.test_restore import House

OWNERS = ("leder", "leder", "leder2")


@pytest.fixture
def house(tmp_path, database_url):
    found = House(tmp_path, database_url)
    yield found
    found.database.dispose()


def commands(world):
    """`flask …` beside the running server, on the same instance."""
    instance = world.server.folder / "instance"
    app = create_app({"INSTANCE": instance, "DATABASE_URL": world.server.database_url, "LIMITS": False})
    app.testing = True

    def run(*words):
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    return run


def issue(world, week):
    with world.database.writing() as session:
        for area in session.exec(select(Unit).where(Unit.level == "area")).all():
            digests.make_issue(session, area, week, now=week.ends_at())


def erase_one(run, leader):
    """By the command: what the person's phone keeps of it must not bring it back."""
    first = leader.talks.pop(0)
    run("privacy", "erase", first)
    return first


@pytest.mark.parametrize("seed", seeds(10))
def test_everything_comes_back_from_the_phones_but_what_was_erased(worlds, seed, tmp_path):
    world = worlds("sqlite", HOERT_LIMITS="off")
    run, week, file = commands(world), week_of(now()).plus(3 * (seed - SEED)), tmp_path / "backup"
    made = [world.phone(person, seed=f"{seed} {place}")[0] for place, person in enumerate(OWNERS)]
    leaders = [Leader(phone, f"{seed} {place}") for place, phone in enumerate(made)]
    for leader in leaders:
        for _ in range(3):
            leader.note()
        leader.do(5)
        leader.send()
    erased = [erase_one(run, leaders[0])]
    run("backup", "create", file)
    for leader in leaders:
        leader.note()
        leader.do(8)
        leader.send()
    erased += [erase_one(run, leader) for leader in leaders[1:]]
    issue(world, week)
    for leader in leaders:  # written after the last contact
        leader.do(2)
    run("backup", "restore", file)
    world.cookies.clear()
    for leader in leaders:
        assert leader.send() == "signed_out"
        leader.phone.do("change", cookies=sign_in(world.server.port, leader.phone.person))
        leader.send()
        leader.send()
    say(seed, f"{sum(len(phone.ledger()) for phone in made)} items, erased by the command: {len(erased)}")
    of_erased = {entry["id"] for phone in made for entry in phone.ledger() if entry["first"] in erased}
    found = oracle.complaints(world.database, made, people=world.people)
    assert [one for one in found if not any(key in one for key in of_erased)] == []
    assert not of_erased & oracle.Rows.of(world.database).talks.keys()
    one_issue_each(world, week)
    for phone in made:
        phone.do("forget")


def one_issue_each(world, week):
    for later in range(2):
        issue(world, week.plus(later))
    with world.database.reading() as session:
        firsts = sorted(session.exec(select(Conversation.first_id).where(Conversation.revision == 1)).all())
        assert sorted(session.exec(select(IssueTalk.conversation_id)).all()) == firsts


def test_an_edit_that_waited_for_its_talk_when_the_back_up_was_made_comes_back(house):
    """It lay in the box until its talk came; that it does no more was carried into the back-up, and it was called erased."""
    talk = house.cast.talk()
    edit = make.edit(talk, "Rettet")
    house.take(edit)
    house.done("backup", "create", house.folder / "b")
    assert house.take(talk) == ["stored"]
    assert sorted(house.ids()) == sorted([talk["id"], edit["id"]])
    house.done("backup", "restore", house.folder / "b")
    assert forgotten(house) == set()
    assert house.take(talk, edit)[0] == "stored"
    assert sorted(house.ids()) == sorted([talk["id"], edit["id"]])


def test_what_was_put_right_after_the_back_up_comes_back(house):
    """The phone has its copy: it must not be told to forget it."""
    right = house.cast.talk()
    wrong = {**right, "unit": str(house.cast.kommune.id)}
    assert house.take(wrong) == ["needs_help"]
    house.done("backup", "create", house.folder / "b")
    assert house.take(right) == ["stored"]
    house.done("backup", "restore", house.folder / "b")
    assert forgotten(house) == set()
    assert house.take(right) == ["stored"]
    assert house.ids() == [right["id"]]


def forgotten(house):
    with house.database.reading() as session:
        return set(map(str, sync.forget_list(session, house.cast.leder)))


def test_what_was_corrected_on_the_phone_stays_there_when_the_matter_was_settled_elsewhere(worlds):
    """Settled is what lay in the box, not what is written since: that is offered, and taken."""
    world = worlds("sqlite", HOERT_LIMITS="off")
    phone, _line = world.phone("leder")
    with world.database.reading() as session:
        elsewhere = session.exec(select(Unit).where(Unit.name == "Skovbrynet")).one()
    key = phone.note("for andre steder", unit=str(elsewhere.id))
    phone.do("kick", pressed=True)
    [stuck] = phone.outbox()
    assert stuck["status"] == "needs_help"
    with world.database.writing() as session:
        actor = people.actor_for(session, world.people["leder"])
        [boxed] = sync.waiting(session, actor)
        assert sync.settle(session, actor, boxed.key, now=now() + timedelta(seconds=1))
    phone.do("edit", first=key, texts=["rettet på telefonen"])
    phone.do("kit")
    [waiting] = phone.outbox()
    assert (waiting["id"], waiting["state"]) == (key, "waiting")
    phone.do("kick", pressed=True)
    rows = oracle.Rows.of(world.database)
    assert key in rows.talks or any(str(row.item_id) == key and row.settled_at is None for row in rows.boxed)
    phone.do("forget")
