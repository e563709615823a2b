"""The rows of the list of question sets."""

import uuid
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session

from blueprints.shared.language import date_of, pick
from blueprints.shared.words import sector_name
from domain import conversations, people, questions
from domain.people import Actor, Permission
from domain.questions import Draft, Published, QuestionSet

from .words import talk_type_name


@dataclass(frozen=True)
class Listed:
    """One set. draft_url: of its draft, where it has one."""

    title: str
    about: str
    used: str
    url: str
    draft_url: str
    is_closed: bool


def listed(session: Session, actor: Actor) -> list[Listed]:
    """Every set, also one of which nothing is published yet, in the order they are offered; closed ones last."""
    versions = {one.form.question_set_id: one for one in questions.every_version(session, actor)}
    drafts = questions.drafts(session, actor) if actor.may(Permission.EDIT_QUESTIONS) else {}
    counts = conversations.count_by_version(session, actor)
    of_places = [one.form.unit_id for one in versions.values()] + [one.question_set.unit_id for one in drafts.values()]
    places = {key: unit.name for key, unit in people.units_by_id(session, [key for key in of_places if key]).items()}
    rows = [_of_version(one, drafts.get(key), counts, places) for key, one in versions.items()]
    rows += [_of_draft(one, places) for key, one in drafts.items() if key not in versions]
    return sorted(rows, key=lambda row: row.is_closed)


def _of_version(one: Published, draft: Draft | None, counts: dict[uuid.UUID, int], places: dict[uuid.UUID, str]) -> Listed:
    form = one.form
    used = ngettext(
        "Version %(number)d i brug: %(num)d samtale siden %(day)s",
        "Version %(number)d i brug: %(num)d samtaler siden %(day)s",
        counts.get(form.id, 0),
        number=form.number,
        day=date_of(one.published_at),
    )
    return Listed(
        pick(form.content.title),
        _about(form.sector, form.talk_type, form.unit_id, places),
        used,
        url_for("questions.version", version_id=form.id),
        url_for("questions.draft", set_id=form.question_set_id) if draft else "",
        one.closed_at is not None,
    )


def _of_draft(draft: Draft, places: dict[uuid.UUID, str]) -> Listed:
    row: QuestionSet = draft.question_set
    here = url_for("questions.draft", set_id=row.id)
    title = pick(draft.sketch.title).strip() or _("Spørgsmål uden titel")
    about = _about(row.sector, row.talk_type, row.unit_id, places)
    return Listed(title, about, _("Ikke udgivet endnu"), here, here, row.closed_at is not None)


def _about(sector: str, talk_type: str, unit_id: uuid.UUID | None, places: dict[uuid.UUID, str]) -> str:
    """`Dagtilbud · forældresamtale · Område Syd`."""
    place = places.get(unit_id, "") if unit_id else _("alle steder")
    return " · ".join(part for part in (sector_name(sector).capitalize(), talk_type_name(talk_type), place) if part)
