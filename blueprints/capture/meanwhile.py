"""A form about something that changed elsewhere while it was open: what was typed is shown again, and how it can be saved."""

import uuid

from flask_babel import gettext as _

from blueprints.shared import unit
from blueprints.shared.door import actor
from domain import conversations, people, sync
from domain.conversations import Conversation

from .forms import CaptureForm, usable_id


def is_settled(form: CaptureForm) -> bool:
    """Whether what the form puts right was settled meanwhile, in another tab or by the phone. The same form sent twice, whose
    words are stored, is no such thing: it is answered as the first time."""
    if not usable_id(form.boxed.data):
        return False
    people.hold(unit.session(), actor().person_id)  # a second press waits for what the first one does
    if not sync.is_settled(unit.session(), actor(), uuid.UUID(form.boxed.data)):
        return False
    return conversations.find(unit.session(), actor(), uuid.UUID(form.item.data)) is None


def go_on_without(form: CaptureForm) -> Conversation | None:
    """The item is settled, the words are not lost: saved again they are a correction, or a talk of their own."""
    latest = go_on(form)
    form.boxed.data = ""
    form.form_errors.append(
        _("Den er allerede klaret. Det, du skrev, er her. Tryk Gem igen, hvis din udgave skal gælde.")
        if latest
        else _("Den er allerede klaret. Det, du skrev, er her. Tryk Gem igen for at gemme det som en ny samtale.")
    )
    return latest


def go_on(form: CaptureForm) -> Conversation | None:
    """The form becomes a correction of the talk as it stands now, which is returned; where none stands, a new talk."""
    latest = conversations.find(unit.session(), actor(), uuid.UUID(form.replaces.data)) if form.is_edit else None
    if latest is None:
        form.begin_anew()
    else:
        form.begin_edit(latest)
    return latest
