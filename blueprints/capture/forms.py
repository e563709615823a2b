"""The form after the talk, made for one version of a question set. The same form corrects a talk."""

import json
import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, Optional, Regexp, ValidationError

from blueprints.shared import words
from blueprints.shared.forms import Day, Form
from blueprints.shared.language import days_between, pick
from domain import questions
from domain.base import EARLIEST_YEAR, ZONE, local, new_id, now, tidy
from domain.conversations import FACES, Conversation, Problem, QuoteScope
from domain.people import Unit
from domain.questions import Kind, Question
from domain.themes import Theme, Tone

from .marks import Carried, carried

NEUTRAL = "neutral"


class CaptureForm(Form):
    """The fields every version has. `item` is the talk's id, made when the form was opened.

    An edit names what it `replaces` and carries the marks that the form cannot show; `boxed` is the item in *Har brug for dig*
    that this form puts right.
    """

    item = HiddenField()
    version = HiddenField()
    opened_at = HiddenField()
    owner = HiddenField()
    replaces = HiddenField()
    revision = HiddenField()
    marks_before = HiddenField()
    boxed = HiddenField()
    #: That the spoken promise was given: for whoever writes, and stored nowhere.
    promised = BooleanField(lazy_gettext("Jeg har sagt det"))
    asked: questions.Form
    #: How many pieces of words the person is to place: those of questions that this version does not ask.
    homeless = 0

    @property
    def to_place(self) -> list[tuple[Any, Any, Any]]:
        """(label, words, where to) of each of them."""
        numbers = range(1, self.homeless + 1)
        return [(self[f"homeless_label_{n}"], self[f"homeless_text_{n}"], self[f"homeless_to_{n}"]) for n in numbers]

    @property
    def is_edit(self) -> bool:
        return usable_id(self.replaces.data)

    def begin_anew(self) -> None:
        """Another id, and no talk that it replaces."""
        self.item.data = str(new_id())
        self.replaces.data = self.revision.data = ""

    def begin_edit(self, row: Conversation) -> None:
        """Another id, as the next revision after this one."""
        self.item.data = str(new_id())
        self.replaces.data, self.revision.data = str(row.id), str(row.revision + 1)

    def ask_for_place(self) -> None:
        """Where the talk's place is none of those offered: a browser would take the first."""
        if self.unit.data not in {choice.value for choice in self.unit.choices}:
            self.unit.choices.insert(0, SelectChoice("", _("Vælg sted")))
            self.unit.data = ""

    def item_json(self) -> dict[str, Any]:
        """The talk as `sync.accept` takes it: the same object that a phone would send."""
        about = {fact.field: _as_list(self[f"about_{fact.field}"].data) for fact in self.asked.content.about}
        chosen = list(self.themes.data or [])
        return {
            "id": self.item.data,
            "kind": "conversation",
            "revision": int(self.revision.data) if self.is_edit and _is_number(self.revision.data) else 1,
            "replaces": self.replaces.data if self.is_edit else None,
            "unit": self.unit.data,
            "question_set_version": str(self.asked.id),
            "held_at": self._held_at().isoformat(),
            "answers": self._answers(),
            "about": {field: codes for field, codes in about.items() if codes},
            "quote_scope": self.quote_scope.data if self.quote_scope.data not in (None, "", "None") else None,
            "themes": {"confirmed": chosen, "rejected": self._rejected(chosen), "tones": self._tones(chosen)},
        }

    def _tones(self, chosen: Sequence[str]) -> dict[str, str]:
        """One tone for all chosen themes; where none is picked here, each keeps the one it had."""
        if self.tone.data in set(Tone):
            return dict.fromkeys(chosen, self.tone.data)
        before = {} if self.tone.data == NEUTRAL else self._before().tones
        return {theme: tone for theme, tone in before.items() if theme in chosen}

    def _rejected(self, chosen: Sequence[str]) -> list[str]:
        """Those of this codebook: nobody sees them here, so nobody could take others out."""
        known = {choice.value for choice in self.themes.choices}
        return [theme for theme in self._before().rejected if theme in known and theme not in chosen]

    def _before(self) -> Carried:
        try:
            return carried(json.loads(self.marks_before.data or "{}"))
        except (ValueError, RecursionError):
            return carried({})

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Puts what `accept` found at the fields it belongs to."""
        for problem in problems:
            field = self._field_of(problem.field)
            over = len(tidy(field.data or "")) - questions.MOST_CHARACTERS if problem.code == "too_long" and field else 0
            message = words.problem(problem.code, over=over)
            if field is None:
                self.form_errors.append(message)
            else:
                field.errors = [*field.errors, message]

    def _field_of(self, name: str) -> Any:
        area, _dot, rest = name.partition(".")
        if area == "answers" and rest:
            keys = [str(question.id) for question in self.asked.content.questions]
            return self[f"answer_{keys.index(rest) + 1}"] if rest in keys else None
        if area == "about":
            return self._fields.get(f"about_{rest}")
        return {"answers": self.answer_1, "unit": self.unit, "themes": self.themes, "quote_scope": self.quote_scope}.get(area)

    def _answers(self) -> list[dict[str, Any]]:
        return [
            {"question": str(question.id), **said}
            for place, question in enumerate(self.asked.content.questions, start=1)
            if (said := _said(question, self._with_placed(place)))
        ]

    def _with_placed(self, place: int) -> Any:
        """What was answered, with the words that the person placed there."""
        placed = [text.data for _label, text, to in self.to_place if to.data == str(place)]
        written = self[f"answer_{place}"].data
        return "\n\n".join(part for part in (written, *placed) if part) if placed else written

    def _held_at(self) -> datetime:
        opened = local(datetime.fromisoformat(self.opened_at.data))
        if self.held_on.data in (None, opened.date()):
            return opened
        return datetime.combine(self.held_on.data, time(12), ZONE)

    def validate_tone(self, field: RadioField) -> None:
        if field.data in set(Tone) and not self.themes.data:
            raise ValidationError(_("Vælg også det tema, det gælder."))

    def validate_unit(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(words.problem("unknown_unit"))

    def validate_held_on(self, field: Day) -> None:
        if field.data and field.data.year < EARLIEST_YEAR:
            raise ValidationError(_("Den dag ligger for langt tilbage. Vælg den dag, I talte sammen."))
        if field.data and field.data > local(now()).date():
            raise ValidationError(_("Dagen ligger ude i fremtiden. Vælg den dag, I talte sammen."))


def form_class(
    asked: questions.Form, *, units: Sequence[Unit], themes: Sequence[Theme], today: date, homeless: int = 0
) -> type[CaptureForm]:
    """The form's class for one version: as many fields as it has questions and coarse facts, and words to place."""
    content = asked.content
    fields: dict[str, Any] = {"asked": asked, "homeless": homeless}
    for place, question in enumerate(content.questions, start=1):
        fields[f"answer_{place}"] = _field(question)
    for number in range(1, homeless + 1):
        fields |= _placing(content, number)
    fields["unit"] = SelectField(
        _("Hvor talte I sammen?"),
        choices=[SelectChoice(str(unit.id), _place_name(unit, today)) for unit in units],
        validate_choice=False,  # accept() judges it, by what the person may
        default=str(units[0].id) if units else "",
    )
    fields["held_on"] = Day(_("Hvornår talte I sammen?"), default=today, validators=[Optional()])
    for fact in content.about:
        fields[f"about_{fact.field}"] = SelectMultipleField(
            pick(fact.label),
            choices=[SelectChoice(choice.code, pick(choice.text)) for choice in fact.choices],
            validate_choice=False,
        )
    fields["themes"] = SelectMultipleField(
        _("Hvad handlede det om?"),
        choices=[SelectChoice(str(theme.id), pick(theme.name)) for theme in themes],
        validate_choice=False,
    )
    fields["tone"] = RadioField(
        _("Var det bøvl eller ros?"),
        choices=[
            SelectChoice(Tone.TROUBLE, _("Bøvl")),
            SelectChoice(Tone.PRAISE, _("Ros")),
            SelectChoice(NEUTRAL, _("Midt imellem")),
        ],
        validate_choice=False,
    )
    fields["quote_scope"] = RadioField(
        _("Må vi citere dig uden navn?"),
        choices=[SelectChoice(QuoteScope.AREA, _("Ja, I må citere")), SelectChoice(QuoteScope.NONE, _("Nej, citér ikke"))],
        validate_choice=False,
    )
    return type("VersionForm", (CaptureForm,), fields)


