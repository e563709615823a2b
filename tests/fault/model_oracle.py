"""What must be true of a town and its phones after every step, whatever befell them. It knows what was written on the phones and
what their persons did; everything else it reads from the disks and the rows."""

import copy
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from domain import people
from domain.base import week_of
from domain.conversations import Conversation, ConversationWords
from domain.conversations.tables import Tombstone
from domain.sync import BoxedItem
from domain.themes import Coding, WeeklyTalks, WeeklyThemes
from tests.fault.model_phone import Disk
from tests.fault.model_tree import Tree
from tests.fault.oracle import fingerprint

#: A word that stands in one text only.
MARK = re.compile(r"ord\d{6}")


def _all(session: Session, table: Any, *names: str) -> list[Any]:
    columns = table.__table__.c
    return list(session.execute(sa.select(*(columns[name] for name in names))).all())


class Rows:
    """The database as it stands."""

    def __init__(self, session: Session) -> None:
        self.talks = {
            str(row.id): row
            for row in _all(
                session,
                Conversation,
                *("id", "first_id", "author_id", "unit_id", "question_set_version_id", "revision", "replaced_by_id"),
                *("held_week", "received_at", "answers", "sha256"),
            )
        }
        self.graves = {str(row.item_id) for row in _all(session, Tombstone, "item_id")}
        boxed = _all(session, BoxedItem, "item_id", "content", "settled_at")
        self.boxed = {str(row.item_id) for row in boxed if row.settled_at is None}
        self.words = " ".join(
            [str(row.answers) for row in self.talks.values()]
            + [row.content for row in boxed]
            + [row.words for row in _all(session, ConversationWords, "words")]
        )
        self.codings = _all(session, Coding, "conversation_id", "theme_id", "decision")
        self.counts = _counts(session)
        self.homes = people.homes(session, list({row.author_id for row in self.talks.values()}))

    @property
    def latest(self) -> list[Any]:
        return [row for row in self.talks.values() if row.replaced_by_id is None]


def _counts(session: Session) -> tuple[Counter[Any], Counter[Any]]:
    talks = _all(session, WeeklyTalks, "unit_id", "held_week", "arrived_week", "own", "talks")
    about = _all(session, WeeklyThemes, "unit_id", "held_week", "arrived_week", "theme_id", "talks")
    return Counter({row[:4]: row[4] for row in talks if row[4]}), Counter({row[:4]: row[4] for row in about if row[4]})


@dataclass
class Written:
    """An item that ever lay in an outbox. `contents`: all it ever said, by fingerprint; `now`: what it said last."""

    first: str
    owner: str
    device: str
    is_talk: bool
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    now: str = ""
    #: written in the browser, so that no phone has it
    is_web: bool = False


