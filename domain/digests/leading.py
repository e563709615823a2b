"""Where a notice of a week leads whoever it is for at the moment it leaves: places and rights change after it was written."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, select

from domain import people
from domain.base import Week
from domain.people import Actor, Permission, Unit

from .issued import LIST, page
from .readings import NEWS
from .tables import Issue


def page_of_week(areas: Sequence[Unit], week: Week, *, written: str) -> str | None:
    """Of the areas of the week that are the reader's; the page it was written with, while it is theirs. None: there is none."""
    pages = [page(area.id, week) for area in areas]
    if not pages or written in (*pages, LIST):
        return written if pages else None
    return pages[0] if len(pages) == 1 else LIST


def page_of_reading(session: Session, actor: Actor, about: str) -> str | None:
    """Of »issue:…«, which was marked as read: the week, for who reads the area; for others who noted its talks, what is new."""
    may = people.units_within(actor, Permission.READ_DIGESTS)
    try:
        key = uuid.UUID(about.removeprefix("issue:"))
    except ValueError:
        return None
    found = session.exec(select(Issue.week, Unit).join(Unit).where(may, Issue.id == key)).first()
    if found:
        return page(found[1].id, Week.parse(found[0]))
    return NEWS if actor.may(Permission.READ_TALKS) else None