def _place_name(unit: Unit, today: date) -> str:
    if unit.closed_on and unit.closed_on <= today:
        return _("%(place)s (lukket fra %(day)s)", place=unit.name, day=days_between(unit.closed_on, unit.closed_on))
    return unit.name


def _placing(content: questions.Content, number: int) -> dict[str, Field]:
    """The fields of words whose question is not asked here: kept as they were, until the person says where they go."""
    textual = [(place, one) for place, one in enumerate(content.questions, start=1) if one.kind in questions.TEXTUAL]
    to = SelectField(
        _("Hvor skal ordene stå?"),
        choices=[SelectChoice("", _("Vælg")), *(SelectChoice(str(place), pick(one.label)) for place, one in textual)],
        validate_choice=False,
        validators=[AnyOf([str(place) for place, _one in textual], message=_("Vælg, hvor ordene skal stå."))],
    )
    parts = {"label": HiddenField(), "text": HiddenField(), "to": to}
    return {f"homeless_{part}_{number}": field for part, field in parts.items()}


def _field(question: Question) -> Field:
    """The field that a kind of question is answered in."""
    said = {"label": pick(question.label), "description": pick(question.help)}
    chosen = [SelectChoice(choice.code, pick(choice.text)) for choice in question.choices]
    match question.kind:
        case Kind.ONE_CHOICE:
            return RadioField(**said, choices=chosen, validate_choice=False)
        case Kind.SEVERAL_CHOICES:
            return SelectMultipleField(**said, choices=chosen, validate_choice=False)
        case Kind.FIVE_FACES:
            faces = [SelectChoice(str(number), words.face(number)) for number in FACES]
            return RadioField(**said, choices=faces, validate_choice=False)
        case Kind.NUMBER:
            return StringField(**said, validators=[Optional(), Regexp(r"\s*-?\d{1,9}\s*", message=_("Skriv et helt tal."))])
        case Kind.SHORT_TEXT:
            return StringField(**said)
        case _:
            return TextAreaField(**said)


