"""An XLSForm as a Content, with a report: what was understood, what is otherwise than it was, what was left out, what is missing.

Nothing is guessed silently. What Hørt has no word for (repeats, conditions, calculations, other kinds of questions) is left out
and named with its row.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from domain.base import Texts, new_id

from . import xlsform
from .rules import Choice, Content, Fact, Kind, Question
from .sheets import BadFile, Refused, Row, Table, tables


class Said(StrEnum):
    """What a remark is about, in the order they are told."""

    MISSING = "missing"
    LEFT_OUT = "left_out"
    CHANGED = "changed"
    UNDERSTOOD = "understood"


@dataclass(frozen=True)
class Remark:
    """A sentence of the report, as a key and what goes into it (`shared/exchange_words.py`). `row` as Excel counts; None: of the
    whole file."""

    said: Said
    key: str
    row: int | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """`set_id`, `sector` and `number`: what a file of ours says it was written from."""

    content: Content
    remarks: tuple[Remark, ...]
    set_id: UUID | None = None
    sector: str | None = None
    number: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether it could be published as it is."""
        return all(remark.said is not Said.MISSING for remark in self.remarks)


def read_xlsform(data: bytes) -> Imported | BadFile:
    """Never raises for what a file holds."""
    try:
        return _Reading(tables(data, ("survey", "choices", "settings"))).imported()
    except Refused as refused:
        return refused.bad


_SHORTEST = 60
_QUESTIONS = {"text", "integer", "select_one", "select_multiple"}
_ABOUT_THE_FILLING_IN = {
    *("start", "end", "today", "deviceid", "device_id", "username", "phonenumber", "simserial", "subscriberid", "email"),
    *("audit", "start-geopoint", "background-audio", "xml-external", "csv-external"),
}
_KNOWN = {
    *("type", "name", "label", "hint", "required", "appearance", "constraint", "hoert"),
    *("list_name", "list name", "value", "hoert_code"),
}
_NAMES = {"dansk": "da", "danish": "da", "english": "en", "engelsk": "en"}
_CODE = re.compile(r"\(([a-z]{2,3})(?:[-_]\w+)?\)\s*$", re.IGNORECASE)
_YES, _NO = {"yes", "true", "true()", "1", "ja"}, {"", "no", "false", "false()", "0", "nej"}


