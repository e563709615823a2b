"""R7: strings that have hurt other programs, in every field of an item and of an envelope; items that cannot be used as the
first, the middle and the last of an envelope. The others are stored; what cannot be is kept to the letter, and stops nobody."""

import copy
import json
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import create_app
from domain import guard, sync
from domain.base import new_id
from domain.conversations import Conversation
from domain.sync.rules import item_id
from tests import cast as people
from tests import make
from tests.fault import oracle
from tests.fault.soak import say
from tests.ids import in_letters
from tests.web.client import Visitor

NAUGHTY: dict[str, str] = json.loads(Path("tests/data/naughty.json").read_text("utf-8"))
LONG = {"very long": "å" * 200_000, "one too long": "😀" * 5_001}
WORDS = NAUGHTY | LONG
PLACES = ("first", "middle", "last")

#: Where a string is put: into the members of an item, by their names and places; the last one is the name of a member itself.
FIELDS = {
    "id": ("id",),
    "kind": ("kind",),
    "revision": ("revision",),
    "replaces": ("replaces",),
    "unit": ("unit",),
    "version": ("question_set_version",),
    "held_at": ("held_at",),
    "answers": ("answers",),
    "answer": ("answers", 0),
    "question": ("answers", 0, "question"),
    "text": ("answers", 0, "text"),
    "text beside": ("answers", 1, "text"),
    "choice": ("answers", 0, "choice"),
    "choices": ("answers", 0, "choices"),
    "one of the choices": ("answers", 0, "choices", 0),
    "number": ("answers", 0, "number"),
    "about": ("about",),
    "about's codes": ("about", "relation"),
    "about's code": ("about", "relation", 0),
    "quote_scope": ("quote_scope",),
    "themes": ("themes",),
    "confirmed": ("themes", "confirmed", 0),
    "rejected": ("themes", "rejected", 0),
    "tone": ("themes", "tones", "00000000-0000-4000-8000-000000000000"),
    "a member of tomorrow": ("mood",),
    "deep in one": ("mood", "a", "b"),
    "a name": (),
    "a name in about": ("about",),
    "of": ("of",),
}


def poisoned(cast, field, words):
    """An item with the words in one of its fields."""
    item = cast.talk(("Første", "Anden"), about={"relation": ["mother"]})
    item["answers"][0]["choices"], item["themes"] = [], {"confirmed": [""], "rejected": [""], "tones": {}}
    if "confirmed" not in FIELDS[field] and "rejected" not in FIELDS[field]:
        item["themes"] = {"confirmed": [], "rejected": [], "tones": {}}
    else:
        item["themes"]["rejected" if "confirmed" in FIELDS[field] else "confirmed"] = []
    if field == "of":
        return {"id": str(new_id()), "kind": "withdrawal", "of": words}
    item["mood"] = {"a": {"b": 1}}
    if field.startswith("a name"):
        (item["about"] if field == "a name in about" else item)[words] = ["mother"]
        return item
    if field == "one of the choices":
        item["answers"][0]["choices"] = [""]
    at, *path = item, *FIELDS[field]
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = words
    return item


@pytest.fixture
def cast(database):
    with database.writing() as session:
        return people.gather(session)


def wire(items):
    """As it comes: JSON, escaped as a phone escapes it."""
    return json.loads(json.dumps(items))


def send(database, cast, items):
    with database.writing() as session:
        return sync.take(session, cast.leder, items=wire(items), now=make.NOW)


def covered(value):
    """As it is kept for help: CPR numbers covered, and nothing else."""
    if isinstance(value, dict):
        return {covered(name): covered(one) for name, one in value.items()}
    if isinstance(value, list):
        return [covered(one) for one in value]
    return guard.mask(value)[0] if isinstance(value, str) and item_id({"id": value}) is None else value


def fingerprint(item):
    try:
        return oracle.fingerprint(item)
    except Exception:
        return None


