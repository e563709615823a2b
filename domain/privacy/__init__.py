"""Erasing one talk everywhere in Hørt, and making erasures again after a back-up was restored."""

from .replay import Carried, Replayed, carried, replay
from .scrub import Room, missing_room, scrub
from .store import VERB, ErasedBefore, Outcome, UnknownTalk, erase

__all__ = [
    "VERB",
    "Carried",
    "ErasedBefore",
    "Outcome",
    "Replayed",
    "Room",
    "UnknownTalk",
    "carried",
    "erase",
    "missing_room",
    "replay",
    "scrub",
]
