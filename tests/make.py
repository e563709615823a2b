"""Builders: each makes one thing with sensible defaults, so that a test names only what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlmodel import Session, select

from domain import questions, sync
from domain.base import Week, new_id, week_of
from domain.conversations import Conversation
from domain.conversations.tables import ARRIVALS
from domain.people import Actor, Label, Level, Person, Role, Sector, Unit, actor_for, add_person, add_unit
from domain.questions import Content, Form
from domain.themes import Coding, Theme, recounted

#: A Wednesday noon in Copenhagen's winter, in the middle of WEEK.
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
WEEK = Week(2026, 47)

PASSWORD = "kun-til-test"
#: As strong as nothing: it takes no time, and argon2 reads the parameters from the hash when it checks.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

#: Eleven words that may be quoted, and the leader's words around them.
QUOTE = "Vi stod længe i garderoben og vidste ikke, hvem vi skulle spørge"
WORDS = f"Mor fortalte om morgenen. »{QUOTE}«"

HOUSES = ("Mariehuset", "Skovbrynet", "Åhaven", "Regnbuen")
DISTRICTS = ("Distrikt Havnen", "Distrikt Engen", "Distrikt Lunden")


@dataclass(frozen=True)
class Municipality:
    """Nørreå: Område Syd with nurseries, Område Nord with districts of home care; `units` by name."""

    kommune: Unit
    syd: Unit
    nord: Unit
    units: Mapping[str, Unit]


def municipality(session: Session) -> Municipality:
    kommune = add_unit(session, name="Nørreå Kommune", level=Level.MUNICIPALITY)
    syd = add_unit(session, name="Område Syd", level=Level.AREA, parent=kommune, sector=Sector.NURSERY)
    nord = add_unit(session, name="Område Nord", level=Level.AREA, parent=kommune, sector=Sector.HOME_CARE)
    houses = {name: institution(session, syd, name=name) for name in HOUSES}
    districts = {name: institution(session, nord, name=name) for name in DISTRICTS}
    return Municipality(kommune, syd, nord, {**houses, **districts})


def institution(session: Session, area: Unit, *, name: str = "Fyrtårnet") -> Unit:
    """A house or a district, by the sector of its area."""
    sector = Sector(area.sector)
    label = Label.HOUSE if sector is Sector.NURSERY else Label.DISTRICT
    return add_unit(session, name=name, level=Level.INSTITUTION, parent=area, sector=sector, label=label)


def person(session: Session, *, email: str, role: Role, unit: Unit, name: str = "Lene Mose") -> Actor:
    """Somebody who signs in with PASSWORD, as one who acts."""
    row = add_person(session, email=email, name=name, role=role, unit=unit, password=None)
    row.password_hash = PASSWORD_HASH
    session.add(row)
    session.flush()
    found = actor_for(session, row.id)
    assert found is not None
    return found


def disable(session: Session, person_id: UUID, *, at: datetime = NOW) -> None:
    row = session.get_one(Person, person_id)
    row.disabled_at = at
    session.add(row)
    session.flush()


def content(*, asked: int = 3, required: bool = False) -> Content:
    """Three questions and two coarse facts."""
    names = ("Den første måned", "Det, der har fyldt mest", "Det, de gerne så anderledes")[:asked]
    return Content.model_validate(
        {
            "title": {"da": "Nye forældre efter en måned", "en": "New parents after a month"},
            "promise": {"da": "Jeg skriver det vigtigste ned uden navne.", "en": "I write down the main points without names."},
            "guidance": {
                "da": "Tag snakken stående. **Ét svar er nok.**",
                "en": "Talk where you meet. **One answer is enough.**",
            },
            "voice": {"da": "Forælderens ord", "en": "The parent's words"},
            "questions": [
                {"id": new_id(), "prompt": {"da": f"{name}?"}, "label": {"da": name}, "required": required and not place}
                for place, name in enumerate(names)
            ],
            "about": [
                _fact("relation", ("mother", "father", "grandparent")),
                _fact("time_here", ("under_1_month", "1_month", "2_6_months")),
            ],
        }
    )


def _fact(field: str, codes: Sequence[str]) -> dict[str, Any]:
    choices = [{"code": code, "text": {"da": code.capitalize()}} for code in codes]
    return {"field": field, "label": {"da": field.capitalize()}, "choices": choices}


def form(session: Session, *, sector: Sector = Sector.NURSERY, now: datetime = NOW - timedelta(days=200)) -> Form:
    """A question set of the sector with its first version published."""
    question_set = questions.add_set(session, sector=sector)
    row = questions.publish(session, question_set=question_set, content=content(), now=now)
    found = questions.version(session, row.id)
    assert found is not None
    return found


CODEBOOK: Mapping[Sector, Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    Sector.NURSERY: {
        "aflevering": (("aflever", "garderobe", "om morgenen"), ()),
        "mad": (("mad", "frokost"), ("madras",)),
        "personale": (("vikar", "pædagog"), ()),
        "tryghed": (("tryg",), ("utryg",)),
    },
    Sector.HOME_CARE: {"besøg": (("besøg", "kommer"), ()), "skift": (("vikar", "nye ansigter"), ())},
}


def themes(session: Session, *, sector: Sector = Sector.NURSERY) -> dict[str, Theme]:
    """A small codebook, by key."""
    found = {}
    for position, (key, (include, exclude)) in enumerate(CODEBOOK[sector].items()):
        names = {"da": key.capitalize(), "en": key.capitalize()}
        patterns = {"include": list(include), "exclude": list(exclude)}
        found[key] = Theme(sector=sector, key=key, position=position, name=names, definition=names, **patterns)
        session.add(found[key])
    session.flush()
    return found


def theme(session: Session, name: str, *, position: int, sector: Sector = Sector.NURSERY) -> Theme:
    """A theme that no pattern finds."""
    names = {"da": name, "en": name}
    found = Theme(sector=sector, key=name.casefold(), position=position, name=names, definition=names, include=[], exclude=[])
    session.add(found)
    session.flush()
    return found


def talk(
    form: Form,
    unit: UUID,
    text: str | Sequence[str] = WORDS,
    *,
    key: UUID | None = None,
    held_at: datetime = NOW - timedelta(hours=2),
    about: Mapping[str, Sequence[str]] | None = None,
    quote_scope: str | None = "area",
    confirmed: Sequence[Theme] = (),
    rejected: Sequence[Theme] = (),
    tones: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An item as a phone sends it: one text for the first question, or one for each.

    `tones` go by the theme's key. `more` are further members, or others instead of those made here.
    """
    texts = [text] if isinstance(text, str) else text
    ids = {theme.key: str(theme.id) for theme in confirmed}
    return {
        "id": str(key or new_id()),
        "kind": "conversation",
        "revision": 1,
        "replaces": None,
        "unit": str(unit),
        "question_set_version": str(form.id),
        "held_at": held_at.isoformat(),
        "answers": [
            {"question": str(question.id), "text": one} for question, one in zip(form.content.questions, texts, strict=False)
        ],
        "about": {name: list(codes) for name, codes in (about or {}).items()},
        "quote_scope": quote_scope,
        "themes": {
            "confirmed": list(ids.values()),
            "rejected": [str(theme.id) for theme in rejected],
            "tones": {ids[key]: tone for key, tone in (tones or {}).items()},
        },
        **more,
    }