def rows_of(database):
    with database.reading() as session:
        return {str(row.id): row for row in session.execute(sa.select(Conversation.__table__)).all()}


def in_the_box(database, cast):
    with database.reading() as session:
        return {str(one.item_id): one.content for one in sync.waiting(session, cast.leder)}


@pytest.mark.parametrize("field", FIELDS)
def test_every_string_in_every_field_costs_only_its_own_item(database, cast, field):
    """Three at a time: one comes first, one in the middle, one last; between them stand talks that are well."""
    names = list(WORDS)
    envelopes = [names[at : at + len(PLACES)] for at in range(0, len(names), len(PLACES))]
    sent, well = {}, []
    for some in envelopes:
        poison = [poisoned(cast, field, WORDS[name]) for name in some]
        between = [cast.talk(f"Rask {in_letters(new_id())}") for _ in some[1:]]
        items = [item for pair in zip(poison, [*between, None], strict=True) for item in pair if item]
        receipts = send(database, cast, items)
        assert [one.sha256 for one in receipts] == [fingerprint(item) for item in items]
        assert {one.status for one, item in zip(receipts, items, strict=True) if item in between} <= {"stored"}
        well += between
        for name, item in zip(some, poison, strict=True):
            sent[name] = (item, receipts[items.index(item)])
    rows, boxed = rows_of(database), in_the_box(database, cast)
    assert {item["id"] for item in well} <= rows.keys()
    for name, (item, receipt) in sent.items():
        say(0, field, name, receipt.status)
        kept_to_the_letter(item, receipt, rows, boxed)
    # Once more, as after a lost answer: nothing is doubled.
    items = [item for item, receipt in sent.values()]
    again = [one.status for some in range(0, len(items), 10) for one in send(database, cast, items[some : some + 10])]
    expected = {"stored": "duplicate"}
    assert again == [expected.get(receipt.status, receipt.status) for _item, receipt in sent.values()]
    assert rows_of(database).keys() == rows.keys()


def kept_to_the_letter(item, receipt, rows, boxed):
    if receipt.status == "stored" and item["kind"] == "conversation":
        row = rows[item["id"]]
        texts = [(one["question"], covered(one["text"])) for one in item["answers"] if one.get("text") is not None]
        assert [(one["question"], one["text"]) for one in row.answers if "text" in one] == texts
        assert item["id"] not in boxed
    elif receipt.status == "needs_help":
        assert boxed[item["id"]] == covered(item)
        assert json.loads(json.dumps(boxed[item["id"]])) == covered(item)
        assert item["id"] not in rows
    else:
        assert (receipt.status, receipt.id) == ("unusable", None)
        assert item_id(item) is None


def test_a_withdrawal_of_a_number_and_items_that_are_no_objects_stop_nobody(database, cast):
    odd = [*NAUGHTY.values(), None, True, 7, [], [[]], {}, {"id": None}, {"id": str(new_id())}]
    well = [cast.talk(f"Rask {n}") for n in range(len(odd))]
    for one, good in zip(odd, well, strict=True):
        receipts = send(database, cast, [one, good, copy.deepcopy(one)])
        assert receipts[1].status == "stored"
        assert {receipts[0].status, receipts[2].status} <= {"unusable", "needs_help"}
    assert {item["id"] for item in well} == rows_of(database).keys()


# The envelope itself, over HTTP


@pytest.fixture
def phone(tmp_path, sqlite_url):
    """A way to /sync, and the cast."""
    app = create_app({"INSTANCE": tmp_path / "instance", "DATABASE_URL": sqlite_url, "LIMITS": False})
    app.testing = True
    with app.extensions["hoert.database"].writing() as session:
        cast = people.gather(session)
    visitor = Visitor(app)
    visitor.sign_in("leder")
    token = json.loads(visitor.get("/sync/token", json=True).text)["csrf_token"]

    def post(envelope, **headers):
        body = json.dumps(envelope).encode()
        headers = {"X-CSRFToken": token, "Content-Type": "application/json", **headers}
        return visitor.http.post("/sync", data=body, headers=headers, base_url=visitor.base_url)

    yield post, cast
    app.extensions["hoert.database"].dispose()


