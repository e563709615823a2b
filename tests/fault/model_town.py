"""The server of the state machine, in process: what the routes of /sync do, by the verbs of the domain, and what befalls a town.

`took` hears of each envelope that was taken, before its answer leaves.
"""

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from blueprints.admin import backups
from domain import conversations, people, privacy, questions, sync
from domain.base import Database, Ledger, local, open_database
from domain.people import Actor, Permission, SignIn, Unit
from domain.people.sign_ins import hash_token
from domain.questions import QuestionSet
from tests import cast as everybody
from tests import make
from tests.fault.model_net import Answer, Request

NOBODY = Answer(401, {"code": "not_signed_in"})
REVOKED = Answer(403, {"code": "revoked"})


class Town:
    """A municipality with its cast, its clock and its back-ups."""

    def __init__(self, url: str, folder: Path, cast: everybody.Cast) -> None:
        self.url, self.folder, self.cast = url, folder, cast
        self.ledger = Ledger(folder / "ledger")
        self.database: Database = replace(open_database(url), ledger=self.ledger)
        self.at = make.NOW  # the days go by here; a moment more for each deed
        self.file = folder / "backup"
        self.units = [unit.id for unit in cast.units.values()]
        self.areas = [cast.syd.id, cast.nord.id]
        self.took: Callable[[Actor, UUID, list[Any], list[sync.Receipt]], None] = lambda *_: None

    def close(self) -> None:
        self.database.dispose()
        for path in (self.file, *self.folder.glob("*before-restore*")):
            path.unlink(missing_ok=True)
        self.ledger_path.unlink(missing_ok=True)

    @property
    def ledger_path(self) -> Path:
        return self.folder / "ledger"

    # The door

    def answer(self, cookie: str | None, request: Request) -> Answer:
        """What the server says to this request; both cross the wire as JSON."""
        sent = replace(request, items=json.loads(json.dumps(request.items)))
        routes = {"/sync/token": self._token, "/sync/kit": self._kit, "/sync": self._sync, "/sync/secret": self._secret}
        said = routes[request.path](cookie or "", sent)
        return replace(said, json=json.loads(json.dumps(said.json)))

    def _token(self, cookie: str, _request: Request) -> Answer:
        actor = people.actor_by_token(self.database, cookie)
        return Answer(200, {"csrf_token": "t", "person": str(actor.person_id)}) if actor else NOBODY

    def _kit(self, cookie: str, request: Request) -> Answer:
        with self.database.reading() as session:
            actor = people.actor_by_token(self.database, cookie)
            if actor is None:
                return NOBODY
            if people.is_revoked(session, actor, UUID(request.device)):
                return REVOKED
            units = people.institutions_within(session, actor, Permission.NOTE_TALKS, open_on=local(self.at).date())
            forms = questions.in_use(session, actor)
            kit = {
                "person": {"id": str(actor.person_id)},
                "units": [str(unit.id) for unit in units],
                "question_sets": [
                    {"version_id": str(form.id), "questions": [str(one.id) for one in form.content.questions]} for form in forms
                ],
                "forget": [str(key) for key in sync.forget_list(session, actor)],
                "epoch": str(sync.epoch(session)),
                "server_time": self.at.isoformat(),
            }
            return Answer(200, kit)

    def _sync(self, cookie: str, request: Request) -> Answer:
        device = UUID(request.device)
        with self.database.reading() as session:
            actor = people.actor_by_token(self.database, cookie)
            if actor is None:
                return self._out(session, cookie, device)
            if people.is_revoked(session, actor, device):
                return REVOKED
        if not request.token:
            return Answer(419, {"code": "csrf"})
        try:
            return self._taken(actor, device, request)
        except people.ShutOut:
            return REVOKED

    def _out(self, session: Session, cookie: str, device: UUID) -> Answer:
        why = people.why_out(session, cookie, device)
        return REVOKED if why.shut_out else replace(NOBODY, json={**NOBODY.json, "ended": why.ended})

    def _secret(self, cookie: str, request: Request) -> Answer:
        device = UUID(request.device)
        actor = people.actor_by_token(self.database, cookie)
        try:
            with self.database.writing() as session:
                if actor is None:
                    return self._out(session, cookie, device)
                fresh = secrets.token_urlsafe(32)
                secret = people.secret_of(session, actor, device_id=device, fresh=fresh, user_agent="", now=self.at)
        except people.ShutOut:
            return REVOKED
        said = {"person": str(actor.person_id), "device": request.device, "secret": secret}
        return Answer(200, {"schema": "hoert.secret/1", **said})

    def _taken(self, actor: Actor, device: UUID, request: Request) -> Answer:
        items = request.items or []
        with self.database.writing() as session:
            receipts = sync.take(session, actor, items=items, now=self.at, device_id=device)
            seen = {"device_id": device, "user_agent": "", "waiting": request.waiting}
            people.see_device(session, actor, now=self.at, **seen)
            epoch = str(sync.epoch(session))
        self.took(actor, device, items, receipts)
        said = [{"id": one.id and str(one.id), "status": one.status, "sha256": one.sha256} for one in receipts]
        return Answer(200, {"schema": "hoert.receipts/1", "epoch": epoch, "server_time": self.at.isoformat(), "receipts": said})

    def sign_in(self, name: str) -> str:
        """The cookie. Passwords take time, and are not what is tried here."""
        token = secrets.token_urlsafe(8)
        with self.database.writing() as session:
            row = SignIn(person_id=getattr(self.cast, name).person_id, token_hash=hash_token(token), device="", began_at=self.at)
            session.add(row)
        return token

    # What befalls a town

    def next_day(self, days: int = 1) -> None:
        self.at += timedelta(days=days)

    def publish(self) -> None:
        self._each_set(lambda session, one: questions.publish(session, question_set=one, content=make.content(), now=self.at))

    def close_sets(self) -> None:
        self._each_set(lambda session, one: questions.close_set(session, question_set=one, now=self.at))

    def reopen_sets(self) -> None:
        self._each_set(lambda session, one: questions.reopen_set(session, question_set=one, now=self.at))

    def _each_set(self, change: Callable[[Session, QuestionSet], Any]) -> None:
        with self.database.writing() as session:
            for one in session.exec(select(QuestionSet).order_by(col(QuestionSet.id))).all():
                change(session, one)

    def change_tree(self, change: Callable[..., Any], *units: UUID, **more: Any) -> list[str]:
        """The units of which something was changed; none when the tree does not allow it, or it is so already."""
        try:
            with self.database.writing() as session:
                found = [session.get_one(Unit, key) for key in units]
                named = {"parent": found[1]} if change is people.move_unit else {"into": found[1]} if len(found) > 1 else {}
                parent = found[0].parent_id
                new = change(session, found[0], **named, **more, now=self.at)
                is_as_before = change is people.move_unit and found[0].parent_id == parent
        except (people.Misplaced, people.Closed, people.BadSuccessor):
            return []
        if isinstance(new, Unit):
            self.units.append(new.id)
        return [] if is_as_before else [str(key) for key in units]

    def revoke(self, device: UUID) -> None:
        """Whoever has sent from it: all of them say that it is lost."""
        with self.database.writing() as session:
            for row in session.exec(select(people.Device).where(people.Device.device_id == device)).all():
                people.shut_out_device(session, row_id=row.id, now=self.at)

    def disable(self, name: str) -> None:
        with self.database.writing() as session:
            people.disable(session, email=everybody.email(name), now=self.at)

    def erase(self, key: UUID) -> bool:
        with self.database.writing() as session:
            try:
                privacy.erase(session, key, now=self.at)
            except (privacy.UnknownTalk, privacy.ErasedBefore):
                return False
        return True

    def settle(self, name: str) -> list[tuple[str, Any]]:
        """All that lies in the person's box is done with, by their own word; what it was, by id."""
        with self.database.writing() as session:
            actor = people.actor_for(session, getattr(self.cast, name).person_id)
            waiting = sync.waiting(session, actor) if actor else []
            for one in waiting:
                sync.settle(session, actor, one.key, now=self.at)
        return [(str(one.item_id), one.content) for one in waiting]

    def index(self) -> None:
        with self.database.writing() as session:
            conversations.index(session, now=self.at)

    def back_up(self) -> None:
        backups.create(self.url, self.file, now=self.at, force=True)

    def restore(self) -> None:
        """The real one, into the database that is open."""
        backups.restore(self.url, self.file, ledgers=[self.ledger], instance=self.folder, now=self.at)


def copied(template: Path, folder: Path) -> str:
    """The database of a town that nothing befell yet."""
    path = folder / "town.sqlite"
    for old in folder.glob("town.sqlite*"):
        old.unlink()
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"
