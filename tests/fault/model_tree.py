"""Which houses closed and which went on in their place, as the state machine was told, and where a talk has to stand by that."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Copenhagen")


class Tree:
    def __init__(self) -> None:
        self.closed_on: dict[str, date] = {}
        self.successor: dict[str, str] = {}

    def close(self, unit: str, into: str | None = None, *, on: date) -> None:
        self.closed_on[unit] = on
        if into:
            self.successor[unit] = into

    def place(self, unit: str, held_at: str, *, stands_in: str | None) -> str | None:
        """The first house of the line that was open on the day; an edit stays with its talk where that is on the line."""
        line = [unit]
        while line[-1] in self.successor:
            line.append(self.successor[line[-1]])
        if stands_in in line:
            return stands_in
        day = datetime.fromisoformat(held_at).astimezone(HERE).date()
        return next((one for one in line if one not in self.closed_on or self.closed_on[one] > day), None)
