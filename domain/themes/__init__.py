"""What talks are about: the codebook, and each talk's themes as suggested and as decided."""

from .rules import Decision, Marks, Patterns, Suggestion, Tone, hits, suggest
from .store import (
    code,
    codebook,
    codings,
    confirmed_counts,
    confirmed_for,
    counts,
    decided_for,
    forget,
    is_about,
    names,
    patterns,
    problems,
    recode,
)
from .tables import Coding, Theme

__all__ = [
    "Coding",
    "Decision",
    "Marks",
    "Patterns",
    "Suggestion",
    "Theme",
    "Tone",
    "code",
    "codebook",
    "codings",
    "confirmed_counts",
    "confirmed_for",
    "counts",
    "decided_for",
    "forget",
    "hits",
    "is_about",
    "names",
    "patterns",
    "problems",
    "recode",
    "suggest",
]
