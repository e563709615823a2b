"""The administrator's question sets: every version that was ever published, and how many talks were noted in it."""

import uuid

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from blueprints.shared.words import kind_name, sector_name
from domain import conversations, questions
from domain.base import markdown_to_html
from domain.people import Permission

bp = Blueprint("questions", __name__, url_prefix="/questions")


@bp.get("/")
@requires(Permission.READ_REGISTERS)
def sets() -> ResponseReturnValue:
    session = unit.session()
    versions = questions.every_version(session, actor())
    newest = {one.form.question_set_id: one for one in versions}  # they come in the order they were published
    return render_template(
        "questions/sets.html",
        sets=list(newest.values()),
        counts=conversations.count_by_version(session, actor()),
        versions=versions,
        sector_name=sector_name,
    )


@bp.get("/<uuid:version_id>")
@requires(Permission.READ_REGISTERS)
def version(version_id: uuid.UUID) -> ResponseReturnValue:
    """One version whole, in both languages side by side."""
    session = unit.session()
    every = questions.every_version(session, actor())
    found = next((one for one in every if one.form.id == version_id), None)
    if found is None:
        abort(404)
    content = found.form.content
    return render_template(
        "questions/version.html",
        version=found,
        siblings=[one for one in every if one.form.question_set_id == found.form.question_set_id],
        count=conversations.count_by_version(session, actor()).get(version_id, 0),
        guidance={lang: Markup(markdown_to_html(text)) for lang, text in content.guidance.items()},  # noqa: S704 - cleaned
        kind_name=kind_name,
        sector_name=sector_name,
    )
