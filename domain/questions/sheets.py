"""Workbooks that somebody else made, read as if they meant harm: a zip of XML in which all that matters is text in cells.

Nothing is fetched, computed or believed of what the file says of itself. Every size has a limit before it is read. DOCTYPE is
refused whole, so there are no entities to blow up. Formulas, macros and links to other files are refused, never skipped: what
they would have said is not known.
"""

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Any
from xml.parsers import expat

MOST_BYTES = 5 * 2**20
MOST_PARTS = 300
MOST_UNPACKED = 24 * 2**20
MOST_UNPACKED_PART = 8 * 2**20
MOST_ROWS = 2_000
MOST_COLUMNS = 200
MOST_TEXTS = 40_000
#: Of letters: in one cell, as Excel has it; and in all cells of a sheet, where one shared text may stand in each.
MOST_IN_A_CELL = 32_767
MOST_IN_A_SHEET = 4 * 2**20
MOST_DEPTH = 40
MOST_ELEMENTS = 400_000
_AT_ONCE = 2**16
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class BadFile:
    """Why a file cannot be used: a key for words (`shared/exchange_words.py`), and the facts that go into them."""

    key: str
    facts: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))


class Refused(Exception):
    """What is inside is told by `bad`; the front door's verbs return it."""

    def __init__(self, key: str, **facts: str | int) -> None:
        super().__init__(key)
        self.bad = BadFile(key, facts)


@dataclass(frozen=True)
class Row:
    """Cells by their column's heading, without the empty ones. `number` as Excel counts."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A sheet whose first row with anything in it holds the headings."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


#: What reading a zip that is not what it says can end in.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError),
)


def tables(data: bytes, names: tuple[str, ...]) -> dict[str, Table]:
    """The sheets of these names, in lower case; other sheets are not looked at. Raises Refused."""
    book = _open(data)
    try:
        parts = _sheets(book)
        texts = _shared_texts(book)
        return {name: _table(name, _rows(book, parts[name], name, texts)) for name in names if name in parts}
    except _BROKEN as error:
        raise Refused("broken") from error


def _open(data: bytes) -> zipfile.ZipFile:
    if len(data) > MOST_BYTES:
        raise Refused("too_large", most_mb=MOST_BYTES // 2**20)
    if data.startswith(_OLD_EXCEL):
        raise Refused("old_excel")
    if not data.startswith(b"PK\x03\x04"):
        raise Refused("no_workbook")
    try:
        book = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise Refused("broken") from error
    _check(book.infolist())
    return book


def _check(parts: list[zipfile.ZipInfo]) -> None:
    """What the parts say of themselves; `ZipFile` reads no more of one than it said."""
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("too_much_inside")
    if max((part.file_size for part in parts), default=0) > MOST_UNPACKED_PART:
        raise Refused("too_much_inside")
    if any(name.startswith(("/", "\\")) or "\\" in name or ".." in name.split("/") or ":" in name for name in names):
        raise Refused("paths_inside")
    if len(set(names)) < len(names) or any(part.flag_bits & 0x1 for part in parts):
        raise Refused("broken")
    folded = [name.casefold() for name in names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in folded):
        raise Refused("macros")
    if any("externallinks/" in name or name.endswith("connections.xml") for name in folded):
        raise Refused("external_links")
    if "[content_types].xml" not in folded or "xl/workbook.xml" not in folded:
        raise Refused("no_workbook")


Events = Iterator[tuple[str, str, Any]]


def _events(book: zipfile.ZipFile, name: str) -> Events:
    """("start", tag, attributes), ("text", "", words) and ("end", tag, None) of a part, piece by piece.

    Tags stand without their namespace."""
    found: list[tuple[str, str, Any]] = []
    depth = elements = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > MOST_DEPTH:
            raise Refused("bad_xml")
        if elements > MOST_ELEMENTS:
            raise Refused("too_much_inside")
        found.append(("start", tag.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()}))

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        found.append(("end", tag.rpartition(" ")[2], None))

    def refuse(*_what: object) -> int:
        raise Refused("bad_xml")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: found.append(("text", "", text))
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    try:
        with book.open(name) as part:
            while piece := part.read(_AT_ONCE):
                parser.Parse(piece, False)
                yield from found
                found.clear()
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("bad_xml") from error
    yield from found


def _sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet, by the sheet's name in lower case."""
    targets: dict[str, str] = {}
    for event, tag, attributes in _events(book, "xl/_rels/workbook.xml.rels"):
        if event == "start" and tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found: dict[str, str] = {}
    for event, tag, attributes in _events(book, "xl/workbook.xml"):
        if event == "start" and tag == "sheet":
            found.setdefault(attributes.get("name", "").strip().casefold(), targets.get(attributes.get("id", ""), ""))
    return {name: part for name, part in found.items() if part in book.namelist()}


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    found: list[str] = []
    said: list[str] = []
    in_text = in_reading = False
    for event, tag, what in _events(book, "xl/sharedStrings.xml"):
        if event == "start" and tag == "si":
            said = []
        elif event == "end" and tag == "si":
            found.append(_text("".join(said)))
            if len(found) > MOST_TEXTS:
                raise Refused("too_much_inside")
        elif tag == "rPh":
            in_reading = event == "start"
        elif tag == "t":
            in_text = event == "start"
        elif event == "text" and in_text and not in_reading:
            said.append(what)
    return found


