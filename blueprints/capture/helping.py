"""*Har brug for dig* and *To udgaver*: what could not be used as it was sent, or came second, for its sender alone."""

import uuid
from collections.abc import Callable
from typing import Any, NoReturn

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.shared import errors, unit
from blueprints.shared.copies import copy_of
from blueprints.shared.door import actor, requires
from domain import people, questions, sync
from domain.base import now
from domain.conversations import Conversation
from domain.people import Permission
from domain.questions import TEXTUAL
from domain.sync import Boxed, Receipt, Status

from .forms import CaptureForm, usable_id
from .help_view import help_view
from .marks import place_of
from .prefill import homeless_words, with_item
from .routes import asked_now, bp, new_form, page, read, settle, shown, version_of
from .two_versions import compare


@bp.get("/capture/help")
@requires(Permission.NOTE_TALKS)
def needs_help() -> ResponseReturnValue:
    boxed = sync.waiting(unit.session(), actor())
    read(*(one.item_id for one in boxed))
    return render_template("capture/needs_help.html", boxed=[help_view(one) for one in boxed])


@bp.get("/capture/help/<uuid:key>")
@requires(Permission.NOTE_TALKS)
def help_with(key: uuid.UUID) -> ResponseReturnValue:
    """One of them: beside the version that stands, to choose; else in the form, to be put right and sent again."""
    boxed = _boxed(key)
    stands = sync.stands_beside(unit.session(), actor(), boxed)
    if boxed.status is Status.CONFLICT and stands:
        return _two_versions(boxed, stands, 200)
    read(boxed.item_id)
    return _in_the_form(boxed, stands)


@bp.get("/capture/help/<uuid:key>/merge")
@requires(Permission.NOTE_TALKS)
def merge_versions(key: uuid.UUID) -> ResponseReturnValue:
    """*Flet dem selv*: what came second in the form, beside the version that stands."""
    boxed = _boxed(key)
    stands = sync.stands_beside(unit.session(), actor(), boxed)
    if boxed.status is not Status.CONFLICT or stands is None:
        abort(404)
    read(boxed.item_id)
    return _in_the_form(boxed, stands)


@bp.post("/capture/help/<uuid:key>/keep")
@requires(Permission.NOTE_TALKS)
def keep_version(key: uuid.UUID) -> ResponseReturnValue:
    return _choose(key, sync.keep_stored)


@bp.post("/capture/help/<uuid:key>/use")
@requires(Permission.NOTE_TALKS)
def use_version(key: uuid.UUID) -> ResponseReturnValue:
    return _choose(key, sync.use_second)


@bp.get("/capture/help/<uuid:key>/export")
@requires(Permission.NOTE_TALKS)
def export_help(key: uuid.UUID) -> ResponseReturnValue:
    """The item in a file, whatever it is."""
    boxed = _boxed(key)
    copy = copy_of(unit.session(), actor(), [boxed])
    read(boxed.item_id)
    return Response(
        copy,
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="hoert-har-brug-for-dig.json"'},
    )


@bp.post("/capture/help/<uuid:key>/settle")
@requires(Permission.NOTE_TALKS)
def settle_help(key: uuid.UUID) -> ResponseReturnValue:
    """Lets it go: the words are deleted, and phones that send them again are told to forget them."""
    if not settle(key):
        _not_there(key)
    flash(_("Den er slettet."), "success")
    return redirect(url_for(".needs_help"))


def _boxed(key: uuid.UUID) -> Boxed:
    """The actor's own item that still waits; else the request ends here."""
    return sync.boxed(unit.session(), actor(), key) or _not_there(key)


def _not_there(key: uuid.UUID) -> NoReturn:
    """One's own that was settled meanwhile, by a first press, in another tab or by the phone, leads back to the list. Anything
    else, somebody else's too, is a 404."""
    if not sync.is_settled(unit.session(), actor(), key):
        abort(404)
    flash(_("Den er allerede klaret."), "info")
    abort(redirect(url_for(".needs_help")))


def _choose(key: uuid.UUID, verb: Callable[..., Receipt]) -> ResponseReturnValue:
    session = unit.session()
    people.hold(session, actor().person_id)  # a second press waits for what the first one does
    boxed = _boxed(key)
    stands = sync.stands_beside(session, actor(), boxed)
    if stands is None:
        return redirect(url_for(".help_with", key=key))
    try:
        receipt = verb(session, actor(), boxed, latest=_latest_shown(), now=now())
    except people.ShutOut:  # between the door and here
        return errors.page(403)
    except sync.ChangedMeanwhile:
        return _two_versions(boxed, stands, 409, _("Samtalen er rettet et andet sted imens. Se på de to udgaver igen."))
    except sync.NotAVersion:
        told = _("Den udgave, der kom bagefter, kan ikke stå, som den er. Flet dem selv, eller slet den.")
        return _two_versions(boxed, stands, 422, told)
    flash(_("Valgt. Den anden udgave kan stadig læses under tidligere udgaver."), "success")
    return redirect(url_for("conversations.talk", key=receipt.id))


def _latest_shown() -> uuid.UUID:
    """The revision that stood on the page when the person chose."""
    posted = request.form.get("latest", "")
    return uuid.UUID(posted) if usable_id(posted) else uuid.UUID(int=0)


def _two_versions(boxed: Boxed, stands: Conversation, status: int, told: str = "") -> ResponseReturnValue:
    view = shown(stands, beside=boxed.item_id)
    session = unit.session()
    rendered = render_template(
        "capture/two_versions.html",
        boxed=help_view(boxed),
        stands=view,
        latest=stands.id,
        compared=compare(session, actor(), stands, boxed.content),
        told=told,
    )
    return rendered, status


def _in_the_form(boxed: Boxed, stands: Conversation | None) -> ResponseReturnValue:
    view, written_in = help_view(boxed), _written_in(boxed.content)
    versions = _versions(written_in)
    asked = next((form for form in versions if str(form.id) == request.args.get("version")), None) or next(iter(versions), None)
    if view.is_withdrawal or asked is None:
        return render_template("capture/help_with.html", boxed=view, form=None)
    form = _filled(boxed, asked, written_in, stands)
    return page(form, 200, boxed=view, stands=stands, versions=versions if len(versions) > 1 and not stands else ())


def _filled(boxed: Boxed, asked: questions.Form, written_in: questions.Form | None, stands: Conversation | None) -> CaptureForm:
    homeless = homeless_words(boxed.content, asked, written_in)
    named = place_of(boxed.content)
    form = new_form(asked, stands_in=stands.unit_id if stands else None, homeless=len(homeless), named=named)
    with_item(form, boxed.content, homeless=homeless)
    for (label, text, _to), (said_under, words) in zip(form.to_place, homeless.values(), strict=True):
        label.data, text.data = said_under, words
    if stands:
        form.begin_edit(stands)
    form.boxed.data = str(boxed.key)
    return form


def _written_in(item: Any) -> questions.Form | None:
    named = item.get("question_set_version") if isinstance(item, dict) else None
    return version_of(named) if isinstance(named, str) else None


def _versions(written_in: questions.Form | None) -> list[questions.Form]:
    """Where an item can be put right: the version it was written in, then those that are asked now."""
    own = [written_in] if written_in and questions.may_answer(unit.session(), actor(), written_in) else []
    others = [form for form in asked_now() or asked_now(where_closed=True) if form.id not in {one.id for one in own}]
    return [*own, *(form for form in others if any(one.kind in TEXTUAL for one in form.content.questions))]
