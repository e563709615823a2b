"""The weekly digest: counts and literal quotations of one area's week, frozen when it is issued."""

from .finding import find, houses_to_choose, weeks_to_choose
from .headlines import MOST_CHARACTERS, Headline, rewrite, written_headline
from .readings import Reader, ReadOwn, mark_read, news, readers, readers_of_talk, unmark_read
from .rules import Change, Content, QuoteRef, SilentHouse, ThemeOfWeek
from .store import Composed, Edition, LaterIssued, Listed, compose, forget, house_names, listed, make_issue, read
from .tables import Issue, IssueHeadline, IssueReading, IssueTalk

__all__ = [
    "MOST_CHARACTERS",
    "Change",
    "Composed",
    "Content",
    "Edition",
    "Headline",
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
    "find",
    "forget",
    "house_names",
    "houses_to_choose",
    "listed",
    "make_issue",
    "mark_read",
    "news",
    "read",
    "readers",
    "readers_of_talk",
    "rewrite",
    "unmark_read",
    "weeks_to_choose",
    "written_headline",
]
