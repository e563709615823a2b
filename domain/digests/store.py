"""Verbs of the digest: compose a week, make its issue once, read it.

A talk goes into the first issue made after it was received, found by »stands in no issue yet«, never by a watermark: a
transaction that commits late would miss every digest.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain import audit, conversations, people, themes
from domain.base import Week, new_id, week_of
from domain.conversations import QUOTABLE, Conversation
from domain.people import Actor, Permission, Sector, Unit

from . import quoted, rules
from .tables import Issue, IssueTalk
from .talk import Talk


@dataclass
class LaterIssued(Exception):
    """A later week's issue of the area is made: it holds this week's talks as late ones, and an empty issue would be untrue."""

    week: Week


@dataclass(frozen=True)
class Composed:
    """An issue before it is stored: its content and its talks, those of the week and the late ones."""

    content: rules.Content
    talks: tuple[uuid.UUID, ...]
    late: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Edition:
    """A week as it is read. `made_at` None: not issued yet, counted until now."""

    area: Unit
    week: Week
    made_at: datetime | None
    content: rules.Content
    talks: tuple[uuid.UUID, ...]
    late: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Listed:
    """A line of the list of weeks."""

    area: Unit
    week: Week
    talks: int | None
    made_at: datetime | None


def compose(session: Session, area: Unit, week: Week, *, since: datetime | None = None) -> Composed:
    """The area's talks received before the week's end that stand in no issue yet, as an issue would have them.

    `since`: leave out what was received before (the running week, while the issue of the last one is still to be made).
    """
    houses = people.institutions_of(session, area)
    ids = [house.id for house in houses]
    rows = _waiting(session, ids, before=week.ends_at(), since=since)
    coded = themes.confirmed_for(session, [row.first_id for row in rows])
    homes = people.homes(session, {row.author_id for row in rows})
    talks = [as_talk(row, coded, homes) for row in rows]
    on_time = [talk for talk in talks if talk.week >= week]
    late = [talk for talk in talks if talk.week < week]
    content = rules.content(
        week,
        talks=on_time,
        late=late,
        before=_history(session, ids, week),
        houses=[house.id for house in houses if not house.closed_on or house.closed_on > week.sunday()],
        last=themes.last_weeks(session, ids, until=week),
        codebook=themes.patterns(themes.codebook(session, list(Sector))),
        quoted=quoted.lately(session, area, week),
        closed=people.closed_weeks(session, houses),
        closing=[house.id for house in houses if house.closed_on and week.monday() < house.closed_on <= week.sunday()],
        bare=_bare_weeks(session, area, before=week),
    )
    return Composed(content, tuple(talk.id for talk in on_time), tuple(talk.id for talk in late))


def make_issue(session: Session, area: Unit, week: Week, *, now: datetime) -> Issue | None:
    """Makes and stores the area's issue of the week. None when there is one already: a second run changes nothing.

    Raises LaterIssued.
    """
    if _issue(session, area.id, week):
        return None
    newest = session.exec(select(sa.func.max(Issue.week)).where(Issue.unit_id == area.id)).one()
    if newest and Week.parse(newest) > week:
        raise LaterIssued(Week.parse(newest))
    composed = compose(session, area, week)
    issue = Issue(unit_id=area.id, week=str(week), made_at=now, content=composed.content.as_json())
    try:
        with session.begin_nested():
            session.add(issue)
            session.flush()
    except IntegrityError:  # another machine made it between our look and our insert
        return None
    members = [
        {"id": new_id(), "issue_id": issue.id, "conversation_id": key, "late": late}
        for keys, late in ((composed.talks, False), (composed.late, True))
        for key in keys
    ]
    if members:
        session.execute(sa.insert(IssueTalk), members)
        conversations.mark_gathered(session, [*composed.talks, *composed.late], now=now)
    facts: dict[str, int | str] = {"talks": len(composed.talks), "late": len(composed.late)}
    audit.record_deed(session, person_id=None, verb="issue_made", at=now, object_id=issue.id, facts=facts)
    return issue


def issues_with(session: Session, first_id: uuid.UUID) -> list[tuple[Unit, Week]]:
    """The area and week of the issue a talk stands in, for whoever erases it."""
    query = select(Unit, Issue.week).join(Issue, col(Issue.unit_id) == col(Unit.id)).join(IssueTalk)
    rows = session.exec(query.where(IssueTalk.conversation_id == first_id)).all()
    return [(unit, Week.parse(week)) for unit, week in rows]


def forget(session: Session, first_ids: Collection[uuid.UUID]) -> None:
    """Talks that are erased leave the issues they stood in. Counts and references stay as they were; the words are gone."""
    session.execute(sa.delete(IssueTalk).where(col(IssueTalk.conversation_id).in_(list(first_ids))))


def read(session: Session, actor: Actor, *, area_id: uuid.UUID, week: Week, now: datetime) -> Edition | None:
    """The issue, or what stands to be in it when it is still to be made; None where the actor has nothing to read."""
    area = next((unit for unit in people.areas_within(session, actor, Permission.READ_DIGESTS) if unit.id == area_id), None)
    if area is None:
        return None
    issue = _issue(session, area.id, week)
    if issue:
        return _edition(session, area, issue)
    open_weeks = _open_weeks(session, area, now)
    if week not in open_weeks:
        return None
    composed = compose(session, area, week, since=_since(week, open_weeks))
    return Edition(area, week, None, _unsettled(session, area, week, composed.content), composed.talks, composed.late)


def listed(session: Session, actor: Actor, *, now: datetime) -> list[Listed]:
    """The weeks the actor can read, the newest first, by area: those still to be issued, then the issues."""
    found = []
    for area in people.areas_within(session, actor, Permission.READ_DIGESTS):
        for week in _open_weeks(session, area, now):
            found.append(Listed(area, week, None, None))
        issues = session.exec(select(Issue).where(Issue.unit_id == area.id).order_by(col(Issue.week).desc())).all()
        for issue in issues:
            found.append(Listed(area, Week.parse(issue.week), issue.content["talks"], issue.made_at))
    return found


def house_names(session: Session, actor: Actor, rows: Sequence[Conversation]) -> dict[uuid.UUID, str | None]:
    """The name of each talk's house as this reader may know it, by first id; None: »et hus i området«.

    Those of the house itself know it anyway. For those above, the choice frozen with the talk's issue holds; until it is made no
    house is named, since one that is named today and not tomorrow is told apart by that.
    """
    units = people.units_by_id(session, [row.unit_id for row in rows])
    above = [row for row in rows if not conversations.goes_by_id(actor, row)]
    named = _named_in_issues(session, [row.first_id for row in above])
    hidden = {row.first_id for row in above if row.unit_id not in named.get(row.first_id, set())}
    return {row.first_id: None if row.first_id in hidden else units[row.unit_id].name for row in rows}


def in_week(session: Session, area: Unit, week: Week, *, now: datetime) -> sa.ColumnElement[bool]:
    """The condition on Conversation that the week of the area holds the talk: its issue, or what stands to be in it."""
    issue = _issue(session, area.id, week)
    if issue:
        members = select(IssueTalk.conversation_id).where(IssueTalk.issue_id == issue.id)
        return col(Conversation.first_id).in_(members)
    open_weeks = _open_weeks(session, area, now)
    if week not in open_weeks:
        return sa.false()
    houses = col(Conversation.unit_id).in_([house.id for house in people.institutions_of(session, area)])
    return sa.and_(houses, *_waits(before=week.ends_at(), since=_since(week, open_weeks)))


def _issue(session: Session, area_id: uuid.UUID, week: Week) -> Issue | None:
    return session.exec(select(Issue).where(Issue.unit_id == area_id, Issue.week == str(week))).first()


def _edition(session: Session, area: Unit, issue: Issue) -> Edition:
    members = session.exec(select(IssueTalk).where(IssueTalk.issue_id == issue.id).order_by(col(IssueTalk.id))).all()
    return Edition(
        area=area,
        week=Week.parse(issue.week),
        made_at=issue.made_at,
        content=rules.Content.model_validate(issue.content),
        talks=tuple(row.conversation_id for row in members if not row.late),
        late=tuple(row.conversation_id for row in members if row.late),
    )


def _unsettled(session: Session, area: Unit, week: Week, content: rules.Content) -> rules.Content:
    """A week that is still to be issued, as it may be shown meanwhile: no house named, and silence as the week before told it.

    A list of silent houses that moved with each talk would tell whose talk it was; one that said more than the issue before
    would tell what that one kept to itself.
    """
    issue = _issue(session, area.id, week.plus(-1))
    told = rules.Content.model_validate(issue.content) if issue else compose(session, area, week.plus(-1)).content
    houses = people.institutions_of(session, area)
    closed = people.closed_weeks(session, houses)
    away = {house.id for house in houses if (house.closed_on and house.closed_on <= week.sunday()) or week in closed[house.id]}
    silence = {
        "silent": tuple(one for one in told.silent if one.house not in away),
        "silent_may_be_named": told.silent_may_be_named,
        "silent_weeks_may_be_told": told.silent_weeks_may_be_told,
    }
    return content.model_copy(update={"named": (), **silence})


def _bare_weeks(session: Session, area: Unit, *, before: Week) -> list[Week]:
    """The weeks whose issues hold words of one or two unnamed houses."""
    query = select(Issue.week).where(Issue.unit_id == area.id, Issue.week < str(before))
    return [Week.parse(label) for label in session.exec(query.where(col(Issue.content)["is_bare"].as_boolean())).all()]


def _open_weeks(session: Session, area: Unit, now: datetime) -> list[Week]:
    """The running week and the one before, newest first, as far as they are not issued."""
    running = week_of(now)
    return [week for week in (running, running.plus(-1)) if _issue(session, area.id, week) is None]


def _waiting(session: Session, unit_ids: Sequence[uuid.UUID], *, before: datetime, since: datetime | None) -> list[Conversation]:
    query = conversations.of_units(unit_ids).where(*_waits(before=before, since=since))
    return list(session.exec(query.order_by(col(Conversation.sequence))).all())


def _since(week: Week, open_weeks: Sequence[Week]) -> datetime | None:
    """While the week before can be read as well, its talks belong there; what nobody issued in time stands in the oldest one."""
    return week.starts_at() if week.plus(-1) in open_weeks else None


def _waits(*, before: datetime, since: datetime | None) -> list[sa.ColumnElement[bool]]:
    """The conditions that a talk stands in no issue yet."""
    in_issue = select(IssueTalk.id).where(col(IssueTalk.conversation_id) == col(Conversation.first_id))
    # The mark leads straight to the few that wait; the issue's own key decides.
    found = [col(Conversation.gathered_at).is_(None), col(Conversation.received_at) < before, ~sa.exists(in_issue)]
    return [*found, col(Conversation.received_at) >= since] if since else found


def _history(session: Session, unit_ids: Sequence[uuid.UUID], week: Week) -> rules.History:
    """The seven weeks before, as known at the week's end: from the counts kept by week, no talk is read."""
    weeks = [week.plus(-back) for back in range(1, rules.WEEKS_SHOWN)]
    by_week, by_house = Counter[Week](), Counter[uuid.UUID]()
    for house, held, talks, own in themes.talks_held(session, unit_ids, weeks=weeks, known_by=week):
        by_week[held] += talks
        by_house[house] += own
    by_theme: dict[uuid.UUID, dict[Week, int]] = defaultdict(dict)
    for theme, held, talks in themes.themes_held(session, unit_ids, weeks=weeks, known_by=week):
        by_theme[theme][held] = talks
    return rules.History(by_week, by_house, dict(by_theme))


def _named_in_issues(session: Session, first_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    query = (
        select(IssueTalk.conversation_id, Issue)
        .join(Issue, col(Issue.id) == col(IssueTalk.issue_id))
        .where(col(IssueTalk.conversation_id).in_(first_ids))
    )
    named: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for key, issue in session.exec(query).all():
        named[key] = {uuid.UUID(house) for house in issue.content["named"]}
    return dict(named)


def as_talk(row: Conversation, coded: dict[uuid.UUID, list[themes.Coding]], homes: dict[uuid.UUID, uuid.UUID]) -> Talk:
    """What the rules need of a talk, with its confirmed themes and what may be quoted of it."""
    quotable = row.quote_scope in QUOTABLE
    return Talk(
        id=row.first_id,
        house=row.unit_id,
        week=Week.parse(row.held_week),
        revision=row.revision,
        own=homes.get(row.author_id) == row.unit_id,
        themes={coding.theme_id: coding.tone for coding in coded[row.first_id]},
        quotes=tuple(
            (place, number, quote)
            for place, answer in enumerate(row.answers)
            for number, quote in enumerate(conversations.quotes(answer.get("text") or ""))
            if quotable and conversations.is_quotable(quote)
        ),
    )
