"""Rules broken on purpose, each as a real project broke it. test_the_tests.py shows that a fault test finds every one.

SERVER: called with the application before its first request (wrapped.py). PHONE: what to replace in which module; what is
replaced must stand there exactly once, so that a change of the module is noticed here.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, g, request
from sqlmodel import Session, col, select

from blueprints.shared import unit
from blueprints.shared.application import Hoert
from domain import conversations, people, sync
from domain.base import Database, new_id
from domain.conversations import Conversation, arrivals
from domain.people import Actor
from domain.questions import QuestionSetVersion
from domain.sync import Receipt, rules, store

#: A slow disk: long enough for somebody else to come between.
BETWEEN_S = 0.1
MOST_LEFT = 2


def select_then_insert(app: Hoert) -> None:
    """Looks whether the id is taken and inserts after, with nothing that makes one person's senders take turns."""

    def insert(session: Session, rows: Sequence[dict[str, Any]]) -> dict[UUID, int]:
        with _database(app).reading() as looking:
            there = arrivals.standing(looking, [row["id"] for row in rows])
        time.sleep(BETWEEN_S)
        new = [row for row in rows if row["id"] not in there]
        numbered = [{**row, "sequence": n} for row, n in zip(new, arrivals.numbers(session, len(new)), strict=True)]
        for row in numbered:
            session.execute(sa.insert(Conversation).values(**row))
        return {row["id"]: row["sequence"] for row in numbered}

    conversations.insert = insert  # type: ignore[assignment]
    people.hold = lambda *_: None  # type: ignore[assignment]


def key_of_its_own(_app: Hoert) -> None:
    """The server gives each talk that arrives an id of its own, and does not know it when it comes again."""
    take = sync.take

    def as_new(session: Session, actor: Actor, *, items: Sequence[Any], **more: Any) -> list[Receipt]:
        firsts = [item.get("kind") == "conversation" and item.get("replaces") is None for item in items]
        keyed = [{**item, "id": str(new_id())} if first else item for item, first in zip(items, firsts, strict=True)]
        given = take(session, actor, items=keyed, **more)
        return [
            Receipt(UUID(item["id"]), one.status, rules.fingerprint(item), one.sequence, one.problems)
            for item, one in zip(items, given, strict=True)
        ]

    sync.take = as_new  # type: ignore[assignment]


def acknowledge_before_commit(_app: Hoert) -> None:
    """The answer leaves, and then the work is committed."""
    from tests.fault.wrapped import die_at

    finish = unit.finish

    def later(response: Response) -> None:
        if request.path != "/sync" or response.status_code != 200:
            return finish(response)
        opened = g.pop("session")

        def commit() -> None:
            die_at("before_commit")
            opened.commit()
            opened.close()

        response.call_on_close(commit)
        return None

    unit.finish, unit.commit = later, lambda: None  # type: ignore[assignment]


def hash_of_the_answers(_app: Hoert) -> None:
    """The fingerprint speaks of what was made of the item, not of the item as it was received."""

    def of_answers(raw: Any) -> str:
        return hashlib.sha256(json.dumps(raw.get("answers")).encode()).hexdigest()

    rules.fingerprint = of_answers  # type: ignore[assignment]


def everybody_is_the_author(_app: Hoert) -> None:
    """Whose a stored talk is, is not asked: it is taken for that of whoever names it."""
    look = store._Taking._look

    def as_own(self: Any, ids: Any) -> None:
        look(self, ids)
        self.known = {key: replace(one, author_id=self.actor.person_id) for key, one in self.known.items()}

    store._Taking._look = as_own  # type: ignore[method-assign]


def version_of_today(app: Hoert) -> None:
    """A talk is stored under the questions as they are now, not as they were asked."""
    row = conversations.row

    def under_the_newest(actor: Actor, **more: Any) -> dict[str, Any]:
        made = row(actor, **more)
        with _database(app).reading() as looking:
            asked = looking.get_one(QuestionSetVersion, made["question_set_version_id"])
            same = select(QuestionSetVersion.id).where(QuestionSetVersion.question_set_id == asked.question_set_id)
            newest = looking.exec(same.order_by(col(QuestionSetVersion.number).desc())).first()
        return {**made, "question_set_version_id": newest}

    conversations.row = under_the_newest  # type: ignore[assignment]