def _said(question: Question, data: Any) -> dict[str, Any]:
    """What the field holds, in the member that belongs to the kind of question; empty when it holds nothing."""
    match question.kind:
        case Kind.ONE_CHOICE:
            return {"choice": data} if data and data != "None" else {}
        case Kind.SEVERAL_CHOICES:
            return {"choices": _as_list(data)} if data else {}
        case Kind.FIVE_FACES | Kind.NUMBER:
            number = tidy(str(data or ""))
            return {"number": int(number)} if re.fullmatch(r"-?\d{1,9}", number) else {}
        case _:
            text = tidy(data or "")
            return {"text": text} if text else {}


def _is_number(text: str | None) -> bool:
    """Whether a hidden field still holds a number that is one of ours: Python reads none of thousands of digits."""
    return bool(text) and str(text).isdecimal() and len(str(text)) < 10


def usable_id(text: str | None) -> bool:
    try:
        return bool(text) and str(uuid.UUID(text)) == text
    except ValueError:
        return False


def usable_moment(text: str | None) -> bool:
    """Whether a hidden field still holds the aware moment it was given: one that a calendar knows, and not to come."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return False
    return moment.tzinfo is not None and moment.year >= EARLIEST_YEAR and moment <= now()


def _as_list(value: Any) -> list[str]:
    return [str(one) for one in value or []]
