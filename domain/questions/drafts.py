"""The one draft of each question set: saved by whoever edits it, put together when two do, published or set aside.

A save is a new revision (`tables.QuestionSetDraft`), made from the one its writer saw. Where somebody came between, both are put
together (`merging.py`); what both wrote otherwise is for a person to choose, and nothing is stored until they have.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain import audit, notices, people
from domain.base import local
from domain.notices import Kind
from domain.people import Actor, Permission, Sector

from . import store
from .merging import Merged, laid_out, merge
from .rules import Content, TalkType
from .sketches import Problem, Sketch, asked_before, finished, problems, sketch_of
from .tables import QuestionSet, QuestionSetDraft, QuestionSetVersion

PUBLISHED, DISCARDED = "published", "discarded"
#: *Før snakken*, where who asks the questions finds them.
ASKED = "/capture/before"


class NotTheirs(Exception):
    """The actor may not edit question sets, or there is no such set."""


class NoDraft(Exception):
    """The set has no draft, or the revision it was made from is not known any more."""


class Clashing(Exception):
    """Somebody else saved meanwhile, and wrote otherwise in the same places; nothing was stored."""

    def __init__(self, merged: Merged, theirs: "Draft") -> None:
        super().__init__()
        self.merged, self.theirs = merged, theirs


class Outdated(Exception):
    """Somebody else saved a later revision than the one that was to be published, or another version came into use meanwhile."""


class Unready(Exception):
    """The draft cannot be published as it is."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__()
        self.problems = found


@dataclass(frozen=True)
class Draft:
    """begun_from: the number of the version in use when it was begun; 0: none.

    kept: questions and facts that stay because somebody changed what somebody else took away meanwhile.
    """

    question_set: QuestionSet
    revision: int
    begun_from: int
    sketch: Sketch
    saved_by_id: uuid.UUID
    saved_at: datetime
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sent:
    """What publishing did. leaders: who are to hear of it."""

    version: QuestionSetVersion
    leaders: tuple[uuid.UUID, ...]


def add(
    session: Session,
    actor: Actor,
    *,
    sector: Sector,
    talk_type: TalkType,
    unit_id: uuid.UUID | None,
    sketch: Sketch,
    now: datetime,
) -> Draft:
    """A set of which nothing is published yet, with its draft. Raises NotTheirs, also for a place that is not there."""
    _may(actor)
    if unit_id and unit_id not in people.units_by_id(session, [unit_id]):
        raise NotTheirs
    last = session.exec(select(sa.func.max(QuestionSet.position)).where(QuestionSet.sector == sector)).one()
    row = store.add_set(session, sector=sector, talk_type=talk_type, unit_id=unit_id, position=(last or 0) + 1)
    audit.record_deed(session, person_id=actor.person_id, verb="question_set_added", at=now, object_id=row.id)
    return _append(session, actor, row, sketch, revision=1, begun_from=0, now=now)


def draft_of(session: Session, actor: Actor, set_id: uuid.UUID) -> Draft | None:
    """None when there is none. Raises NotTheirs."""
    question_set = _set(session, actor, set_id)
    row = _latest(session, question_set)
    return _draft(question_set, row) if row and not row.ended else None


def set_of(session: Session, actor: Actor, set_id: uuid.UUID) -> QuestionSet:
    """For those who may change it. Raises NotTheirs."""
    return _set(session, actor, set_id)


def revision(session: Session, actor: Actor, set_id: uuid.UUID, number: int) -> Sketch | None:
    """What an earlier save made of the draft; None when it is not known any more."""
    query = select(QuestionSetDraft).where(QuestionSetDraft.question_set_id == _set(session, actor, set_id).id)
    row = session.exec(query.where(QuestionSetDraft.revision == number)).first()
    return Sketch.model_validate(row.content) if row else None


def first_of_draft(session: Session, actor: Actor, set_id: uuid.UUID) -> tuple[int, Sketch]:
    """Where the open draft began: what both have in common who never saw each other's. Raises NotTheirs, NoDraft."""
    question_set = _set(session, actor, set_id)
    query = select(QuestionSetDraft).where(
        QuestionSetDraft.question_set_id == question_set.id, QuestionSetDraft.revision > _last_ended(session, set_id)
    )
    row = session.exec(query.order_by(col(QuestionSetDraft.revision)).limit(1)).first()
    if row is None:
        raise NoDraft
    return row.revision, Sketch.model_validate(row.content)


def _last_ended(session: Session, set_id: uuid.UUID) -> int:
    ended = select(sa.func.max(QuestionSetDraft.revision)).where(
        QuestionSetDraft.question_set_id == set_id, col(QuestionSetDraft.ended).is_not(None)
    )
    return session.exec(ended).one() or 0


def others(session: Session, actor: Actor, set_id: uuid.UUID) -> tuple[uuid.UUID, datetime] | None:
    """Who else saved the open draft last, and when."""
    query = (
        select(QuestionSetDraft.saved_by_id, QuestionSetDraft.saved_at)
        .where(QuestionSetDraft.question_set_id == set_id, QuestionSetDraft.saved_by_id != actor.person_id)
        .where(QuestionSetDraft.revision > _last_ended(session, set_id))
        .order_by(col(QuestionSetDraft.revision).desc())
    )
    found = session.exec(query.limit(1)).first()
    return (found[0], found[1]) if found else None


