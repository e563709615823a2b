"""What answers both phones in test_model_phone.py: the same to both, by a seed and by the number of the request."""

import base64
import hashlib
from datetime import UTC, datetime
from random import Random

from domain import guard
from domain.base import new_id
from tests.fault.model_net import Answer
from tests.fault.oracle import fingerprint

NOW_MS = 1_795_000_000_000  # November 2026
PERSONS = [str(new_id()) for _ in range(2)]
UNIT, VERSION, QUESTION = (str(new_id()) for _ in range(3))
STATUSES = ("stored",) * 6 + ("duplicate", "conflict", "needs_help", "erased", "unusable", "of tomorrow")
#: What befalls an envelope; the others are answered by receipts.
FAULTS = (
    *("lost", "portal", "too large", "malformed", "too old", "too many", "busy", "signed out", "ended", "revoked", "of others"),
)


class Net:
    """What answers, by the seed and by the number of the request: the same for both sides. `side`: whose ids it speaks of."""

    def __init__(self, seed, side):
        self.seed, self.side, self.number = seed, side, 0
        self.person, self.epoch, self.at_ms = PERSONS[0], 0, NOW_MS
        #: ids of items, by their place in the order in which the two sides were compared
        self.ids = []
        self.asked = []

    def says(self, path, items, device=""):
        self.number += 1
        chance = Random(f"{self.seed} {self.number}")
        self.asked.append((path, None if items is None else [words_of(item) for item in items]))
        if path == "/sync":
            return self._envelope(items, chance)
        if chance.random() < 0.08:
            return self._fault(chance.choice(["lost", "portal", "busy", "signed out", "revoked"]), items)
        if path == "/sync/token":
            return Answer(200, {"csrf_token": "t", "person": self.person})
        if path == "/sync/secret":
            return self._secret(device, chance)
        return Answer(200, self._kit(chance))

    def _secret(self, device, chance):
        """The same for each person and phone, for as long as the row lies there; now and then of no use."""
        whose = self.person if chance.random() < 0.95 else PERSONS[0]
        secret = base64.urlsafe_b64encode(hashlib.sha256(f"{self.side} {whose}".encode()).digest()).rstrip(b"=").decode()
        return Answer(200, {"schema": "hoert.secret/1", "person": whose, "device": device, "secret": secret})

    def _envelope(self, items, chance):
        if not items:
            return self._fault(chance.choice(["revoked", "ended", "signed out", "too old", "too old"]), items)
        if chance.random() < 0.4:
            return self._fault(chance.choice(FAULTS), items)
        return Answer(200, self._receipts(items, chance))

    def _receipts(self, items, chance):
        said = []
        for item in items:
            status, hashed = chance.choice(STATUSES), chance.random() < 0.93
            said.append({"id": item["id"], "status": status, "sha256": fingerprint(item) if hashed else "0" * 64})
        return {"schema": "hoert.receipts/1", "epoch": str(self.epoch), "server_time": self._time(), "receipts": said}

    def _fault(self, name, items):
        return {
            "lost": Answer(),
            "portal": Answer(200, None),
            "too large": Answer(413, {"code": "too_large"}),
            "malformed": Answer(400, {"code": "malformed"}),
            "too old": Answer(419, {"code": "csrf"}),
            "too many": Answer(429, {"code": "too_many"}, "30"),
            "busy": Answer(503, None, "5"),
            "signed out": Answer(401, {"code": "not_signed_in"}),
            "ended": Answer(401, {"code": "not_signed_in", "ended": True}),
            "revoked": Answer(403, {"code": "revoked"}),
            "of others": Answer(200, {"schema": "hoert.receipts/1", "epoch": "0", "server_time": self._time(), "receipts": []}),
        }[name]

    def _kit(self, chance):
        forgotten = [key for key in self.ids if chance.random() < 0.06]
        questions = [{"id": QUESTION, "kind": "long_text", "required": False, "choices": []}]
        return {
            "person": {"id": self.person, "name": "Lene", "role": "institution_leader"},
            "language": "da",
            "units": [{"id": UNIT, "name": "Mariehuset", "label": "house", "sector": "nursery"}],
            "question_sets": [{"version_id": VERSION, "questions": questions, "about": {}}],
            **{"themes": [], "guard": guard.RULES, "forget": forgotten, "needs_help": 0, "news": [], "recodings": []},
            **{"epoch": str(self.epoch), "server_time": self._time(), "demo": False},
        }

    def _time(self):
        return datetime.fromtimestamp(self.at_ms / 1000, UTC).isoformat()


def words_of(item):
    """An item without its ids; None: it is locked."""
    if item is None:
        return None
    answers = item.get("answers") or [{"text": None}]
    return item["kind"], item.get("revision"), answers[0]["text"], item.get("quote_scope")
