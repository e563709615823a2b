"""Sign-in by e-mail and password. The same words for every failure; a fresh cookie for every sign-in. And in which language."""

from dataclasses import replace

from flask import Blueprint, abort, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError

from blueprints.shared import language, sealed, unit
from blueprints.shared.application import User
from blueprints.shared.door import actor_or_none, public, public_with_words
from blueprints.shared.redirects import local_path
from blueprints.shared.sign_in_page import SignInForm, show
from domain import people
from domain.base import now

bp = Blueprint("auth", __name__, url_prefix="/auth")


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")))
    return show(SignInForm(formdata=None, next=request.args.get("next", "")), 200)


@bp.post("/sign-in")
@public_with_words
def begin_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        form.form_errors.append(_("Siden har været åben længe. Prøv igen."))
        return show(form, 419)
    if not form.validate_on_submit():
        return show(form, 422)
    try:
        signed_in = people.sign_in(
            unit.database(),
            email=form.email.data,
            password=form.password.data,
            address=request.remote_addr or "",
            user_agent=request.user_agent.string,
            now=now(),
            limits=current_app.config["LIMITS"],
        )
    except people.WrongSignIn:
        form.password.errors = [_("E-mail eller adgangskode passer ikke.")]
        return show(form, 401)
    except people.TooManyTries as tries:
        form.password.errors = [_("For mange forsøg. Vent en time, og prøv igen, eller spørg din administrator.")]
        answer = make_response(show(form, 429))
        answer.headers["Retry-After"] = str(tries.retry_after_s)
        return answer
    return _enter(form, signed_in)


def _enter(form: SignInForm, signed_in: people.SignedIn) -> ResponseReturnValue:
    """Begins the person's session; words that waited sealed are shown again to the one who wrote them, and to nobody else."""
    waiting = sealed.unseal(form.sealed.data or "")
    if waiting and waiting.owner not in (None, signed_in.actor.person_id):
        _end(signed_in.actor)
        form.email.errors = [_("Teksten, der venter, er skrevet af en anden. Log ind som den, der skrev den.")]
        return show(form, 409)
    before = actor_or_none()
    if before:
        _end(before)
    actor = _speaking_as_chosen(signed_in.actor)
    session.clear()  # nothing of the anonymous session, its CSRF secret included, lives on
    session.permanent = True
    login_user(User(signed_in.token, actor))
    language.show_in(actor.language)
    if waiting:
        return sealed.resume(waiting)
    return redirect(local_path(form.next.data))


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    actor = actor_or_none()
    if actor:
        _end(actor)
    logout_user()
    session.clear()
    return redirect(url_for("auth.sign_in", signed_out=1))  # modules/signed-out.js locks the phone then


@bp.post("/language")
@public_with_words
def choose_language() -> ResponseReturnValue:
    """`next` is the page to return to. Words that wait sealed on the sign-in page stay there, whatever is answered."""
    chosen, waits = request.form.get("language", ""), bool(sealed.unseal(request.form.get("sealed", "")))
    form = SignInForm(formdata=None, sealed=request.form.get("sealed", ""))
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        if not waits:
            raise
        form.form_errors.append(_("Siden har været åben længe. Prøv igen."))
        return show(form, 419)
    if chosen not in language.LANGUAGES:
        if not waits:
            abort(422)
        form.form_errors.append(_("Det sprog har Hørt ikke."))
        return show(form, 422)
    actor = actor_or_none()
    if actor:
        people.choose_language(unit.session(), actor, language=chosen)
        language.show_in(chosen)
    else:
        language.choose_for_visitor(chosen)
    return show(form, 200) if waits else redirect(local_path(request.form.get("next")))


def _speaking_as_chosen(actor: people.Actor) -> people.Actor:
    """A language chosen on the way in is the person's own from now on."""
    chosen = language.chosen_before_sign_in()
    if chosen is None or chosen == actor.language:
        return actor
    with unit.database().writing() as writing:
        people.choose_language(writing, actor, language=chosen)
    return replace(actor, language=chosen)


def _end(actor: people.Actor) -> None:
    """In a transaction of its own: it holds also when the answer is an error."""
    if actor.sign_in_id:
        with unit.database().writing() as writing:
            people.end_sign_in(writing, actor, sign_in_id=actor.sign_in_id, now=now())
