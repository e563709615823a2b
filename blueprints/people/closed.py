"""*Lukkede perioder*: a leader says when the house is closed, an area leader when the area or one of its houses is."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField

from blueprints.shared import sealed, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.forms import Day, Form, Required, without_control_characters
from blueprints.shared.sign_in_page import ask_with
from domain import people
from domain.base import local, now
from domain.people import Level, Permission

from .routes import bp

CLOSING = "closing"
WRITTEN = ("unit", "first_on", "last_on", "note")
#: What is over stays on the page for so long.
SHOWN_AFTER = timedelta(weeks=8)


class ClosingForm(Form):
    """`owner`: whose form it is."""

    unit = SelectField(lazy_gettext("Sted"), validate_choice=False)
    first_on = Day(lazy_gettext("Første dag"), validators=[Required(lazy_gettext("Skriv den første dag."))])
    last_on = Day(lazy_gettext("Sidste dag"), validators=[Required(lazy_gettext("Skriv den sidste dag."))])
    note = StringField(lazy_gettext("Hvorfor, hvis det er godt at vide"), validators=[without_control_characters])
    owner = HiddenField()

    def is_fine(self) -> bool:
        """Whether it can be noted; else the fields say what is wrong."""
        self.validate()
        if self.unit.data not in dict(self.unit.choices or []):
            self.unit.errors = [_("Vælg et sted.")]
        if not self.first_on.errors and not self.last_on.errors:
            self.last_on.errors = self._of_the_days()
        over = len(" ".join((self.note.data or "").split())) - people.MOST_NOTE_CHARACTERS
        if over > 0:
            self.note.errors = [ngettext("Teksten er %(num)d tegn for lang.", "Teksten er %(num)d tegn for lang.", over)]
        return not self.errors

    def _of_the_days(self) -> list[str]:
        found = people.problem_of_days(self.first_on.data, self.last_on.data, today=local(now()).date())
        said = {
            "ends_before_it_begins": _("Den sidste dag ligger før den første."),
            "too_long": _("En periode kan højst vare et år."),
            "far_away": _("Perioden ligger for langt væk. Se på årstallet."),
        }
        return [said[found]] if found else []


@bp.get("/closed")
@requires(Permission.CLOSE_PLACES)
def closed() -> ResponseReturnValue:
    return _page(_form(), 200)


@bp.post("/closed")
@requires(Permission.CLOSE_PLACES, own_answer=True)
def close() -> ResponseReturnValue:
    """With every error what was written is given back."""
    if not current_user.is_authenticated:
        return ask_with(sealed.of_request(CLOSING, WRITTEN))
    form = _form(request.form)
    if sealed.owner_of(request.form.get("owner", "")) not in (None, actor().person_id):
        form.form_errors.append(_("Formularen blev åbnet af en anden. Tryk Gem igen, hvis det er dig."))
        return _page(form, 422)
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        form.form_errors.append(_("Siden har været åben længe. Det, du skrev, er her stadig; tryk Gem igen."))
        return _page(form, 419)
    if not form.is_fine():
        return _page(form, 422)
    days = {"first_on": form.first_on.data, "last_on": form.last_on.data}
    people.close_unit(unit.session(), actor(), unit_id=uuid.UUID(form.unit.data), note=form.note.data or "", now=now(), **days)
    flash(_("Perioden er gemt."), "success")
    return redirect(url_for(".closed"))


@bp.post("/closed/<uuid:period_id>/removal")
@requires(Permission.CLOSE_PLACES)
def remove_closing(period_id: uuid.UUID) -> ResponseReturnValue:
    if not people.remove_closing(unit.session(), actor(), period_id=period_id, now=now()):
        abort(404)
    return redirect(url_for(".closed", removed=period_id))


@bp.post("/closed/<uuid:period_id>/removal/undo")
@requires(Permission.CLOSE_PLACES)
def restore_closing(period_id: uuid.UUID) -> ResponseReturnValue:
    if not people.restore_closing(unit.session(), actor(), period_id=period_id, now=now()):
        abort(404)
    flash(_("Perioden står her igen."), "success")
    return redirect(url_for(".closed"))


def _form(posted: Mapping[str, str] | None = None) -> ClosingForm:
    """Each has a place of their own to begin with; who has only one is not asked."""
    form = ClosingForm(MultiDict(dict(posted)) if posted is not None else None)
    places = people.closable(unit.session(), actor())
    form.unit.choices = [
        (str(one.id), one.name if one.level == Level.INSTITUTION else _("Hele %(place)s", place=one.name)) for one in places
    ]
    form.owner.data = sealed.owner_mark(actor().person_id)
    return form


def _page(form: ClosingForm, status: int, *, resumed: bool = False) -> ResponseReturnValue:
    today = local(now()).date()
    found = people.closings(unit.session(), actor(), since=today - SHOWN_AFTER)
    text = render_template(
        "people/closed.html",
        form=form,
        coming=[one for one in found if one.last_on >= today],
        over=[one for one in found if one.last_on < today],
        removed=_removed(),
        has_errors=bool(form.errors),
        resumed=resumed,
    )
    return text, status


def _removed() -> uuid.UUID | None:
    """The period that was just taken away, so that it can be undone."""
    try:
        key = uuid.UUID(request.args.get("removed", ""))
    except ValueError:
        return None
    return key if people.is_removed(unit.session(), actor(), key) else None


def _resume(waiting: sealed.Sealed) -> ResponseReturnValue:
    """Shown by the answer to the sign-in itself."""
    if not actor().may(Permission.CLOSE_PLACES):
        abort(404)
    return _page(_form(dict(waiting.fields)), 200, resumed=True)


sealed.can_resume(CLOSING, _resume)
