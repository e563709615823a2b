"""What every area stands on: rows, the database, the clock, weeks and safe text."""

from .clock import now
from .db import Database, Unreachable, empty_journal_after, in_chunks, insert_new, is_transient, open_database
from .tables import Row, Texts, new_id
from .text import can_be_seen, fold, markdown_to_html, tidy
from .week import EARLIEST_YEAR, LATEST_YEAR, ZONE, Week, local, week_of

__all__ = [
    "EARLIEST_YEAR",
    "LATEST_YEAR",
    "ZONE",
    "Database",
    "Row",
    "Texts",
    "Unreachable",
    "Week",
    "can_be_seen",
    "empty_journal_after",
    "fold",
    "in_chunks",
    "insert_new",
    "is_transient",
    "local",
    "markdown_to_html",
    "new_id",
    "now",
    "open_database",
    "tidy",
    "week_of",
]
