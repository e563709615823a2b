"""The one verb behind both doors: what phones send and what the plain form posts is taken here, item by item.

An envelope costs a handful of statements however many talks it holds: what has to be known is asked for once, new talks are
stored together. Edits and withdrawals are rarer and go one by one. One person's senders take turns (`people.hold`).
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import audit, conversations, notices, people, questions, themes
from domain.base import ask, beside, local
from domain.conversations import Problem, Standing
from domain.notices import Kind
from domain.people import Actor, Permission, Stop
from domain.questions import Form

from . import box
from .ahead import Ahead
from .erasing import Erased, erase
from .rules import Item, Receipt, Received, Status, Withdrawal, digest, receive
from .tables import Epoch

VERB = "items_taken"
#: An edit may be sent before what it edits.
SETTLES_ITSELF = timedelta(minutes=15)


def accept(session: Session, actor: Actor, *, item: Any, now: datetime) -> Receipt:
    """Takes one item, an object as JSON gave it, and answers with its receipt; see `take`. Raises people.ShutOut."""
    [receipt] = take(session, actor, items=[item], now=now)
    return receipt


def take(session: Session, actor: Actor, *, items: Sequence[Any], now: datetime, device_id: UUID | None = None) -> list[Receipt]:
    """Takes the items of an envelope in their order and answers each with its receipt. `device_id`: the phone they came from.

    Each is judged by itself; a bad one spoils no other. What cannot be used is kept in the box, but for items without a valid
    id. The caller commits; no receipt may leave before that. Raises people.ShutOut.
    """
    next_piece = beside(session)
    received = [_received(item, next_piece) for item in items]
    ahead = Ahead(session.get_bind().engine, actor, received, now, next_piece)
    people.hold(session, actor.person_id)
    actor = people.let_in(session, actor, device_id=device_id)
    taking = _Taking(session, actor, received, now, ahead)
    receipts = taking.all()
    taking.note()
    return receipts


def _received(item: Any, next_piece: Callable[[], None]) -> Received:
    next_piece()
    return receive(item)


def epoch(session: Session) -> UUID:
    """Which life of the database this is. Phones compare it with the one they know. Asked for once in a transaction."""
    begun, kept = session.get_transaction(), session.info.get("epoch")
    if not kept or kept[0] is not begun:
        found = ask(session, _EPOCH).scalar() or UUID(int=0)
        kept = session.info["epoch"] = (session.get_transaction(), found)
    return kept[1]


_EPOCH = sa.select(col(Epoch.id)).order_by(col(Epoch.began_at).desc(), col(Epoch.id).desc()).limit(1)


def begin_epoch(session: Session, *, reason: dict[str, Any], now: datetime) -> UUID:
    """From here on it is another life of the database: phones offer again what they kept."""
    last = session.exec(select(sa.func.max(Epoch.began_at))).first()
    # A clock that was set back must not leave the old one in force.
    row = Epoch(began_at=max(now, last + timedelta(microseconds=1)) if last else now, reason=reason)
    session.add(row)
    session.flush()
    session.info.pop("epoch", None)
    return row.id


def forget_list(session: Session, actor: Actor) -> list[UUID]:
    """Ids that the actor's phones are to forget: erased here, or settled here without a talk under the same id."""
    erased, settled = conversations.erased_ids(session, actor), box.settled_ids(session, actor)
    stored = conversations.standing(session, settled)
    return list(dict.fromkeys([*erased, *(key for key in settled if key not in stored)]))


#: Published versions never change, so a process keeps those it was asked about: by database and its life, since a back-up may
#: not have them.
_FORMS: WeakKeyDictionary[Any, dict[tuple[UUID, UUID], Form]] = WeakKeyDictionary()
_MOST_FORMS = 200