class Oracle:
    def __init__(self) -> None:
        self.written: dict[str, Written] = {}
        self.acknowledged: set[str] = set()
        #: dropped or undone by their persons
        self.let_go: set[str] = set()
        #: done with in the box, by (id, fingerprint)
        self.settled: set[tuple[str, str]] = set()
        #: first ids: their persons took them back; and those that were erased on the server
        self.taken_back: set[str] = set()
        self.erased: set[str] = set()
        #: acknowledged before a restore that went back behind them, and not stored again yet
        self.set_back: set[str] = set()
        #: who was shut out, and what stood of theirs then
        self.out: dict[tuple[str, str | None], set[str]] = {}
        self.tree, self.tree_of_back_up = Tree(), Tree()
        #: where each stored revision has to stand, from when it was stored on
        self.stands: dict[str, str | None] = {}

    # What it is told

    def look_at(self, disks: Iterable[Disk]) -> None:
        for disk in disks:
            for one in disk.outbox.values():
                self.wrote(one.item, first=one.first, owner=one.owner, device=disk.device)
                self.let_go.discard(one.id)
            self.acknowledged |= {item["id"] for copied in disk.kept.values() for item in copied.items}

    def wrote(self, item: dict[str, Any], *, first: str, owner: str, device: str, is_web: bool = False) -> None:
        known = self.written.setdefault(item["id"], Written(first, owner, device, item["kind"] == "conversation", is_web=is_web))
        known.now = fingerprint(item)
        known.contents[known.now] = item

    def took(self, owner: str, device: str, items: Collection[Mapping[str, Any]]) -> None:
        """An envelope was taken, before its answer left."""
        assert (owner, None) not in self.out, "taken of somebody who was shut out"
        assert (owner, device) not in self.out, "taken from a phone that was shut out"
        for item in items:
            if item["kind"] == "withdrawal":
                self.erased.add(self.written[item["of"]].first)

    def shut_out(self, owner: str, device: str | None, rows: Rows) -> None:
        self.out[owner, device] = self._theirs(owner, device, rows)

    def restored(self, rows: Rows) -> None:
        self.tree = copy.deepcopy(self.tree_of_back_up)
        self.set_back |= {key for key in self.acknowledged if key not in rows.talks}
        self.let_go |= {key for key, one in self.written.items() if one.is_web and key not in rows.talks}

    # What must be true

    def complaints(self, rows: Rows, disks: Collection[Disk]) -> list[str]:
        self.set_back -= rows.talks.keys()
        there = set().union(*(disk.holds() for disk in disks))
        found = [f"{key} is nowhere" for key in self._nowhere(rows, there)]
        found += [f"{key} was acknowledged and is lost" for key in self._lost(rows, there)]
        found += [f"{key} of somebody shut out was taken" for key in self._taken_after_all(rows)]
        found += self._unlike(rows) + self._elsewhere(rows)
        return found + self._doubled(rows) + self._remains(rows) + self._miscounted(rows)

    def unfinished(self, rows: Rows, disks: Iterable[Disk]) -> list[str]:
        """What is wrong when everybody who may has signed in and sent, over a good net, as often as need be."""
        found = []
        for disk in disks:
            for one in disk.outbox.values():
                if self._is_out(one.owner, disk.device):
                    continue
                if one.state != "stuck":
                    found.append(f"{one.id} is still {one.state}")
                elif one.id in rows.talks and rows.talks[one.id].sha256 == fingerprint(one.item):
                    found.append(f"{one.id} is stored, and its person is asked to help ({one.status})")
        stuck = {one.id for disk in disks for one in disk.outbox.values()}
        late = [key for key in self.set_back - stuck if not self._is_gone(key) and not self._is_out_by(key)]
        return found + [f"{key} did not come back" for key in late]

    def _nowhere(self, rows: Rows, there: set[str]) -> list[str]:
        safe = there | rows.talks.keys() | rows.boxed | rows.graves | self.let_go
        return [
            key
            for key, one in self.written.items()
            if key not in safe and (key, one.now) not in self.settled and not (one.is_talk and self._is_gone(key))
        ]

    def _lost(self, rows: Rows, there: set[str]) -> list[str]:
        talks = [key for key in self.acknowledged if key in self.written and self.written[key].is_talk]
        back = {key for key in self.set_back if key in there | rows.boxed}
        return [key for key in talks if key not in rows.talks and key not in back and not self._is_gone(key)]

    def _taken_after_all(self, rows: Rows) -> set[str]:
        return {key for (owner, device), then in self.out.items() for key in self._theirs(owner, device, rows) - then}

    def _theirs(self, owner: str, device: str | None, rows: Rows) -> set[str]:
        return {
            key
            for key in rows.talks
            if self.written[key].owner == owner and not self.written[key].is_web and device in (None, self.written[key].device)
        }

    def _unlike(self, rows: Rows) -> list[str]:
        """What is stored differs from what was written, or stands under another version."""
        found = []
        for key, row in rows.talks.items():
            item = self.written[key].contents.get(row.sha256)
            if item is None:
                found.append(f"{key} is stored as nobody wrote it")
            elif (str(row.question_set_version_id), row.answers, row.revision, str(row.author_id)) != (
                *(item["question_set_version"], item["answers"], item["revision"]),
                self.written[key].owner,
            ):
                found.append(f"{key} is stored otherwise than it was written")
            elif str(row.first_id) != self.written[key].first:
                found.append(f"{key} stands in another talk")
        return found

    def _elsewhere(self, rows: Rows) -> list[str]:
        """What stands in another house than it has to, by the tree as it was when it was stored; no row goes anywhere after."""
        self.stands = {key: unit for key, unit in self.stands.items() if key in rows.talks}
        for key in sorted(rows.talks.keys() - self.stands.keys(), key=lambda key: rows.talks[key].revision):
            item = self.written[key].contents.get(rows.talks[key].sha256)
            if item:
                self.stands[key] = self.tree.place(item["unit"], item["held_at"], stands_in=self.stands.get(item["replaces"]))
        places = {key: str(rows.talks[key].unit_id) for key in self.stands}
        return [
            f"{key} stands in {there}, not in {self.stands[key]}" for key, there in places.items() if there != self.stands[key]
        ]

    def _doubled(self, rows: Rows) -> list[str]:
        firsts = Counter(row.first_id for row in rows.latest)
        texts = Counter(mark for _first, mark in {(row.first_id, _mark(row)) for row in rows.talks.values()})
        return [f"{key} stands {n} times" for key, n in (firsts + texts).items() if n > 1]

    def _remains(self, rows: Rows) -> list[str]:
        """Of what was erased no word, no coding, no row."""
        marks = {mark: first for first in self.erased for mark in self._marks(first)}
        left = [f"{mark} of {marks[mark]} was erased and stands there" for mark in set(MARK.findall(rows.words)) & marks.keys()]
        coded = {str(row.conversation_id) for row in rows.codings}
        standing = {str(row.first_id) for row in rows.talks.values()}
        left += [f"{first} was erased and is coded" for first in self.erased & coded]
        return left + [f"{first} was erased and is stored" for first in self.erased & standing]

    def _marks(self, first: str) -> set[str]:
        every = [one for one in self.written.values() if one.first == first and one.is_talk]
        return {_mark_of(item) for one in every for item in one.contents.values()}

    def _miscounted(self, rows: Rows) -> list[str]:
        place = {row.first_id: (row.unit_id, row.held_week, str(week_of(row.received_at))) for row in rows.latest}
        talks = Counter((*place[row.first_id], row.unit_id in rows.homes[row.author_id]) for row in rows.latest)
        confirmed = [row for row in rows.codings if row.decision == "confirmed"]
        about = Counter((*place[row.conversation_id], row.theme_id) for row in confirmed)
        return [] if (talks, about) == rows.counts else ["the counts by week are not those of the talks"]

    def _is_gone(self, key: str) -> bool:
        first = self.written[key].first
        return first in self.taken_back or first in self.erased

    def _is_out(self, owner: str, device: str) -> bool:
        return (owner, None) in self.out or (owner, device) in self.out

    def _is_out_by(self, key: str) -> bool:
        one = self.written[key]
        return one.is_web or self._is_out(one.owner, one.device)


def _mark(row: Any) -> str:
    return _mark_of({"answers": row.answers})


def _mark_of(item: Mapping[str, Any]) -> str:
    return MARK.search(str(item["answers"]))[0]
