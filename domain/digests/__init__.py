"""The weekly digest: counts and literal quotations of one area's week, frozen when it is issued."""

from .readings import Reader, ReadOwn, mark_read, news, readers, readers_of_talk, unmark_read
from .rules import Change, Content, QuoteRef, SilentHouse, ThemeOfWeek
from .store import Composed, Edition, LaterIssued, Listed, compose, forget, house_names, listed, make_issue, read
from .tables import Issue, IssueReading, IssueTalk

__all__ = [
    "Change",
    "Composed",
    "Content",
    "Edition",
    "Issue",
    "IssueReading",
    "IssueTalk",
    "LaterIssued",
    "Listed",
    "QuoteRef",
    "ReadOwn",
    "Reader",
    "SilentHouse",
    "ThemeOfWeek",
    "compose",
    "forget",
    "house_names",
    "listed",
    "make_issue",
    "mark_read",
    "news",
    "read",
    "readers",
    "readers_of_talk",
    "unmark_read",
]
