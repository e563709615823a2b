"""The editor: one form that every deed posts whole, so that it works without JavaScript and nothing typed is left behind."""

import uuid
from collections.abc import Iterable
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict

from blueprints.shared import headers, sealed, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.sign_in_page import ask_with
from blueprints.shared.words import kind_name
from domain import people, questions
from domain.base import now
from domain.people import Permission
from domain.questions import Draft, Sketch

from . import clashes
from .deeds import Done, done
from .form import Posted, read
from .page import editor_of, lang_of, problems_of
from .routes import bp
from .words import helper_name, power_question

DRAFT = "draft of questions"
#: What belongs to one showing of the form, and is made anew by the next.
PASSING = frozenset({"csrf_token", "owner", "do", "shown"})
#: What tells a form whose answer was lost; laid into another draft it is a form of its own.
OF_THE_FORM = frozenset({"form", "nth"})


@bp.get("/<uuid:set_id>/draft")
@requires(Permission.EDIT_QUESTIONS)
def draft(set_id: uuid.UUID) -> ResponseReturnValue:
    """`unready`: with what is in the way of publishing it, where a link leads here from the other language."""
    asked, found = request.args, _draft(set_id)
    passing: dict[str, Any] = {
        "at": asked.get("at", ""),
        "undo": asked.get("undo", ""),
        "told": _stayed() if "stayed" in asked else "",
    }
    return _page(found, found=problems_of(found) if "unready" in asked else (), **passing)


@bp.post("/<uuid:set_id>/draft")
@requires(Permission.EDIT_QUESTIONS, own_answer=True)
def save_draft(set_id: uuid.UUID) -> ResponseReturnValue:
    """Saves, and does what the pressed button says. With every error the words are given back."""
    refused = _refused(set_id)
    if refused is not None:
        return refused
    found = _stored(set_id)
    if not isinstance(found, Done):
        return found
    passing: dict[str, Any] = {"at": found.at or None, "undo": found.undo or None, "stayed": 1 if found.draft.kept else None}
    return redirect(url_for(".draft", set_id=set_id, lang=found.lang, **passing, _anchor=found.at))


@bp.post("/<uuid:set_id>/draft/publication")
@requires(Permission.EDIT_QUESTIONS, own_answer=True)
def publish_draft(set_id: uuid.UUID) -> ResponseReturnValue:
    """Saves what the form holds and publishes it; not when somebody else saved since it was shown: that is to be seen first."""
    refused = _refused(set_id)
    if refused is not None:
        return refused
    session, seen = unit.session(), _number(request.form.get("seen"))
    latest = _latest(set_id)
    found = _stored(set_id)
    if not isinstance(found, Done):
        return found
    newest = _number(request.form["newest"]) if "newest" in request.form else None
    try:
        if latest and latest.revision != seen and latest.saved_by_id != actor().person_id:
            raise questions.Outdated
        sent = questions.publish_draft(session, actor(), set_id, seen=found.draft.revision, newest=newest, now=now())
    except questions.Outdated:
        session.commit()  # what was typed is kept all the same, here and below
        return _page(found.draft, 409, told=_("Kladden er ændret imens. Se den igennem, og udgiv igen."))
    except questions.Unready as error:
        session.commit()
        return _page(found.draft, 422, found=tuple(error.problems), lang=lang_of(error.problems[0]))
    flash(_("Version %(number)d er udgivet.", number=sent.version.number), "success")
    return redirect(url_for(".version", version_id=sent.version.id))


@bp.get("/<uuid:set_id>/draft/phone")
@requires(Permission.EDIT_QUESTIONS)
def phone(set_id: uuid.UUID) -> ResponseReturnValue:
    """The draft as a phone shows it, drawn by the phone's own modules; it keeps nothing and sends nothing."""
    editor = editor_of(_draft(set_id), lang=_lang(request.args))
    headers.otherwise(headers.IN_FRAME)
    return render_template("questions/phone.html", editor=editor, asked=editor.asked())


def _stayed() -> str:
    return _("Noget, du fjernede, er her igen: en anden rettede i det imens.")


def _draft(set_id: uuid.UUID) -> Draft:
    return _latest(set_id) or abort(404)


def _latest(set_id: uuid.UUID) -> Draft | None:
    """None where it was published or set aside."""
    try:
        return questions.draft_of(unit.session(), actor(), set_id)
    except questions.NotTheirs:
        abort(404)


