"""The editor as its template draws it: a draft beside the version in use, and what publishing will do."""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints.shared import language, unit
from blueprints.shared.asked import as_asked
from blueprints.shared.door import actor
from blueprints.shared.language import SOURCE
from domain import conversations, people, questions
from domain.base import can_be_seen, markdown_to_html, now
from domain.questions import Change, Draft, Problem, Published, Question, Sketch, SketchQuestion, TalkType

from . import words

#: Whoever else saved so short a while ago is named.
RECENT_S = 15 * 60


@dataclass(frozen=True)
class QuestionView:
    """before: how it read when it was asked last, where it reads otherwise now."""

    question: SketchQuestion
    pill: tuple[str, str]
    before: str
    asks_same: bool
    is_other_kind: bool


@dataclass
class Editor:
    """`sketch`: what is shown; what was posted and is not stored yet, or the draft's. lang: of the texts that are edited."""

    draft: Draft
    sketch: Sketch
    lang: str = "da"
    in_use: Published | None = None
    before: Mapping[uuid.UUID, Question] = field(default_factory=dict)
    found: tuple[Problem, ...] = ()  # what was in the way when it was to be published
    told: str = ""  # what happened, where it is not stored
    at: str = ""  # id of what takes the focus
    undo: str = ""
    kept: bool = True  # whether `sketch` is stored
    form: str = field(default_factory=lambda: secrets.token_hex(8))  # what this opening of it is known by (questions.Opened)
    nth: int = 0  # how often it was sent

    @property
    def set_id(self) -> uuid.UUID:
        return self.draft.question_set.id

    @property
    def title(self) -> str:
        return language.pick(self.sketch.title).strip() or _("Spørgsmål uden titel")

    @property
    def number(self) -> int:
        """Of the version that this becomes."""
        return (self.in_use.form.number if self.in_use else 0) + 1

    @cached_property
    def count(self) -> int:
        """Talks noted in the version in use."""
        if self.in_use is None:
            return 0
        return conversations.count_by_version(unit.session(), actor()).get(self.in_use.form.id, 0)

    @cached_property
    def missing(self) -> list[str]:
        return questions.missing_english(self.sketch)

    @cached_property
    def problems(self) -> dict[str, str]:
        """By the id of the field that each is of."""
        return {_field(one, self.sketch): words.problem(one, self.sketch) for one in self.found}

    @cached_property
    def ways(self) -> list[tuple[str, str]]:
        """To each field that a problem is of, with what it says: here, or in the other language, which is opened there."""
        return [(self._way(_field(one, self.sketch), lang_of(one)), words.problem(one, self.sketch)) for one in self.found]

    def _way(self, path: str, lang: str) -> str:
        if lang == self.lang:
            return f"#{path}"
        return url_for("questions.draft", set_id=self.set_id, lang=lang, unready=1, _anchor=path)

    @cached_property
    def lacks_voices(self) -> bool:
        """A group talk that does not ask how many voices there were."""
        return questions.lacks_voices(TalkType(self.draft.question_set.talk_type), self.sketch.questions)

    @cached_property
    def hard(self) -> dict[str, str]:
        return {one.path: words.hard(one) for one in questions.hard_texts(self.sketch)}

    @cached_property
    def views(self) -> list[QuestionView]:
        return [_question_view(one, self.before) for one in self.sketch.questions]

    @cached_property
    def guidance(self) -> Markup:
        return Markup(markdown_to_html(self.sketch.guidance.get(self.lang, "")))  # noqa: S704 - cleaned

    @cached_property
    def leaders(self) -> int:
        return len(questions.who_hears(unit.session(), self.draft.question_set, now=now()))

    def consequences(self) -> list[str]:
        """*Når du udgiver*."""
        said = [_("Nye samtaler bruger version %(number)d.", number=self.number)]
        if self.in_use:
            old = self.in_use.form.number
            said.append(
                ngettext(
                    "Den gamle samtale beholder version %(old)d.",
                    "De %(num)d gamle samtaler beholder version %(old)d.",
                    self.count,
                    old=old,
                )
                if self.count
                else _("Version %(old)d ændrer sig ikke.", old=old)
            )
            said.append(
                _("Telefoner uden net bruger version %(old)d, til de har været på nettet. Svarene bliver taget imod.", old=old)
            )
        anew = [str(place) for place, one in enumerate(self.views, 1) if self._starts_anew(one)]
        if anew:
            said.append(
                ngettext(
                    "Spørgsmål %(which)s starter forfra.", "Spørgsmål %(which)s starter forfra.", len(anew), which=", ".join(anew)
                )
            )
        said.append(ngettext("%(num)d leder får besked.", "%(num)d ledere får besked.", self.leaders))
        return said

    def _starts_anew(self, view: QuestionView) -> bool:
        return questions.change(view.question, self.before) is Change.MEANING

    @cached_property
    def saved(self) -> str:
        """`Gemt kl. 13.42`."""
        if not self.kept:
            return _("Ikke gemt endnu")
        return _("Gemt kl. %(clock)s", clock=language.clock(self.draft.saved_at))

    @cached_property
    def other(self) -> str:
        """Who else has saved in the last quarter of an hour."""
        found = questions.others(unit.session(), actor(), self.set_id)
        if found is None or (now() - found[1]).total_seconds() > RECENT_S:
            return ""
        [name] = people.names_by_id(unit.session(), [found[0]]).values()
        return _("%(name)s har også rettet i kladden for %(ago)s siden.", name=name, ago=ago(found[1]))

    def asked(self) -> dict[str, Any]:
        """The draft as the phone's app would get it, in the language that is edited."""
        row = self.draft.question_set
        with force_locale(self.lang):
            return as_asked(self.sketch, key=str(row.id), version_id=str(row.id), number=self.number, sector=row.sector)

    def asked_json(self) -> str:
        return json.dumps(self.asked())


