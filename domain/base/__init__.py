"""What every area stands on: rows, the database, the clock, weeks and safe text."""

from .again import begun_anew
from .clock import now
from .db import Database, ask, beside, empty_journal, forget_for_good, in_chunks, insert_new, note_erasure, open_database, written
from .faults import STORE_ERRORS, Broken, Unreachable, is_transient, lost_a_race
from .holidays import is_holiday
from .ledger import Erasure, Ledger, sync_folder
from .reserve import Reserve
from .tables import Row, Texts, new_id
from .text import can_be_seen, fold, markdown_to_html, tidy
from .turns import TooLong, turns_for
from .week import EARLIEST_YEAR, LATEST_YEAR, ZONE, Week, local, week_of

__all__ = [
    "EARLIEST_YEAR",
    "LATEST_YEAR",
    "STORE_ERRORS",
    "ZONE",
    "Broken",
    "Database",
    "Erasure",
    "Ledger",
    "Reserve",
    "Row",
    "Texts",
    "TooLong",
    "Unreachable",
    "Week",
    "ask",
    "begun_anew",
    "beside",
    "can_be_seen",
    "empty_journal",
    "fold",
    "forget_for_good",
    "in_chunks",
    "insert_new",
    "is_holiday",
    "is_transient",
    "local",
    "lost_a_race",
    "markdown_to_html",
    "new_id",
    "note_erasure",
    "now",
    "open_database",
    "sync_folder",
    "tidy",
    "turns_for",
    "week_of",
    "written",
]
