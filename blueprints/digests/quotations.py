"""The words of citizens that a digest points to: to the letter, or a sentence in their place."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from flask import request
from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import addresses, unit, words
from domain import audit, conversations, digests, people
from domain.base import now
from domain.conversations import Revision
from domain.digests import Content, Edition, QuoteRef
from domain.people import Actor

from .silence import NO_HOUSES, Houses, units_of


@dataclass(frozen=True)
class Quoted:
    """`text` None: the words were taken away after the issue was made; `gone` says so. `label`: how they came here, and whether
    the talk was corrected since; never when, since no date stands beside a text. `reply_url` empty: it is the reader's own."""

    text: str | None
    source: str
    label: str
    url: str
    reply_url: str = ""
    gone: str = ""


Source = Callable[[Revision | None, people.Unit | None], str]


def quotations(
    session: Session,
    actor: Actor,
    *contents: Content,
    source: Source,
    houses: Houses = NO_HOUSES,
    page: str = "",
    left: Callable[[], bool] = lambda: False,
) -> dict[QuoteRef, Quoted]:
    """The words behind the references, with the read log written for the talks they come from. `source`: whose words they are,
    by the talk and its house, or neither where they are gone. `houses`: those at hand. `page`: what shows
    them, else the endpoint. `left`: whether a talk that is not found may have left with its house."""
    refs = [ref for content in contents for theme in content.themes for ref in theme.quotes]
    rows = conversations.all_revisions(session, actor, sorted({ref.conversation for ref in refs}))
    wanted = {(ref.conversation, ref.revision) for ref in refs}
    found = {(row.first_id, row.revision): row for row in rows if (row.first_id, row.revision) in wanted}
    latest = {row.first_id: row for row in rows if row.is_latest}
    may_be_quoted = {key for key, row in latest.items() if row.quote_scope in conversations.QUOTABLE}
    read = sorted({key for key, _revision in found})
    page = page or request.endpoint or ""
    audit.record_read(unit.database(), person_id=actor.person_id, page=page, conversations=read, at=now())
    units = units_of(session, houses, {row.unit_id for row in found.values()})
    told, corrected = _("gengivet efter samtalen"), _("rettet siden")
    url_of, quoted = addresses.of_each("conversations.talk", "key"), {}
    for ref in refs:
        row, stands = found.get((ref.conversation, ref.revision)), latest.get(ref.conversation)
        url = url_of(conversations.address(actor, row)) if row else ""
        # An issue keeps the words it was made of; whoever said them may still say no to being quoted.
        text = digests.words_of(row, ref) if ref.conversation in may_be_quoted else None
        quoted[ref] = Quoted(
            text=text,
            source=source(row, units[row.unit_id] if row else None),
            # That the talk was corrected since stands beside the words that are kept.
            label=f"{told} · {corrected}" if stands and stands.revision > ref.revision else told,
            url=url,
            reply_url=f"{url}#replies" if row and row.author_id != actor.person_id else "",
            gone="" if text else quotation_is_gone(may_have_left=row is None and left()),
        )
    return quoted


def may_have_left(session: Session, edition: Edition) -> Callable[[], bool]:
    """Whether a talk of the issue that is not found may live on in another area. Asked once, where one is not found.

    By the tree alone, never by the talk: that one of an unnamed house lives on would tell whose it is, and what becomes of a
    talk that left is not the old area's to know.
    """
    return cache(lambda: edition.made_at is not None and people.have_left(session, edition.area, since=edition.made_at))


def quotation_is_gone(*, may_have_left: bool) -> str:
    if may_have_left:
        return _("Citatet er fjernet, eller samtalen hører nu til et andet område.")
    return _("Citatet er fjernet.")


def talks_are_gone(n: int, *, may_have_left: bool) -> str:
    """Below a list that has fewer talks than were counted."""
    if may_have_left:
        return _("%(n)d er fjernet siden eller hører nu til et andet område.", n=n)
    return _("%(n)d er fjernet siden.", n=n)


def from_above(area: people.Unit, content: Content) -> Source:
    """As those above the houses may know whose words they are."""

    teller, unnamed, named = words.teller(area.sector), cache(words.unnamed), frozenset(content.named)

    def source(_row: Revision | None, house: people.Unit | None) -> str:
        name = house.name if house and house.id in named else unnamed(house.label if house else None)
        return f"{teller}, {name}"

    return source
