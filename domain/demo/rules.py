"""The invented municipality, as rows: pure and seeded, so that the same seed gives the same municipality to the letter."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from domain.base import Week, local, week_of
from domain.people import Label, Level, Role, Sector
from domain.questions import TalkType, finished, ready_sets
from domain.sync import fingerprint

CONTENT = Path(__file__).with_name("content")
PASSWORD = "kun-til-demo"  # noqa: S105 - public, for the invented municipality only

MUNICIPALITY = "Nørreå Kommune"
SYD = (
    "Mariehuset",
    "Skovbrynet",
    "Åhaven",
    "Regnbuen",
    "Bakkegården",
    "Stjernehuset",
    "Solsikken",
    "Møllehuset",
    "Fyrtårnet",
    "Kastanjehuset",
)
NORD = (
    "Distrikt Havnen",
    "Distrikt Engen",
    "Distrikt Vestermarken",
    "Distrikt Kirkebakken",
    "Distrikt Lunden",
    "Distrikt Nordby",
)
#: How many of a hundred talks each house has; the last four of Syd have fallen silent, never begun or closed.
WEIGHTS = (24, 20, 18, 16, 13, 9, 0, 0, 0, 0)
LEADERS = (
    (
        "Lene Mose",
        "Karin Juhl",
        "Annette Friis",
        "Pernille Bach",
        "Mona Vestergaard",
        "Dorte Krogh",
        "Hanne Lind",
        "Rikke Storm",
        "Ulla Holm",
        "Bente Krag",
    ),
    ("Tove Brandt", "Jesper Lund", "Gitte Dahl", "Bodil Skov", "Anders Riis", "Inger Munk"),
)
#: Weeks back of the last talk a house may have; nothing was heard from it since.
SILENT_SINCE = {"Solsikken": 5, "Møllehuset": 6, "Kastanjehuset": 4}
#: Houses that closed, and how many weeks back: closed is not silent.
CLOSED = {"Kastanjehuset": 3}
SURGE = "aflevering"
#: What kind of talk the invented ones are, and the sets that stand beside theirs.
TALK_TYPES = {Sector.NURSERY: TalkType.PARENT_TALK, Sector.HOME_CARE: TalkType.CITIZEN_INTERVIEW}
MORE_SETS = {Sector.NURSERY: ("quick_note", "group_talk"), Sector.HOME_CARE: ("life_and_wishes", "relatives")}


@dataclass(frozen=True)
class Size:
    """How large the municipality is, and by which seed. `conversations` None: each distinct note once."""

    conversations: int | None = None
    weeks: int = 12
    institutions: int = len(SYD) + len(NORD)
    seed: int = 1


@dataclass(frozen=True)
class Municipality:
    """Rows by table, ready to be inserted; conversations come from `conversations()`, since there may be a million."""

    units: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)
    question_sets: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    themes: list[dict[str, Any]] = field(default_factory=list)


def read(name: str) -> Any:
    """A file of the demo's content."""
    return json.loads((CONTENT / f"{name}.json").read_text("utf-8"))


