"""A server that was restored from an older back-up tells a phone the secret it had: what it sealed meanwhile opens again."""

import json
import uuid

import pytest
import sqlalchemy as sa

from domain.people import Device
from tests.fault.test_restore import House
from tests.web.client import Visitor

PHONE, OTHER = str(uuid.uuid4()), str(uuid.uuid4())


@pytest.fixture
def house(tmp_path, database_url):
    found = House(tmp_path, database_url)
    yield found
    found.database.dispose()


def ask(house, device=PHONE):
    """In a browser of its own: a restore signs everybody out."""
    visitor = Visitor(house.app)
    visitor.sign_in("leder")
    token = json.loads(visitor.get("/sync/token").text)["csrf_token"]
    body, headers = {"device": device}, {"X-CSRFToken": token}
    return visitor.http.post("/sync/secret", json=body, headers=headers, base_url=visitor.base_url)


def secrets(house):
    with house.database.reading() as session:
        return sorted(session.execute(sa.select(Device.secret)).scalars().all())


def test_of_a_phone_that_the_backup_has_not_seen_the_same_comes_out_again(house):
    house.done("backup", "create", house.folder / "b")
    before = ask(house).json["secret"]
    house.done("backup", "restore", house.folder / "b")
    assert secrets(house) == []
    assert ask(house).json["secret"] == before


def test_what_a_backup_holds_is_told_also_by_a_server_with_another_key(house):
    before = ask(house).json["secret"]
    house.done("backup", "create", house.folder / "b")
    lost = ask(house, OTHER).json["secret"]
    house.app.config["SECRET_KEY"] = "another key than before"
    house.done("backup", "restore", house.folder / "b")
    assert secrets(house) == [before]
    assert ask(house).json["secret"] == before
    assert ask(house, OTHER).json["secret"] != lost


def test_a_phone_that_was_shut_out_since_the_backup_is_told_none(house):
    ask(house)
    house.done("backup", "create", house.folder / "b")
    with house.database.writing() as session:
        [key] = session.execute(sa.select(Device.id)).scalars().all()
    house.done("people", "revoke-device", key)
    house.done("backup", "restore", house.folder / "b")
    answer = ask(house)
    assert (answer.status_code, answer.json["code"]) == (403, "revoked")
