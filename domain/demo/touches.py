"""What a municipality in use has besides talks: a correction, two versions of one, one that needs help, a late one, a phone.

Made by the same verbs as real ones, so that the pages that show them have something true to show.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session

from domain import people, sync
from domain.base import local, week_of
from domain.people import Actor

from .rules import Ids, Municipality, Size

LATE = "Mor ringede, da hun så billederne fra skoven. »Jeg havde ikke opdaget, at han tør gå så langt væk fra de voksne.«"
FIRST = "Far blev stående lidt efter aflevering. »Jeg vidste ikke, at man bare måtte blive og læse en bog.«"
CORRECTED = f"{FIRST} Han vil gerne gøre det om fredagen."
ELSEWHERE = "Far blev stående lidt efter aflevering og læste bog. »Det må man godt, vidste I det?«"
MASKED = "Mormor ville sikre sig, at vi havde det rigtige barn, og læste nummeret højt, ••••••-••••. »Så er der ingen tvivl.«"
NEEDS_HELP = "Mor nåede at fortælle det på den sidste dag i huset. »I kendte ham, før vi selv gjorde.«"


def touch(session: Session, made: Municipality, size: Size, *, now: datetime) -> int:
    """As the first leader's phone would have sent it within the last two days; returns how many talks it makes."""
    lene = next(row for row in made.persons if row["email"] == "leder@demo.example")
    actor = people.actor_for(session, lene["id"])
    assert actor is not None
    ids = Ids(Random(size.seed + 2))  # noqa: S311 - a reproducible demo, no secret
    phone = _Phone(made, actor, ids, now)
    first = phone.talk(FIRST, days=1, themes=("aflevering",))
    edit = {**phone.talk(CORRECTED, days=1, themes=("aflevering",)), "revision": 2, "replaces": first["id"]}
    other = {**phone.talk(ELSEWHERE, days=1), "revision": 2, "replaces": first["id"]}
    late = phone.talk(LATE, days=12, themes=("aktiviteter",))
    closed = next((unit for unit in made.units if unit["closed_on"]), None)
    items = [first, phone.talk(MASKED, days=1, hour=15), late, edit, other]
    if closed:
        items.append(phone.talk(NEEDS_HELP, days=2, unit=closed["id"]))
    at = max(now - timedelta(hours=1), week_of(now).starts_at())
    receipts = sync.take(session, actor, items=items, now=at)
    assert {one.status for one in receipts} <= {sync.Status.STORED, sync.Status.CONFLICT, sync.Status.NEEDS_HELP}
    people.see_device(session, actor, device_id=ids.any(), user_agent="Mozilla/5.0 (Android) Chrome/142.0", waiting=2, now=at)
    return len({item["id"] for item, one in zip(items, receipts, strict=True) if one.sequence and not item["replaces"]})


class _Phone:
    """Writes items as a phone in this house would."""

    def __init__(self, made: Municipality, actor: Actor, ids: Ids, now: datetime) -> None:
        self.actor, self.ids, self.now = actor, ids, now
        unit = next(unit for unit in made.units if unit["id"] == actor.unit_id)
        sets = {row["id"]: row["sector"] for row in made.question_sets}
        self.version = next(row for row in made.versions if sets[row["question_set_id"]] == unit["sector"])
        self.themes = {row["key"]: str(row["id"]) for row in made.themes if row["sector"] == unit["sector"]}

    def talk(
        self, text: str, *, days: int, hour: int = 8, themes: tuple[str, ...] = (), unit: UUID | None = None
    ) -> dict[str, Any]:
        day = local(self.now) - timedelta(days=days)
        held_at = day.replace(hour=hour, minute=12, second=0, microsecond=0).astimezone(UTC)
        return {
            "id": str(self.ids.at(held_at)),
            "kind": "conversation",
            "revision": 1,
            "replaces": None,
            "unit": str(unit or self.actor.unit_id),
            "question_set_version": str(self.version["id"]),
            "held_at": held_at.isoformat(),
            "answers": [{"question": self.version["content"]["questions"][1]["id"], "text": text}],
            "about": {},
            "quote_scope": "area",
            "themes": {"confirmed": [self.themes[key] for key in themes if key in self.themes], "rejected": [], "tones": {}},
        }
