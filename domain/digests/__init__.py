"""The weekly digest: counts and literal quotations of one area's week, frozen when it is issued."""

from .rules import Change, Content, QuoteRef, SilentHouse, ThemeOfWeek
from .store import Composed, Edition, LaterIssued, Listed, compose, forget, house_names, listed, make_issue, read
from .tables import Issue, IssueTalk

__all__ = [
    "Change",
    "Composed",
    "Content",
    "Edition",
    "Issue",
    "IssueTalk",
    "LaterIssued",
    "Listed",
    "QuoteRef",
    "SilentHouse",
    "ThemeOfWeek",
    "compose",
    "forget",
    "house_names",
    "listed",
    "make_issue",
    "read",
]
