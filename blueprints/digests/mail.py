"""The week as a mail: what its page says first, for all areas of one reader, as the reader may read it when it is sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session

from blueprints.shared import language, mails, words
from domain import digests, notices
from domain.base import Week, now
from domain.digests import Content, Edition, Issued, ThemeOfWeek
from domain.notices import Kind, Message, Outcome
from domain.people import Actor

from .page import (
    Quoted,
    closed_line,
    drawn_whole,
    from_above,
    label_of,
    made_headline,
    quotations,
    silence_in_words,
    silent_houses,
    theme_names,
    theme_views,
    waiting_for,
)

#: What the read log says where a mail showed a quotation.
PAGE = "mail.digest"
#: A week's other areas were told of within so long, before or after.
SAME_WEEK = timedelta(days=8)


@dataclass(frozen=True)
class Theme:
    """A line of the table. `note`: what was said of it, and whether that changed."""

    name: str
    count: int
    note: str


@dataclass(frozen=True)
class AreaWeek:
    """One area's week. Its headline is the one made of counts: what a person wrote over it may repeat somebody's words."""

    area: str
    kicker: str
    headline: str
    counts: str
    themes: list[Theme]
    mentioned: str
    silence: str
    closed: str
    late: str
    quote: Quoted | None
    url: str


def ready(session: Session, actor: Actor, message: Message) -> mails.Mail | Outcome:
    """*Uge 47 er klar*: one mail for all the reader's areas."""
    alike = _alike(session, actor, message)
    if not alike:
        return mails.unreadable()
    carried = notices.carried_with(message, [one for one, _issue in alike])
    if isinstance(carried, Outcome):
        return carried
    told = {message.notice_id, *carried}
    issues = sorted({issue for one, issue in alike if one.id in told}, key=lambda issue: (issue.area, issue.area_id))
    areas = _areas(session, actor, issues)
    if not areas:
        return mails.unreadable()
    values = {
        "areas": areas,
        "waiting": _waiting(session, actor),
        "button_url": areas[0].url if len(areas) == 1 else mails.address_of(url_for("digests.weeks")),
    }
    return mails.Mail(_("Uge %(number)d er klar", number=issues[0].week.number), "digest", values, carried)


def unread(session: Session, actor: Actor, message: Message) -> mails.Mail | Outcome:
    """A week nobody has marked: a reminder without a word of it."""
    issue = digests.issued(session, actor, [key] if (key := _issue_id(message.about)) else []).get(key)
    if issue is None:
        return mails.unreadable()
    return mails.short(
        message,
        subject=_("Uge %(number)d venter på dig", number=issue.week.number),
        sentence=_("Uge %(number)d er ikke markeret som læst endnu.", number=issue.week.number),
        button=_("Læs ugen"),
    )


def _alike(session: Session, actor: Actor, message: Message) -> list[tuple[notices.Notice, Issued]]:
    """What the reader is told of the message's week, and may still read, with the issues; nothing where it is not theirs any more."""
    rows = notices.told_of(session, message, since=message.written_at - SAME_WEEK)
    keys = {one.id: _issue_id(one.about) for one in rows}
    issues = digests.issued(session, actor, [key for key in keys.values() if key])
    found = [(one, issues[key]) for one in rows if (key := keys[one.id]) in issues]
    weeks = [issue.week for one, issue in found if one.id == message.notice_id]
    return [(one, issue) for one, issue in found if weeks and issue.week == weeks[0]]


def _issue_id(about: str) -> uuid.UUID | None:
    """Of »issue:…«."""
    kind, _colon, key = about.partition(":")
    try:
        return uuid.UUID(key) if kind == "issue" else None
    except ValueError:
        return None


def _areas(session: Session, actor: Actor, issues: Sequence[Issued]) -> list[AreaWeek]:
    names, found = theme_names(session), list[AreaWeek]()
    may_quote = current_app.config["MAIL_QUOTES"]
    for issue in issues:
        edition = digests.read(session, actor, area_id=issue.area_id, week=issue.week, now=now(), with_talks=False)
        if edition is None or edition.made_at is None:
            continue
        quote = _quote(session, actor, edition) if may_quote and not any(one.quote for one in found) else None
        found.append(_area(session, edition, names, quote))
    return found


def _area(session: Session, edition: Edition, names: dict[str, str], quote: Quoted | None) -> AreaWeek:
    content, label = edition.content, label_of(edition.houses)
    houses = {house.id: house for house in edition.houses}
    headline = made_headline(edition, names)
    heard = words.heard_from(content, label) if content.talks else ""
    whole, mentioned = _themes(content, names)
    silent = silent_houses(session, content, houses)
    return AreaWeek(
        area=edition.area.name,
        kicker=f"{edition.area.name} · {language.week_number(edition.week)}",
        headline=headline,
        counts=heard if heard != headline else "",
        themes=whole,
        mentioned=", ".join(mentioned),
        silence=f"{silence_in_words(len(silent), label)} {', '.join(one.name for one in silent)}." if silent else "",
        closed=closed_line(session, content.closed, label, houses),
        late=_late(content),
        quote=quote,
        url=mails.address_of(url_for("digests.week", area_id=edition.area.id, label=str(edition.week))),
    )


def _themes(content: Content, names: dict[str, str]) -> tuple[list[Theme], list[str]]:
    """The lines of the table, as the page draws its cards; the names of what was mentioned once."""
    bare = content.model_copy(update={"themes": tuple(one.model_copy(update={"quotes": ()}) for one in content.themes)})
    views = theme_views(bare, names, {}, tones=words.tones_alone, url=lambda _theme: "")
    shown = drawn_whole(views)
    rows = [Theme(view.name, view.count, f"{view.tones} · {view.change}") for view in shown]
    return rows, [view.name for view in views if view not in shown]


def _late(content: Content) -> str:
    if not content.talks or not content.late:  # without talks of its own the headline says it
        return ""
    return ngettext(
        "%(num)d samtale kom med senere fra en tidligere uge.", "%(num)d samtaler kom med senere fra tidligere uger.", content.late
    )


def _quote(session: Session, actor: Actor, edition: Edition) -> Quoted | None:
    """The first of those the week chose that may be quoted now, named as the page names it."""
    content, source = edition.content, from_above(edition.area, edition.content)
    houses = {house.id: house for house in edition.houses}
    for theme in content.themes:
        for ref in theme.quotes:
            alone = content.model_copy(update={"themes": (_with(theme, ref),)})
            quoted = quotations(session, actor, alone, source=source, houses=houses, page=PAGE)[ref]
            if quoted.text:
                return quoted
    return None


def _with(theme: ThemeOfWeek, ref: digests.QuoteRef) -> ThemeOfWeek:
    return theme.model_copy(update={"quotes": (ref,)})


def _waiting(session: Session, actor: Actor) -> str:
    n = len(waiting_for(session, actor, theme_names(session)))
    return ngettext("%(num)d ting venter på dig.", "%(num)d ting venter på dig.", n) if n else ""


mails.can_write(Kind.DIGEST_READY, ready)
mails.can_write(Kind.DIGEST_UNREAD, unread)