def drafts(session: Session, actor: Actor) -> dict[uuid.UUID, Draft]:
    """Every open draft, by its set. Raises NotTheirs."""
    _may(actor)
    newest = (
        select(QuestionSetDraft.question_set_id, sa.func.max(QuestionSetDraft.revision).label("revision"))
        .group_by(col(QuestionSetDraft.question_set_id))
        .subquery()
    )
    same = sa.and_(newest.c.question_set_id == QuestionSetDraft.question_set_id, newest.c.revision == QuestionSetDraft.revision)
    query = (
        select(QuestionSet, QuestionSetDraft)
        .join(QuestionSetDraft, col(QuestionSetDraft.question_set_id) == col(QuestionSet.id))
        .join(newest, same)
        .where(col(QuestionSetDraft.ended).is_(None))
        .order_by(col(QuestionSet.sector), col(QuestionSet.position))
    )
    return {question_set.id: _draft(question_set, row) for question_set, row in session.exec(query).all()}


def begin(session: Session, actor: Actor, set_id: uuid.UUID, *, from_version: int | None = None, now: datetime) -> Draft:
    """A draft that begins where a version stands: the newest, or an earlier one to go back to.

    One that is open goes on; going back in it is a revision like any other. Raises NotTheirs, and NoDraft without such a version.
    """
    question_set = _set(session, actor, set_id)
    latest = _latest(session, question_set)
    if latest and not latest.ended and from_version is None:
        return _draft(question_set, latest)
    versions = contents(session, question_set)
    newest = max(versions, default=0)
    found = versions.get(from_version or newest)
    if found is None:
        raise NoDraft
    revision = latest.revision + 1 if latest else 1
    return _append(session, actor, question_set, sketch_of(found), revision=revision, begun_from=newest, now=now)


def save(
    session: Session,
    actor: Actor,
    set_id: uuid.UUID,
    *,
    seen: int,
    sketch: Sketch,
    chosen: Mapping[str, str] | None = None,
    shown: int = 0,
    now: datetime,
) -> Draft:
    """Stores what the actor made of revision `seen`. chosen: path → "mine" or "theirs", where two wrote otherwise.

    shown: the revision that was shown as theirs. Where it was written otherwise since, nothing is chosen yet.

    Raises NotTheirs, NoDraft, Clashing.
    """
    question_set = _set(session, actor, set_id)
    latest = _latest(session, question_set)
    if latest is None or latest.ended:
        raise NoDraft
    if latest.revision == seen:
        merged = Merged(sketch)
    else:
        base = session.exec(
            select(QuestionSetDraft).where(QuestionSetDraft.question_set_id == set_id, QuestionSetDraft.revision == seen)
        ).first()
        if base is None:
            raise NoDraft
        theirs = _draft(question_set, latest)
        if chosen and shown and shown != latest.revision:
            chosen = _as_shown(chosen, revision(session, actor, set_id, shown) or Sketch(), theirs.sketch)
        merged = merge(Sketch.model_validate(base.content), theirs.sketch, sketch, chosen)
        if merged.clashes:
            raise Clashing(merged, theirs)
    current = _draft(question_set, latest, merged.kept)
    if merged.sketch == current.sketch:
        return current
    return _append(
        session,
        actor,
        question_set,
        merged.sketch,
        revision=latest.revision + 1,
        begun_from=latest.begun_from,
        now=now,
        kept=merged.kept,
    )


def _as_shown(chosen: Mapping[str, str], shown: Sketch, theirs: Sketch) -> dict[str, str]:
    before, now = laid_out(shown), laid_out(theirs)
    return {path: which for path, which in chosen.items() if before.get(path) == now.get(path)}


def discard(session: Session, actor: Actor, set_id: uuid.UUID, *, now: datetime) -> bool:
    """Sets the draft aside; `bring_back` undoes it. False: there is none."""
    question_set = _set(session, actor, set_id)
    latest = _latest(session, question_set)
    if latest is None or latest.ended:
        return False
    _end(session, actor, question_set, latest, how=DISCARDED, now=now)
    return True


def bring_back(session: Session, actor: Actor, set_id: uuid.UUID, *, now: datetime) -> Draft | None:
    """The draft that was set aside last, when nothing else has happened to the set since."""
    question_set = _set(session, actor, set_id)
    latest = _latest(session, question_set)
    if latest is None or latest.ended != DISCARDED:
        return None
    sketch = Sketch.model_validate(latest.content)
    return _append(session, actor, question_set, sketch, revision=latest.revision + 1, begun_from=latest.begun_from, now=now)


