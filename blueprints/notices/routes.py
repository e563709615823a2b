"""*Påmindelser*: one's own choices, and a test that is really sent."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.shared import mails, unit
from blueprints.shared.door import actor, requires
from domain import notices
from domain.base import new_id, now
from domain.notices import ALL_MAIL, Kind
from domain.people import Permission

from . import delivering, keys
from .forms import WishesForm, wishes_form
from .words import kinds_of, outcome_of_test

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("/settings")
@requires(Permission.CHOOSE_OWN_NOTICES)
def settings() -> ResponseReturnValue:
    return _page(_form(None), 200)


def _page(form: WishesForm, status: int) -> ResponseReturnValue:
    session = unit.session()
    page = render_template(
        "notices/settings.html",
        form=form,
        browsers=notices.subscriptions_of(session, [actor().person_id]),
        key=key_or_none(),
        sets=actor().may(Permission.SET_NOTICES),
        person=actor().person_id,
        no_mail=mails.why_not() != "",
        less_mail=mails.stop_path(actor().person_id, ALL_MAIL),
        is_failing=notices.is_failing,
    )
    return page, status


@bp.post("/settings")
@requires(Permission.CHOOSE_OWN_NOTICES)
def choose() -> ResponseReturnValue:
    form = _form(request.form)
    if not form.is_offered():
        abort(422)  # only what the page offers can be chosen
    if not form.is_whole():
        return _page(form, 422)
    before = notices.wishes(unit.session(), actor())
    notices.choose(unit.session(), actor(), form.wishes(before))
    flash(_("Gemt."), "success")
    return redirect(url_for(".settings"))


@bp.post("/test")
@requires(Permission.CHOOSE_OWN_NOTICES)
def send_test() -> ResponseReturnValue:
    """A notice as any other, sent at once to one's own browsers; the next page says what came of it.

    Its transactions are its own: no writer waits while a push service answers."""
    about = f"test:{new_id()}"
    with unit.database().writing() as session:
        phones = len(notices.subscriptions_of(session, [actor().person_id]))
        notices.write(session, kind=Kind.TEST, to=[actor().person_id], about=about, path=url_for(".settings"), now=now())
        key = notices.key_of(session, actor(), kind=Kind.TEST, about=about)
    [end] = delivering.deliver_one(key) or ["later"]
    with unit.database().reading() as session:
        served = notices.served_by(session, actor(), notice_id=key)
    category, sentence = outcome_of_test(end, served, phones - served)
    flash(sentence, category)
    return redirect(url_for(".settings"))


def key_or_none() -> str | None:
    """None where push is off, or the instance folder takes no file: then nobody can be reminded by push."""
    if not current_app.config["PUSH_HOSTS"]:
        return None
    try:
        return keys.public_key(current_app.config["INSTANCE"])
    except OSError:
        return None


def _form(posted: object) -> WishesForm:
    session = unit.session()
    return wishes_form(posted, kinds_of(actor()), notices.wishes(session, actor()), notices.defaults(session))
