"""The one draft of each question set: saved by whoever edits it, put together when two do, published or set aside.

A save is a new revision (`tables.QuestionSetDraft`), made from the one its writer saw. Where somebody came between, both are put
together (`merging.py`); what both wrote otherwise is for a person to choose, and nothing is stored until they have. A form whose
answer was lost is known again, and meets nobody in itself (`opened.py`).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain import audit, people
from domain.people import Actor, Permission, Sector

from . import store
from .merging import Merged, laid_out, merge
from .opened import Opened, Stored, since
from .rules import Content, TalkType
from .sketches import Problem, Sketch, asked_before, finished, problems, sketch_of
from .tables import QuestionSet, QuestionSetDraft, QuestionSetVersion

PUBLISHED, DISCARDED = "published", "discarded"


class NotTheirs(Exception):
    """The actor may not edit question sets, or there is no such set."""


class OtherSector(Exception):
    """The place is of another sector than the set."""


class NoDraft(Exception):
    """The set has no draft, or the revision it was made from is not known any more."""


class Clashing(Exception):
    """Somebody else saved meanwhile, and wrote otherwise in the same places; nothing was stored. by: who did so last; it may be
    the actor, in another window."""

    def __init__(self, merged: Merged, theirs: "Draft", by: uuid.UUID) -> None:
        super().__init__()
        self.merged, self.theirs, self.by = merged, theirs, by


class Outdated(Exception):
    """Somebody else saved a later revision than the one that was to be published, another version came into use meanwhile, or
    what is to be stored was sent before something of the same form that is stored already."""


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
    """A set of which nothing is published yet, with its draft. Raises NotTheirs, also for a place that is not there, and
    OtherSector."""
    _may(actor)
    check_place(session, sector, unit_id)
    last = session.exec(select(sa.func.max(QuestionSet.position)).where(QuestionSet.sector == sector)).one()
    row = store.add_set(session, sector=sector, talk_type=talk_type, unit_id=unit_id, position=(last or 0) + 1)
    audit.record_deed(session, person_id=actor.person_id, verb="question_set_added", at=now, object_id=row.id)
    return _append(session, actor, row, sketch, revision=1, begun_from=0, now=now)


def check_place(session: Session, sector: str, unit_id: uuid.UUID | None) -> None:
    """Raises NotTheirs for one that is not there, OtherSector for one in which nobody would ever ask the set."""
    if unit_id and unit_id not in people.units_by_id(session, [unit_id]):
        raise NotTheirs
    if unit_id and unit_id not in people.places_of(session, sector):
        raise OtherSector


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
    form: Opened | None = None,
    now: datetime,
) -> Draft:
    """Stores what the actor made of revision `seen`. chosen: path → "mine" or "theirs", where two wrote otherwise.

    shown: the revision that was shown as theirs. Where it was written otherwise since, nothing is chosen yet.
    form: what it was typed in. What the same form stored since `seen`, of which it may not have heard, is its own.

    Raises NotTheirs, NoDraft, Clashing, Outdated.
    """
    question_set = _set(session, actor, set_id)
    latest = _latest(session, question_set)
    if latest is None or latest.ended:
        raise NoDraft
    if latest.revision == seen:
        merged = Merged(sketch)
    else:
        base = revision(session, actor, set_id, seen)
        if base is None:
            raise NoDraft
        between = since(base, _after(session, set_id, seen), form)
        if between.is_late:
            raise Outdated
        theirs = _draft(question_set, latest)
        if chosen and shown and shown != latest.revision:
            chosen = _as_shown(chosen, revision(session, actor, set_id, shown) or Sketch(), theirs.sketch)
        merged = merge(between.base, theirs.sketch, sketch, {**dict.fromkeys(between.own, "mine"), **(chosen or {})})
        if merged.clashes:
            raise Clashing(merged, theirs, between.by or theirs.saved_by_id)
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
        form=form,
    )


def _after(session: Session, set_id: uuid.UUID, seen: int) -> Sequence[Stored]:
    """Every revision since, oldest first."""
    query = select(QuestionSetDraft).where(QuestionSetDraft.question_set_id == set_id, QuestionSetDraft.revision > seen)
    rows = session.exec(query.order_by(col(QuestionSetDraft.revision))).all()
    return [Stored(row.id, row.saved_by_id, row.content) for row in rows]


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
    return Sent(row, tuple(store.tell_leaders(session, question_set, version_id=row.id, now=now)))


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
    form: Opened | None = None,
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
    if form:
        row.id = form.id_of(revision)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # somebody saved in this very moment: PostgreSQL; SQLite's writers stand in line
        raise Outdated from error
    return _draft(question_set, row, kept)


def _end(session: Session, actor: Actor, question_set: QuestionSet, latest: QuestionSetDraft, *, how: str, now: datetime) -> None:
    sketch = Sketch.model_validate(latest.content)
    _append(session, actor, question_set, sketch, revision=latest.revision + 1, begun_from=latest.begun_from, now=now, ended=how)
