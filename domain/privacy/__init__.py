"""Erasing one talk everywhere in Hørt, and making erasures again after a back-up was restored."""

from .replay import Carried, Replayed, carried, replay
from .scrub import scrub
from .store import VERB, ErasedBefore, Outcome, UnknownTalk, erase

__all__ = ["VERB", "Carried", "ErasedBefore", "Outcome", "Replayed", "UnknownTalk", "carried", "erase", "replay", "scrub"]
