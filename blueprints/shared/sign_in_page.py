"""The sign-in form as a page: `auth` shows it, and so does any page that words were posted to after a sign-in expired."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from . import sealed
from .forms import Form, Required, without_control_characters


class SignInForm(Form):
    email = StringField(
        _("E-mail"),
        validators=[
            Required(_("Skriv din e-mail.")),
            Length(max=254, message=_("E-mailen er for lang.")),
            without_control_characters,
        ],
    )
    password = PasswordField(
        _("Adgangskode"),
        validators=[Required(_("Skriv din adgangskode.")), Length(max=1000, message=_("Adgangskoden er for lang."))],
    )
    next = HiddenField()
    sealed = HiddenField()


def show(form: SignInForm, status: int) -> ResponseReturnValue:
    waits = bool(sealed.unseal(form.sealed.data or ""))
    return render_template("auth/sign_in.html", form=form, waits=waits, has_errors=bool(form.errors)), status


def ask_with(words: sealed.Sealed) -> ResponseReturnValue:
    """401 with the sign-in form, the posted words sealed inside it."""
    return show(SignInForm(formdata=None, sealed=sealed.seal(words)), 401)
