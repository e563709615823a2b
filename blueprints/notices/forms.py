"""The two forms of *Påmindelser*: one's own choices, and what holds for those who have not chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectField

from blueprints.shared.forms import Form
from domain.notices import Channel, Kind, Wishes

from .words import kind_name, way_name

#: The field of a person's own choice where they chose nothing.
AS_SET = ""
_HOURS = [(str(hour), f"{hour:02d}") for hour in range(24)]


class WishesForm(Form):
    """A field for each kind, made by `wishes_form`."""

    preferred = SelectField(lazy_gettext("Helst"))
    quiet_from = SelectField(lazy_gettext("Intet fra kl."))
    quiet_to = SelectField(lazy_gettext("Igen fra kl."))
    kinds: Sequence[Kind] = ()

    @property
    def fields_of_kinds(self) -> list[Any]:
        return [self[str(kind)] for kind in self.kinds]

    def is_offered(self) -> bool:
        """Whether all that was chosen stands on the page."""
        return all(field.data in {value for value, _label in field.choices} for field in self if isinstance(field, SelectField))

    def is_whole(self) -> bool:
        """Whether the quiet hours have both their ends, or none; else the empty one says what is missing."""
        empty = [field for field in (self.quiet_from, self.quiet_to) if not field.data]
        if len(empty) == 1:
            empty[0].errors = [_("Vælg også dette klokkeslæt, eller lad begge være tomme.")]
        return len(empty) != 1

    def wishes(self, before: Wishes) -> Wishes:
        """What was chosen. What the page does not ask for stays as it was."""
        chosen = {kind: Channel(self[str(kind)].data) for kind in self.kinds if self[str(kind)].data != AS_SET}
        others = {kind: way for kind, way in before.kinds.items() if kind not in self.kinds}
        hours = (self.quiet_from.data, self.quiet_to.data)
        quiet = (int(hours[0]), int(hours[1])) if all(hours) else None
        return Wishes({**others, **chosen}, Channel(self.preferred.data) if self.preferred.data else None, quiet)


class DefaultsForm(Form):
    kinds: Sequence[Kind] = ()

    @property
    def fields_of_kinds(self) -> list[Any]:
        return [self[str(kind)] for kind in self.kinds]

    def chosen(self) -> dict[Kind, Channel]:
        return {kind: Channel(self[str(kind)].data) for kind in self.kinds}


def wishes_form(posted: Any, kinds: Sequence[Kind], wishes: Wishes, defaults: Mapping[Kind, Channel]) -> WishesForm:
    fields = {str(kind): SelectField(kind_name(kind)) for kind in kinds}
    quiet = wishes.quiet or ("", "")
    chosen = {str(kind): wishes.kinds.get(kind, AS_SET) for kind in kinds}
    made = type("WishesForm", (WishesForm,), fields)
    form: WishesForm = made(
        posted, data={**chosen, "preferred": wishes.preferred or AS_SET, "quiet_from": str(quiet[0]), "quiet_to": str(quiet[1])}
    )
    form.kinds = kinds
    for kind in kinds:
        way = defaults[kind] if defaults[kind] is Channel.NONE else wishes.preferred or defaults[kind]
        as_set = (AS_SET, _("Som sat op: %(way)s", way=way_name(way)))
        form[str(kind)].choices = [as_set, *_ways()]
    form.preferred.choices = [(AS_SET, _("Som sat op")), *_ways()[:2]]
    form.quiet_from.choices = form.quiet_to.choices = [("", "–"), *_HOURS]
    return form


def defaults_form(posted: Any, kinds: Sequence[Kind], defaults: Mapping[Kind, Channel]) -> DefaultsForm:
    made = type("DefaultsForm", (DefaultsForm,), {str(kind): SelectField(kind_name(kind)) for kind in kinds})
    form: DefaultsForm = made(posted, data={str(kind): str(defaults[kind]) for kind in kinds})
    form.kinds = kinds
    for kind in kinds:
        form[str(kind)].choices = _ways()
    return form


def _ways() -> list[tuple[str, str]]:
    return [(str(way), way_name(way)) for way in Channel]
