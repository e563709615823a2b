"""Nothing is taken of a person or a phone once their being shut out is committed, however close the two come."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlmodel import select

from domain import people, sync
from domain.base import new_id
from domain.conversations import Conversation
from domain.people import Device
from tests import cast as everybody
from tests import make


@pytest.fixture
def phone(database, cast):
    device = new_id()
    with database.writing() as session:
        people.see_device(session, cast.leder, device_id=device, user_agent="", waiting=0, now=make.NOW)
    return device


def shut_out_person(session):
    assert people.disable(session, email=everybody.email("leder"), now=make.NOW)


def shut_out_phone(session):
    [row] = people.devices_of(session, email=everybody.email("leder"))
    assert people.shut_out_device(session, row_id=row.id, now=make.NOW)


def take(session, cast, phone):
    return sync.take(session, cast.leder, items=[cast.talk()], now=make.NOW, device_id=phone)


def stored(database):
    with database.reading() as session:
        return len(session.exec(select(Conversation.id)).all())


@pytest.mark.parametrize("shut_out", [shut_out_person, shut_out_phone])
def test_nothing_is_taken_after_it(database, cast, phone, shut_out):
    with database.writing() as session:
        shut_out(session)
    with pytest.raises(people.ShutOut), database.writing() as session:
        take(session, cast, phone)
    assert stored(database) == 0


def test_another_phone_of_the_same_person_and_another_person_on_the_phone_are_taken(database, cast, phone):
    with database.writing() as session:
        shut_out_phone(session)
    with database.writing() as session:
        assert sync.take(session, cast.leder, items=[cast.talk()], now=make.NOW, device_id=new_id())
        assert sync.take(session, cast.medarbejder, items=[cast.talk()], now=make.NOW, device_id=phone)
        assert not people.shut_out_device(session, row_id=new_id(), now=make.NOW)
    assert stored(database) == 2


@pytest.mark.parametrize("shut_out", [shut_out_person, shut_out_phone])
def test_what_comes_while_it_is_being_committed_waits_and_is_refused(database, cast, phone, shut_out):
    """Two transactions at once: the envelope came through the door before, and stands at the lock."""
    found = []

    def send():
        try:
            with database.writing() as session:
                found.append(take(session, cast, phone))
        except people.ShutOut as error:
            found.append(error)

    with database.writing() as session:
        shut_out(session)
        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(0.3)
        assert found == []
    sender.join(20)
    assert isinstance(found[0], people.ShutOut)
    assert stored(database) == 0


@pytest.mark.parametrize("shut_out", [shut_out_person, shut_out_phone])
def test_what_is_being_taken_is_committed_before_it(database, cast, phone, shut_out):
    """It waits for the envelope, so that its commit is a line: before it everything counts, after it nothing."""
    done = []

    def end():
        with database.writing() as session:
            shut_out(session)
        done.append(stored(database))

    with database.writing() as session:
        take(session, cast, phone)
        ender = threading.Thread(target=end)
        ender.start()
        time.sleep(0.3)
        assert done == []
    ender.join(20)
    assert done == [1]


def test_shutting_a_phone_out_ends_its_sign_in_and_is_logged(database, cast):
    signed_in = people.sign_in(
        database, email=everybody.email("leder"), password=make.PASSWORD, address="192.0.2.1", user_agent="", now=make.NOW
    )
    with database.writing() as session:
        people.see_device(session, signed_in.actor, device_id=new_id(), user_agent="", waiting=0, now=make.NOW)
        shut_out_phone(session)
    with database.reading() as session:
        assert people.actor_by_token(database, signed_in.token) is None
        assert session.exec(select(Device.revoked_at)).all() == [make.NOW]
        assert session.execute(sa.text("SELECT verb FROM deed")).scalars().all() == ["device_shut_out"]


@pytest.mark.parametrize("size", [1, 100])
def test_the_check_costs_no_statement_more_than_an_envelope_did(database, cast, size):
    said = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *more: said.append(more[2]))
    with database.writing() as session:
        sync.take(session, cast.leder, items=[cast.talk() for _ in range(size)], now=make.NOW, device_id=new_id())
    assert len(said) <= {"sqlite": 16, "postgresql": 16}[database.engine.dialect.name]
