"""What the forms of all blueprints share."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, ValidationError
from wtforms.validators import InputRequired

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Form(FlaskForm):
    """CSRF is checked once for all in `shared.application`; the token is in every form all the same."""

    class Meta(FlaskForm.Meta):
        csrf = False


class Required(InputRequired):
    """Says what is missing in the form's own words."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _("Udfyld feltet."))


def without_control_characters(_form: Any, field: Any) -> None:
    """One-line fields: a NUL or an escape in an e-mail is a slip of the keyboard or mischief."""
    if field.data and _CONTROL.search(field.data):
        raise ValidationError(_("Der er et tegn i feltet, som vi ikke kan læse."))


class Day(DateField):
    """A date as the browser's own picker sends it; what cannot be read gets Danish words instead of the library's."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Skriv dagen som år-måned-dag, for eksempel 2026-11-18.")) from error