def publish_draft(
    session: Session, actor: Actor, set_id: uuid.UUID, *, seen: int, newest: int | None = None, now: datetime
) -> Sent:
    """Makes the draft the set's next version. newest: the number of the version that its reader knew as the one in use.

    Raises NotTheirs, NoDraft, Outdated, Unready.
    """
    question_set = _set(session, actor, set_id)
    latest = _latest(session, question_set)
    if latest is None or latest.ended:
        raise NoDraft
    if latest.revision != seen:
        raise Outdated
    versions = contents(session, question_set)
    if newest not in (None, max(versions, default=0)):
        raise Outdated
    sketch, before = Sketch.model_validate(latest.content), asked_before(versions.values())
    if found := problems(sketch, before):
        raise Unready(found)
    content, publishing = finished(sketch, before)
    _end(session, actor, question_set, latest, how=PUBLISHED, now=now)
    row = store.publish(session, question_set=question_set, content=content, now=now, by=actor.person_id, publishing=publishing)
    session.execute(
        sa.delete(QuestionSetDraft).where(col(QuestionSetDraft.question_set_id) == set_id, col(QuestionSetDraft.revision) < seen)
    )
    audit.record_deed(
        session, person_id=actor.person_id, verb="question_set_published", at=now, object_id=row.id, facts={"number": row.number}
    )
    leaders = who_hears(session, question_set, now=now)
    notices.write(session, kind=Kind.QUESTIONS_PUBLISHED, to=leaders, about=f"version:{row.id}", path=ASKED, now=now)
    return Sent(row, tuple(leaders))


def who_hears(session: Session, question_set: QuestionSet, *, now: datetime) -> list[uuid.UUID]:
    """The leaders whose talks it is for. Nobody, while the set is closed."""
    if question_set.closed_at:
        return []
    return people.leaders_who_note(session, sector=question_set.sector, within=question_set.unit_id, on=local(now).date())


def offer_in(session: Session, actor: Actor, set_id: uuid.UUID, *, unit_id: uuid.UUID | None, now: datetime) -> None:
    """New talks use it in this unit and below from now on; None: everywhere in its sector. Raises NotTheirs."""
    question_set = _set(session, actor, set_id)
    if unit_id and unit_id not in people.units_by_id(session, [unit_id]):
        raise NotTheirs
    if question_set.unit_id == unit_id:
        return
    question_set.unit_id = unit_id
    session.add(question_set)
    audit.record_deed(session, person_id=actor.person_id, verb="question_set_offered", at=now, object_id=set_id)


def close(session: Session, actor: Actor, set_id: uuid.UUID, *, now: datetime) -> bool:
    """`close_set` by a person. Raises NotTheirs."""
    return store.close_set(session, question_set=_set(session, actor, set_id), now=now, by=actor.person_id)


def reopen(session: Session, actor: Actor, set_id: uuid.UUID, *, now: datetime) -> bool:
    """`reopen_set` by a person. Raises NotTheirs."""
    return store.reopen_set(session, question_set=_set(session, actor, set_id), now=now, by=actor.person_id)


def contents(session: Session, question_set: QuestionSet) -> dict[int, Content]:
    """Every version's by its number, oldest first. A package may have brought the newest alone: then the first is not 1."""
    query = select(QuestionSetVersion.number, QuestionSetVersion.content).where(
        QuestionSetVersion.question_set_id == question_set.id
    )
    rows = session.exec(query.order_by(col(QuestionSetVersion.number))).all()
    return {number: Content.model_validate(found) for number, found in rows}


def _may(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_QUESTIONS):
        raise NotTheirs


def _set(session: Session, actor: Actor, set_id: uuid.UUID) -> QuestionSet:
    _may(actor)
    found = session.get(QuestionSet, set_id)
    if found is None:
        raise NotTheirs
    return found


def _latest(session: Session, question_set: QuestionSet) -> QuestionSetDraft | None:
    query = select(QuestionSetDraft).where(QuestionSetDraft.question_set_id == question_set.id)
    return session.exec(query.order_by(col(QuestionSetDraft.revision).desc()).limit(1)).first()


def _draft(question_set: QuestionSet, row: QuestionSetDraft, kept: tuple[str, ...] = ()) -> Draft:
    sketch = Sketch.model_validate(row.content)
    return Draft(question_set, row.revision, row.begun_from, sketch, row.saved_by_id, row.saved_at, kept)


def _append(
    session: Session,
    actor: Actor,
    question_set: QuestionSet,
    sketch: Sketch,
    *,
    revision: int,
    begun_from: int,
    now: datetime,
    ended: str | None = None,
    kept: tuple[str, ...] = (),
) -> Draft:
    row = QuestionSetDraft(
        question_set_id=question_set.id,
        revision=revision,
        begun_from=begun_from,
        content=sketch.model_dump(mode="json"),
        saved_by_id=actor.person_id,
        saved_at=now,
        ended=ended,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # somebody saved in this very moment: PostgreSQL; SQLite's writers stand in line
        raise Outdated from error
    return _draft(question_set, row, kept)


def _end(session: Session, actor: Actor, question_set: QuestionSet, latest: QuestionSetDraft, *, how: str, now: datetime) -> None:
    sketch = Sketch.model_validate(latest.content)
    _append(session, actor, question_set, sketch, revision=latest.revision + 1, begun_from=latest.begun_from, now=now, ended=how)
