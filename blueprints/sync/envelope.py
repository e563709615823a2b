"""An envelope of items, as it comes in."""

from typing import Any, Literal

from pydantic import Field, StrictInt

from .checks import Phone

MOST_ITEMS = 100


class Envelope(Phone):
    """What a phone sends. Items are judged one by one, so nothing is asked of them here."""

    schema_: Literal["hoert.envelope/1"] = Field(alias="schema")
    waiting: StrictInt = Field(ge=0, le=1_000_000)
    items: list[Any]

    @staticmethod
    def is_too_much(sent: dict[str, Any]) -> bool:
        items = sent.get("items")
        return isinstance(items, list) and len(items) > MOST_ITEMS

    @property
    def erases(self) -> bool:
        """Whether it takes a talk back."""
        return any(isinstance(item, dict) and item.get("kind") == "withdrawal" for item in self.items)
