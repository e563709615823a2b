"""A page of the app in plain Python: what it asks, and what it makes of the answers for its phone (model_phone.py)."""

import re
from typing import Any

from tests.fault.model_net import Request, Talking, is_signed_out, why_signed_out
from tests.fault.model_phone import SHUT, Disk

SECRET = re.compile(r"[\w-]{43}")


class Tab:
    """A page of the app: what it knows of whom the phone belongs to, and of the net."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.net = disk.shut_out or "unknown"
        self._kit = None if self.net == "no_role" else disk.kit

    @property
    def kit(self) -> dict[str, Any] | None:
        """None also while it is locked."""
        return None if self._kit and self.disk.is_locked(self._kit["person"]["id"]) else self._kit

    @property
    def person(self) -> str | None:
        return self.kit and self.kit["person"]["id"]

    def kick(self, *, pressed: bool = False) -> Talking:
        """As the app tries."""
        if pressed or not self.kit or self.net != "ok":
            yield from self.fetch_kit()
        if not self.kit or self.net in ("signed_out", "revoked"):
            return
        ended, sent = yield from self.disk.flush(self.person)
        if ended in ("signed_out", "ended", "revoked"):
            self.shut_out(ended)
        elif ended == "other_person":
            yield from self.fetch_kit()
        elif ended in ("busy", "away"):
            self.net = ended
        elif ended == "later" and self.disk.sendable(self.person):
            self.net = "busy"
        elif sent:
            self.net = "ok"
        kit = self.kit or {}
        box_changed = self.net == "ok" and (self.disk.refused or kit.get("needs_help"))
        if sent and (box_changed or (self.disk.epoch_seen and self.disk.epoch_seen != kit.get("epoch"))):
            yield from self.fetch_kit()

    def fetch_kit(self) -> Talking:
        answer = yield Request("/sync/kit")
        if is_signed_out(answer):
            self.shut_out((yield from why_signed_out()))
        elif answer.status == 403 and (answer.json or {}).get("code") == "revoked":
            self.shut_out("revoked")
        elif answer.status == 404 and (answer.json or {}).get("code") == "404":
            self.shut_out("no_role")
        elif answer.status != 200 or not isinstance(answer.json, dict) or not answer.json.get("person"):
            if self.net not in SHUT:
                self.net = "busy" if answer.status == 429 or answer.status >= 500 else "away"
        else:
            person = answer.json["person"]["id"]
            was_locked = self.disk.is_locked(person)
            if not (yield from self._secure(person)) and was_locked:
                self._kit, self.net = None, "busy"
                return
            self._kit = answer.json
            self.disk.take_kit(answer.json)
            self.disk.shut_out, self.net = None, "ok"

    def _secure(self, person: str) -> Talking:
        """Whether what is theirs is sealed from now on, and open."""
        disk = self.disk
        if disk.secret == person and person in disk.open:
            return True
        if disk.secret != person:
            disk.secret = None
            token = yield Request("/sync/token")
            said = token.json if isinstance(token.json, dict) else {}
            if said.get("person") != person or not isinstance(said.get("csrf_token"), str):
                return False
            answer = yield Request("/sync/secret", token=said["csrf_token"])
            lent = answer.json if answer.status == 200 and isinstance(answer.json, dict) else {}
            its_own = (lent.get("schema"), lent.get("person")) == ("hoert.secret/1", person)
            if not its_own or not SECRET.fullmatch(str(lent.get("secret"))):
                return False
        disk.secret = person
        disk.sealed.add(person)
        disk.open.add(person)
        return True

    def shut_out(self, how: str) -> None:
        """Whoever signed out on purpose, is shut out or notes no talks is locked; a sign-in that ran out locks nothing."""
        self.net = self.disk.shut_out = "signed_out" if how == "ended" else how
        if how == "no_role":
            self._kit = None
        if how != "signed_out":
            self.disk.lock()
