"""A version of a question set as an XLSForm, the workbook that ODK, KoboToolbox and others read (docs/exchange.md).

Its label is what stands over the field, its hint the help. What an XLSForm has no word for stands in columns of ours
(`hoert::…`), which other tools pass by, so that writing and reading again loses nothing.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

from domain.base import Texts

from .rules import Choice, Content, Fact, Form, Kind, Question
from .sheets import BadFile, Refused

#: What languages are called in headings; another one is called by its code.
LANGUAGES: Mapping[str, str] = {"da": "Dansk (da)", "en": "English (en)"}
LARGEST = 1_000_000_000
CONSTRAINT = f". >= -{LARGEST} and . <= {LARGEST}"
FACES_LIST = "hoert_faces"
FACE_WORDS: tuple[Texts, ...] = (
    {"da": "Slet ikke godt", "en": "Not good at all"},
    {"da": "Ikke så godt", "en": "Not so good"},
    {"da": "Midt imellem", "en": "In between"},
    {"da": "Godt", "en": "Good"},
    {"da": "Rigtig godt", "en": "Very good"},
)
TYPES: Mapping[Kind, tuple[str, str]] = {  # type and appearance
    Kind.LONG_TEXT: ("text", "multiline"),
    Kind.SHORT_TEXT: ("text", ""),
    Kind.ONE_CHOICE: ("select_one", ""),
    Kind.SEVERAL_CHOICES: ("select_multiple", ""),
    Kind.FIVE_FACES: ("select_one", "likert"),
    Kind.NUMBER: ("integer", ""),
}
PART, MORE = "hoert::part", "hoert::more"
#: Names of choices that XLSForm takes as they are.
PLAIN_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,60}")
#: `${name}` would name another question. A word joiner, which nobody sees, keeps it a text.
_NAMED, _KEPT = "${", "$\u2060{"

Cells = dict[str, Any]


def write_xlsform(form: Form) -> bytes | BadFile:
    """A workbook of the version. What it holds validates with pyxform, and `read_xlsform` gives the same Content back.

    BadFile: it holds a text that no cell takes (`text_too_long`, `text_unreadable`).
    """
    try:
        return _write(form)
    except Refused as refused:
        return refused.bad


def _write(form: Form) -> bytes:
    content = form.content
    spoken = languages_of(content)
    survey = [
        {"type": "note", "name": "promise", PART: "promise", **texts("label", content.promise)},
        {"type": "note", "name": "guidance", PART: "guidance", **texts("label", content.guidance)},
        *(_question(place, question) for place, question in enumerate(content.questions, start=1)),
        *(_fact(place, fact) for place, fact in enumerate(content.about, start=1)),
    ]
    settings = {
        "form_title": kept(content.title["da"]),
        "form_id": f"hoert-{form.question_set_id}",
        "version": str(form.number),
        "default_language": language_name("da"),
        "hoert::schema": "hoert.xlsform/1",
        "hoert::sector": form.sector,
        **texts("hoert::title", content.title),
        **texts("hoert::voice", content.voice),
        MORE: _more(content, ("title", "promise", "guidance", "voice", "questions", "about")),
    }
    own = [f"hoert::{name}" for name in ("id", "kind", "part", "field", "follows", "more")]
    headings = ["type", "name", *_headings("label", spoken), *_headings("hint", spoken), "required", "appearance", "constraint"]
    return _workbook(
        {
            "survey": ([*headings, *_headings("hoert::prompt", spoken), *own], survey),
            "choices": (["list_name", "name", *_headings("label", spoken), "hoert_code"], list(_choices(content))),
            "settings": (list(settings), [settings]),
        }
    )


def language_name(code: str) -> str:
    return LANGUAGES.get(code, f"{code} ({code})")


def languages_of(content: Content) -> list[str]:
    """Every language something of it is in, Danish and English first."""
    found = {"da", "en"}

    def look(value: Any) -> None:
        if isinstance(value, dict):
            found.update(key for key, text in value.items() if isinstance(text, str) and re.fullmatch(r"[a-z]{2,3}", key))
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            look(inner)

    look(content.model_dump(mode="json", include={"title", "promise", "guidance", "voice"}))
    asked: tuple[Question | Fact, ...] = (*content.questions, *content.about)
    for item in asked:
        look(item.model_dump(mode="json", include={"prompt", "label", "help"}))
        look([choice.text for choice in item.choices])
    return sorted(found, key=lambda code: (code != "da", code != "en", code))


def texts(heading: str, spoken: Texts | None) -> Cells:
    return {f"{heading}::{language_name(code)}": kept(text) for code, text in (spoken or {}).items()}


def kept(text: str) -> str:
    return text.replace(_NAMED, _KEPT)


def as_it_was(text: str) -> str:
    return text.replace(_KEPT, _NAMED)


def _headings(name: str, spoken: Sequence[str]) -> list[str]:
    return [f"{name}::{language_name(code)}" for code in spoken]


def _question(place: int, question: Question) -> Cells:
    kind, appearance = TYPES[question.kind]
    name = f"q{place}"
    lists = {Kind.FIVE_FACES: FACES_LIST, Kind.ONE_CHOICE: name, Kind.SEVERAL_CHOICES: name}
    return {
        "type": f"{kind} {lists[question.kind]}" if question.kind in lists else kind,
        "name": name,
        "appearance": appearance,
        "required": "yes" if question.required else "",
        "constraint": CONSTRAINT if question.kind is Kind.NUMBER else "",
        **texts("label", question.label),
        **texts("hint", question.help),
        **texts("hoert::prompt", question.prompt),
        "hoert::id": str(question.id),
        "hoert::kind": question.kind.value,
        "hoert::follows": str(question.follows) if question.follows else "",
        PART: "question",
        MORE: _more(question, ("id", "kind", "prompt", "label", "help", "required", "choices", "follows")),
    }


def _fact(place: int, fact: Fact) -> Cells:
    return {
        "type": f"select_multiple about{place}",
        "name": f"about{place}",
        **texts("label", fact.label),
        PART: "fact",
        "hoert::field": fact.field,
        MORE: _more(fact, ("field", "label", "choices")),
    }


def _more(item: Content | Question | Fact, known: Iterable[str]) -> str:
    """What has no column: as JSON, and nothing where it is as it always is."""
    held = item.model_dump(mode="json", exclude=set(known), exclude_defaults=True)
    return json.dumps(held, ensure_ascii=False, sort_keys=True) if held else ""


def _choices(content: Content) -> Iterable[Cells]:
    for place, question in enumerate(content.questions, start=1):
        yield from _list(f"q{place}", question.choices)
    for place, fact in enumerate(content.about, start=1):
        yield from _list(f"about{place}", fact.choices)
    if any(question.kind is Kind.FIVE_FACES for question in content.questions):
        yield from _list(FACES_LIST, [Choice(code=str(n), text=text) for n, text in enumerate(FACE_WORDS, start=1)])


def _list(name: str, choices: Sequence[Choice]) -> Iterable[Cells]:
    """A code that XLSForm does not take stands beside a name it does."""
    taken = {choice.code for choice in choices}
    for place, choice in enumerate(choices, start=1):
        code, own = choice.code, ""
        if not PLAIN_CODE.fullmatch(code):
            code, own = next(free for n in range(place, 10_000) if (free := f"c{n}") not in taken), code
            taken.add(code)
        yield {"list_name": name, "name": code, "hoert_code": own, **texts("label", choice.text)}


def _workbook(sheets: Mapping[str, tuple[list[str], list[Cells]]]) -> bytes:
    """Raises Refused, before anything is written."""
    texts_of = {
        name: [[_as_cell(row.get(heading) or "") for heading in headings] for row in rows]
        for name, (headings, rows) in sheets.items()
    }
    from openpyxl import Workbook  # noqa: PLC0415 - it takes longer to import than most verbs to run
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    for name, (headings, _rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(headings)
        for row in texts_of[name]:
            cells = [WriteOnlyCell(sheet, value=text or None) for text in row]
            for cell in cells:
                if cell.value:
                    cell.data_type = "s"  # text, also where it begins like a formula
            sheet.append(cells)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


_MOST_IN_A_CELL = 32_767
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
#: `_x0041_` would be read as the letter A.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _as_cell(text: str) -> str:
    if _UNREADABLE.search(text):
        raise Refused("text_unreadable")
    text = _ESCAPED.sub("_x005F_", text)
    if len(text.encode("utf-16-le")) // 2 > _MOST_IN_A_CELL:
        raise Refused("text_too_long", most=_MOST_IN_A_CELL)
    return text


def set_id_of(form_id: str) -> UUID | None:
    """The set a form of ours was written from."""
    try:
        return UUID(form_id.removeprefix("hoert-")) if form_id.startswith("hoert-") else None
    except ValueError:
        return None
