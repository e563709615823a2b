"""What can be found out of an envelope before its transaction begins: in that nobody else writes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from domain import conversations, themes
from domain.conversations import Place
from domain.people import Actor
from domain.questions import Form

from .rules import Item, Received

#: What talks of a version were last stored under, by database.
_KNOWN: WeakKeyDictionary[Any, dict[UUID, tuple[Form, themes.Codebook]]] = WeakKeyDictionary()
_MOST_KNOWN = 200


class Ready(NamedTuple):
    """A new talk with nothing wrong about it by this form and these themes, as it is stored: where it goes is still open."""

    item: Received
    form: Form
    book: themes.Codebook
    row: dict[str, Any]
    codings: list[dict[str, Any]]


class Ahead:
    """`ids`: all that the items speak of; `units`: the houses they name. `next_piece` is called before each item."""

    def __init__(
        self, engine: Any, actor: Actor, received: Sequence[Received], now: datetime, next_piece: Callable[[], None]
    ) -> None:
        self.ids = {key for item in received for key in item.mentions}
        self.units = {item.draft.unit for item in received if item.draft}
        self._engine, self._actor, self._now = engine, actor, now
        self._known = _KNOWN.setdefault(engine, {})
        self._ready: dict[int, Ready] = {}  # by which object of the envelope it is
        self._suggested: dict[str | None, tuple[themes.Codebook, frozenset[UUID]]] = {}  # of an edit, by its fingerprint
        for item in received:
            next_piece()
            found = self._of(item)
            if found:
                self._ready[id(item)] = found

    def ready(self, item: Received, form: Form, book: themes.Codebook) -> Ready | None:
        """What was found, where form and themes are in this transaction what they were."""
        assert item.draft is not None
        found = self._ready.get(id(item))
        if found and found.item is item and found.form is form and found.book is book:
            return found
        if item.draft.question_set_version not in self._known and len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[item.draft.question_set_version] = form, book
        return None

    def suggested(self, item: Received, book: themes.Codebook) -> frozenset[UUID]:
        """What the patterns suggest for a talk that is not ready."""
        assert item.draft is not None
        found = self._suggested.get(item.sha256)
        return found[1] if found and found[0] is book else themes.suggested(item.draft.texts, book)

    def _of(self, item: Received) -> Ready | None:
        content, draft = item.content, item.draft
        known = self._known.get(draft.question_set_version) if draft else None
        if known is None or draft is None or not isinstance(content, Item) or item.sha256 is None:
            return None
        form, book = known
        if content.replaces is not None:  # its row is made of the one it replaces
            self._suggested[item.sha256] = book, themes.suggested(draft.texts, book)
            return None
        marks = content.marks()
        somewhere = Place(draft.unit, form.sector)
        if conversations.problems(draft, form, somewhere) or themes.problems(book.themes, marks):
            return None
        row = conversations.row(self._actor, draft=draft, sha256=item.sha256, now=self._now)
        suggested = themes.suggested(draft.texts, book)
        codings = themes.codings(self._actor, first_id=draft.id, suggested=suggested, marks=marks, now=self._now)
        engine = self._engine
        return Ready(item, form, book, conversations.prepared(engine, row), themes.prepared(engine, codings))
