"""Finds personal data in a text. One rules file (`rules.json`) serves the server and the phone.

CPR: six digits of a date and four more, in every way people write them. The date must exist, by the century that the seventh
digit gives (CPR-kontoret, "Personnummeret i CPR"); 60 is added to the day in replacement numbers (erstatningspersonnumre).
No modulus 11: numbers without it have been handed out since 2007.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

RULES: dict[str, Any] = json.loads(Path(__file__).with_name("rules.json").read_text("utf-8"))

_CPR = re.compile(RULES["cpr"]["pattern"])
#: Older phones know no expressions that look behind, so both sides look at the sign before a hit themselves.
_DIGITS = frozenset("0123456789")
_MASK: str = RULES["cpr"]["mask"]


@dataclass(frozen=True)
class Finding:
    """`start` and `end` count Unicode code points of the text. Severity `mask`: covered whole before anything is kept."""

    kind: str
    start: int
    end: int
    severity: str


def check(text: str) -> list[Finding]:
    """Everything found, in the order of the text."""
    found = []
    at = 0
    while candidate := _CPR.search(text, at):
        in_a_longer_number = text[candidate.start() - 1 : candidate.start()] in _DIGITS
        if not in_a_longer_number and _is_born(candidate[1], candidate[3], candidate[4], candidate[5]):
            found.append(Finding("cpr", candidate.start(), candidate.end(), RULES["cpr"]["severity"]))
            at = candidate.end()
        else:  # a number may begin inside what only looked like one: »afd. 12-14-010190-1234«
            at = candidate.start() + 1
    return found


def mask(text: str) -> tuple[str, int]:
    """The text with every CPR number covered whole, and how many there were."""
    found = [finding for finding in check(text) if finding.severity == "mask"]
    for finding in reversed(found):
        text = text[: finding.start] + _MASK + text[finding.end :]
    return text, len(found)


def _is_born(day: str, month: str, year: str, serial: str) -> bool:
    """Whether the first six digits are a date in the century that the serial number gives."""
    number = int(day) - 60 if int(day) > 60 else int(day)
    try:
        date(_century(int(serial[0]), int(year)) + int(year), int(month), number)
    except ValueError:
        return False
    return True


def _century(seventh: int, year: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800
