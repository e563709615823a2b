"""Searching talks by their words, and by theme, house and week as the reader may know them.

For those above an institution a filter must tell no more than the talk beside it. A house finds only talks that name it to them:
else the number of hits would tell which house an unnamed text comes from. A week is the one whose digest holds the talk: when it
was held stands beside no text.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain import conversations, people, themes
from domain.base import Week, week_of
from domain.conversations import Conversation, Query
from domain.people import Actor, Permission, Unit

from .store import in_week
from .tables import Issue, IssueTalk

#: So many weeks back can be chosen.
WEEKS_TO_CHOOSE = 52


def find(
    session: Session,
    actor: Actor,
    *,
    query: Query,
    now: datetime,
    theme: uuid.UUID | None = None,
    house: uuid.UUID | None = None,
    week: Week | None = None,
    before: Conversation | None = None,
    limit: int = 20,
) -> list[Conversation]:
    """Talks the actor may see that hold the query's words, the latest to arrive first; `before`: the talk to go on from."""
    where = []
    if theme:
        where.append(themes.is_about(theme, col(Conversation.first_id)))
    if house:
        where.append(_of_house(session, actor, house))
    if week:
        where.append(_of_week(session, actor, week, now))
    return conversations.search(session, actor, query=query, where=where, before=before, limit=limit)


def houses_to_choose(session: Session, actor: Actor) -> list[Unit]:
    """Houses whose talks this reader may know by the house, by name; none for those who have only one."""
    houses = people.institutions_within(session, actor, Permission.READ_TALKS)
    if not actor.may(Permission.READ_DIGESTS):
        return houses if len(houses) > 1 else []
    own = select(Conversation.unit_id).where(Conversation.author_id == actor.person_id).distinct()
    known = set(session.exec(own).all()) | {house for _issue, named in _issues(session, actor) for house in named}
    return [house for house in houses if house.id in known]


def weeks_to_choose(now: datetime) -> list[Week]:
    """The running week and those before, the newest first."""
    return [week_of(now).plus(-back) for back in range(WEEKS_TO_CHOOSE)]


def _of_house(session: Session, actor: Actor, house: uuid.UUID) -> sa.ColumnElement[bool]:
    """What `house_names` tells of a row, as a condition: the house is named to this reader."""
    there = col(Conversation.unit_id) == house
    if not actor.may(Permission.READ_DIGESTS):
        return there
    naming = [issue for issue, named in _issues(session, actor) if house in named]
    members = select(IssueTalk.conversation_id).where(col(IssueTalk.issue_id).in_(naming))
    own = col(Conversation.author_id) == actor.person_id
    return sa.and_(there, sa.or_(own, col(Conversation.first_id).in_(members)))


def _of_week(session: Session, actor: Actor, week: Week, now: datetime) -> sa.ColumnElement[bool]:
    if not actor.may(Permission.READ_DIGESTS):
        return col(Conversation.held_week) == str(week)
    areas = people.areas_within(session, actor, Permission.READ_DIGESTS)
    return sa.or_(sa.false(), *(in_week(session, area, week, now=now) for area in areas))


def _issues(session: Session, actor: Actor) -> Sequence[tuple[uuid.UUID, set[uuid.UUID]]]:
    """The issues this reader has, each with the houses it names."""
    areas = [area.id for area in people.areas_within(session, actor, Permission.READ_DIGESTS)]
    query = sa.select(col(Issue.id), col(Issue.content)["named"]).where(col(Issue.unit_id).in_(areas))
    return [(key, {uuid.UUID(house) for house in named}) for key, named in session.execute(query).all()]
