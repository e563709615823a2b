"""Talks as they were noted: the words, whose they are, and who may read them."""

from .arrivals import Place, Standing, insert, numbers, places, problems, replace, row, standing
from .erasure import bury, chain, erased_ids, forget, tombstones
from .rules import FACES, QUOTABLE, Answer, Draft, Problem, QuoteScope, Span, is_quotable, quotes, spans
from .store import (
    address,
    by_ids,
    count_by_unit,
    find,
    goes_by_id,
    history,
    newest,
    of_units,
    revisions,
    visible,
)
from .tables import ARRIVALS, Conversation, Tombstone

__all__ = [
    "ARRIVALS",
    "FACES",
    "QUOTABLE",
    "Answer",
    "Conversation",
    "Draft",
    "Place",
    "Problem",
    "QuoteScope",
    "Span",
    "Standing",
    "Tombstone",
    "address",
    "bury",
    "by_ids",
    "chain",
    "count_by_unit",
    "erased_ids",
    "find",
    "forget",
    "goes_by_id",
    "history",
    "insert",
    "is_quotable",
    "newest",
    "numbers",
    "of_units",
    "places",
    "problems",
    "quotes",
    "replace",
    "revisions",
    "row",
    "spans",
    "standing",
    "tombstones",
    "visible",
]