class Ids:
    """UUIDv7 from a seed: the moment given, then bits of the generator."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def at(self, when: datetime) -> UUID:
        value = int(when.timestamp() * 1000) << 80 | self.random.getrandbits(80)
        value = value & ~(0xF << 76) | 0x7 << 76
        return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)

    def any(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)


def municipality(size: Size, *, now: datetime, password_hash: str) -> Municipality:
    """Everything but the talks: the tree, its people, what is asked and the codebooks."""
    ids = Ids(Random(size.seed))  # noqa: S311 - a reproducible demo, no secret
    began = week_of(now).plus(-size.weeks - 4).starts_at()
    found = Municipality()
    _places(found, ids, size, began, week_of(now))
    _people(found, ids, began, password_hash)
    _questions(found, ids, began)
    _codebooks(found, ids, began)
    return found


def _places(found: Municipality, ids: Ids, size: Size, began: datetime, running: Week) -> None:
    root = _unit(found, ids, began, MUNICIPALITY, Level.MUNICIPALITY)
    all_of_them = len(SYD) + len(NORD)
    extra = max(0, size.institutions - all_of_them)
    in_syd = min(len(SYD), max(2, round(size.institutions * len(SYD) / all_of_them)))
    in_nord = min(len(NORD), max(1, size.institutions - in_syd))
    areas: tuple[tuple[str, Sector, Label, tuple[str, ...], int], ...] = (
        ("Område Syd", Sector.NURSERY, Label.HOUSE, SYD[:in_syd], (extra + 1) // 2),
        ("Område Nord", Sector.HOME_CARE, Label.DISTRICT, NORD[:in_nord], extra // 2),
    )
    for name, sector, label, houses, more in areas:
        area = _unit(found, ids, began, name, Level.AREA, parent=root, sector=sector)
        word = "Børnehuset" if label is Label.HOUSE else "Distrikt"
        for house in (*houses, *(f"{word} {number + len(houses) + 1}" for number in range(more))):
            row = _unit(found, ids, began, house, Level.INSTITUTION, parent=area, sector=sector, label=label)
            if house in CLOSED and CLOSED[house] < size.weeks:
                row["closed_on"] = running.plus(-CLOSED[house]).monday()


def _unit(found: Municipality, ids: Ids, began: datetime, name: str, level: Level, **more: Any) -> dict[str, Any]:
    key, parent = ids.at(began), more.pop("parent", None)
    row = {
        "id": key,
        "name": name,
        "level": level,
        "parent_id": parent["id"] if parent else None,
        "path": f"{parent['path'] if parent else '/'}{key.hex}/",
        "sector": more.get("sector"),
        "label": more.get("label"),
        "closed_on": None,
    }
    found.units.append(row)
    return row


def _people(found: Municipality, ids: Ids, began: datetime, password_hash: str) -> None:
    units = {unit["name"]: unit for unit in found.units}
    signs_in = (
        ("leder", "Lene Mose", Role.INSTITUTION_LEADER, "Mariehuset"),
        ("leder2", "Karin Juhl", Role.INSTITUTION_LEADER, "Skovbrynet"),
        ("leder3", "Tove Brandt", Role.INSTITUTION_LEADER, "Distrikt Havnen"),
        ("medarbejder", "Sofie Bang", Role.EMPLOYEE, "Mariehuset"),
        ("omraade", "Birgitte Holm", Role.AREA_LEADER, "Område Syd"),
        ("omraade2", "Henrik Damgaard", Role.AREA_LEADER, "Område Nord"),
        ("admin", "Karim Aydin", Role.ADMINISTRATOR, MUNICIPALITY),
    )
    for login, name, role, place in signs_in:
        _person(found, ids, began, f"{login}@demo.example", name, role, units[place], password_hash)
    led = {person["unit_id"] for person in found.persons if person["role"] == Role.INSTITUTION_LEADER}
    houses = [unit for unit in found.units if unit["level"] == Level.INSTITUTION and unit["id"] not in led]
    names = [name for area in LEADERS for name in area[1:] if name != "Karin Juhl"]
    for number, unit in enumerate(houses):
        name = names[number % len(names)]
        _person(found, ids, began, f"hus{number + 1}@demo.example", name, Role.INSTITUTION_LEADER, unit, None)


def _person(
    found: Municipality,
    ids: Ids,
    began: datetime,
    email: str,
    name: str,
    role: Role,
    unit: dict[str, Any],
    password_hash: str | None,
) -> None:
    row = {"id": ids.at(began), "email": email, "name": name, "role": role, "unit_id": unit["id"], "language": "da"}
    found.persons.append({**row, "password_hash": password_hash, "disabled_at": None})


def _questions(found: Municipality, ids: Ids, began: datetime) -> None:
    """Of each sector the set its talks are noted in first."""
    for sector, content in read("question_sets").items():
        _set(found, ids, began, sector, content, position=0, talk_type=TALK_TYPES[sector])
    ids = Ids(Random(f"sets of {found.units[0]['id']}"))  # noqa: S311 - as above, and apart: nothing else changes by it
    ready = {one.key: one for one in ready_sets()}
    for sector, keys in MORE_SETS.items():
        for position, key in enumerate(keys, start=1):
            content = finished(ready[key].sketch, {})[0].model_dump(mode="json")
            _set(found, ids, began, sector, content, position=position, talk_type=ready[key].talk_type)


def _set(
    found: Municipality, ids: Ids, began: datetime, sector: str, content: dict[str, Any], *, position: int, talk_type: TalkType
) -> None:
    set_id = ids.at(began)
    usual = {"kind": "long_text", "help": None, "required": False}
    asked = [{**usual, **one, "id": str(ids.at(began))} for one in content["questions"]]
    found.question_sets.append({"id": set_id, "sector": sector, "position": position, "talk_type": talk_type})
    found.versions.append(
        {
            "id": ids.at(began),
            "question_set_id": set_id,
            "number": 1,
            "published_at": began,
            "content": {**content, "questions": asked},
        }
    )


def _codebooks(found: Municipality, ids: Ids, began: datetime) -> None:
    for sector in Sector:
        for position, theme in enumerate(read(f"codebook_{sector}")):
            found.themes.append({"id": ids.at(began), "sector": sector, "position": position, **theme})


def conversations(found: Municipality, size: Size, *, now: datetime) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Talks with their themes, in the order they were received, ending in the running week; none lies after `now`."""
    random = Random(size.seed + 1)  # noqa: S311 - as above
    ids = Ids(random)
    notes = {sector: read(f"notes_{sector}") for sector in Sector}
    total = size.conversations if size.conversations is not None else sum(len(these) for these in notes.values())
    shares = {Sector.NURSERY: round(total * len(notes[Sector.NURSERY]) / sum(len(these) for these in notes.values()))}
    shares[Sector.HOME_CARE] = total - shares[Sector.NURSERY]
    held = [when for sector in Sector for when in _plan(found, notes[sector], sector, shares[sector], size, random, now)]
    held.sort(key=lambda one: (one[2], one[1]))
    kit = _Kit(found)
    for sequence, (note, held_at, received_at, sector, unit) in enumerate(held, start=1):
        yield kit.talk(ids, note, sector, unit, held_at, received_at, sequence)


