"""*Jeres uge*: the last eight weeks of one's own house until now, by the rules of the area's week. Nothing is frozen here."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from domain import conversations, people, questions, themes
from domain.base import Week, week_of
from domain.conversations import Conversation
from domain.people import Actor, Permission, Unit

from . import rules
from .breaks import breaks
from .store import as_talk
from .tables import Issue, IssueReading, IssueTalk
from .talk import Talk

#: The weeks whose themes stand beside those of the running one.
RECENT_WEEKS = 4


@dataclass(frozen=True)
class HouseWeek:
    """`readers`: who marked the area's week as read that this house's talks stand in, by name."""

    week: Week
    talks: int
    is_closed: bool
    readers: tuple[str, ...]


@dataclass(frozen=True)
class HouseEdition:
    """Eight weeks of a house, the newest first. `recent` counts the last four, the running one included; `talks` are all of
    the eight, the latest held first; `breaks`: the weeks from which on a question of another meaning was asked."""

    house: Unit
    week: Week
    this_week: rules.Content
    recent: rules.Content
    weeks: tuple[HouseWeek, ...]
    talks: tuple[Conversation, ...]
    breaks: tuple[Week, ...] = ()

    def recent_talks(self) -> list[Conversation]:
        first = str(self.week.plus(1 - RECENT_WEEKS))
        return [row for row in self.talks if row.held_week >= first]


def own_house(session: Session, actor: Actor, *, now: datetime) -> HouseEdition | None:
    """The weeks of the actor's own house; None for those who lead none."""
    houses = people.institutions_within(session, actor, Permission.READ_OWN_HOUSE)
    if not houses:
        return None
    week, ids = week_of(now), [house.id for house in houses]
    shown = [week.plus(-back) for back in range(rules.WEEKS_SHOWN)]
    rows = _held_since(session, ids, shown[-1])
    coded = themes.confirmed_for(session, [row.first_id for row in rows])
    homes = people.homes(session, {row.author_id for row in rows})
    talks = [as_talk(row, coded, own=row.unit_id in homes.get(row.author_id, ())) for row in rows]
    codebook = themes.all_patterns(session)
    broken = breaks(questions.changed_meaning(session, {house.sector or "" for house in houses}), shown)
    this_week = _content(week, talks, ids, codebook, broken, span=1)
    quoted = {quote.conversation for theme in this_week.themes for quote in theme.quotes}
    unquoted = [replace(talk, quotes=()) if talk.id in quoted else talk for talk in talks]
    counts, readers = Counter(min(talk.week, week) for talk in talks), _readers(session, ids, shown)
    closed = frozenset.intersection(*people.closed_weeks(session, houses).values())
    return HouseEdition(
        house=next((house for house in houses if house.id == actor.unit_id), houses[0]),
        week=week,
        this_week=this_week,
        recent=_content(week, unquoted, ids, codebook, broken, span=RECENT_WEEKS),
        weeks=tuple(HouseWeek(one, counts[one], one in closed, readers.get(one, ())) for one in shown),
        talks=tuple(rows),
        breaks=broken,
    )


def _held_since(session: Session, unit_ids: Sequence[uuid.UUID], first: Week) -> list[Conversation]:
    """By the week a talk was held in: what came late stands where it belongs. By a clock that runs ahead: in this one."""
    query = conversations.of_units(unit_ids).where(Conversation.held_week >= str(first))
    return list(session.exec(query.order_by(col(Conversation.held_at).desc(), col(Conversation.first_id).desc())).all())


def _content(
    week: Week,
    talks: Sequence[Talk],
    houses: Sequence[uuid.UUID],
    codebook: Sequence[themes.Patterns],
    broken: Sequence[Week],
    *,
    span: int,
) -> rules.Content:
    return rules.content(
        week,
        talks=[talk for talk in talks if talk.week > week.plus(-span)],
        late=(),
        before=rules.History.of(week, talks, span=span),
        houses=houses,
        last={},
        codebook=codebook,
        fewest_houses=1,
        span=span,
        broken=broken,
    )


def _readers(session: Session, unit_ids: Sequence[uuid.UUID], weeks: Sequence[Week]) -> Mapping[Week, tuple[str, ...]]:
    query = (
        select(Issue.week, IssueReading.reader_id)
        .join(IssueReading, col(IssueReading.issue_id) == col(Issue.id))
        .join(IssueTalk, col(IssueTalk.issue_id) == col(Issue.id))
        .join(Conversation, col(Conversation.first_id) == col(IssueTalk.conversation_id))
        .where(col(Conversation.replaced_by_id).is_(None))
        .where(col(Conversation.unit_id).in_(unit_ids), col(Issue.week).in_([str(week) for week in weeks]))
        .distinct()
    )
    found: dict[Week, list[uuid.UUID]] = defaultdict(list)
    for label, reader in session.exec(query).all():
        found[Week.parse(label)].append(reader)
    names = people.names_by_id(session, [reader for readers in found.values() for reader in readers])
    return {week: tuple(sorted(names[reader] for reader in readers)) for week, readers in found.items()}
