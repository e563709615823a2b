"""The weekly digest: counts and literal quotations of one area's week, frozen when it is issued."""

from .breaks import breaks
from .finding import find, houses_to_choose, weeks_to_choose
from .gathering import Gathering, issue_times, missing, set_issue_time, to_come
from .headlines import MOST_CHARACTERS, Headline, headline_of, rewrite, written_headline
from .house import RECENT_WEEKS, HouseEdition, HouseWeek, own_house
from .issued import areas_issued, areas_unread
from .leading import page_of_reading, page_of_week
from .mondays import gathered_at
from .over_time import About, Counts, GatheredIn, about_theme, counts_by_theme, series, to_sort
from .periods import Period, PeriodEdition, months_and_years, read_period
from .quoted import words_of
from .readings import Reader, ReadOwn, mark_read, news, readers, readers_of, readers_of_talk, unmark_read
from .rules import FEWEST_TALKS_NAMED, WEEKS_SHOWN, Change, Content, SilentHouse, ThemeOfWeek, leading
from .store import Composed, Edition, LaterIssued, Listed, compose, forget, house_names, issues_with, listed, make_issue, read
from .tables import Issue, IssueHeadline, IssueReading, IssueTalk, IssueTime
from .talk import QuoteRef
from .telling import remind_unread

__all__ = [
    "FEWEST_TALKS_NAMED",
    "MOST_CHARACTERS",
    "RECENT_WEEKS",
    "WEEKS_SHOWN",
    "About",
    "Change",
    "Composed",
    "Content",
    "Counts",
    "Edition",
    "GatheredIn",
    "Gathering",
    "Headline",
    "HouseEdition",
    "HouseWeek",
    "Issue",
    "IssueHeadline",
    "IssueReading",
    "IssueTalk",
    "IssueTime",
    "LaterIssued",
    "Listed",
    "Period",
    "PeriodEdition",
    "QuoteRef",
    "ReadOwn",
    "Reader",
    "SilentHouse",
    "ThemeOfWeek",
    "about_theme",
    "areas_issued",
    "areas_unread",
    "breaks",
    "compose",
    "counts_by_theme",
    "find",
    "forget",
    "gathered_at",
    "headline_of",
    "house_names",
    "houses_to_choose",
    "issue_times",
    "issues_with",
    "leading",
    "listed",
    "make_issue",
    "mark_read",
    "missing",
    "months_and_years",
    "news",
    "own_house",
    "page_of_reading",
    "page_of_week",
    "read",
    "read_period",
    "readers",
    "readers_of",
    "readers_of_talk",
    "remind_unread",
    "rewrite",
    "series",
    "set_issue_time",
    "to_come",
    "to_sort",
    "unmark_read",
    "weeks_to_choose",
    "words_of",
    "written_headline",
]