Planned = tuple[dict[str, Any], datetime, datetime, Sector, dict[str, Any]]


def _plan(
    found: Municipality, notes: list[dict[str, Any]], sector: Sector, total: int, size: Size, random: Random, now: datetime
) -> Iterator[Planned]:
    """Which note was heard when and where. A week's share is even, but for the surge in the last finished week."""
    running = week_of(now)
    houses = [unit for unit in found.units if unit["sector"] == sector and unit["level"] == Level.INSTITUTION]
    weights = [WEIGHTS[number] if number < len(WEIGHTS) else 10 for number in range(len(houses))]
    if sector is Sector.HOME_CARE:
        weights = [max(8, weight) for weight in weights]
    for number, note in _in_turn(notes, total, random):
        back = _weeks_back(note, number, total, size, random)
        unit = random.choices(houses, weights)[0]
        quiet = houses[number % len(houses)]
        since = SILENT_SINCE.get(quiet["name"]) if number % 7 == 0 else None
        if since and since < size.weeks:
            unit, back = quiet, max(back, since)
        held_at = _moment(running.plus(-back), random)
        if held_at > now:
            held_at = now - timedelta(minutes=random.randint(90, 60 * 20)) if back == 0 else held_at
        if week_of(held_at) != running.plus(-back) and back == 0:
            held_at = running.starts_at() + (now - running.starts_at()) * random.random() * 0.9
        received_at = held_at + timedelta(minutes=random.randint(2, 55))
        if random.random() < 0.04:
            received_at = held_at + timedelta(days=random.randint(4, 8))  # a phone that was off the net for days
        yield note, held_at, min(received_at, now), sector, unit


