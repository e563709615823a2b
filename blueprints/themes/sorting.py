"""What a talk is about, as somebody above its author says it: the form, and what it changes."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import abort, request, url_for
from sqlmodel import Session

from blueprints.shared import language, talks
from blueprints.shared.door import actor
from domain import conversations, digests, people, themes
from domain.base import now
from domain.conversations import Conversation
from domain.themes import Marks, Theme, Tone

#: What chooses a theme by keyboard, in the codebook's order. b, r, j and k mean something else (static/js/modules/sort-keys.js).
KEYS = "123456789acdefghilmnopqstuvwxyz"
NO_TONE = "neutral"


@dataclass(frozen=True)
class Choice:
    """A theme as the form offers it. `is_fixed`: somebody else decided it, and the author does not overrule them."""

    id: uuid.UUID
    name: str
    definition: str
    key: str
    is_chosen: bool
    is_suggested: bool
    is_fixed: bool
    tone: str

    @property
    def shown(self) -> str:
        """How it stands when the form is shown: what is sent back the same was not touched."""
        return f"{self.id}:{self.tone or NO_TONE}"


@dataclass(frozen=True)
class Place:
    """Where one is in the talks to sort: this one's number, how many there are and are without a theme, and the neighbours."""

    number: int
    total: int
    without: int
    previous_url: str
    next_url: str


def find(session: Session, key: uuid.UUID) -> Conversation:
    """The talk whose themes the reader may decide, or 404."""
    row = conversations.find(session, actor(), key)
    if row is None or not themes.may_decide(session, actor(), row):
        abort(404)
    return row


def choices(session: Session, row: Conversation) -> list[Choice]:
    said = themes.said(session, row.first_id)
    fixed = themes.not_theirs(said, actor()) if row.author_id == actor().person_id else set()
    found = []
    for place, theme in enumerate(_codebook(session, row)):
        one = said.get(theme.id, themes.Said())
        found.append(
            Choice(
                id=theme.id,
                name=language.pick(theme.name),
                definition=language.pick(theme.definition),
                key=KEYS[place : place + 1],
                is_chosen=one.is_confirmed,
                is_suggested=theme.id in said and one.decision is None,
                is_fixed=theme.id in fixed,
                tone=(one.tone or "") if one.is_confirmed else "",
            )
        )
    return found


def save(session: Session, row: Conversation) -> uuid.UUID | None:
    """What was changed in the form since it was shown, and nothing else: somebody may have changed another theme meanwhile."""
    marks = changed(_shown(request.form.get("shown", "")), _chosen(request.form.getlist("themes"), request.form))
    if themes.problems({theme.id for theme in _codebook(session, row)}, marks):
        abort(400)
    try:
        return themes.decide(session, actor(), first_id=row.first_id, marks=marks, now=now())
    except themes.NotTheirs:  # taken back at this very moment
        abort(404)


def changed(shown: Mapping[uuid.UUID, str], chosen: Mapping[uuid.UUID, str]) -> Marks:
    """`shown`, `chosen`: themes with the tone they had, and have now; empty: none."""
    on = {theme: tone for theme, tone in chosen.items() if shown.get(theme) != tone}
    off = tuple(theme for theme in shown if theme not in chosen)
    return Marks(tuple(on), off, {theme: tone for theme, tone in on.items() if tone})


def place(session: Session, row: Conversation | None) -> Place:
    without, with_theme = digests.to_sort(session, actor(), now=now())
    order = [*without, *with_theme]
    here = order.index(row.first_id) if row and row.first_id in order else -1
    near = [order[at] if 0 <= at < len(order) else None for at in (here - 1, here + 1)] if here >= 0 else [None, None]
    rows = conversations.by_ids(session, actor(), [key for key in near if key])
    previous_url, next_url = (_url(rows.get(key)) if key else "" for key in near)
    return Place(here + 1, len(order), len(without), previous_url, next_url)


def first(session: Session, *, of_all: bool) -> Conversation | None:
    """The first talk without a theme; `of_all`: when all have one, the first of them."""
    without, with_theme = digests.to_sort(session, actor(), now=now())
    keys = [*without, *(with_theme if of_all else [])][:1]
    return conversations.by_ids(session, actor(), keys).get(keys[0]) if keys else None


def talk_view(session: Session, row: Conversation) -> talks.TalkView:
    [shown] = talks.show(session, actor(), [row])
    return shown


def _url(row: Conversation | None) -> str:
    return url_for("themes.sort_talk", key=conversations.address(actor(), row)) if row else ""


def _codebook(session: Session, row: Conversation) -> Sequence[Theme]:
    sector = people.units_by_id(session, [row.unit_id])[row.unit_id].sector
    return themes.codebook(session, [sector] if sector else [])


def _shown(text: str) -> dict[uuid.UUID, str]:
    """The hidden field: `id:tone` of each theme that was chosen."""
    pairs = [pair.partition(":") for pair in text.split()]
    return {key: _tone(tone) for theme, _colon, tone in pairs if (key := _id(theme))}


def _chosen(wanted: Iterable[str], form: Mapping[str, str]) -> dict[uuid.UUID, str]:
    found = {}
    for theme in wanted:
        key = _id(theme)
        if key is None:
            abort(400)
        found[key] = _tone(form.get(f"tone_{theme}", ""))
    return found


def _tone(text: str) -> str:
    return text if text in set(Tone) else ""


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
