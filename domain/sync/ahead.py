"""What the patterns suggest for an envelope's talks, found before its transaction begins: in that nobody else writes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from domain import themes

from .rules import Received

#: What talks of a version were last looked through with, by database.
_BOOKS: WeakKeyDictionary[Any, dict[UUID, themes.Codebook]] = WeakKeyDictionary()


class Ahead:
    """Holds where the codebook is still the same one; else it is found now."""

    def __init__(self, engine: Any, received: Sequence[Received]) -> None:
        self._books = _BOOKS.setdefault(engine, {})
        self._found: dict[str | None, tuple[themes.Codebook, frozenset[UUID]]] = {}
        for item in received:
            if item.draft is not None and (book := self._books.get(item.draft.question_set_version)) is not None:
                self._found[item.sha256] = book, themes.suggested(item.draft.texts, book)

    def suggested(self, item: Received, book: themes.Codebook) -> frozenset[UUID]:
        """book: the one of this transaction."""
        assert item.draft is not None
        found = self._found.get(item.sha256)
        if found is not None and found[0] is book:
            return found[1]
        self._books[item.draft.question_set_version] = book
        return themes.suggested(item.draft.texts, book)
