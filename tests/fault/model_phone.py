"""A phone in plain Python, by docs/outbox.md: what lies on it, what its person's deeds do to that, and what answers make of it.

It asks nobody: whoever runs it is handed each request and hands back the answer, so that anything may happen in between. The
real modules and this one are held together by test_model_phone.py.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from domain.base import new_id
from tests.fault.model_net import Answer, Request, Talking, is_signed_out, judge, ms, why_signed_out
from tests.fault.oracle import fingerprint

HOLD_MS = 10_000
MOST_ITEMS = 100
LONGEST_BACK_OFF_MS = 3_600_000
KEPT_MS = 14 * 86_400_000
SHUT = ("signed_out", "revoked", "no_role")

#: The table of docs/outbox.md. None: it leaves the outbox.
OFFERED = {
    **dict.fromkeys(("stored", "duplicate", "erased")),
    **dict.fromkeys(("conflict", "needs_help", "unusable"), "stuck"),
}


@dataclass
class Waiting:
    n: int
    first: str
    owner: str
    item: dict[str, Any]
    state: str = "waiting"
    hold_until: int = 0
    status: str | None = None

    @property
    def id(self) -> str:
        return self.item["id"]

    @property
    def is_talk(self) -> bool:
        return self.item["kind"] == "conversation"

    @property
    def is_open(self) -> bool:
        return self.state in ("held", "waiting")

    @property
    def may_change(self) -> bool:
        return self.is_open or (self.state == "stuck" and self.status != "conflict")


@dataclass
class Copy:
    first: str
    owner: str
    item: dict[str, Any]
    sent_at: str
    earlier: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_talk(self) -> bool:
        return self.item["kind"] == "conversation"

    @property
    def items(self) -> list[dict[str, Any]]:
        return [*self.earlier, self.item]


@dataclass
class Form:
    """A talk that is being written: the item it would become."""

    item: dict[str, Any]
    first: str
    owner: str


class Disk:
    """What lies on a phone, whoever's it is. `clock`: ms, as this phone has it; `new`: makes ids."""

    def __init__(self, clock: Callable[[], int], new: Callable[[], str] = lambda: str(new_id())) -> None:
        self.clock, self.new = clock, new
        self.device = new()
        self.outbox: dict[int, Waiting] = {}
        self.kept: dict[str, Copy] = {}
        self.kit: dict[str, Any] | None = None
        self.sets: dict[str, Any] = {}
        self.epochs: dict[str, str] = {}
        self.shut_out: str | None = None
        self.epoch_seen: str | None = None
        self.obliged_until = 0
        self.numbers = 0
        #: whose rows are sealed; whose secret lies here; and who is open in memory, of any page: all hear when one is locked
        self.sealed: set[str] = set()
        self.secret: str | None = None
        self.open: set[str] = set()

    def wake(self) -> None:
        """Every page is opened anew: what opens is what the secret that lies here fits."""
        self.open = {self.secret} & self.sealed if self.secret else set()

    def lock(self) -> None:
        self.secret, self.open = None, set()

    def is_locked(self, owner: str) -> bool:
        return owner in self.sealed and owner not in self.open

    def lying(self, first: str) -> list[Waiting]:
        return [one for one in self.in_order() if one.first == first]

    def in_order(self) -> list[Waiting]:
        return [self.outbox[n] for n in sorted(self.outbox)]

    def add(self, first: str, owner: str, item: dict[str, Any], **more: Any) -> None:
        self.numbers += 1
        self.outbox[self.numbers] = Waiting(self.numbers, first, owner, item, **more)

    def held(self) -> dict[str, Any]:
        return {"state": "held", "hold_until": self.clock() + HOLD_MS}

    def by_id(self, key: str) -> Waiting | None:
        return next((one for one in self.outbox.values() if one.id == key), None)

    def holds(self) -> set[str]:
        """Ids of all items that lie here, waiting or as copies."""
        return {one.id for one in self.outbox.values()} | {item["id"] for one in self.kept.values() for item in one.items}

    # What its person does

    def latest(self, first: str) -> Waiting | Copy | None:
        talks = sorted((one for one in self.lying(first) if one.is_talk), key=lambda one: one.item["revision"])
        copied = self.kept.get(first)
        return talks[-1] if talks else copied if copied and copied.is_talk else None

    def save(self, form: Form) -> None:
        """*Gem*: in its own place while that may change, else as an edit of what stands."""
        old, copied = self.by_id(form.item["id"]), self.kept.get(form.first)
        old = old if old and old.first == form.first else None
        sent = copied and any(item["id"] == form.item["id"] for item in copied.items)
        if not sent and old and old.may_change:
            self.outbox[old.n] = Waiting(old.n, form.first, form.owner, form.item, **self.held())
        elif not sent and not old:
            self.add(form.first, form.owner, form.item, **self.held())
        else:
            last = self.latest(form.first)
            self.add(form.first, form.owner, self._edit(form.item, last.item if last else form.item), **self.held())

    def correct(self, first: str) -> Form | None:
        """*Ret*: under its own id while that may change, else as an edit."""
        last = self.latest(first)
        if last is None:
            return None
        if isinstance(last, Waiting) and last.may_change:
            return Form(last.item, first, last.owner)
        return Form(self._edit(last.item, last.item), first, last.owner)

    def _edit(self, item: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
        return {**item, "id": self.new(), "replaces": of["id"], "revision": of["revision"] + 1}

    def amend(self, first: str, answers: dict[str, Any]) -> None:
        """Answers on *Gemt*."""
        last = self.latest(first)
        if last is None:
            return
        if not isinstance(last, Waiting) or not last.may_change:
            self.add(first, last.owner, self._edit({**last.item, **answers}, last.item), **self.held())
        else:
            more = {} if last.state == "stuck" else self.held()
            self.outbox[last.n] = replace(last, item={**last.item, **answers}, **more)

    def release(self, first: str) -> None:
        """*Færdig*."""
        for one in self.lying(first):
            if one.state == "held":
                one.state, one.hold_until = "waiting", 0

    def never_left(self, first: str) -> bool:
        return first not in self.kept and all(one.is_open for one in self.lying(first))

    def undo(self, first: str) -> Form | None:
        """*Fortryd*: a form again; only what never left."""
        lying, last = self.lying(first), self.latest(first)
        if not lying or last is None or not self.never_left(first):
            return None
        for one in lying:
            del self.outbox[one.n]
        return Form(last.item, first, lying[0].owner)

    def take_back(self, first: str) -> None:
        """*Tag tilbage*."""
        lying, last = self.lying(first), self.latest(first)
        if last is None or any(not one.is_talk for one in lying):
            return
        nobody_knows = self.never_left(first)
        for one in lying:
            del self.outbox[one.n]
        self.kept.pop(first, None)
        if not nobody_knows:
            self.add(first, last.owner, {"id": self.new(), "kind": "withdrawal", "of": first})

    def again(self, key: str) -> None:
        one = self.by_id(key)
        if one and one.state == "stuck":
            one.state, one.status = "waiting", None

    def drop(self, key: str) -> None:
        one = self.by_id(key)
        if one and one.state == "stuck":
            del self.outbox[one.n]

    # Sending

    def may_leave(self, one: Waiting) -> bool:
        now = self.clock()
        is_held = one.state == "held" and now < one.hold_until <= now + HOLD_MS
        return one.state != "stuck" and not is_held

    def sendable(self, owner: str) -> list[Waiting]:
        return [one for one in self.in_order() if one.owner == owner and self.may_leave(one)]

    def later(self, answer: Answer) -> str:
        """Not now; what it makes of the answer."""
        asked = answer.status in (429, 503) and answer.retry_after
        self.obliged_until = self.clock() + int(answer.retry_after or 0) * 1000 if asked else 0
        return "busy" if answer.status == 429 or answer.status >= 500 else "away"

    def must_wait(self) -> bool:
        return 0 < self.obliged_until - self.clock() <= LONGEST_BACK_OFF_MS

    def flush(self, owner: str) -> Talking:
        """Sends everything that may leave; returns (how it ended, how many were taken). Whoever runs it sees to one at a time."""
        if self.must_wait():
            return "later", 0
        skipped: set[str] = set()
        sent, most, token, tokens = 0, MOST_ITEMS, "", 0
        self.refused = 0
        while True:
            everything = [one for one in self.sendable(owner) if one.id not in skipped]
            if not everything:
                ended = self.later(Answer(500)) if skipped else "sent" if sent else "nothing"
                return ended, sent
            if not token:
                answer = yield Request("/sync/token")
                if is_signed_out(answer):
                    return (yield from why_signed_out()), sent
                if not isinstance((answer.json or {}).get("csrf_token"), str):
                    return self.later(answer), sent
                if answer.json["person"] != owner:
                    return "other_person", sent
                token = answer.json["csrf_token"]
            some = everything[:most]
            for one in some:
                one.state = "offered"
            leaving = [(one.n, copy.deepcopy(one.item)) for one in some]
            answer = yield Request("/sync", [item for _n, item in leaving], len(everything) - len(some), token)
            kind = judge(answer, len(some))
            if kind == "receipts":
                left = self._taken(leaving, answer.json)
                skipped |= left
                sent += len(some) - len(left)
                most, tokens = MOST_ITEMS, 0
            elif kind == "token" and tokens < 1:
                token, tokens = "", tokens + 1
            elif kind == "split" and len(some) > 1:
                most = len(some) // 2
            elif kind == "split":
                self.refused += 1
                alone = self.outbox.get(leaving[0][0])
                if alone:
                    alone.state, alone.status = "stuck", "refused"
            elif kind == "ended":
                return (yield from why_signed_out()), sent
            elif kind in SHUT:
                return kind, sent
            else:
                return self.later(Answer(500) if kind == "token" else answer), sent

    def _taken(self, leaving: list[tuple[int, dict[str, Any]]], json: dict[str, Any]) -> set[str]:
        self.epoch_seen, left = json["epoch"], set()
        taken = []
        for (n, item), receipt in zip(leaving, json["receipts"], strict=True):
            status = receipt.get("status")
            if (receipt.get("id"), receipt.get("sha256")) != (item["id"], fingerprint(item)) or status not in OFFERED:
                left.add(item["id"])
                continue
            one = self.outbox.get(n)
            self.refused += OFFERED[status] == "stuck"
            if one is None:
                continue  # its person took it back meanwhile
            if OFFERED[status]:
                one.state, one.status = OFFERED[status], status
            else:
                taken.append((one, status))
        for one, status in taken:  # after what is stuck: an edit may have come in the same envelope, before what it edits
            del self.outbox[one.n]
            if status != "erased":
                for other in self.lying(one.first):
                    if (other.state, other.status, other.item.get("replaces")) == ("stuck", "needs_help", one.id):
                        self.again(other.id)
                self.kept[one.first] = self._copied(one, json["server_time"])
            elif one.first in self.kept and self.kept[one.first].is_talk:
                del self.kept[one.first]
        if not left:
            self.obliged_until = 0
        return left

    def _copied(self, one: Waiting, sent_at: str) -> Copy:
        before = self.kept.get(one.first)
        if before is None or not one.is_talk:
            return Copy(one.first, one.owner, one.item, sent_at)
        others = [item for item in before.items if item["id"] != one.id]
        items = sorted([*others, one.item], key=lambda item: item["revision"])
        return Copy(one.first, one.owner, items[-1], sent_at, items[:-1])

    # The kit

    def take_kit(self, kit: dict[str, Any]) -> None:
        self.kit = kit
        self.sets |= {one["version_id"]: one for one in kit["question_sets"]}
        person, known = kit["person"]["id"], self.epochs.get(kit["person"]["id"])
        if known and known != kit["epoch"]:
            lying = {one.id for one in self.outbox.values() if one.owner == person}
            for copied in [self.kept[first] for first in sorted(self.kept) if self.kept[first].owner == person]:
                for item in copied.items:
                    if item["id"] not in lying:
                        self.add(copied.first, person, item)
        self.epochs[person] = kit["epoch"]
        self._forget(kit, person, set(kit["forget"]))

    def _forget(self, kit: dict[str, Any], person: str, erased: set[str]) -> None:
        oldest = ms(kit["server_time"]) - KEPT_MS
        for copied in [one for one in self.kept.values() if one.owner == person]:
            is_erased = copied.is_talk and not erased.isdisjoint({copied.item["id"], copied.first})
            if is_erased or ms(copied.sent_at) < oldest:
                del self.kept[copied.first]
        for one in self.in_order():
            if one.owner == person and one.is_talk and one.id in erased and not one.is_open:
                del self.outbox[one.n]
