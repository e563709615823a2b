"""The form of a headline that a person writes."""

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from wtforms import HiddenField, StringField

from blueprints.shared import sealed
from blueprints.shared.door import actor
from blueprints.shared.forms import Form, without_control_characters
from domain import digests


class HeadlineForm(Form):
    """`owner`: whose form it is."""

    text = StringField(_("Overskrift"), validators=[without_control_characters])
    owner = HiddenField()

    def is_fine(self) -> bool:
        over = len(" ".join((self.text.data or "").split())) - digests.MOST_CHARACTERS
        if self.validate() and over > 0:
            self.text.errors = [
                ngettext("Overskriften er %(num)d tegn for lang.", "Overskriften er %(num)d tegn for lang.", over)
            ]
        return not self.text.errors


def headline_form(text: str) -> HeadlineForm:
    form = HeadlineForm(formdata=None)
    form.text.data = text
    form.owner.data = sealed.owner_mark(actor().person_id)
    return form
