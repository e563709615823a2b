"""Eight phones at once, through the whole application, on both databases."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from app import create_app
from domain.base import new_id, open_database
from domain.conversations import Conversation
from tests import cast as cast_of
from tests.web.client import Visitor

pytestmark = pytest.mark.slow


@pytest.fixture
def phones(database_url, tmp_path):
    database = open_database(database_url)
    with database.writing() as session:
        cast = cast_of.gather(session)
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": database_url})
    visitors = [Visitor(app) for _ in range(8)]
    for visitor in visitors:
        visitor.sign_in("leder")
    yield database, cast, visitors
    app.extensions["hoert.database"].dispose()
    database.dispose()


def test_eight_senders_of_the_same_talk_store_one(phones):
    database, cast, visitors = phones
    tokens = [json.loads(visitor.get("/sync/token").text)["csrf_token"] for visitor in visitors]
    item = cast.talk("Den samme")

    def send(number):
        body = {"schema": "hoert.envelope/1", "device": str(new_id()), "waiting": 0, "items": [item]}
        visitor, headers = visitors[number], {"X-CSRFToken": tokens[number]}
        answer = visitor.http.post("/sync", json=body, headers=headers, base_url=visitor.base_url)
        return answer.json["receipts"][0]["status"]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(send, range(8)))
    assert sorted(found) == ["duplicate"] * 7 + ["stored"]
    with database.reading() as session:
        assert len(session.exec(select(Conversation)).all()) == 1
