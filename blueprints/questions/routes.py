"""The administrator's question sets: every version that was ever published, and how many talks were noted in it."""

import uuid

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from blueprints.shared.words import kind_name, sector_name
from domain import conversations, people, questions
from domain.base import markdown_to_html
from domain.people import Permission

from .listing import listed
from .words import change_name, helper_name, power_question, talk_type_name

bp = Blueprint("questions", __name__, url_prefix="/questions")


@bp.get("/")
@requires(Permission.READ_REGISTERS)
def sets() -> ResponseReturnValue:
    may_edit = actor().may(Permission.EDIT_QUESTIONS)
    return render_template("questions/sets.html", sets=listed(unit.session(), actor()), may_edit=may_edit)


@bp.get("/<uuid:version_id>")
@requires(Permission.READ_REGISTERS)
def version(version_id: uuid.UUID) -> ResponseReturnValue:
    """One version whole, in both languages side by side, and what can be done with its set."""
    return version_page(version_id)


def version_page(version_id: uuid.UUID, *, wrong_place: str = "") -> str:
    """wrong_place: why it cannot be used where somebody wanted it."""
    session = unit.session()
    every = questions.every_version(session, actor())
    found = next((one for one in every if one.form.id == version_id), None)
    if found is None:
        abort(404)
    content, by = found.form.content, found.published_by_id
    siblings = [one for one in every if one.form.question_set_id == found.form.question_set_id]
    return render_template(
        "questions/version.html",
        version=found,
        siblings=siblings,
        is_newest=siblings[-1] is found,
        count=conversations.count_by_version(session, actor()).get(version_id, 0),
        guidance={lang: Markup(markdown_to_html(text)) for lang, text in content.guidance.items()},  # noqa: S704 - cleaned
        by=people.names_by_id(session, [by]).get(by, "") if by else "",
        may_edit=actor().may(Permission.EDIT_QUESTIONS),
        draft=questions.drafts(session, actor()).get(found.form.question_set_id)
        if actor().may(Permission.EDIT_QUESTIONS)
        else None,
        places=_places(found),
        wrong_place=wrong_place,
        has_errors=bool(wrong_place),
        kind_name=kind_name,
        sector_name=sector_name,
        talk_type_name=talk_type_name,
        change_name=change_name,
        helpers=", ".join(helper_name(one) for one in found.publishing.worded_by),
        power_question=power_question,
    )


def _places(version: questions.Published) -> list[people.Unit]:
    """Where it can be used, and where it is used."""
    form, of_sector = version.form, people.places_of(unit.session(), version.form.sector)
    units = people.tree(unit.session(), actor())
    return [one for one in units if one.id == form.unit_id or (one.closed_on is None and one.id in of_sector)]
