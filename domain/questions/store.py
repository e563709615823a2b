"""Verbs about question sets."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain import audit, notices, people
from domain.base import ask, local
from domain.notices import Kind
from domain.people import Actor, Permission, Sector, Unit, units_within

from .rules import Content, Form, TalkType
from .sketches import Publishing
from .tables import QuestionSet, QuestionSetVersion

#: *Før snakken*, where who asks the questions finds them.
ASKED = "/capture/before"


@dataclass(frozen=True)
class Published:
    """A version as an administrator sees it. `closed_at`: since when its set is offered no more."""

    form: Form
    published_at: datetime
    closed_at: datetime | None = None
    published_by_id: uuid.UUID | None = None
    publishing: Publishing = field(default_factory=Publishing)

    @property
    def name(self) -> str:
        """For commands, which speak no language of a reader's."""
        return self.form.content.title["da"]


def publish(
    session: Session,
    *,
    question_set: QuestionSet,
    content: Content,
    now: datetime,
    version_id: uuid.UUID | None = None,
    by: uuid.UUID | None = None,
    publishing: Publishing | None = None,
) -> QuestionSetVersion:
    """Adds the set's next version. It cannot be changed afterwards."""
    latest = select(sa.func.max(QuestionSetVersion.number)).where(QuestionSetVersion.question_set_id == question_set.id)
    row = QuestionSetVersion(
        question_set_id=question_set.id,
        number=(session.exec(latest).one() or 0) + 1,
        published_at=now,
        content=content.model_dump(mode="json"),
        published_by_id=by,
        publishing=publishing.model_dump(mode="json") if publishing else {},
    )
    if version_id:
        row.id = version_id
    session.add(row)
    session.flush()
    return row


def who_hears(session: Session, question_set: QuestionSet, *, now: datetime) -> list[uuid.UUID]:
    """The leaders whose talks it is for. Nobody, while the set is closed."""
    if question_set.closed_at:
        return []
    return people.leaders_who_note(session, sector=question_set.sector, within=question_set.unit_id, on=local(now).date())