def edit(item: Mapping[str, Any], text: str | Sequence[str] | None = None, **more: Any) -> dict[str, Any]:
    """The next revision of an item, with an id of its own."""
    texts = [text] if isinstance(text, str) else text
    answers = item["answers"]
    if texts is not None:
        answers = [{**answer, "text": one} for answer, one in zip(item["answers"], texts, strict=False)]
    later = {"id": str(new_id()), "revision": item["revision"] + 1, "replaces": item["id"], "answers": answers}
    return {**item, **later, **more}


def withdrawal(of: UUID | str, **more: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "kind": "withdrawal", "of": str(of), **more}


def log_talk(session: Session, actor: Actor, item: Mapping[str, Any], *, now: datetime = NOW) -> Conversation:
    """Hands the item to the one verb behind both doors and returns the stored row. The caller commits."""
    receipt = sync.accept(session, actor, item=item, now=now)
    assert receipt.status == sync.Status.STORED, receipt
    return session.get_one(Conversation, receipt.id)


def row(
    session: Session,
    author: Actor,
    form: Form,
    unit: Unit,
    text: str = WORDS,
    *,
    held_at: datetime = NOW - timedelta(hours=2),
    received_at: datetime = NOW,
    quote_scope: str | None = "area",
    confirmed: Sequence[Theme] = (),
) -> Conversation:
    """A talk put straight into its table: for tests of what is read, where the way in would cost time or stand in the way."""
    key = new_id()
    found = Conversation(
        id=key,
        first_id=key,
        reference=uuid4(),
        author_id=author.person_id,
        unit_id=unit.id,
        question_set_version_id=form.id,
        held_at=held_at,
        held_week=str(week_of(held_at)),
        received_at=received_at,
        answers=[{"question": str(form.content.questions[0].id), "text": text}],
        about={},
        quote_scope=quote_scope,
        sha256="0" * 64,
        sequence=_next_in_order(session),
    )
    with recounted(session, [key]):
        session.add(found)
        session.flush()
        for theme in confirmed:
            session.add(Coding(conversation_id=key, theme_id=theme.id, decision="confirmed", decided_by_id=author.person_id))
    return found


def _next_in_order(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        return session.execute(sa.select(ARRIVALS.next_value())).scalar_one()
    return session.exec(select(sa.func.coalesce(sa.func.max(Conversation.sequence), 0) + 1)).one()