def _rows(book: zipfile.ZipFile, part: str, sheet: str, texts: list[str]) -> Iterator[tuple[int, dict[int, str]]]:
    """Each row that holds anything: its number, and its cells by their column's place."""
    number, place, kind = 0, -1, "n"
    cells: dict[int, str] = {}
    said: list[str] = []
    listens = in_reading = False
    letters = 0
    for event, tag, what in _events(book, part):
        if event == "text":
            if listens and not in_reading:
                said.append(what)
        elif tag == "row" and event == "start":
            number, place, cells = _number(what.get("r"), number), -1, {}
        elif tag == "row":
            if cells:
                yield number, cells
        elif tag == "c" and event == "start":
            place, kind, said = _place(what.get("r"), place), what.get("t", "n"), []
        elif tag == "c":
            text = _value(kind, "".join(said), texts)
            if text.strip():
                _within_limits(sheet, number, place)
                cells[place] = text
                letters += len(text)
                if letters > MOST_IN_A_SHEET:
                    raise Refused("too_much_inside")
        elif tag == "f":
            raise Refused("formula", sheet=sheet, row=number)
        elif tag == "rPh":
            in_reading = event == "start"
        elif tag in ("v", "t"):
            listens = event == "start"


def _within_limits(sheet: str, number: int, place: int) -> None:
    if number > MOST_ROWS:
        raise Refused("too_many_rows", sheet=sheet, most=MOST_ROWS)
    if place >= MOST_COLUMNS:
        raise Refused("too_many_columns", sheet=sheet, most=MOST_COLUMNS)


_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


def _number(told: str | None, before: int) -> int:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 8 else before + 1


def _place(told: str | None, before: int) -> int:
    found = _REFERENCE.fullmatch(told or "")
    if not found:
        return before + 1
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _value(kind: str, raw: str, texts: list[str]) -> str:
    """What stands in the cell, as text: a whole number without its `.0`."""
    match kind:
        case "s":
            return texts[int(raw)] if raw else ""
        case "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        case "e":
            return ""
        case "inlineStr" | "str":
            return _text(raw)
        case _:
            raw = raw.strip()[:MOST_IN_A_CELL]
            return raw[:-2] if raw.endswith(".0") else raw


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def _text(raw: str) -> str:
    """With Excel's `_x000D_` read, and without what cannot be stored."""
    if len(raw) > 8 * MOST_IN_A_CELL:  # escaped a letter takes seven
        raise Refused("text_too_long", most=MOST_IN_A_CELL)
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_IN_A_CELL:
        raise Refused("text_too_long", most=MOST_IN_A_CELL)
    return _UNREADABLE.sub("", text)


def _table(name: str, rows: Iterator[tuple[int, dict[int, str]]]) -> Table:
    headings: dict[int, str] = {}
    found = []
    for number, cells in rows:
        if not headings:
            headings = {place: _heading(text) for place, text in cells.items()}
            twice = next((text for text in headings.values() if list(headings.values()).count(text) > 1), None)
            if twice:
                raise Refused("heading_twice", sheet=name, heading=twice[:60])
            continue
        found.append(Row(number, {headings[place]: text for place, text in cells.items() if place in headings}))
    return Table(name, tuple(headings.values()), tuple(row for row in found if row.cells))


def _heading(text: str) -> str:
    """»Label : Dansk (da)«, as older tools write it, and »label::Dansk (da)« are one."""
    first, *rest = [part.strip() for part in re.split(r"::|(?<=\w)\s*:\s*(?=\w)", text)]
    return "::".join([first.casefold(), *rest])
