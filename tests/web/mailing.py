"""A town whose mail goes to a mail server of the test's own."""

import pytest
import sqlalchemy as sa
from sqlmodel import select

from domain import notices
from domain.notices import Kind, Wishes
from domain.people import Role
from tests import make, post_office
from tests.web import lint
from tests.web.town import LAST_WEEK

BASE = "https://hoert.strandby.example"
WEEK = f"week:{LAST_WEEK}"
SHORT = (Kind.REPLY, Kind.READ, Kind.QUESTIONS_PUBLISHED, Kind.NEEDS_HELP, Kind.UNSENT)


@pytest.fixture
def office(own_town):
    with post_office.opened() as office:
        post_office.joined(own_town.app, office)
        with own_town.database.writing() as session:
            session.execute(sa.delete(notices.Notice))
        yield office


def tell(town, who, kind=Kind.DIGEST_READY, about=WEEK, path="/"):
    with town.database.writing() as session:
        return notices.write(session, kind=kind, to=[who.person_id], about=about, path=path, now=make.NOW)


def wish(town, who, **kinds):
    with town.database.writing() as session:
        notices.choose(session, who, Wishes({Kind(kind): way for kind, way in kinds.items()}))


def of(town, who, kind=Kind.DIGEST_READY):
    with town.database.reading() as session:
        wanted = select(notices.Notice).where(notices.Notice.person_id == who.person_id, notices.Notice.kind == kind)
        return session.exec(wanted).one()


def mail(town, office, who="omraade", **more):
    """The one message that comes of one notice."""
    tell(town, getattr(town.cast, who), **more)
    assert post_office.delivered(town.app) == {"mail": 1}
    [(to, message)] = office.kept
    assert to == f"{who}@hoert.example"
    office.kept.clear()
    return message


def links(html):
    return [element.get("href") for element in lint.parse(html)[0].iter("a")]


def two_areas(town):
    with town.database.writing() as session:
        above, email = town.cast.kommune, "begge@hoert.example"
        return make.person(session, email=email, role=Role.AREA_LEADER, unit=above, name="Birgitte Ask")
