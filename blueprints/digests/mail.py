"""The week as a mail: what its page says first, for all areas of one reader, as the reader may read it when it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session

from blueprints.shared import language, mails, opening, words
from domain import digests
from domain.base import Week, now
from domain.digests import Content, Edition, ThemeOfWeek
from domain.notices import Kind, Message, Outcome
from domain.people import Actor

from .page import drawn_whole, label_of, made_headline, theme_names, theme_views
from .quotations import Quoted, from_above, quotations
from .silence import Silent, closed_line, silence_in_words, silent_houses
from .waits import waiting_for

#: What the read log says where a mail showed a quotation.
PAGE = "mail.digest"


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
    """*Uge 47 er klar*: one mail for all the areas that the reader may read now."""
    week = _told_week(message.about)
    areas = _areas(session, actor, week, only=message.about.partition("/")[2]) if week else []
    if not week or not areas:
        return mails.unreadable()
    values = {
        "areas": areas,
        "waiting": _waiting(session, actor),
        "button_url": areas[0].url if len(areas) == 1 else mails.address_of(url_for("digests.weeks")),
    }
    return mails.Mail(_("Uge %(number)d er klar", number=week.number), "mail/digest.html", "mail/digest.txt", values)


def unread(session: Session, actor: Actor, message: Message) -> mails.Mail | Outcome:
    """A week nobody has marked: a reminder without a word of it."""
    week = _told_week(message.about)
    if not week or not digests.areas_issued(session, actor, week):
        return mails.unreadable()
    return mails.short(
        message,
        subject=_("Uge %(number)d venter på dig", number=week.number),
        sentence=_("Uge %(number)d er ikke markeret som læst endnu.", number=week.number),
        button=_("Læs ugen"),
    )


def _told_week(about: str) -> Week | None:
    """Of »week:2026-W47«, and of »week:2026-W47/« with the id of the one area it is about."""
    try:
        return Week.parse(about.removeprefix("week:").partition("/")[0])
    except ValueError:
        return None


def _areas(session: Session, actor: Actor, week: Week, *, only: str = "") -> list[AreaWeek]:
    """With one quotation in all, where the municipality lets mail hold any. `only`: that area's id."""
    names, found, quote = theme_names(session), list[AreaWeek](), None
    for area in digests.areas_issued(session, actor, week):
        if only not in ("", str(area.id)):
            continue
        edition = digests.read(session, actor, area_id=area.id, week=week, now=now(), with_talks=False)
        if edition is None or edition.made_at is None:
            continue
        chosen = _quote(session, actor, edition) if current_app.config["MAIL_QUOTES"] and not quote else None
        found.append(_area(session, edition, names, chosen))
        quote = quote or chosen
    return found


def _area(session: Session, edition: Edition, names: dict[str, str], quote: Quoted | None) -> AreaWeek:
    content, label = edition.content, label_of(edition.houses)
    houses = {house.id: house for house in edition.houses}
    headline = made_headline(edition, names)
    heard = words.heard_from(content, label) if content.talks else ""
    whole, mentioned = _themes(content, names)
    silent = silent_houses(session, content, houses, year=edition.week.year)
    return AreaWeek(
        area=edition.area.name,
        kicker=f"{edition.area.name} · {language.week_number(edition.week)}",
        headline=headline,
        counts=heard if heard != headline else "",
        themes=whole,
        mentioned=", ".join(mentioned),
        silence=_silence(silent, label),
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


def _silence(silent: Sequence[Silent], label: str | None) -> str:
    """`3 huse er stille: Fyrtårnet, Lillebo, Stenbroen.` Empty where that may not be told."""
    said = silence_in_words(len(silent), label).removesuffix(".")
    return f"{said}: {', '.join(one.name for one in silent)}." if silent else ""


def _late(content: Content) -> str:
    if not content.talks or not content.late:  # without talks of its own the headline says it
        return ""
    return ngettext(
        "%(num)d samtale kom med senere fra en tidligere uge.",
        "%(num)d samtaler kom med senere fra tidligere uger.",
        content.late,
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


def leads_to(session: Session, actor: Actor, message: Message) -> str | None:
    """The page of what is still theirs to read of the week; of one area alone, that one."""
    week, only = _told_week(message.about), message.about.partition("/")[2]
    if week is None:
        return None
    found = [area for area in digests.areas_issued(session, actor, week) if only in ("", str(area.id))]
    return digests.page_of_week(found, week, written=message.path)


def leads_to_unread(session: Session, actor: Actor, message: Message) -> str | None:
    week = _told_week(message.about)
    found = (digests.areas_unread(session, actor, week) or digests.areas_issued(session, actor, week)) if week else []
    return digests.page_of_week(found, week, written=message.path) if week else None


def is_unread(session: Session, actor: Actor, message: Message) -> bool:
    """Whether any area's week still waits for somebody to mark it."""
    week = _told_week(message.about)
    return week is not None and bool(digests.areas_unread(session, actor, week))


def leads_to_reading(session: Session, actor: Actor, message: Message) -> str | None:
    return digests.page_of_reading(session, actor, message.about)


opening.opens(Kind.DIGEST_READY, leads_to)
opening.opens(Kind.DIGEST_UNREAD, leads_to_unread)
opening.stands(Kind.DIGEST_UNREAD, is_unread)
opening.opens(Kind.READ, leads_to_reading)
mails.can_write(Kind.DIGEST_READY, ready)
mails.can_write(Kind.DIGEST_UNREAD, unread)