class _Reading:
    """One file, from its sheets to its Content; what is remarked on is gathered on the way."""

    def __init__(self, sheets: Mapping[str, Table]) -> None:
        if "survey" not in sheets:
            raise Refused("no_survey")
        if "type" not in sheets["survey"].headings:
            raise Refused("no_types")
        self.survey, self.remarks = sheets["survey"], list[Remark]()
        settings = sheets.get("settings")
        self.settings: Mapping[str, str] = settings.rows[0].cells if settings and settings.rows else {}
        self.spoken = self._language(self.settings.get("default_language", "")) or ""
        self.dropped: dict[str, list[int]] = defaultdict(list)
        self.rows_with: dict[str, list[int]] = defaultdict(list)
        self.kinds: Counter[Kind] = Counter()
        self.ids: set[UUID] = set()
        self.n_facts = 0
        self.used_lists: set[str] = set()
        self.lists = self._lists(sheets.get("choices"))

    def imported(self) -> Imported:
        questions, facts, notes = self._survey()
        if not questions:
            raise Refused("no_questions")
        values = {
            "title": self._title(),
            "promise": self._or_missing("promise", notes),
            "guidance": notes.get("guidance") or {"da": ""},
            "voice": self._or_missing("voice", {"voice": self._texts(self.settings, "hoert::voice", None)}),
            "questions": tuple(questions),
            "about": tuple(facts),
        }
        content = self._with_more(Content, values, self.settings, None)
        if content is None:
            raise Refused("unusable")
        number = self.settings.get("version", "").strip()
        ours = "hoert::schema" in self.settings
        self._tell()
        return Imported(
            content=content,
            remarks=tuple(sorted(self.remarks, key=lambda remark: (list(Said).index(remark.said), remark.row or 0))),
            set_id=xlsform.set_id_of(self.settings.get("form_id", "").strip()) if ours else None,
            sector=self.settings.get("hoert::sector") if ours else None,
            number=int(number) if ours and number.isascii() and number.isdigit() and len(number) < 6 else None,
        )

    def _say(self, said: Said, key: str, row: int | None = None, **facts: str | int) -> None:
        cut = {name: fact[:_SHORTEST] if isinstance(fact, str) else fact for name, fact in facts.items()}
        self.remarks.append(Remark(said, key, row, cut))

    # The rows of the survey.

    def _survey(self) -> tuple[list[Question], list[Fact], dict[str, Texts]]:
        questions: list[Question] = []
        facts: list[Fact] = []
        notes: dict[str, Texts] = {}
        repeats = 0
        for row in self.survey.rows:
            kind, *rest = row.cells.get("type", "").replace("begin_", "begin ").replace("end_", "end ").split()[:6] or [""]
            kind = kind.casefold()
            if kind in ("begin", "end"):
                repeats += self._frame(kind, rest, row)
            elif not kind:
                self._say(Said.LEFT_OUT, "no_type", row.number)
            elif repeats:
                self._say(Said.LEFT_OUT, "in_a_repeat", row.number)
            elif kind == "note":
                self._note(row, notes)
            elif kind in _QUESTIONS and row.cells.get(xlsform.PART, "").strip() == "fact":
                facts += self._fact(row, rest, {fact.field for fact in facts})
            elif kind in _QUESTIONS:
                questions += self._question(row, kind, rest)
            else:
                self._say(Said.LEFT_OUT, self._why_not(kind), row.number, type=kind)
        return questions, facts, notes

    def _frame(self, kind: str, rest: Sequence[str], row: Row) -> int:
        """How many more repeats it is inside of now."""
        is_repeat = rest[:1] == ["repeat"]
        if kind == "begin":
            self._drop_columns(row)
            said, key = (Said.LEFT_OUT, "repeat") if is_repeat else (Said.CHANGED, "group")
            self._say(said, key, row.number, name=row.cells.get("name", ""))
        return (1 if kind == "begin" else -1) if is_repeat else 0

    def _why_not(self, kind: str) -> str:
        return "calculation" if kind == "calculate" else "metadata" if kind in _ABOUT_THE_FILLING_IN else "unknown_type"

    def _note(self, row: Row, notes: dict[str, Texts]) -> None:
        part = (row.cells.get(xlsform.PART) or row.cells.get("name", "")).strip()
        if part not in ("promise", "guidance") or part in notes:
            self._say(Said.LEFT_OUT, "note", row.number)
            return
        notes[part] = self._with_danish(self._texts(row.cells, "label", row), row)

    def _question(self, row: Row, kind: str, rest: Sequence[str]) -> list[Question]:
        label = self._with_danish(self._texts(row.cells, "label", row), row)
        if not label:
            self._say(Said.LEFT_OUT, "no_label", row.number)
            return []
        choices = self._choices_of(row, rest) if kind.startswith("select") else ()
        if kind.startswith("select") and not choices:
            self._say(Said.LEFT_OUT, "no_choices", row.number, list=rest[0] if rest else "")
            return []
        found = self._kind(row, kind, rest, choices)
        prompt = self._texts(row.cells, "hoert::prompt", row)
        if not prompt:
            self.rows_with["prompt_is_label"].append(row.number)
        values = {
            "id": self._id(row),
            "kind": found,
            "label": label,
            "prompt": {"da": label["da"], **prompt} if prompt else label,
            "help": self._with_danish(self._texts(row.cells, "hint", row), row) or None,
            "required": self._is_required(row),
            "choices": choices if found is not Kind.FIVE_FACES else (),
            "follows": self._uuid(row, "hoert::follows"),
        }
        question = self._with_more(Question, values, row.cells, row)
        self._drop_columns(row, kind=found)
        if question is None:
            self._say(Said.LEFT_OUT, "unusable_row", row.number)
            return []
        self.kinds[found] += 1
        return [question]

    def _kind(self, row: Row, kind: str, rest: Sequence[str], choices: Sequence[Choice]) -> Kind:
        if kind == "integer":
            return Kind.NUMBER
        if kind == "text":
            return Kind.LONG_TEXT if "multiline" in row.cells.get("appearance", "").split() else Kind.SHORT_TEXT
        if kind == "select_multiple":
            return Kind.SEVERAL_CHOICES
        are_faces = xlsform.FACES_LIST in rest or row.cells.get("hoert::kind", "").strip() == Kind.FIVE_FACES
        if are_faces and {choice.code for choice in choices} == set("12345"):
            return Kind.FIVE_FACES
        return Kind.ONE_CHOICE

    def _fact(self, row: Row, rest: Sequence[str], taken: set[str]) -> list[Fact]:
        name = (row.cells.get("hoert::field") or row.cells.get("name", "")).strip()
        label = self._with_danish(self._texts(row.cells, "label", row), row)
        choices = self._choices_of(row, rest)
        if not name or not label or not choices or name in taken:
            self._say(Said.LEFT_OUT, "unusable_row", row.number)
            return []
        self.n_facts += 1
        self._drop_columns(row)
        fact = self._with_more(Fact, {"field": name, "label": label, "choices": choices}, row.cells, row)
        return [fact] if fact else []

    # What stands in a row.

    def _id(self, row: Row) -> UUID:
        found = self._uuid(row, "hoert::id")
        if found is None and not row.cells.get("hoert::id"):
            self.rows_with["new_id"].append(row.number)
        if found in self.ids:
            self._say(Said.CHANGED, "id_twice", row.number)
            found = None
        found = found or new_id()
        self.ids.add(found)
        return found

    def _uuid(self, row: Row, heading: str) -> UUID | None:
        told = row.cells.get(heading, "").strip()
        try:
            return UUID(told) if told else None
        except ValueError:
            self._say(Said.CHANGED, "bad_id", row.number, column=heading)
            return None

    def _is_required(self, row: Row) -> bool:
        told = row.cells.get("required", "").strip().casefold()
        if told not in _YES | _NO:
            self._say(Said.LEFT_OUT, "required_sometimes", row.number)
        return told in _YES

    def _with_more(self, model: Any, values: Mapping[str, Any], cells: Mapping[str, str], row: Row | None) -> Any:
        """The row as the model has it, with what stands in our column for what has none; None where it is of no use."""
        told = cells.get(xlsform.MORE, "")
        try:
            more = json.loads(told) if told else {}
            return model.model_validate({**(more if isinstance(more, dict) else {}), **values})
        except (ValueError, RecursionError, ValidationError):
            if told:
                self._say(Said.LEFT_OUT, "bad_more", row.number if row else None)
                return self._with_more(model, values, {}, row)
            return None

    def _drop_columns(self, row: Row, *, kind: Kind | None = None) -> None:
        """Notes what stands in columns Hørt has no word for."""
        for heading, text in row.cells.items():
            first = heading.split("::")[0]
            is_ours = first == "appearance" and kind is not None and text.strip() == xlsform.TYPES[kind][1]
            is_ours |= first == "constraint" and text.strip() == xlsform.CONSTRAINT
            if not is_ours and (first not in _KNOWN or first in ("appearance", "constraint")):
                self.dropped[heading].append(row.number)

    # Texts in languages.

    def _language(self, told: str) -> str | None:
        """`Dansk (da)`, `English`, `da`."""
        told = told.strip()
        found = _CODE.search(told)
        code = found[1] if found else _NAMES.get(told.casefold(), told)
        return code.casefold() if re.fullmatch(r"[A-Za-z]{2,3}", code) else None

    def _texts(self, cells: Mapping[str, str], name: str, row: Row | None) -> Texts:
        found: Texts = {}
        for heading, text in cells.items():
            code: str | None = None
            if heading == name:
                code = self.spoken or "da"
                if not self.spoken and row:
                    self.rows_with["taken_as_danish"].append(row.number)
            elif heading.startswith(f"{name}::"):
                code = self._language(heading.removeprefix(f"{name}::"))
                if code is None and row:
                    self.dropped[heading].append(row.number)
            if code and text.strip():
                found[code] = xlsform.as_it_was(text)
        return {code: found[code] for code in sorted(found)}

    def _with_danish(self, found: Texts, row: Row) -> Texts:
        """Danish is always there: where it is not, the other text stands in for it, and that is told as missing."""
        if found and "da" not in found:
            self.rows_with["no_danish"].append(row.number)
            return {"da": found.get("en") or next(iter(found.values())), **found}
        if found and "en" not in found:
            self.rows_with["no_english"].append(row.number)
        return found

    def _title(self) -> Texts:
        found = self._texts(self.settings, "hoert::title", None)
        if self.settings.get("form_title", "").strip():
            found[self.spoken or "da"] = xlsform.as_it_was(self.settings["form_title"])
        return self._or_missing("title", {"title": found})

    def _or_missing(self, name: str, found: Mapping[str, Texts]) -> Texts:
        told = found.get(name) or {}
        if not told.get("da", "").strip():
            self._say(Said.MISSING, name)
        return {"da": "", **told}

    # Choices.

    def _lists(self, table: Table | None) -> dict[str, list[Choice]]:
        found: dict[str, list[Choice]] = defaultdict(list)
        for row in table.rows if table else ():
            name = (row.cells.get("list_name") or row.cells.get("list name", "")).strip()
            code = row.cells.get("hoert_code") or (row.cells.get("name") or row.cells.get("value", "")).strip()
            text = self._with_danish(self._texts(row.cells, "label", row), row)
            if not name or not code or not text:
                self._say(Said.LEFT_OUT, "unusable_choice", row.number)
            elif code in {choice.code for choice in found[name]}:
                self._say(Said.LEFT_OUT, "choice_twice", row.number, code=code)
            else:
                found[name].append(Choice(code=code, text=text))
                self._drop_columns(row)
        return dict(found)

    def _choices_of(self, row: Row, rest: Sequence[str]) -> tuple[Choice, ...]:
        if rest[1:2] == ["or_other"]:
            self._say(Said.LEFT_OUT, "or_other", row.number)
        name = rest[0] if rest else ""
        self.used_lists.add(name)
        return tuple(self.lists.get(name, ()))

    # The report.

    def _tell(self) -> None:
        for kind, n in self.kinds.items():
            self._say(Said.UNDERSTOOD, f"kind_{kind}", n=n)
        if self.n_facts:
            self._say(Said.UNDERSTOOD, "facts", n=self.n_facts)
        for name in sorted(set(self.lists) - self.used_lists):
            self._say(Said.LEFT_OUT, "unused_list", list=name)
        for heading, rows in self.dropped.items():
            self._say(Said.LEFT_OUT, "column", column=heading, rows=_told(rows))
        for key, rows in self.rows_with.items():
            said = Said.MISSING if key == "no_danish" else Said.CHANGED
            self._say(said, key, rows=_told(rows), n=len(set(rows)))


def _told(rows: Sequence[int]) -> str:
    """`3, 5, 8 …`: so many that the file can be put right."""
    known = sorted(set(rows))
    return ", ".join(map(str, known[:12])) + (" …" if len(known) > 12 else "")
