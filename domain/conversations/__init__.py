"""Talks as they were noted: the words, whose they are, and who may read them."""

from .rules import QUOTABLE, Answer, Draft, Problem, QuoteScope, Span, is_quotable, quotes, spans
from .store import (
    Refused,
    address,
    by_ids,
    count_by_unit,
    find,
    goes_by_id,
    log,
    newest,
    of_units,
    revisions,
    stored,
    visible,
)
from .tables import ARRIVALS, Conversation

__all__ = [
    "ARRIVALS",
    "QUOTABLE",
    "Answer",
    "Conversation",
    "Draft",
    "Problem",
    "QuoteScope",
    "Refused",
    "Span",
    "address",
    "by_ids",
    "count_by_unit",
    "find",
    "goes_by_id",
    "is_quotable",
    "log",
    "newest",
    "of_units",
    "quotes",
    "revisions",
    "spans",
    "stored",
    "visible",
]
