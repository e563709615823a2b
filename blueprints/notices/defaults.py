"""*Påmindelser for alle*: administrators say by which way each kind goes to those who have not chosen."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from domain import notices
from domain.people import Permission

from .forms import DefaultsForm, defaults_form
from .routes import bp
from .words import ORDER


@bp.get("/defaults")
@requires(Permission.SET_NOTICES)
def show_defaults() -> ResponseReturnValue:
    return render_template("notices/defaults.html", form=_form(None))


@bp.post("/defaults")
@requires(Permission.SET_NOTICES)
def set_defaults() -> ResponseReturnValue:
    form = _form(request.form)
    if not form.validate():
        abort(422)
    notices.set_defaults(unit.session(), actor(), form.chosen())
    flash(_("Gemt."), "success")
    return redirect(url_for(".show_defaults"))


def _form(posted: object) -> DefaultsForm:
    return defaults_form(posted, ORDER, notices.defaults(unit.session()))
