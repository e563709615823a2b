"""The sign-in form."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from blueprints.shared.forms import Form, Required, without_control_characters


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
