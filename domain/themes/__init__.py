"""What talks are about: the codebook, and each talk's themes as suggested and as decided."""

from .rules import Decision, Marks, Patterns, Suggestion, Tone, hits, suggest
from .store import code, codebook, confirmed_counts, confirmed_for, names, patterns, problems
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
    "confirmed_counts",
    "confirmed_for",
    "hits",
    "names",
    "patterns",
    "problems",
    "suggest",
]
