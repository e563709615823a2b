"""The weekly digest: counts and literal quotations of one area's week, frozen when it is issued."""

from .headlines import MOST_CHARACTERS, Headline, rewrite, written_headline
from .house import RECENT_WEEKS, HouseEdition, HouseWeek, own_house
from .readings import Reader, ReadOwn, mark_read, news, readers, readers_of_talk, unmark_read
from .rules import Change, Content, QuoteRef, SilentHouse, ThemeOfWeek
from .store import Composed, Edition, LaterIssued, Listed, compose, forget, house_names, listed, make_issue, read
from .tables import Issue, IssueHeadline, IssueReading, IssueTalk

__all__ = [
    "MOST_CHARACTERS",
    "RECENT_WEEKS",
    "Change",
    "Composed",
    "Content",
    "Edition",
    "Headline",
    "HouseEdition",
    "HouseWeek",
    "Issue",
    "IssueHeadline",
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
    "own_house",
    "read",
    "readers",
    "readers_of_talk",
    "rewrite",
    "unmark_read",
    "written_headline",
]
