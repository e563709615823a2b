"""What a reply must hold."""

from typing import Literal

#: A reply is a few sentences about the service, not a letter.
MOST_CHARACTERS = 2_000


def problem_of(text: str) -> Literal["nothing_written", "too_long", "unreadable"] | None:
    """What keeps the text from being sent; None: nothing does."""
    if not text.strip():
        return "nothing_written"
    if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in text):
        return "unreadable"
    return "too_long" if len(text.strip()) > MOST_CHARACTERS else None
