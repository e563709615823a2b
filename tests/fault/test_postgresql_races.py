"""D7: another transaction comes between (could not serialise, deadlocked), or no connection is free.

The work is begun anew at most three times, then the answer is 503; nothing is ever half done. The errors are PostgreSQL's own:
made to measure (trouble.py), or of two who really wait for each other.
"""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app import create_app
from domain import people, themes
from domain.base import Ledger, new_id, open_database
from domain.conversations import Conversation
from tests import cast, make
from tests.fault import oracle, trouble
from tests.fault.leaders import Leader
from tests.fault.server import ask
from tests.fault.soak import SEED, say, seeds, trials
from tests.fault.test_cut_connections import body, sender, still_open
from tests.fault.test_races import forget
from tests.fault.town import world
from tests.ids import in_letters
from tests.web.client import Visitor

MOST_AGAIN = 3
LATER_S = 600
OWNERS = ("leder", "leder", "leder2", "medarbejder")
POOL = {"pool_size": 2, "max_overflow": 0, "pool_timeout": 0.2}


@pytest.fixture(scope="module")
def troubled(nursery, phones, address_of, tmp_path_factory):
    folder = tmp_path_factory.mktemp("troubled")
    (folder / "trouble").mkdir()
    settings = {"HOERT_LIMITS": "off", "FAULT_TROUBLE": str(folder / "trouble")}
    with world(nursery, phones, folder, address_of("postgresql", folder), **settings) as made:
        made.trouble = folder / "trouble"
        made.headers, made.kit = sender(made)
        yield made


def stored(made, envelope):
    """How many of these talks are there."""
    with made.database.reading() as session:
        ids = [uuid.UUID(item["id"]) for item in json.loads(envelope)["items"]]
        return len(session.exec(select(Conversation.id).where(Conversation.id.in_(ids))).all())


def post(made, envelope):
    return ask(made.server.port, "POST", "/sync", envelope, made.headers)


def noting(made):
    """Four phones, and who uses them."""
    say(SEED)
    phones = [made.phone(person, seed=f"{SEED} {place}")[0] for place, person in enumerate(OWNERS)]
    return phones, [Leader(phone, f"{SEED} {place}") for place, phone in enumerate(phones)]


def begun_anew(made):
    return made.server.log.read_text("utf-8").count("begun anew")


@pytest.mark.parametrize("state", trouble.RACES)
@pytest.mark.parametrize("place", trouble.PLACES)
def test_who_lost_a_race_is_begun_anew_and_nobody_notices(troubled, place, state):
    for number in range(trials(5)):
        times, before = number % MOST_AGAIN + 1, begun_anew(troubled)
        trouble.make(troubled.trouble, place, state, times)
        envelope = body(troubled.kit, count=3)
        answer = post(troubled, envelope)
        assert [one["status"] for one in answer.json["receipts"]] == ["stored"] * 3
        assert stored(troubled, envelope) == 3
        assert trouble.left(troubled.trouble) == 0
        assert begun_anew(troubled) - before == times


