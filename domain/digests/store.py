"""Verbs of the digest: compose a week, make its issue once, read it.

A talk goes into the first issue made after it was received, found by »stands in no issue yet«, never by a watermark: a
transaction that commits late would miss every digest.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain import audit, conversations, people, questions, themes
from domain.base import Week, ask, new_id, week_of
from domain.conversations import QUOTABLE, Conversation
from domain.people import Actor, Level, Permission, Unit

from . import quoted, rules
from .breaks import breaks
from .headlines import forget_quoting
from .quotes import WEEKS_BACK
from .tables import Issue, IssueTalk
from .talk import Talk
from .telling import tell_readers
from .waiting import Waits, since_of, waiting, waits


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
    """A week as it is read. `made_at` and `issue_id` None: not issued yet, counted until now. `houses`: of the area, by name,
    those that have closed too. `talks` and `late` are empty where they were not asked for;
    `breaks`: of the eight weeks shown, those from which on a question of another meaning was asked."""

    area: Unit
    houses: Sequence[Unit]
    week: Week
    issue_id: uuid.UUID | None
    made_at: datetime | None
    content: rules.Content
    talks: tuple[uuid.UUID, ...] = ()
    late: tuple[uuid.UUID, ...] = ()
    breaks: tuple[Week, ...] = ()


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
    return _compose(session, _Place.of(session, area, people.institutions_of(session, area), week), week, since=since)


@dataclass(frozen=True)
class _Place:
    """What is read of an area once, whatever is composed of it. `meanings`: when questions of another meaning came
    into use there; `issued`: contents of its issues around a week."""

    area: Unit
    houses: Sequence[Unit]
    closed: Mapping[uuid.UUID, frozenset[Week]]
    meanings: Sequence[datetime]
    issued: Mapping[Week, Mapping[str, Any]]

    @classmethod
    def of(cls, session: Session, area: Unit, houses: Sequence[Unit], week: Week) -> "_Place":
        """For the week, the one before, and those they look back on."""
        labels = [str(week.plus(back)) for back in range(-WEEKS_BACK - 1, 2)]
        found = ask(session, _CONTENTS, {"area_id": area.id, "labels": labels})
        meanings = questions.changed_meaning(session, [area.sector or ""])
        return cls(
            area,
            houses,
            people.closed_weeks(session, houses),
            meanings,
            {Week.parse(label): content for label, content in found.all()},
        )


_CONTENTS = sa.select(col(Issue.week), col(Issue.content)).where(
    col(Issue.unit_id) == sa.bindparam("area_id"), col(Issue.week).in_(sa.bindparam("labels", expanding=True))
)


def _compose(session: Session, place: _Place, week: Week, *, since: datetime | None, silence: bool = True) -> Composed:
    """`silence` False: it is shown before it is settled. Of silence is then told what somebody else counted, so nobody looks for
    it; and of the weeks before what was known at their end, since a late talk would tell its week as it comes."""
    houses, area = place.houses, place.area
    ids = [house.id for house in houses]
    rows = waiting(session, ids, before=week.ends_at(), since=since)
    coded = themes.confirmed_for(session, [row.first_id for row in rows])
    talks = [as_talk(row, coded, own=row.own) for row in rows]
    on_time = [talk for talk in talks if talk.week >= week]
    late = [talk for talk in talks if talk.week < week]
    content = rules.content(
        week,
        talks=on_time,
        late=late,
        before=_history(session, ids, week, known_by=week if silence else week.plus(-1)),
        houses=[house.id for house in houses if not house.closed_on or house.closed_on > week.sunday()],
        last=themes.last_weeks(session, ids, until=week) if silence else {},
        codebook=themes.all_patterns(session),
        quoted=quoted.lately(session, place.issued, week),
        closed=place.closed,
        closing=[house.id for house in houses if house.closed_on and week.monday() < house.closed_on <= week.sunday()],
        bare=_bare_weeks(session, area, before=week) if silence else (),
        broken=breaks(place.meanings, shown_up_to(week)),
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
        if _issue(session, area.id, week) is None:
            raise
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
    tell_readers(session, area, week, now=now)
    return issue


def issues_with(session: Session, first_id: uuid.UUID) -> list[tuple[Unit, Week]]:
    """The area and week of the issue a talk stands in, for whoever erases it."""
    query = select(Unit, Issue.week).join(Issue, col(Issue.unit_id) == col(Unit.id)).join(IssueTalk)
    rows = session.exec(query.where(IssueTalk.conversation_id == first_id)).all()
    return [(unit, Week.parse(week)) for unit, week in rows]


def forget(session: Session, first_ids: Collection[uuid.UUID]) -> None:
    """Talks that are erased leave the issues they stood in. Counts and references stay as they were; the words are gone, from
    headlines too."""
    forget_quoting(session, first_ids)
    session.execute(sa.delete(IssueTalk).where(col(IssueTalk.conversation_id).in_(list(first_ids))))


def read(
    session: Session, actor: Actor, *, area_id: uuid.UUID, week: Week, now: datetime, with_talks: bool = True
) -> Edition | None:
    """The issue, or what stands to be in it when it is still to be made; None where the actor has nothing to read.

    `with_talks` False: what is shown needs no list of all its talks.
    """
    rows = session.execute(_area_and_issue(actor), {"area_id": area_id, "week": str(week)}).all()
    found = next((row for row in rows if row[0].id == area_id), None)
    if found is None:
        return None
    area, *issue = found
    houses = [unit for unit, *_no_issue in rows if unit is not area]
    if issue[0]:
        return _edition(session, area, houses, week, issue, with_talks=with_talks)
    running = week_of(now)
    if week not in (running, running.plus(-1)):
        return None
    place = _Place.of(session, area, houses, week)
    open_weeks = [one for one in (running, running.plus(-1)) if one not in place.issued]
    if week not in open_weeks:  # somebody made its issue between our looks
        return None
    composed = _compose(session, place, week, since=since_of(week, open_weeks), silence=False)
    content = _unsettled(session, place, week, composed.content)
    broken = breaks(place.meanings, shown_up_to(week))
    return Edition(area, place.houses, week, None, None, content, composed.talks, composed.late, broken)


@lru_cache(maxsize=conversations.MOST_READERS)
def _area_and_issue(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    """The area, where the actor reads its digests, with the week's issue beside it, where there is one; and its institutions by
    name, as `people.institutions_of`: those of a place that one reads are read too."""
    area = sa.and_(col(Unit.id) == sa.bindparam("area_id"), col(Unit.level) == Level.AREA)
    house = sa.and_(col(Unit.parent_id) == sa.bindparam("area_id"), col(Unit.level) == Level.INSTITUTION)
    here = sa.and_(col(Issue.unit_id) == col(Unit.id), col(Issue.week) == sa.bindparam("week"))
    columns = map(col, (Issue.id, Issue.made_at, Issue.content))
    may = people.units_within(actor, Permission.READ_DIGESTS)
    return sa.select(Unit, *columns).outerjoin(Issue, here).where(may, sa.or_(area, house)).order_by(col(Unit.name))


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


def house_names(
    session: Session,
    actor: Actor | None,
    rows: Sequence[Conversation | sa.Row[Any]],
    *,
    known: dict[uuid.UUID, set[uuid.UUID]] | None = None,
) -> dict[uuid.UUID, str | None]:
    """The name of each talk's house as this reader may know it, by first id; None: »et hus i området«. No reader: as those above
    know talks that others wrote. `known`: whoever asks for many in turn keeps there which houses each issue names.

    Those of the house itself know it anyway. For those above, the choice frozen with the talk's issue holds; until it is made no
    house is named, since one that is named today and not tomorrow is told apart by that.
    """
    units = people.units_by_id(session, [row.unit_id for row in rows])
    above = [row for row in rows if actor is None or not conversations.goes_by_id(actor, row)]
    named = _named_in_issues(session, [row.first_id for row in above], {} if known is None else known)
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
    return sa.and_(houses, *waits(before=week.ends_at(), since=since_of(week, open_weeks)))


def _issue(session: Session, area_id: uuid.UUID, week: Week) -> Issue | None:
    return session.exec(select(Issue).where(Issue.unit_id == area_id, Issue.week == str(week))).first()


def _edition(
    session: Session, area: Unit, houses: Sequence[Unit], week: Week, issue: Sequence[Any], *, with_talks: bool
) -> Edition:
    """issue: its id, when it was made, and its content."""
    issue_id, made_at, content = issue
    query = select(IssueTalk).where(IssueTalk.issue_id == issue_id).order_by(col(IssueTalk.id))
    members = session.exec(query).all() if with_talks else ()
    return Edition(
        area=area,
        houses=houses,
        week=week,
        issue_id=issue_id,
        made_at=made_at,
        content=rules.Content.model_validate(content),
        talks=tuple(row.conversation_id for row in members if not row.late),
        late=tuple(row.conversation_id for row in members if row.late),
        breaks=breaks(questions.changed_meaning(session, [area.sector or ""]), shown_up_to(week)),
    )


def _unsettled(session: Session, place: _Place, week: Week, content: rules.Content) -> rules.Content:
    """A week that is still to be issued, as it may be shown meanwhile: no house named, and silence as the week before told it.

    A list of silent houses that moved with each talk would tell whose talk it was; one that said more than the issue before
    would tell what that one kept to itself. Nor in which weeks late talks were held: each would tell its own as it comes.
    """
    before = place.issued.get(week.plus(-1))
    told = rules.Content.model_validate(before) if before else _compose(session, place, week.plus(-1), since=None).content
    away = {
        house.id
        for house in place.houses
        if (house.closed_on and house.closed_on <= week.sunday()) or week in place.closed[house.id]
    }
    here = place.closed.keys() - away  # a house may have moved to another area since
    silence = {
        "silent": tuple(one for one in told.silent if one.house in here),
        "silent_may_be_named": told.silent_may_be_named,
        "silent_weeks_may_be_told": told.silent_weeks_may_be_told,
    }
    return content.model_copy(update={"named": (), "late_weeks": (), **silence})


def _bare_weeks(session: Session, area: Unit, *, before: Week) -> list[Week]:
    """The weeks whose issues hold words of one or two unnamed houses."""
    query = select(Issue.week).where(Issue.unit_id == area.id, Issue.week < str(before))
    return [Week.parse(label) for label in session.exec(query.where(col(Issue.content)["is_bare"].as_boolean())).all()]


def _open_weeks(session: Session, area: Unit, now: datetime) -> list[Week]:
    """The running week and the one before, newest first, as far as they are not issued."""
    running = week_of(now)
    return [week for week in (running, running.plus(-1)) if _issue(session, area.id, week) is None]


def shown_up_to(week: Week) -> list[Week]:
    """The eight weeks that a digest shows, oldest first."""
    return [week.plus(back) for back in range(1 - rules.WEEKS_SHOWN, 1)]


def _history(session: Session, unit_ids: Sequence[uuid.UUID], week: Week, *, known_by: Week) -> rules.History:
    """The seven weeks before, as known at the end of `known_by`: from the counts kept by week, no talk is read."""
    weeks = [week.plus(-back) for back in range(1, rules.WEEKS_SHOWN)]
    by_week, by_house = Counter[Week](), Counter[uuid.UUID]()
    for house, held, talks, own in themes.talks_held(session, unit_ids, weeks=weeks, known_by=known_by):
        by_week[held] += talks
        by_house[house] += own
    by_theme: dict[uuid.UUID, dict[Week, int]] = defaultdict(dict)
    for theme, held, talks in themes.themes_held(session, unit_ids, weeks=weeks, known_by=known_by):
        by_theme[theme][held] = talks
    return rules.History(by_week, by_house, dict(by_theme))


def _named_in_issues(
    session: Session, first_ids: Sequence[uuid.UUID], known: dict[uuid.UUID, set[uuid.UUID]]
) -> dict[uuid.UUID, set[uuid.UUID]]:
    """By talk, the houses its issue names. Of an issue no more is read than that: one of a large area holds ids of thousands."""
    if not first_ids:
        return {}
    members = select(IssueTalk.conversation_id, IssueTalk.issue_id).where(col(IssueTalk.conversation_id).in_(first_ids))
    issue_of = dict(session.exec(members).all())
    missing = set(issue_of.values()) - set(known)
    if missing:
        naming = sa.select(col(Issue.id), col(Issue.content)["named"]).where(col(Issue.id).in_(missing))
        known |= {key: {uuid.UUID(house) for house in houses} for key, houses in session.execute(naming)}
    return {talk: known[issue] for talk, issue in issue_of.items()}


def as_talk(row: Conversation | Waits, coded: Mapping[uuid.UUID, Sequence[themes.Confirmed]], *, own: bool) -> Talk:
    """What the rules need of a talk, with its confirmed themes and what may be quoted of it. own: noted by the house itself."""
    quotable = row.quote_scope in QUOTABLE
    return Talk(
        id=row.first_id,
        house=row.unit_id,
        week=Week.parse(row.held_week),
        revision=row.revision,
        own=own,
        themes={coding.theme_id: coding.tone for coding in coded[row.first_id]},
        quotes=tuple(
            (place, number, quote)
            for place, answer in enumerate(row.answers if quotable else ())
            for number, quote in enumerate(conversations.quotes(answer.get("text") or ""))
            if conversations.is_quotable(quote)
        ),
    )
