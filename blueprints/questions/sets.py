"""Deeds about a set as a whole: a new one, a draft begun or set aside, where it is offered, closed and open again."""

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from blueprints.shared.language import pick
from blueprints.shared.words import sector_name
from domain import people, questions
from domain.base import now
from domain.people import Permission, Sector
from domain.questions import NotTheirs, OtherSector, Sketch, TalkType

from .deeds import ALL
from .routes import bp, version_page
from .words import other_sector, talk_type_name


@bp.get("/new")
@requires(Permission.EDIT_QUESTIONS)
def new() -> ResponseReturnValue:
    """*Nyt spørgesæt*."""
    return _new()


def _new(wrong_place: str = "") -> str:
    """wrong_place: why the posted place is none, beside all else that was chosen."""
    session = unit.session()
    units = [unit for unit in people.tree(session, actor()) if unit.closed_on is None and unit.parent_id]
    of_sector = {one: people.places_of(session, one) for one in Sector}
    return render_template(
        "questions/new.html",
        sectors=[(one, sector_name(one).capitalize()) for one in Sector],
        talk_types=[(one, talk_type_name(one).capitalize()) for one in TalkType],
        places=[(sector_name(one).capitalize(), [unit for unit in units if unit.id in of_sector[one]]) for one in Sector],
        ready=[(one.key, f"{pick(one.sketch.title)} ({talk_type_name(one.talk_type)})") for one in questions.ready_sets()],
        beginnings=[(str(one.form.id), pick(one.form.content.title)) for one in newest_of_sets(session)],
        chosen=request.form,
        wrong_place=wrong_place,
        has_errors=bool(wrong_place),
    )


@bp.post("/new")
@requires(Permission.EDIT_QUESTIONS)
def add() -> ResponseReturnValue:
    form = request.form
    try:
        sector = Sector(form.get("sector", ""))
        place = _place(form.get("place", ""))
        sketch, talk_type = _beginning(unit.session(), form.get("beginning", ""), TalkType(form.get("talk_type", "")))
        draft = questions.add(
            unit.session(), actor(), sector=sector, talk_type=talk_type, unit_id=place, sketch=sketch, now=now()
        )
    except (ValueError, NotTheirs):
        abort(404)
    except OtherSector:
        return _new(other_sector(sector)), 422
    return redirect(url_for(".draft", set_id=draft.question_set.id))


@bp.post("/<uuid:set_id>/draft/beginning")
@requires(Permission.EDIT_QUESTIONS)
def begin(set_id: uuid.UUID) -> ResponseReturnValue:
    """A draft, or the one that is open. `from`: back to an earlier version; what stood in an open draft can be brought back."""
    session, number = unit.session(), request.form.get("from", "")
    try:
        open_one = questions.draft_of(session, actor(), set_id)
        from_version = int(number) if number.isdecimal() and len(number) < 10 else None
        draft = questions.begin(session, actor(), set_id, from_version=from_version, now=now())
    except (NotTheirs, questions.NoDraft):
        abort(404)
    except questions.Outdated:  # somebody did the same in this very moment
        return redirect(url_for(".draft", set_id=set_id))
    went_back = open_one and draft.revision != open_one.revision
    undo = f"{open_one.revision} {ALL}" if open_one and went_back else None
    return redirect(url_for(".draft", set_id=set_id, undo=undo))


@bp.post("/<uuid:set_id>/draft/discarding")
@requires(Permission.EDIT_QUESTIONS)
def discard(set_id: uuid.UUID) -> ResponseReturnValue:
    try:
        was_there = questions.discard(unit.session(), actor(), set_id, now=now())
    except NotTheirs:
        abort(404)
    except questions.Outdated:  # somebody saved in this very moment, and is to be seen first
        return redirect(url_for(".draft", set_id=set_id))
    return redirect(url_for(".discarded", set_id=set_id) if was_there else url_for(".sets"))