def transaction_left_open(app: Hoert) -> None:
    """Some requests leave a transaction behind."""
    left: list[Session] = []

    def close(_error: BaseException | None = None) -> None:
        opened = g.pop("session", None)
        if opened is not None and len(left) < MOST_LEFT:
            left.append(opened)
            opened.execute(sa.text("SELECT 1"))
        elif opened is not None:
            opened.close()

    unit.close = close  # type: ignore[assignment]
    app.teardown_appcontext_funcs[:] = [close if one.__name__ == "close" else one for one in app.teardown_appcontext_funcs]


def _database(app: Hoert) -> Database:
    found: Database = app.extensions["hoert.database"]
    return found


SERVER: Mapping[str, Callable[[Hoert], None]] = {
    one.__name__: one
    for one in (
        select_then_insert,
        key_of_its_own,
        acknowledge_before_commit,
        hash_of_the_answers,
        everybody_is_the_author,
        version_of_today,
        transaction_left_open,
    )
}
Replacements = dict[str, list[list[str]]]

_STORED = 'some.map((one, n) => ({ id: one.id, sha256: hashes[n], status: "stored" }))'
_MADE_UP = f"{{ server_time: new Date().toISOString(), receipts: {_STORED} }}"
_JUDGE = (
    'if (status === 200 && json?.schema === "hoert.receipts/1" && Array.isArray(json.receipts) && json.receipts.length === count)'
)
PHONE: Mapping[str, Replacements] = {
    "any_200_is_sent": {
        "outbox/queue.js": [[_JUDGE, "if (status === 200)"]],
        "outbox/send.js": [["await taken(some, answer.json, hashes)", f"await taken(some, {_MADE_UP}, hashes)"]],
    },
    "removed_before_its_receipt": {
        "outbox/send.js": [
            ["if (some.length === 0) continue;", "for (const one of some) await store.change(one.id, () => null);"]
        ]
    },
    "receipt_without_hash": {
        "outbox/queue.js": [["receipt?.id === one.id && receipt.sha256 === sha256", "receipt?.id === one.id"]]
    },
    "receipt_of_anybody": {"outbox/queue.js": [["receipt?.id === one.id && receipt.sha256", "receipt?.sha256"]]},
    "retry_after_forgotten": {"outbox/queue.js": [["Math.min(Math.max(seconds, 0), LONGEST_BACK_OFF_MS / 1000)", "0 * seconds"]]},
    "no_owner_check": {"outbox/send.js": [['if (answer.json.person !== owner) return done("other_person");', ""]]},
    "changed_after_it_left": {
        "outbox/queue.js": [
            [
                'one.state === "held" || one.state === "waiting";\n\n/** What the person',
                'one.state !== "stuck";\n\n/** What the person',
            ]
        ]
    },
    "no_lock": {"outbox/send.js": [['navigator.locks.request("hoert-outbox", () => run(how))', "run(how)"]]},
    "key_that_lies_nowhere": {
        "outbox/keys.js": [["if (!fit.length) await store.keep_meta({ keys: all });", ""]],
        "outbox/rows.js": [['if (more) table("meta").put(more, "keys");', ""]],
    },
    "sealed_for_nobody": {
        "outbox/rows.js": [
            ["if (!keys.has_key(row.owner)) return row;", "return row;"],
            ["if (rows.some((row) => !row.sealed && row.owner in lying)) return false;", ""],
        ]
    },
    "secret_that_stays": {"outbox/lock.js": [["await keeper.let_go();\n    seal.close();", "seal.close();"]]},
    "written_over_another_windows": {
        "outbox/rows.js": [["if (JSON.stringify(await read(table)) !== JSON.stringify(lying)) return false;", ""]]
    },
    "taken_back_by_its_newest_revision": {"outbox/talk.js": [["of: first }", "of: last.item.id }"]]},
}
