"""What a municipality in use has besides talks: a correction, two versions of one, one that needs help, a late one, a phone,
replies, and weeks that were read.

Made by the same verbs as real ones, so that the pages that show them have something true to show.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session

from domain import actions, conversations, digests, people, sync, themes
from domain.base import local, week_of
from domain.people import Actor

from .rules import Ids, Municipality, Size

LATE = "Mor ringede, da hun så billederne fra skoven. »Jeg havde ikke opdaget, at han tør gå så langt væk fra de voksne.«"
FIRST = "Far blev stående lidt efter aflevering. »Jeg vidste ikke, at man bare måtte blive og læse en bog.«"
CORRECTED = f"{FIRST} Han vil gerne gøre det om fredagen."
ELSEWHERE = "Far blev stående lidt efter aflevering og læste bog. »Det må man godt, vidste I det?«"
MASKED = "Mormor ville sikre sig, at vi havde det rigtige barn, og læste nummeret højt, ••••••-••••. »Så er der ingen tvivl.«"
NEEDS_HELP = "Mor nåede at fortælle det på den sidste dag i huset. »I kendte ham, før vi selv gjorde.«"
#: What the area leaders replied to the latest talks of these people, and what came back.
REPLIES = (
    ("leder@demo.example", "omraade@demo.example", "Tak for den. Jeg tager det med, når vi ser på morgenerne i området.", ""),
    (
        "leder@demo.example",
        "omraade@demo.example",
        "Det er et godt billede på, hvad en fast voksen betyder. Hvad skal der til, for at I kan gøre det hver dag?",
        "Vi kan begynde med mandag og fredag. De dage er der to på fra klokken syv.",
    ),
    ("leder2@demo.example", "omraade@demo.example", "Skovbrynet er ikke alene om det. Skal vi tage det op på ledermødet?", ""),
    ("medarbejder@demo.example", "omraade@demo.example", "Godt set. Den slags hører vi for sjældent.", ""),
    (
        "leder3@demo.example",
        "omraade2@demo.example",
        "Tak. Jeg spørger visitationen, om tiderne kan stå fast.",
        "Det vil hjælpe.",
    ),
)
#: Who says when places are closed, and the house that is, for a while.
CLOSES, REBUILT = "omraade@demo.example", "Møllehuset"
#: The themes the area leader gave some of the latest talks of the first leader: which of them, what, and whether she objected.
RECODED = ((2, "faste_voksne", None, True), (3, "beskeder", "trouble", False))
#: How many of the latest issues the area leaders have not marked as read.
WEEKS_NOT_READ = 1


def reply(session: Session, made: Municipality, size: Size, *, now: datetime) -> None:
    """The area leaders' replies to the latest talks of some, and the issues they have read."""
    people_by_email = {row["email"]: people.actor_for(session, row["id"]) for row in made.persons}
    ids, answered = Ids(Random(size.seed + 3)), Counter[str]()  # noqa: S311 - a reproducible demo, no secret
    for to, by, text, back in REPLIES:
        writer, leader = people_by_email[to], people_by_email[by]
        assert writer is not None
        assert leader is not None
        own = conversations.newest(session, writer, own=True, before=None)
        if len(own) <= answered[to]:
            continue
        talk = own[answered[to]]
        answered[to] += 1
        at = max(talk.received_at, now - timedelta(hours=5))
        actions.reply(session, leader, talk=talk, key=ids.any(), text=text, now=at)
        if back:
            actions.reply(session, writer, talk=talk, key=ids.any(), text=back, now=max(at, now - timedelta(hours=2)))
    for email in ("omraade@demo.example", "omraade2@demo.example"):
        leader = people_by_email[email]
        assert leader is not None
        for issue in [one for one in digests.listed(session, leader, now=now) if one.made_at][WEEKS_NOT_READ:]:
            read_at = issue.week.ends_at() + timedelta(hours=8, minutes=2)
            digests.mark_read(session, leader, area_id=issue.area.id, week=issue.week, now=min(read_at, now))


def close(session: Session, made: Municipality, *, now: datetime) -> None:
    """One house is being rebuilt for some weeks, and the area is closed between Christmas and New Year."""
    units, who = {row["name"]: row["id"] for row in made.units}, next(row for row in made.persons if row["email"] == CLOSES)
    leader, running, today = people.actor_for(session, who["id"]), week_of(now), local(now).date()
    assert leader is not None
    christmas = date(today.year + (today > date(today.year, 12, 30)), 12, 24)
    periods = [("Område Syd", christmas, christmas.replace(day=30), "Mellem jul og nytår")]
    if REBUILT in units:
        periods.append((REBUILT, running.plus(-5).monday(), running.plus(1).sunday(), "Ombygning"))
    for name, first_on, last_on, note in periods:
        people.close_unit(session, leader, unit_id=units[name], first_on=first_on, last_on=last_on, note=note, now=now)


def recode(session: Session, made: Municipality, *, now: datetime) -> None:
    """What the area leader thought some talks were about, and an objection that waits for her."""
    by_email = {row["email"]: row["id"] for row in made.persons}
    leader, writer = (people.actor_for(session, by_email[f"{name}@demo.example"]) for name in ("omraade", "leder"))
    assert leader is not None
    assert writer is not None
    ids = {row["key"]: row["id"] for row in made.themes if row["sector"] == "nursery"}
    own = conversations.newest(session, writer, own=True)
    for place, key, tone, objects in RECODED:
        if len(own) <= place or key not in ids:
            continue
        first_id = own[place].first_id
        before = [theme for theme, said in themes.said(session, first_id).items() if said.is_confirmed and theme != ids[key]]
        marks = themes.Marks((ids[key],), tuple(before), {ids[key]: tone} if tone else {})
        recoding = themes.decide(session, leader, first_id=first_id, marks=marks, now=now - timedelta(hours=4))
        if objects and recoding:
            themes.object_to(session, writer, recoding_id=recoding, now=now - timedelta(hours=1))


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
