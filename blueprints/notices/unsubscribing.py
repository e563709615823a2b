"""*Færre mails*: the link at the end of every mail. It needs no sign-in: its signature says whose mails it is about.

Scanners of mail follow every link, so looking at the page changes nothing. RFC 8058: a mailbox provider posts to the same address
by itself when its user presses *Afmeld*; it has no cookie and no CSRF token.
"""

import uuid

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, refresh
from wtforms import RadioField

from blueprints.shared import mails, unit
from blueprints.shared.door import public_by_signature
from blueprints.shared.forms import Form
from domain import notices, people
from domain.base import now
from domain.notices import ALL_MAIL, Kind

from .routes import bp
from .words import kind_name

#: What a mailbox provider posts.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


class WhichMails(Form):
    which = RadioField(lazy_gettext("Hvilke mails"))


@bp.get("/unsubscribe/<token>")
@public_by_signature
def less_mail(token: str) -> ResponseReturnValue:
    person_id, kind = _whose(token)
    return _page(token, person_id, kind)


@bp.post("/unsubscribe/<token>")
@public_by_signature
def stop_mail(token: str) -> ResponseReturnValue:
    """Stops mail of the kind, or all of it; with `again` it comes again. A mailbox provider is not sent on elsewhere."""
    person_id, kind = _whose(token)
    is_one_click = request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]
    again, which = request.form.get("again", ""), kind if is_one_click else request.form.get("which", "")
    if again in _stopped(person_id, kind):
        notices.begin_mail(unit.session(), person_id, again)
    elif which in (kind, ALL_MAIL):
        notices.stop_mail(unit.session(), person_id, which, now=now())
    elif not again:
        abort(422)
    return _page(token, person_id, kind) if is_one_click else redirect(url_for(".less_mail", token=token))


def _whose(token: str) -> tuple[uuid.UUID, str]:
    """Whose mails of which kind; 404 for what was not signed here, and for who is not here any more."""
    found = mails.read_stop_token(token)
    actor = people.actor_for(unit.session(), found[0]) if found else None
    if found is None or actor is None:
        abort(404)
    g.language = actor.language
    refresh()
    return found


def _page(token: str, person_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    form = WhichMails(formdata=None, which=kind)
    form.which.choices = [(one, _about(one)) for one in dict.fromkeys((kind, ALL_MAIL))]
    stopped = [(one, _about(one)) for one in sorted(_stopped(person_id, kind))]
    return render_template("notices/unsubscribe.html", form=form, stopped=stopped, here=url_for(".stop_mail", token=token))


def _stopped(person_id: uuid.UUID, kind: str) -> frozenset[str]:
    """Of what this address is about; the one for all mail is about each kind too."""
    found = notices.stopped_mail(unit.session(), person_id)
    return found if kind == ALL_MAIL else found & {kind, ALL_MAIL}


def _about(kind: str) -> str:
    return _("Alle mails fra Hørt") if kind == ALL_MAIL else kind_name(Kind(kind))
