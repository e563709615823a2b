"""What talks are about: the codebook, and each talk's themes as suggested and as decided."""

from .rules import Decision, Marks, Patterns, Suggestion, Tone, hits, suggest
from .store import (
    code,
    codebook,
    codings,
    confirmed_for,
    counts,
    decided_for,
    forget,
    names,
    patterns,
    problems,
    recode,
)
from .tables import Coding, Theme, WeeklyTalks, WeeklyThemes
from .weekly import count_new, last_weeks, rebuild, recounted, talks_held, themes_held

__all__ = [
    "Coding",
    "Decision",
    "Marks",
    "Patterns",
    "Suggestion",
    "Theme",
    "Tone",
    "WeeklyTalks",
    "WeeklyThemes",
    "code",
    "codebook",
    "codings",
    "confirmed_for",
    "count_new",
    "counts",
    "decided_for",
    "forget",
    "hits",
    "last_weeks",
    "names",
    "patterns",
    "problems",
    "rebuild",
    "recode",
    "recounted",
    "suggest",
    "talks_held",
    "themes_held",
]
