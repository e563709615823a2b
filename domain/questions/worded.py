"""Sets that are worded beforehand, to begin a draft from: parsed when asked for, never when Hørt starts."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.base import new_id
from domain.people import Sector

from .rules import TalkType
from .sketches import Sketch

_FILES = Path(__file__).with_name("ready")


@dataclass(frozen=True)
class Ready:
    """A set to begin from. sector: whose talks it is worded for; None: for any."""

    key: str
    sector: Sector | None
    talk_type: TalkType
    sketch: Sketch


def ready_sets() -> list[Ready]:
    """All of them, in the order they are offered. Their questions get new ids each time: a set taken twice is two series."""
    return [_ready(json.loads(path.read_text("utf-8"))) for path in sorted(_FILES.glob("*.json"))]


def _ready(found: dict[str, Any]) -> Ready:
    sketch = found["sketch"]
    sketch["questions"] = [{"id": str(new_id()), **question} for question in sketch["questions"]]
    return Ready(
        key=found["key"],
        sector=Sector(found["sector"]) if found["sector"] else None,
        talk_type=TalkType(found["talk_type"]),
        sketch=Sketch.model_validate(sketch),
    )
