"""The weekly digest: counts and literal quotations of one area's week, frozen when it is issued."""

from .headlines import MOST_CHARACTERS, Headline, rewrite, written_headline
from .over_time import About, about_theme, counts_by_theme, series, to_sort
from .readings import Reader, ReadOwn, mark_read, news, readers, readers_of_talk, unmark_read
from .rules import WEEKS_SHOWN, Change, Content, QuoteRef, SilentHouse, ThemeOfWeek
from .store import Composed, Edition, LaterIssued, Listed, compose, forget, house_names, listed, make_issue, read
from .tables import Issue, IssueHeadline, IssueReading, IssueTalk

__all__ = [
    "MOST_CHARACTERS",
    "WEEKS_SHOWN",
    "About",
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
    "about_theme",
    "compose",
    "counts_by_theme",
    "forget",
    "house_names",
    "listed",
    "make_issue",
    "mark_read",
    "news",
    "read",
    "readers",
    "readers_of_talk",
    "rewrite",
    "series",
    "to_sort",
    "unmark_read",
    "written_headline",
]
