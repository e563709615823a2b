"""Tables as files, written row by row: nothing of a table is kept once it is written.

CSV is for programs: UTF-8 without a byte order mark, commas, CR LF, one line of headings (RFC 4180). Excel gets the XLSX, which
needs no guess of letters or separators. Text stands in it as text (`inlineStr`), never as a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, BinaryIO, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from .cells import Cell, fitted, harmless, harmless_in_csv

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384


@dataclass(frozen=True)
class Sheet:
    """`headings`: how many of its first rows are; they stay in view."""

    name: str
    rows: Iterable[Sequence[Cell]]
    headings: int = 1


def write_csv(target: IO[bytes], rows: Iterable[Sequence[Cell]]) -> None:
    text = io.TextIOWrapper(cast("BinaryIO", target), encoding="utf-8", newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(["" if cell is None else cell if isinstance(cell, int) else harmless_in_csv(cell) for cell in row])
    text.detach()


def write_xlsx(target: IO[bytes], sheets: Sequence[Sheet]) -> int:
    """Returns how many texts had to be cut at a cell's limit; each says so itself."""
    cut = 0
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=3) as book:
        for name, text in _frame([sheet.name for sheet in sheets]).items():
            book.writestr(name, text)
        for place, sheet in enumerate(sheets, start=1):
            with book.open(f"xl/worksheets/sheet{place}.xml", "w") as part:
                cut += _write_sheet(part, sheet)
    return cut


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: Styles of cells: plain (numbers), text that stays text when somebody edits it, headings.
_TEXT, _HEADING = 1, 2
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/>'
    '<xf xfId="0" numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf xfId="0" numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _frame(names: Sequence[str]) -> dict[str, str]:
    """The parts of a workbook that are not its sheets."""
    places = range(1, len(names) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{_KIND}.worksheet+xml"/>' for place in places
    )
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{place}" r:id="rId{place}"/>' for place, name in enumerate(names, start=1)
    )
    targets = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>' for place in places
    )
    styles = f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    book = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    found = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{book}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{targets}{styles}</Relationships>',
        "xl/styles.xml": _STYLES,
    }
    return {name: _DECLARATION + text for name, text in found.items()}


def _write_sheet(part: IO[bytes], sheet: Sheet) -> int:
    cut = 0
    pane = f'<pane ySplit="{sheet.headings}" topLeftCell="A{sheet.headings + 1}" activePane="bottomLeft" state="frozen"/>'
    part.write(
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="{MOST_COLUMNS}" width="24" customWidth="1"/></cols>'
        "<sheetData>".encode()
    )
    names: list[str] = []
    for number, row in enumerate(sheet.rows, start=1):
        names.extend(letters(place) for place in range(len(names), len(row)))
        style = _HEADING if number <= sheet.headings else _TEXT
        cells = []
        for name, cell in zip(names, row, strict=False):
            if isinstance(cell, int):
                cells.append(f'<c r="{name}{number}"><v>{cell}</v></c>')
            elif cell:
                text, was_cut = fitted(harmless(cell))
                cut += was_cut
                cells.append(
                    f'<c r="{name}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>'
                )
        part.write(f'<row r="{number}">{"".join(cells)}</row>'.encode())
    part.write(b"</sheetData></worksheet>")
    return cut


def letters(place: int) -> str:
    """A column's name by its place from 0: A, …, Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


#: `_x0041_` in a text would be read as the letter A.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _xml(text: str) -> str:
    return escape(_ESCAPED.sub("_x005F_", text))