class _Taking:
    """One envelope on its way in: what is known of the ids it speaks of, and the talks that are about to be stored."""

    def __init__(self, session: Session, actor: Actor, received: Sequence[Received], now: datetime, ahead: Ahead) -> None:
        self.session, self.actor, self.received, self.now, self.ahead = session, actor, received, now, ahead
        self.receipts: list[Receipt | None] = [None] * len(received)
        self.counts: Counter[str] = Counter()
        self.forms: dict[UUID, Form | None] = {}
        self.codebooks: dict[str, themes.Codebook] = {}
        self.tally = themes.Tally(session)
        self.new: dict[UUID, tuple[int, Received, dict[str, Any], list[dict[str, Any]] | None]] = {}  # not stored yet, by id
        self._look(ahead.ids)
        found = box.contents(session, actor, ahead.ids)
        self.settled, self.kept, self.awaited = found.settled, found.kept, found.awaited
        self.lines: dict[UUID, tuple[Stop, ...]] = {}
        self._follow(ahead.units)

    def _look(self, ids: Collection[UUID]) -> None:
        self.known: dict[UUID, Standing] = conversations.standing(self.session, ids) if ids else {}
        self.buried: dict[UUID, str | None] = conversations.tombstones(self.session, self.actor, ids) if ids else {}

    def _follow(self, units: Collection[UUID]) -> None:
        """Looks up where talks of these units go."""
        if units:
            self.lines |= people.lines(self.session, self.actor, Permission.NOTE_TALKS, units)

    def all(self) -> list[Receipt]:
        for place, item in enumerate(self.received):
            if place and self.new and not self._is_new_talk(item):
                self._store_new()
            self.receipts[place] = self._judge(place, item)
        self._store_new()
        self.tally.write()
        assert None not in self.receipts
        return self.receipts  # type: ignore[return-value]

    def note(self) -> None:
        """One row in the log for the whole envelope, when anything came of it."""
        if self.counts:
            facts: dict[str, int | str] = dict(self.counts)
            audit.record_deed(self.session, person_id=self.actor.person_id, verb=VERB, at=self.now, facts=facts)
        if self.counts["kept"] and box.count_waiting(self.session, self.actor):
            self._tell_of_box()

    def _tell_of_box(self) -> None:
        """Once a day, however much is kept: the phone itself shows each. What settles itself meanwhile disturbs nobody."""
        notices.write(
            self.session,
            kind=Kind.NEEDS_HELP,
            to=[self.actor.person_id],
            about=f"box:{local(self.now).date()}",
            path="/capture/help",
            now=self.now,
            not_before=self.now + SETTLES_ITSELF,
        )

    def _is_new_talk(self, item: Received) -> bool:
        return isinstance(item.content, Item) and item.content.replaces is None and item.id not in self.new

    def _judge(self, place: int, item: Received) -> Receipt | None:
        """The receipt, or None while a new talk waits to be stored with the others of its envelope."""
        if item.id is None:
            return Receipt(None, Status.UNUSABLE, item.sha256)
        if item.id in self.known:
            return self._again(item, self.known[item.id])
        if item.id in self.buried:
            return self._buried(item, self.buried[item.id])
        if self._is_settled(item):
            return Receipt(item.id, Status.ERASED, item.sha256)
        if isinstance(item.content, Withdrawal):
            return self._withdraw(item, item.content)
        if item.content is None and item.replaces in self.buried and self.buried[item.replaces] is None:
            self._erase({item.id, item.replaces})
            return Receipt(item.id, Status.ERASED, item.sha256)
        if item.content is None:
            return self._keep(item, Status.NEEDS_HELP, item.problems)
        if item.content.replaces is not None:
            return self._edit(item, item.content.replaces)
        return self._talk(place, item)

    def _again(self, item: Received, known: Standing) -> Receipt:
        """An id that stands here already. Of somebody else's item nothing is told."""
        if known.author_id != self.actor.person_id:
            return self._keep(item, Status.NEEDS_HELP, [Problem("id", "taken")])
        if item.sha256 is not None and known.sha256 == item.sha256:
            return Receipt(known.id, Status.DUPLICATE, item.sha256)
        return self._second(item)

    def _buried(self, item: Received, sha256: str | None) -> Receipt:
        """An id that was erased, or the id of a withdrawal. An edit leads to the talk it is of, which goes too."""
        if sha256 is None:
            if isinstance(item.content, Item) and item.content.replaces is not None:
                self._erase({item.id, item.content.replaces})  # type: ignore[arg-type]
            return Receipt(item.id, Status.ERASED, item.sha256)
        return Receipt(item.id, Status.DUPLICATE, item.sha256) if sha256 == item.sha256 else self._second(item)

    def _second(self, item: Received) -> Receipt:
        """It came second: both are kept, this one in the box."""
        if self._is_settled(item):
            return Receipt(item.id, Status.ERASED, item.sha256)
        return self._keep(item, Status.CONFLICT, ())

    def _is_settled(self, item: Received) -> bool:
        try:
            return bool(self.settled) and (item.id, digest(item)) in self.settled
        except RecursionError:
            return False

    def _talk(self, place: int, item: Received) -> Receipt | None:
        row, codings, problems = self._row(item)
        if row is None:
            return self._keep(item, Status.NEEDS_HELP, problems)
        self.new[row["id"]] = (place, item, row, codings)
        return None

    def _edit(self, item: Received, replaces: UUID) -> Receipt:
        assert item.id is not None
        assert isinstance(item.content, Item)
        if replaces in self.buried and self.buried[replaces] is None:
            self._erase({item.id, replaces})
            return Receipt(item.id, Status.ERASED, item.sha256)
        old = self.known.get(replaces)
        if old is None:
            return self._keep(item, Status.NEEDS_HELP, [Problem("replaces", "unknown_talk")])
        if old.author_id != self.actor.person_id:
            return self._keep(item, Status.NEEDS_HELP, [Problem("replaces", "taken")])
        if not old.is_latest:
            return self._second(item)
        if old.revision + 1 != item.content.revision:
            return self._keep(item, Status.NEEDS_HELP, [Problem("revision", "malformed")])
        row, _codings, problems = self._row(item, stands_in=old.unit_id)
        if row is None:
            return self._keep(item, Status.NEEDS_HELP, problems)
        return self._replace(item, old, row)

    def _replace(self, item: Received, old: Standing, row: dict[str, Any]) -> Receipt:
        themes.lock(self.session, old.first_id)  # somebody may be saying anew what it is about
        with self.tally.around([old.first_id]):
            number = conversations.replace(self.session, old, row, now=self.now)
            if number is not None:
                themes.recode(self.session, self.actor, first_id=old.first_id, rows=self._codings(item, row, old.first_id))
        if number is None:  # somebody else took the id at this very moment
            self._look({row["id"], old.id})
            return self._again(item, self.known[row["id"]])
        self._look({key for one in self.received for key in one.mentions} | {row["id"]})
        self.counts["edits"] += 1
        self._settle_kept([row["id"]])
        self._take_edits_of(row["id"])
        return Receipt(row["id"], Status.STORED, item.sha256, number, _told(item, row))

    def _withdraw(self, item: Received, content: Withdrawal) -> Receipt:
        known = self.known.get(content.of)
        if known and known.author_id != self.actor.person_id:
            return self._keep(item, Status.NEEDS_HELP, [Problem("of", "taken")])
        if item.sha256 is None:
            return self._keep(item, Status.NEEDS_HELP, [Problem("", "no_canonical_form")])
        self._erase({content.of})
        number = conversations.bury(self.session, self.actor.person_id, content.id, now=self.now, sha256=item.sha256)
        self.buried[content.id] = item.sha256
        self.counts["withdrawals"] += 1
        return Receipt(content.id, Status.STORED, item.sha256, number)

    def _erase(self, ids: set[UUID]) -> None:
        """The talks that hold these revisions are gone, and what this envelope knew of them."""
        for key in self._erased(ids).items:
            self.buried.setdefault(key, None)
            self.known.pop(key, None)

    def _erased(self, ids: set[UUID]) -> Erased:
        return erase(self.session, person_id=self.actor.person_id, ids=ids, now=self.now, tally=self.tally)

    def _keep(self, item: Received, status: Status, problems: Collection[Problem]) -> Receipt:
        try:
            box.keep(self.session, self.actor, item, status=status, problems=problems, now=self.now)
        except RecursionError:
            return Receipt(item.id, Status.UNUSABLE, None, problems=(Problem("", "too_deep"),))
        assert item.id is not None
        self.kept.add(item.id)
        if item.replaces:
            self.awaited.add(item.replaces)
        self.counts["kept"] += 1
        return Receipt(item.id, status, item.sha256, problems=tuple(problems))

    def _row(
        self, item: Received, *, stands_in: UUID | None = None
    ) -> tuple[dict[str, Any] | None, list[dict[str, Any]] | None, list[Problem]]:
        """The talk as a row, with its codings where they are ready, or what is wrong with it. `stands_in`: the unit of the talk
        that is edited."""
        assert isinstance(item.content, Item)
        assert item.draft is not None
        assert item.sha256 is not None
        form = self._form(item.draft.question_set_version)
        place = conversations.place(self.lines.get(item.draft.unit, ()), item.draft.held_at, stands_in=stands_in)
        if place and form and place.sector == form.sector:
            ready = self.ahead.ready(item, form, self._codebook(form.sector))
            if ready:
                ready.row["unit_id"] = place.unit_id
                return ready.row, ready.codings, []
        problems = conversations.problems(item.draft, form, place)
        if form:
            problems += themes.problems(self._codebook(form.sector).themes, item.content.marks())
        if problems or place is None:
            return None, None, problems
        draft = replace(item.draft, unit=place.unit_id)
        return conversations.row(self.actor, draft=draft, sha256=item.sha256, now=self.now), None, []

    def _form(self, version_id: UUID) -> Form | None:
        try:
            return self.forms[version_id]
        except KeyError:
            return self.forms.setdefault(version_id, self._known_form(version_id))

    def _known_form(self, version_id: UUID) -> Form | None:
        known = _FORMS.setdefault(self.session.get_bind().engine, {})
        key = (epoch(self.session), version_id)
        if key not in known:
            found = questions.version(self.session, version_id)
            if found is None:
                return None
            if len(known) >= _MOST_FORMS:
                known.clear()
            known[key] = found
        return known[key]

    def _codebook(self, sector: str) -> themes.Codebook:
        if sector not in self.codebooks:
            self.codebooks[sector] = themes.patterns_of(self.session, sector)
        return self.codebooks[sector]

    def _codings(self, item: Received, row: dict[str, Any], first_id: UUID) -> list[dict[str, Any]]:
        assert isinstance(item.content, Item)
        form = self._form(row["question_set_version_id"])
        suggested = self.ahead.suggested(item, self._codebook(form.sector)) if form else frozenset()
        marks = item.content.marks()
        return themes.codings(self.actor, first_id=first_id, suggested=suggested, marks=marks, now=self.now)

    def _store_new(self) -> None:
        """Stores the new talks together. An id that somebody else took at this very moment is judged again."""
        if not self.new:
            return
        new, self.new = self.new, {}
        numbers = conversations.insert(self.session, [row for _place, _item, row, _codings in new.values()])
        stored = new if len(numbers) == len(new) else {key: one for key, one in new.items() if key in numbers}
        made = (self._codings(item, row, key) if ready is None else ready for key, (_place, item, row, ready) in stored.items())
        codings = [coding for some in made for coding in some]
        themes.code(self.session, codings)
        homes = {self.actor.person_id: self._own_houses()}
        self.tally.count_new([row for _place, _item, row, _codings in stored.values()], codings, homes=homes)
        for key, (place, item, row, _codings) in stored.items():
            self.known[key] = Standing(key, key, 1, True, self.actor.person_id, row["sha256"], row["unit_id"])
            self.receipts[place] = Receipt(key, Status.STORED, item.sha256, numbers[key], _told(item, row))
        if stored:
            self.counts["talks"] += len(stored)
        self._settle_kept(stored)
        if self.awaited:
            for key in stored:
                self._take_edits_of(key)
        if len(stored) < len(new):
            self._look({key for one in self.received for key in one.mentions})
            for key, (place, item, _row, _codings) in new.items():
                if key not in stored:
                    self.receipts[place] = self._judge(place, item)

    def _own_houses(self) -> set[UUID]:
        """The actor's own house, and those of the envelope that went on in it."""
        went_on = {first for first, line in self.lines.items() if self.actor.unit_id in {stop.unit_id for stop in line}}
        return {self.actor.unit_id, *went_on}

    def _settle_kept(self, ids: Collection[UUID]) -> None:
        """These are stored now: what was kept for help under the same ids is settled."""
        if self.kept and not self.kept.isdisjoint(ids):
            box.supersede(self.session, self.actor, list(ids), now=self.now)

    def _take_edits_of(self, revision: UUID) -> None:
        """Edits that came before what they edit are taken now."""
        if revision not in self.awaited:
            return
        for row in box.edits_of(self.session, self.actor, revision):
            item = receive(json.loads(row.content))
            edit = Received(item.raw, item.id, row.digest, item.content, item.draft, item.masked, item.problems)
            if item.draft and item.draft.unit not in self.lines:
                self._follow({item.draft.unit})
            self._look({key for one in self.received for key in one.mentions} | edit.mentions)
            if edit.id not in self.known:
                self._judge(-1, edit)


def _told(item: Received, row: dict[str, Any]) -> tuple[Problem, ...]:
    """What the sender is told of an item that was stored: what was covered, and that it went to another house than it named."""
    assert item.draft is not None
    followed = () if row["unit_id"] == item.draft.unit else (Problem("unit", "unit_followed"),)
    return (*item.masked, *followed)
