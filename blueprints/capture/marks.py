"""What of an item's themes the form carries along, and the place an item names, read from whatever was sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.sync import item_id
from domain.themes import Tone


@dataclass(frozen=True)
class Carried:
    """Themes by their ids as text. Only ids and tones that are some: nobody could mend others in a field that is not shown."""

    confirmed: list[str]
    rejected: list[str]
    tones: dict[str, str]


def carried(marks: Any) -> Carried:
    marks = marks if isinstance(marks, dict) else {}
    tones = marks["tones"] if isinstance(marks.get("tones"), dict) else {}
    known = {key: tone for key, tone in tones.items() if isinstance(tone, str) and tone in set(Tone)}
    return Carried(
        confirmed=_ids(marks.get("confirmed")),
        rejected=_ids(marks.get("rejected")),
        tones={str(theme): tone for key, tone in known.items() if (theme := item_id({"id": key}))},
    )


def place_of(item: Any) -> UUID | None:
    """The unit that an item names, known here or not."""
    return item_id({"id": item.get("unit")}) if isinstance(item, dict) else None


def _ids(values: Any) -> list[str]:
    keys: Iterable[UUID | None] = (item_id({"id": value}) for value in values) if isinstance(values, list) else ()
    return list(dict.fromkeys(str(key) for key in keys if key))