def ago(then: datetime) -> str:
    minutes = round((now() - then).total_seconds() / 60)
    return ngettext("%(num)d min.", "%(num)d min.", max(1, minutes))


def editor_of(draft: Draft, sketch: Sketch | None = None, **more: Any) -> Editor:
    """sketch: what was posted, where it is not the draft's."""
    session, set_id = unit.session(), draft.question_set.id
    versions = [one for one in questions.every_version(session, actor()) if one.form.question_set_id == set_id]
    before = questions.asked_before([one.form.content for one in versions])
    in_use = versions[-1] if versions else None
    return Editor(draft, sketch or draft.sketch, in_use=in_use, before=before, **more)


def problems_of(draft: Draft) -> tuple[Problem, ...]:
    """What is in the way of publishing it."""
    question_set = draft.question_set
    before = questions.asked_before(questions.contents(unit.session(), question_set).values())
    return tuple(questions.problems(draft.sketch, before))


def lang_of(found: Problem) -> str:
    """In which language its field stands: the Danish form holds all but English texts."""
    return "en" if found.path.endswith(".en") else "da"


def _field(found: Problem, sketch: Sketch) -> str:
    """The first choice that is missing stands for all of them; a row is found at its button, and too many facts, where there is
    none, at the first that is too much."""
    if found.code == "other_kind":
        return f"{found.path.removesuffix('.same')}.kind"
    if found.path == "about":
        return f"fact.{sketch.about[questions.MOST_FACTS].field}.label.da"
    return f"add.{found.path}" if found.path.endswith("choices") or found.path == "questions" else found.path


def _question_view(question: SketchQuestion, before: Mapping[uuid.UUID, Question]) -> QuestionView:
    change, known = questions.change(question, before), before.get(question.id)
    is_other_kind = known is not None and known.kind != question.kind
    reads_otherwise = known is not None and change is not Change.UNCHANGED
    return QuestionView(
        question,
        words.change_name(change),
        _before(known, question) if known and reads_otherwise else "",
        asks_same=reads_otherwise and not is_other_kind,
        is_other_kind=is_other_kind,
    )


def _before(known: Question, question: SketchQuestion) -> str:
    """The first of its texts that reads otherwise now."""
    pairs = [
        (texts.get(lang, ""), now_texts.get(lang, ""))
        for lang in ("da", "en")
        for texts, now_texts in ((known.prompt, question.prompt), (known.label, question.label))
    ]
    told = next((was for was, is_now in pairs if can_be_seen(was) and was.strip() != is_now.strip()), "")
    return told or " / ".join(one.text.get(SOURCE, "") for one in known.choices) or known.prompt.get(SOURCE, "")