@bp.get("/<uuid:set_id>/draft/discarding")
@requires(Permission.EDIT_QUESTIONS)
def discarded(set_id: uuid.UUID) -> ResponseReturnValue:
    """Says that the draft is set aside, with *Fortryd*."""
    try:
        if questions.draft_of(unit.session(), actor(), set_id):
            return redirect(url_for(".draft", set_id=set_id))
    except NotTheirs:
        abort(404)
    return render_template("questions/discarded.html", set_id=set_id)


@bp.post("/<uuid:set_id>/draft/discarding/undo")
@requires(Permission.EDIT_QUESTIONS)
def bring_back(set_id: uuid.UUID) -> ResponseReturnValue:
    try:
        draft = questions.bring_back(unit.session(), actor(), set_id, now=now())
    except NotTheirs:
        abort(404)
    except questions.Outdated:
        return redirect(url_for(".draft", set_id=set_id))
    return redirect(url_for(".draft", set_id=set_id) if draft else url_for(".sets"))


@bp.post("/<uuid:set_id>/place")
@requires(Permission.EDIT_QUESTIONS)
def offer(set_id: uuid.UUID) -> ResponseReturnValue:
    """Where new talks use it."""
    session = unit.session()
    try:
        place = _place(request.form.get("place", ""))
        questions.offer_in(session, actor(), set_id, unit_id=place, now=now())
    except (ValueError, NotTheirs):
        abort(404)
    except OtherSector:
        wrong = other_sector(questions.set_of(session, actor(), set_id).sector)
        newest = [one.form.id for one in newest_of_sets(session) if one.form.question_set_id == set_id]
        if newest:
            return version_page(newest[0], wrong_place=wrong), 422
        flash(wrong, "error")
        return redirect(url_for(".sets"))
    flash(_("Gemt."), "success")
    return _back_to(set_id)


@bp.post("/<uuid:set_id>/closing")
@requires(Permission.EDIT_QUESTIONS)
def close(set_id: uuid.UUID) -> ResponseReturnValue:
    try:
        questions.close(unit.session(), actor(), set_id, now=now())
    except NotTheirs:
        abort(404)
    flash(_("Spørgsmålene er lukket. Nye samtaler bruger dem ikke."), "success")
    return _back_to(set_id)


@bp.post("/<uuid:set_id>/closing/undo")
@requires(Permission.EDIT_QUESTIONS)
def reopen(set_id: uuid.UUID) -> ResponseReturnValue:
    try:
        questions.reopen(unit.session(), actor(), set_id, now=now())
    except NotTheirs:
        abort(404)
    flash(_("Spørgsmålene er åbne igen."), "success")
    return _back_to(set_id)


def _back_to(set_id: uuid.UUID) -> ResponseReturnValue:
    newest = [one for one in newest_of_sets(unit.session()) if one.form.question_set_id == set_id]
    return redirect(url_for(".version", version_id=newest[0].form.id) if newest else url_for(".sets"))


def newest_of_sets(session: Session) -> list[questions.Published]:
    """The newest version of each set, in the order they are offered."""
    return list({one.form.question_set_id: one for one in questions.every_version(session, actor())}.values())


def _place(text: str) -> uuid.UUID | None:
    """Raises ValueError."""
    return uuid.UUID(text) if text else None


def _beginning(session: Session, key: str, talk_type: TalkType) -> tuple[Sketch, TalkType]:
    """Empty, a ready set, which is for its own kind of talk, or as a version stands, with questions of its own: no series of
    another set goes on in it.

    Raises ValueError.
    """
    if not key:
        return Sketch(), talk_type
    ready = {one.key: one for one in questions.ready_sets()}
    if key in ready:
        return ready[key].sketch, ready[key].talk_type
    found = questions.version(session, uuid.UUID(key))
    if found is None:
        raise ValueError
    return questions.copy_of(found.content), talk_type