def _page(shown: Draft, status: int = 200, *, sketch: Sketch | None = None, **more: Any) -> ResponseReturnValue:
    editor = editor_of(shown, sketch, **({"lang": _lang(request.form or request.args)} | more))
    headers.otherwise(headers.SHOWS_FRAME)
    text = render_template(
        "questions/draft.html",
        editor=editor,
        owner=sealed.owner_mark(actor().person_id),
        has_errors=bool(editor.found),
        kinds=list(questions.Kind),
        kind_name=kind_name,
        helpers=[(one, helper_name(one)) for one in questions.Helper],
        powers=[(one, power_question(one)) for one in questions.Power],
        choosing=questions.CHOOSING,
        usual=questions.USUAL_QUESTIONS,
        most_facts=questions.MOST_FACTS,
    )
    return text, status


def _refused(set_id: uuid.UUID) -> ResponseReturnValue | None:
    """Nothing can be done in this person's name yet; the words are given back."""
    if not current_user.is_authenticated:
        fields = [("set", str(set_id)), *_pairs(request.form)]
        return ask_with(sealed.Sealed(DRAFT, sealed.owner_of(request.form.get("owner", "")), fields))
    if sealed.owner_of(request.form.get("owner", "")) not in (None, actor().person_id):
        return _given_back(set_id, request.form, 422, _("Kladden blev åbnet af en anden. Tryk Gem, hvis det er dine rettelser."))
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        return _given_back(set_id, request.form, 419, _("Siden har været åben længe. Dine rettelser er her stadig; tryk Gem."))
    return None


def _stored(set_id: uuid.UUID) -> Done | ResponseReturnValue:
    """The form as a new revision, and the deed of its button; else the page that says what is in the way."""
    session, form = unit.session(), request.form
    try:
        return done(session, actor(), set_id, form)
    except questions.NotTheirs:
        abort(404)
    except questions.Clashing as error:
        base = questions.revision(session, actor(), set_id, _number(form.get("seen"))) or Sketch()
        mine = read(form, base)
        return render_template(
            "questions/clash.html",
            found=clashes.views(error, mine),
            name=people.names_by_id(session, [error.by])[error.by] if error.by != actor().person_id else "",
            pairs=[*_pairs(form), *([("do", "anew")] if form.get("do") == "anew" else [])],
            shown=error.theirs.revision,
            here=request.path,
            csrf_owner=sealed.owner_mark(actor().person_id),
        ), 409
    except (questions.NoDraft, questions.Outdated):
        return _gone(set_id, form)


def _gone(set_id: uuid.UUID, form: Posted) -> ResponseReturnValue:
    """What was typed, and a way to lay it into a draft."""
    pairs = [(name, text) for name, text in _pairs(form) if name not in OF_THE_FORM]
    return render_template("questions/gone.html", pairs=pairs, set_id=set_id, written=_written(form)), 409


def _given_back(set_id: uuid.UUID, form: Posted, status: int, told: str) -> ResponseReturnValue:
    """The editor with what was posted, which is not stored."""
    session, seen = unit.session(), _number(form.get("seen"))
    found = _latest(set_id)
    if found is None:
        return _gone(set_id, form)
    base = questions.revision(session, actor(), set_id, seen) or found.sketch
    # Saving goes on from the revision that they were written in.
    at_seen = Draft(found.question_set, seen or found.revision, found.begun_from, base, found.saved_by_id, found.saved_at)
    sent = questions.opened(form.get("form", ""), _number(form.get("nth")))
    more = {"form": sent.key, "nth": sent.nth} if sent else {}
    return _page(at_seen, status, sketch=read(form, base), told=told, kept=False, lang=_lang(form), **more)


def _pairs(form: Posted) -> list[tuple[str, str]]:
    return [(name, text) for name, text in form.items(multi=True) if name not in PASSING and not name.startswith("choose ")]


def _written(form: Posted) -> list[str]:
    return [text for name, text in form.items(multi=True) if name.endswith((".da", ".en")) and text.strip()]


def _lang(found: Iterable[str] | Posted) -> str:
    return "en" if isinstance(found, MultiDict) and found.get("lang") == "en" else "da"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _resume(waiting: sealed.Sealed) -> ResponseReturnValue:
    """Shown by the answer to the sign-in itself."""
    if not actor().may(Permission.EDIT_QUESTIONS):
        abort(404)
    form = MultiDict(waiting.fields)
    return _given_back(uuid.UUID(form["set"]), form, 200, _("Du er logget ind igen. Dine rettelser er her; tryk Gem."))


sealed.can_resume(DRAFT, _resume)
