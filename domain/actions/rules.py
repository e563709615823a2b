"""What a reply must hold."""

from typing import Literal

from domain.base import can_be_seen, tidy

#: A reply is a few sentences about the service, not a letter. Counted after `tidy`, as it is kept.
MOST_CHARACTERS = 2_000


def problem_of(text: str) -> Literal["nothing_written", "too_long", "unreadable"] | None:
    """What keeps the text from being sent; None: nothing does."""
    kept = tidy(text)
    if any("\ud800" <= letter <= "\udfff" for letter in kept):
        return "unreadable"
    if not can_be_seen(kept):
        return "nothing_written"
    return "too_long" if len(kept) > MOST_CHARACTERS else None
