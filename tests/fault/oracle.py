"""What must be true when the faults are over: nothing that a phone said it kept is lost, nothing stands twice or otherwise.

It knows three things: what the phones' disks held (their ledgers), what their outboxes hold now, and the rows. Fingerprints are
made anew here, by the standard's own library, and compared with the rows: the server's own are not believed.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlmodel import select

from domain.base import Database
from domain.conversations import Conversation
from domain.conversations.tables import Tombstone
from domain.sync import BoxedItem
from tests.fault.phones import Phone

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """The database as it stands."""

    talks: dict[str, Conversation]
    buried: dict[str, Tombstone]
    boxed: list[BoxedItem]

    @classmethod
    def of(cls, database: Database) -> "Rows":
        with database.reading() as session:
            talks = {str(row.id): row for row in session.exec(select(Conversation)).all()}
            buried = {str(row.item_id): row for row in session.exec(select(Tombstone)).all()}
            return cls(talks, buried, list(session.exec(select(BoxedItem)).all()))


def complaints(database: Database, phones: Iterable[Phone], *, people: Mapping[str, uuid.UUID]) -> list[str]:
    """All that is wrong, in words; nothing when every promise was kept. The rows may hold talks of other phones too, but none of
    these phones' talks twice."""
    rows, found = Rows.of(database), []
    for phone in phones:
        ledger, author = phone.ledger(), people[phone.person]
        found += [f"{phone.name}: {one}" for one in _left_behind(ledger)]
        found += [f"{phone.name}: {one}" for one in _wrong(ledger, rows, author)]
    return found + doubled(rows)


def acknowledged_but_not_stored(database: Database, phones: Iterable[Phone]) -> list[str]:
    """In the midst of faults: what a phone has let go of, and its person did not take back, the database has."""
    ledgers = [phone.ledger() for phone in phones]  # before the rows: what is let go of meanwhile counts for nobody
    rows, gone = Rows.of(database), []
    for ledger in ledgers:
        withdrawn = _withdrawn(ledger)
        let_go = [entry for entry in ledger if entry["offered"] and not entry["lies"]]
        gone += [one["id"] for one in let_go if one["item"]["kind"] == "withdrawal" or one["first"] not in withdrawn]
    return [key for key in gone if key not in rows.talks and key not in rows.buried]


def doubled(rows: Rows) -> list[str]:
    """Texts of these tests are all different, so that the same answers under two talks are one talk stored twice."""
    texts: Counter[str] = Counter()
    for first, answers in {(str(row.first_id), str(row.answers)) for row in rows.talks.values()}:
        del first
        texts[answers] += 1
    return [f"stands {n} times: {answers}" for answers, n in texts.items() if n > 1]


def fingerprint(item: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(item)).hexdigest()


def _left_behind(ledger: list[Entry]) -> list[str]:
    return [f"{entry['id']} is still {entry['state']} ({entry['status']})" for entry in ledger if entry["lies"]]


def _withdrawn(ledger: list[Entry]) -> set[str]:
    return {entry["first"] for entry in ledger if entry["item"]["kind"] == "withdrawal"}


def _wrong(ledger: list[Entry], rows: Rows, author: uuid.UUID) -> list[str]:
    withdrawn, found = _withdrawn(ledger), []
    for entry in ledger:
        row, grave = rows.talks.get(entry["id"]), rows.buried.get(entry["id"])
        if entry["lies"]:
            continue  # told already
        if entry["item"]["kind"] == "withdrawal":
            if grave is None or grave.sha256 != fingerprint(entry["item"]) or grave.person_id != author:
                found.append(f"withdrawal {entry['id']} is lost")
        elif entry["first"] in withdrawn or not entry["offered"]:
            if row is not None:
                history = [
                    (one["id"], one["state"], one["offered"], one["item"].get("of"))
                    for one in ledger
                    if one["first"] == entry["first"]
                ]
                found.append(f"{entry['id']} was taken back and stands there: {history}")
        elif row is None:
            found.append(f"{entry['id']} is lost")
        else:
            found += [f"{entry['id']}: {one}" for one in _unlike(row, entry, rows, author)]
    return found


def _unlike(row: Conversation, entry: Entry, rows: Rows, author: uuid.UUID) -> list[str]:
    """How a row differs from the item it was made of."""
    item = entry["item"]
    pairs = {
        "sha256": (row.sha256, fingerprint(item)),
        "author": (row.author_id, author),
        "unit": (str(row.unit_id), item["unit"]),
        "version": (str(row.question_set_version_id), item["question_set_version"]),
        "revision": (row.revision, item["revision"]),
        "first": (str(row.first_id), entry["first"]),
        "held_at": (row.held_at, datetime.fromisoformat(item["held_at"])),
        "answers": (row.answers, item["answers"]),
        "about": (row.about, item["about"]),
        "quote_scope": (row.quote_scope, item["quote_scope"]),
    }
    found = [f"{name} is {there!r}, not {sent!r}" for name, (there, sent) in pairs.items() if there != sent]
    if item["replaces"]:
        before = rows.talks.get(item["replaces"])
        if before is None or str(before.replaced_by_id) != entry["id"]:
            found.append("the revision it replaces does not lead to it")
    return found