@pytest.mark.parametrize("state", trouble.RACES)
@pytest.mark.parametrize("place", trouble.PLACES)
def test_who_loses_again_and_again_is_told_to_come_later_and_nothing_is_half_done(troubled, place, state):
    for _ in range(trials(5)):
        trouble.make(troubled.trouble, place, state, MOST_AGAIN + 1)
        envelope = body(troubled.kit, count=3)
        answer = post(troubled, envelope)
        assert (answer.status, answer.json["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert trouble.left(troubled.trouble) == 0, "tried three times more, and then no longer"
        assert stored(troubled, envelope) == 0
        assert still_open(troubled) == 0
        assert post(troubled, envelope).status == 200
        assert stored(troubled, envelope) == 3
    assert troubled.server.errors() == []


def test_phones_that_meet_all_of_it_lose_nothing(troubled):
    for seed in seeds(10):
        say(seed)
        made = [troubled.phone(person, seed=f"{seed} {person}")[0] for person in ("leder", "leder2", "medarbejder")]
        leaders = [Leader(phone, f"{seed} {place}") for place, phone in enumerate(made)]
        for leader in leaders:
            leader.do(4)
        for place in trouble.PLACES:
            for state in trouble.RACES:
                trouble.make(troubled.trouble, place, state, 2)
        with ThreadPoolExecutor(len(leaders)) as pool:
            list(pool.map(Leader.send, leaders))
            for one in troubled.trouble.iterdir():
                one.unlink()
            list(pool.map(lambda phone: phone.do("flush", later_s=LATER_S), made))
        assert oracle.complaints(troubled.database, made, people=troubled.people) == []
        forget(*made)


def test_a_talk_taken_back_in_vain_does_not_stand_in_the_ledger(troubled):
    """What a restore would erase again is what was erased."""
    ledger = Ledger(troubled.server.folder / "instance" / "erased.log")
    for _ in range(trials(3)):
        envelope = body(troubled.kit, count=1)
        post(troubled, envelope)
        key = uuid.UUID(json.loads(envelope)["items"][0]["id"])
        taken_back = {**json.loads(envelope), "items": [make.withdrawal(key)]}
        trouble.make(troubled.trouble, "committing", "40001", MOST_AGAIN + 1)
        assert post(troubled, json.dumps(taken_back).encode()).status == 503
        assert [one for one in ledger.read() if key in one.items] == []
        assert stored(troubled, envelope) == 1
        trouble.make(troubled.trouble, "committing", "40001", MOST_AGAIN)
        assert post(troubled, json.dumps(taken_back).encode()).status == 200
        assert len([one for one in ledger.read() if key in one.items]) == 1
        assert stored(troubled, envelope) == 0


def waits_for_its_person(made):
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with made.database.reading() as session:
        return session.execute(sa.text(query)).scalar_one()


def told_to(database, setting):
    """Every connection to this database from now on."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = connection.execute(sa.text("SELECT current_database()")).scalar_one()
        connection.execute(sa.text(f"ALTER DATABASE {name} SET {setting}"))


def until(true):
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_that_really_wait_for_each_other_are_both_done(troubled):
    """One holds a talk and then wants its author's turn; the author's phone has the turn and edits that talk. PostgreSQL undoes
    what the phone's began; it is begun anew, and stored."""
    phone, _line = troubled.phone("leder")
    # PostgreSQL looks once, so long after the phone's began to wait: by then the other one must wait too.
    told_to(troubled.database, "deadlock_timeout = '500ms'")
    troubled.server.kill()
    troubled.server.start()
    for number in range(trials(10)):
        key, before = phone.note(f"Før begge {number} {phone.name}"), begun_anew(troubled)
        phone.do("kick", pressed=True)
        phone.do("edit", first=key, texts=[f"Efter begge {number} {phone.name}"])
        with troubled.database.session(writes=True) as other:
            other.execute(sa.text("SET LOCAL deadlock_timeout = '60s'"))  # so that it is the phone's that is undone
            themes.lock(other, uuid.UUID(key))
            sending = phone.begin("kick", pressed=True)
            until(lambda: waits_for_its_person(troubled) == 1)
            people.hold(other, troubled.people["leder"])
            other.commit()
        assert sending.result(30) == "ok"
        assert phone.outbox() == []
        assert begun_anew(troubled) == before + 1
    assert oracle.complaints(troubled.database, [phone], people=troubled.people) == []
    assert troubled.server.errors() == []


def test_nothing_is_lost_where_the_administrator_chose_the_strictest_isolation(nursery, phones, address_of, tmp_path):
    """There PostgreSQL refuses whatever might not be serial: 40001 without anything made to measure."""
    url = address_of("postgresql", tmp_path)
    opened = open_database(url)
    told_to(opened, "default_transaction_isolation = 'serializable'")
    opened.dispose()
    with world(nursery, phones, tmp_path, url, HOERT_LIMITS="off") as made:
        owned, leaders = noting(made)
        with ThreadPoolExecutor(len(leaders)) as pool:
            for _ in range(trials(10)):
                list(pool.map(lambda leader: leader.do(2), leaders))
                list(pool.map(lambda phone: phone.do("flush", later_s=LATER_S), owned))
            list(pool.map(lambda phone: phone.do("flush", later_s=LATER_S), owned))
        assert oracle.complaints(made.database, owned, people=made.people) == []
        assert begun_anew(made) > 0
        assert made.server.errors() == []
        forget(*owned)


def test_where_no_connection_is_free_the_answer_is_503_within_seconds(nursery, phones, address_of, tmp_path):
    """Two connections, and both wait for the turn of a person whom somebody else holds."""
    settings = {"HOERT_LIMITS": "off", "FAULT_POOL": json.dumps(POOL), "workers": 1}
    with world(nursery, phones, tmp_path, address_of("postgresql", tmp_path), **settings) as made:
        made.headers, made.kit = sender(made)
        owned, leaders = noting(made)
        with ThreadPoolExecutor(len(leaders) + 2) as pool:
            for number in range(trials(10)):
                for leader in leaders:
                    leader.do(2)
                with made.database.session(writes=True) as holding:
                    for name in ("leder", "leder2", "medarbejder"):
                        people.hold(holding, made.people[name])
                    stuck = [pool.submit(post, made, body(made.kit, count=1)) for _ in range(2)]
                    until(lambda: waits_for_its_person(made) >= 2)
                    began = time.monotonic()
                    sending = [pool.submit(leader.send) for leader in leaders]
                    answer = post(made, body(made.kit, count=1))
                    took_s = time.monotonic() - began
                    page = ask(made.server.port, "GET", "/capture/plain", None, made.headers)
                    ready = ask(made.server.port, "GET", "/health/ready")
                for one in (answer, page):
                    assert one.status == 503
                    assert int(one.headers["Retry-After"]) > 0
                assert ready.status == 503
                assert took_s < 5
                assert [one.result(30).status for one in stuck] == [200, 200]
                for one in sending:
                    one.result(30)
                assert post(made, body(made.kit, count=1)).status == 200, number
                assert still_open(made) == 0
                for phone in owned:  # one after the other: there are two connections
                    phone.do("flush", later_s=LATER_S)
        assert oracle.complaints(made.database, owned, people=made.people) == []
        assert made.server.errors() == []


def test_a_request_that_waits_too_long_for_a_row_is_answered(nursery, phones, address_of, tmp_path):
    settings = {"HOERT_LIMITS": "off", "FAULT_LIMITS": json.dumps({"lock_timeout": "300ms"})}
    with world(nursery, phones, tmp_path, address_of("postgresql", tmp_path), **settings) as made:
        made.headers, made.kit = sender(made)
        for _ in range(trials(3)):
            envelope = body(made.kit, count=2)
            with made.database.session(writes=True) as holding:
                people.hold(holding, made.people["leder"])
                began = time.monotonic()
                answer = post(made, envelope)
                took_s = time.monotonic() - began
            assert (answer.status, answer.json["code"]) == (503, "unavailable")
            assert took_s < 3
            assert still_open(made) == 0
            assert stored(made, envelope) == 0
            assert post(made, envelope).status == 200
        assert made.server.errors() == []


def test_the_plain_form_is_begun_anew_too(address_of, tmp_path):
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": address_of("postgresql", tmp_path)})
    database = app.extensions["hoert.database"]
    with database.writing() as session:
        cast.gather(session)
    trouble.listen(database.engine, tmp_path / "trouble", lambda: True)
    visitor = Visitor(app)
    visitor.sign_in("leder")
    page, words = visitor.get("/capture/plain"), f"Fra formularen {in_letters(new_id())}"
    [question, *_] = [name for name, _value in page.fields("/capture/plain") if name.startswith("answer_")]
    trouble.make(tmp_path / "trouble", "inserting", "40P01", MOST_AGAIN + 1)
    refused = visitor.submit(page, "/capture/plain", **{question: words})
    assert refused.status == 503
    assert words in refused.text
    trouble.make(tmp_path / "trouble", "inserting", "40P01", MOST_AGAIN)
    assert visitor.submit(page, "/capture/plain", **{question: words}).status == 302
    assert trouble.left(tmp_path / "trouble") == 0
    with database.reading() as session:
        assert [row.answers[0]["text"] for row in session.exec(select(Conversation)).all()] == [words]
    database.dispose()