@pytest.mark.parametrize("field", ["schema", "device", "waiting", "items", "a member of tomorrow", "a name"])
def test_every_string_in_every_field_of_an_envelope_is_refused_or_let_through(phone, field):
    """What was refused goes into the next one, and is stored."""
    post, cast = phone
    for name, words in NAUGHTY.items():
        item = cast.talk(f"{field} {name}")
        right = {"schema": "hoert.envelope/1", "device": str(uuid.uuid4()), "waiting": 0, "items": [item]}
        said = post({**right, **({words: 1} if field == "a name" else {field: words})})
        is_known = field in right
        assert said.status_code == (400 if is_known else 200), name
        if is_known:
            assert (said.json["code"], said.json["fields"]) == ("malformed", [field])
        [receipt] = post(right).json["receipts"]
        assert receipt["status"] == ("stored" if is_known else "duplicate")


def test_strings_in_the_headers_of_an_envelope_change_nothing(phone):
    post, cast = phone
    for words in NAUGHTY.values():
        plain = words.encode("utf-8", "replace").decode("latin-1").translate(dict.fromkeys(range(32)))
        right = {"schema": "hoert.envelope/1", "device": str(uuid.uuid4()), "waiting": 0, "items": [cast.talk()]}
        assert post(right, **{"User-Agent": plain, "Accept-Language": plain}).json["receipts"][0]["status"] == "stored"


# From the real phone to the server and back


@pytest.mark.parametrize("place", PLACES)
def test_from_a_phone_every_talk_is_stored_to_the_letter_but_what_cannot_be_which_stays_there(worlds, place):
    world = worlds("sqlite", HOERT_LIMITS="off")
    phone, _line = world.phone("leder", seed=place)
    texts = {phone.note(words): words for words in NAUGHTY.values() if words.strip("\ufeff \u00a0\t\n")}
    poison = [phone.note("😀" * 5_001), phone.note("for stor " * 120_000), phone.note("halvt \ud83d bogstav")]
    items = {one["id"]: one for one in phone.outbox()}
    first = {"first": 0, "middle": len(texts) // 2, "last": len(texts)}[place]
    reorder(phone, [*list(texts)[:first], *poison, *list(texts)[first:]], items)
    for _ in range(2):
        phone.do("kick", pressed=True)
    stuck = {one["id"]: one for one in phone.outbox()}
    half = {key for key, words in texts.items() if any("\ud800" <= letter <= "\udfff" for letter in words)}
    assert stuck.keys() == {*poison, *half}
    assert {one["state"] for one in stuck.values()} == {"stuck"}
    assert {key: one["item"] for key, one in stuck.items()} == {key: items[key]["item"] for key in stuck}
    rows = rows_of(world.database)
    for key in texts.keys() - half:
        assert rows[key].answers == items[key]["item"]["answers"]
        assert rows[key].sha256 == oracle.fingerprint(items[key]["item"])
    # The file a person keeps of it, brought to another phone, holds every letter.
    other, _line = world.phone("leder", seed=f"{place} other")
    other.do("bring", items=json.loads(json.dumps(list(stuck.values()))), owner=next(iter(stuck.values()))["owner"])
    assert {one["id"]: one["item"] for one in other.outbox()} == {key: one["item"] for key, one in stuck.items()}
    for one in (phone, other):
        one.do("forget")


def reorder(phone, keys, items):
    """The same talks in another order: as they would lie had they been noted so."""
    owner = next(iter(items.values()))["owner"]
    for key in items:
        phone.do("undo", first=key)
    phone.do("bring", items=[items[key] for key in keys], owner=owner)