def _in_turn(notes: list[dict[str, Any]], total: int, random: Random) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every note once before any comes again."""
    order = list(range(len(notes)))
    for number in range(total):
        if number % len(notes) == 0:
            random.shuffle(order)
        yield number, notes[order[number % len(notes)]]


def _weeks_back(note: dict[str, Any], number: int, total: int, size: Size, random: Random) -> int:
    """How many weeks before the running one. Half of the surge's theme falls in the last finished week."""
    if SURGE in note["themes"] and number < 200 and random.random() < 0.5 and size.weeks > 2:
        return 1
    latest = min(size.weeks, 6) if note["recent"] else size.weeks
    return random.randrange(latest)


def _moment(week: Week, random: Random) -> datetime:
    """A moment on a working day between 7 and 17, local time, as aware UTC."""
    day = local(week.starts_at()) + timedelta(days=random.choice((0, 0, 1, 1, 2, 2, 3, 3, 4)))
    return day.replace(hour=random.choice((7, 8, 8, 9, 12, 15, 15, 16)), minute=random.randrange(60)).astimezone(UTC)


class _Kit:
    """What making one talk after another looks up, once."""

    def __init__(self, found: Municipality) -> None:
        sector_of_set = {row["id"]: row["sector"] for row in found.question_sets}
        self.versions = {sector_of_set[row["question_set_id"]]: row for row in reversed(found.versions)}
        self.themes = {(row["sector"], row["key"]): row["id"] for row in found.themes}
        self.authors = {row["unit_id"]: row["id"] for row in found.persons if row["role"] == Role.INSTITUTION_LEADER}
        self.employees = {row["unit_id"]: row["id"] for row in found.persons if row["role"] == Role.EMPLOYEE}

    def talk(
        self,
        ids: Ids,
        note: dict[str, Any],
        sector: Sector,
        unit: dict[str, Any],
        held_at: datetime,
        received_at: datetime,
        sequence: int,
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        key, version = ids.at(held_at), self.versions[sector]
        asked = [question["id"] for question in version["content"]["questions"]]
        answers = [{"question": one, "text": text} for one, text in zip(asked, note["answers"], strict=True) if text]
        author = self.authors[unit["id"]]
        if unit["id"] in self.employees and sequence % 4 == 0:
            author = self.employees[unit["id"]]
        confirmed = {theme: note["tones"].get(theme) for theme in note["themes"]}
        item = {
            "id": str(key),
            "kind": "conversation",
            "revision": 1,
            "replaces": None,
            "unit": str(unit["id"]),
            "question_set_version": str(version["id"]),
            "held_at": held_at.isoformat(),
            "answers": answers,
            "about": note["about"],
            "quote_scope": note["quote_scope"],
            "themes": {
                "confirmed": [str(self.themes[sector, theme]) for theme in confirmed],
                "rejected": [],
                "tones": {str(self.themes[sector, theme]): tone for theme, tone in confirmed.items() if tone},
            },
        }
        row = {
            "id": key,
            "first_id": key,
            "revision": 1,
            "replaced_by_id": None,
            "reference": ids.any(),
            "author_id": author,
            "unit_id": unit["id"],
            "question_set_version_id": version["id"],
            "held_at": held_at,
            "held_week": str(week_of(held_at)),
            "received_at": received_at,
            "answers": answers,
            "about": note["about"],
            "quote_scope": note["quote_scope"],
            "sha256": fingerprint(item),
            "sequence": sequence,
        }
        codings = [
            {
                "id": ids.at(received_at),
                "conversation_id": key,
                "theme_id": self.themes[sector, theme],
                "suggested": True,
                "decision": "confirmed",
                "tone": tone,
                "decided_by_id": author,
                "decided_at": received_at,
            }
            for theme, tone in confirmed.items()
        ]
        return row, codings