def tell_leaders(session: Session, question_set: QuestionSet, *, version_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """In the transaction in which the version came into use. Returns who hears of it."""
    leaders = who_hears(session, question_set, now=now)
    notices.write(session, kind=Kind.QUESTIONS_PUBLISHED, to=leaders, about=f"version:{version_id}", path=ASKED, now=now)
    return leaders


def add_set(
    session: Session,
    *,
    sector: Sector,
    position: int = 0,
    talk_type: TalkType = TalkType.CITIZEN_INTERVIEW,
    unit_id: uuid.UUID | None = None,
    set_id: uuid.UUID | None = None,
) -> QuestionSet:
    row = QuestionSet(sector=sector, position=position, talk_type=talk_type, unit_id=unit_id)
    if set_id:
        row.id = set_id
    session.add(row)
    session.flush()
    return row


def sets_by_id(session: Session) -> dict[uuid.UUID, QuestionSet]:
    """Every set, for commands and packages."""
    return {row.id: row for row in session.exec(select(QuestionSet)).all()}


def add_version(
    session: Session,
    *,
    question_set: QuestionSet,
    number: int,
    content: Content,
    version_id: uuid.UUID,
    publishing: Publishing | None = None,
    now: datetime,
) -> None:
    """One that was published elsewhere, under the id and number it has there."""
    row = QuestionSetVersion(
        question_set_id=question_set.id,
        number=number,
        published_at=now,
        content=content.model_dump(mode="json"),
        publishing=publishing.model_dump(mode="json") if publishing else {},
    )
    row.id = version_id
    session.add(row)
    session.flush()


def find_set(session: Session, set_id: uuid.UUID) -> QuestionSet | None:
    """For commands and those who may change question sets."""
    return session.get(QuestionSet, set_id)


def close_set(session: Session, *, question_set: QuestionSet, now: datetime, by: uuid.UUID | None = None) -> bool:
    """Offers it for no new talk. What was begun in it, and every talk noted in it, goes on in its own version for ever.

    False: it is closed already.
    """
    return _set_closed(session, question_set, closed_at=now, verb="question_set_closed", now=now, by=by)


def reopen_set(session: Session, *, question_set: QuestionSet, now: datetime, by: uuid.UUID | None = None) -> bool:
    """Offers its newest version again. False: it is open."""
    return _set_closed(session, question_set, closed_at=None, verb="question_set_reopened", now=now, by=by)


def _set_closed(
    session: Session, row: QuestionSet, *, closed_at: datetime | None, verb: str, now: datetime, by: uuid.UUID | None
) -> bool:
    if (row.closed_at is None) == (closed_at is None):
        return False
    row.closed_at = closed_at
    session.add(row)
    session.flush()
    audit.record_deed(session, person_id=by, verb=verb, at=now, object_id=row.id)
    return True


def version(session: Session, version_id: uuid.UUID) -> Form | None:
    """Any version that was ever published, also one no longer asked."""
    found = session.exec(
        select(QuestionSetVersion, QuestionSet)
        .join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
        .where(QuestionSetVersion.id == version_id)
    ).first()
    return _form(*found) if found else None


def in_use(session: Session, actor: Actor) -> list[Form]:
    """What the actor may ask now: the newest version of each open set of the sectors and places they note talks in.

    Where a set is for one place, it is asked in the institutions there and below; `Form.unit_id` says which.
    """
    newest = (
        select(QuestionSetVersion.question_set_id, sa.func.max(QuestionSetVersion.number).label("number"))
        .group_by(col(QuestionSetVersion.question_set_id))
        .subquery()
    )
    rows = session.exec(
        select(QuestionSetVersion, QuestionSet)
        .join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
        .join(
            newest,
            sa.and_(
                newest.c.question_set_id == QuestionSetVersion.question_set_id,
                newest.c.number == QuestionSetVersion.number,
            ),
        )
        .where(col(QuestionSet.sector).in_(_sectors(actor)), col(QuestionSet.closed_at).is_(None))
        .order_by(col(QuestionSet.sector), col(QuestionSet.position))
    ).all()
    forms = [_form(*row) for row in rows]
    if not any(form.unit_id for form in forms):
        return forms
    houses = people.institutions_within(session, actor, Permission.NOTE_TALKS)
    return [form for form in forms if any(is_asked_in(form, house) for house in houses)]


def is_asked_in(form: Form, house: Unit) -> bool:
    """Whether new talks in the institution may use it: its sector, and its place or one above."""
    return form.sector == house.sector and (form.unit_id is None or form.unit_id.hex in house.path.split("/"))


def may_answer(session: Session, actor: Actor, form: Form) -> bool:
    """Whether it belongs to a sector they note talks in: any version ever published, also of a closed set."""
    return form.sector in session.exec(_sectors(actor)).all()


def _sectors(actor: Actor) -> SelectOfScalar[Any]:
    return select(col(Unit.sector)).where(units_within(actor, Permission.NOTE_TALKS), col(Unit.sector).is_not(None))


def every_version(session: Session, actor: Actor) -> list[Published]:
    """Every version that was ever published, by sector, set and number; nothing for those without the register."""
    return _every_version(session) if actor.may(Permission.READ_REGISTERS) else []


def all_versions(session: Session) -> list[Published]:
    """The same for commands, and for files that hold what was answered."""
    return _every_version(session)


def changed_meaning(session: Session, sectors: Collection[str]) -> list[datetime]:
    """When each version was published in which a question means something else than before it; also one that goes back to what
    an earlier version meant, and one that came by a command or in a package. It is the questions themselves that tell.

    Of any set of these sectors, closed ones and those for one place too: where a set is asked may change, and a week that was
    gathered is not told otherwise by it.
    """
    rows = ask(session, _VERSIONS, {"sectors": list(sectors)}).all()
    begun: dict[str, str] = {}  # the question that each one's line of meanings began with
    last: dict[uuid.UUID, dict[str, set[str]]] = {}  # by set and line, those of the line that the set asked last
    found = []
    for set_id, at, content in rows:
        asked: dict[str, set[str]] = {}
        anew = {one["id"] for one in content["questions"] if one.get("follows") and one["id"] not in begun}
        for one in content["questions"]:
            begun.setdefault(one["id"], begun.get(one.get("follows"), one.get("follows")) or one["id"])
            asked.setdefault(begun[one["id"]], set()).add(one["id"])
        before = last.setdefault(set_id, {})
        if before and (anew or any(keys - before.get(line, keys) for line, keys in asked.items())):
            found.append(at)
        before |= asked
    return found


_VERSIONS = (
    sa.select(col(QuestionSetVersion.question_set_id), col(QuestionSetVersion.published_at), col(QuestionSetVersion.content))
    .join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
    .where(col(QuestionSet.sector).in_(sa.bindparam("sectors", expanding=True)))
    .order_by(col(QuestionSetVersion.question_set_id), col(QuestionSetVersion.number))
)


def newest_versions(session: Session) -> list[Published]:
    """The newest version of every set, closed ones too, for commands."""
    return list({one.form.question_set_id: one for one in _every_version(session)}.values())


def _every_version(session: Session) -> list[Published]:
    rows = session.exec(
        select(QuestionSetVersion, QuestionSet)
        .join(QuestionSet, col(QuestionSet.id) == col(QuestionSetVersion.question_set_id))
        .order_by(col(QuestionSet.sector), col(QuestionSet.position), col(QuestionSet.id), col(QuestionSetVersion.number))
    ).all()
    return [
        Published(
            _form(row, question_set),
            row.published_at,
            question_set.closed_at,
            row.published_by_id,
            Publishing.model_validate(row.publishing),
        )
        for row, question_set in rows
    ]


def _form(row: QuestionSetVersion, question_set: QuestionSet) -> Form:
    return Form(
        id=row.id,
        question_set_id=question_set.id,
        number=row.number,
        sector=question_set.sector,
        content=Content.model_validate(row.content),
        talk_type=TalkType(question_set.talk_type),
        unit_id=question_set.unit_id,
    )
