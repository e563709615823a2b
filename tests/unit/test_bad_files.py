"""Files that are none, or mean harm: a clear answer within five seconds and 200 MB, in a process of its own that is measured."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "xlsform"
LONGEST_S, MOST_MB = 5, 200

#: Reads the files one after the other as the command does; for each its key, the seconds, and the most memory until then.
MEASURED = """
import json, sys, time
from pathlib import Path
from domain import exchange, questions
read = {"xlsform": questions.read_xlsform, "package": exchange.read_package}[sys.argv[1]]
for path in sys.argv[2:]:
    began = time.process_time()
    with open(path, "rb") as file:
        found = read(file.read(9 * 2**20))
    took = time.process_time() - began
    [peak] = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    print(json.dumps([getattr(found, "key", None), took, int(peak) / 1024]), flush=True)
"""


def judged(folder: Path, made: dict[str, bytes], *, kind: str) -> dict[str, tuple[str | None, float, float]]:
    """Every file by its name, all read by one process: the most memory of any is that of the last."""
    paths = []
    for place, data in enumerate(made.values()):
        paths.append(folder / f"{kind}-{place}")
        paths[-1].write_bytes(data)
    command = [sys.executable, "-c", MEASURED, kind, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, (list(made)[len(done.stdout.splitlines())], done.stderr[-2_000:])
    return dict(zip(made, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("bad"), {name: make() for name, (make, _key) in SHEETS.items()}, kind="xlsform")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("bad"), {name: data for name, (data, _key) in PACKAGES.items()}, kind="package")


def good() -> bytes:
    return (DATA / "one_language.xlsx").read_bytes()


def with_parts(**parts: bytes) -> bytes:
    """A good workbook with parts put in, or others in their place; `survey` is the survey sheet."""
    told = {"survey": "xl/worksheets/sheet1.xml", "texts": "xl/sharedStrings.xml"}
    parts = {told.get(name, name): data for name, data in parts.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return target.getvalue()


def sheet(inside: str, before: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{main}"><sheetData>{inside}</sheetData></worksheet>'.encode()


def rows(cells_of) -> str:
    return "".join(f"<row>{cells}</row>" for cells in cells_of)


def text(word: str) -> str:
    return f'<c t="inlineStr"><is><t>{word}</t></is></c>'


HEAD = f"<row>{text('type')}{text('name')}{text('label')}</row>"
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
)


def external_entity() -> bytes:
    return with_parts(survey=sheet(HEAD + f"<row>{text('&x;')}</row>", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))


def macro_book() -> bytes:
    return with_parts(**{"xl/vbaProject.bin": b"x"})


def zip_of(names: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in names.items():
            book.writestr(name, data)
    return target.getvalue()


def lying_about_its_size() -> bytes:
    """A part of 60 MB that says it has a thousand bytes."""
    data = bytearray(with_parts(**{"xl/sharedStrings.xml": b"<sst>" + b" " * (60 * 2**20) + b"</sst>"}))
    size = (60 * 2**20 + 11).to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (1_000).to_bytes(4, "little")
    return bytes(data)


SHEETS = {
    "nothing": (lambda: b"", "no_workbook"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 1_000, "no_workbook"),
    "a text": (lambda: b"type,name,label\ntext,a,b\n", "no_workbook"),
    "another zip": (lambda: zip_of({"word/document.xml": b"<x/>"}), "no_workbook"),
    "an old .xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4_096, "old_excel"),
    "cut in half": (lambda: good()[: len(good()) // 2], "broken"),
    "a flipped byte": (lambda: _flipped(good()), "broken"),
    "100 MB": (lambda: b"PK\x03\x04" + b"\x00" * (100 * 2**20), "too_large"),
    "a zip bomb": (lambda: with_parts(texts=b"<sst>" + b" " * (200 * 2**20) + b"</sst>"), "too_much_inside"),
    "a zip bomb that lies": (lying_about_its_size, "broken"),
    "many parts": (lambda: zip_of({f"x/{n}": b"" for n in range(20_000)}), "too_much_inside"),
    "a path out of it": (lambda: with_parts(**{"../../etc/passwd": b"x"}), "paths_inside"),
    "an absolute path": (lambda: with_parts(**{"/etc/passwd": b"x"}), "paths_inside"),
    "a path of Windows": (lambda: with_parts(**{"xl\\..\\..\\x": b"x"}), "paths_inside"),
    "macros": (macro_book, "macros"),
    "links to others": (lambda: with_parts(**{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "external_links"),
    "a formula": (lambda: (DATA / "formula.xlsx").read_bytes(), "formula"),
    "an external entity": (external_entity, "bad_xml"),
    "billion laughs": (lambda: with_parts(survey=sheet(HEAD + f"<row>{text('&j;')}</row>", LAUGHS)), "bad_xml"),
    "quadratic blow-up": (
        lambda: with_parts(survey=sheet(text("&a;" * 50_000), f'<!DOCTYPE a [<!ENTITY a "{"x" * 50_000}">]>')),
        "bad_xml",
    ),
    "entities in the list of sheets": (lambda: with_parts(**{"xl/workbook.xml": LAUGHS.encode() + b"<x>&j;</x>"}), "bad_xml"),
    "one letter of 7 MB": (lambda: with_parts(survey=sheet(HEAD + f"<row>{text('x' * 7 * 2**20)}</row>")), "text_too_long"),
    "an attribute of 7 MB": (lambda: with_parts(survey=sheet(f'<row x="{"x" * 7 * 2**20}"/>')), "no_types"),
    "deep XML": (lambda: with_parts(survey=sheet("<a>" * 500_000)), "bad_xml"),
    "no XML": (lambda: with_parts(survey=b"\x00\x01<<<"), "bad_xml"),
    "10,000 rows": (lambda: with_parts(survey=sheet(HEAD + rows([text("text")] * 10_000))), "too_many_rows"),
    "16,000 columns": (lambda: with_parts(survey=sheet(f"<row>{text('x') * 16_000}</row>")), "too_many_columns"),
    "a row far below": (lambda: with_parts(survey=sheet(f'{HEAD}<row r="1048576">{text("text")}</row>')), "too_many_rows"),
    "a million empty cells": (lambda: with_parts(survey=sheet(HEAD + f"<row>{'<c/>' * 1_500_000}</row>")), "too_much_inside"),
    "a million shared texts": (
        lambda: with_parts(texts=b"<sst>" + b"<si><t>a</t></si>" * 400_000 + b"</sst>"),
        "too_much_inside",
    ),
    "a text of 7 MB in every cell": (
        lambda: with_parts(
            texts=b"<sst><si><t>" + b"${x} " * (7 * 2**20 // 5) + b"</t></si></sst>",
            survey=sheet(HEAD + rows(['<c t="s"><v>0</v></c>' * 3] * 1_900)),
        ),
        "text_too_long",
    ),
    "a long text in very many cells": (
        lambda: with_parts(
            texts=b"<sst><si><t>" + b"${x} " * 6_000 + b"</t></si></sst>",
            survey=sheet(
                f"<row>{text('type')}{''.join(text(f'label::{a}{b}') for a in 'abcdefghij' for b in 'abcdefghij')}</row>"
                + rows([text("text") + '<c t="s"><v>0</v></c>' * 100] * 1_900)
            ),
        ),
        "too_much_inside",
    ),
    "a shared text that is not there": (
        lambda: with_parts(survey=sheet('<row><c t="s"><v>99999</v></c></row>')),
        "broken",
    ),
    "no survey": (lambda: _book("Ark1", [("type",)]), "no_survey"),
    "no types": (lambda: _book("survey", [("name", "label"), ("a", "b")]), "no_types"),
    "no rows": (lambda: _book("survey", [("type", "name", "label")]), "no_questions"),
    "a heading twice": (lambda: _book("survey", [("type", "label", "Label"), ("text", "a", "b")]), "heading_twice"),
    "deep JSON in our column": (
        lambda: _book("survey", [("type", "label", "hoert::more"), ("text", "a", "[" * 30_000)]),
        None,
    ),
}


def _flipped(data: bytes) -> bytes:
    """In the middle of what the survey sheet is packed as."""
    found = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        part = book.getinfo("xl/worksheets/sheet1.xml")
    found[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0xFF
    return bytes(found)


def _book(title: str, lines) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", SHEETS)
def test_a_bad_workbook_is_told_soon_and_in_little_memory(workbooks, name):
    key, seconds, megabytes = workbooks[name]
    assert key == SHEETS[name][1]
    assert seconds < LONGEST_S
    assert megabytes < MOST_MB


PACKAGES = {
    "nothing": (b"", "no_json"),
    "a workbook": (b"PK\x03\x04\x00\xff", "no_json"),
    "deep JSON": (b"[" * 300_000, "no_json"),
    "deep objects": (b'{"a":' * 90_000 + b"1" + b"}" * 90_000, "no_json"),
    "100 MB": (b" " * (100 * 2**20), "too_large"),
    "millions of lists": (b"[" + b"[]," * 2_500_000 + b"[]]", "too_much_inside"),
    "a number without end": (b'{"schema": ' + b"9" * 1_000_000 + b"}", "no_json"),
    "a member twice": (b'{"schema": "hoert.package/1", "schema": "hoert.package/1"}', "no_json"),
    "NaN": (b'{"schema": NaN}', "no_json"),
    "something else": (b'{"type": "FeatureCollection"}', "no_package"),
    "a later schema": (b'{"schema": "hoert.package/2"}', "no_package"),
    "talks in it": (b'{"schema": "hoert.package/1", "conversations": []}', "unusable_package"),
    "NUL": (b'{"schema": "hoert.package/1", "themes": ["\\u0000"]}', "text_unreadable"),
    "half a letter": (b'{"schema": "hoert.package/1", "themes": ["\\ud800"]}', "text_unreadable"),
    "7 MB of emoji": (b'{"schema": "hoert.package/1", "x": "' + "😀".encode() * 1_800_000 + b'"}', "unusable_package"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKAGES)
def test_a_bad_package_is_told_soon_and_in_little_memory(packages, name):
    key, seconds, megabytes = packages[name]
    assert key == PACKAGES[name][1]
    assert seconds < LONGEST_S
    assert megabytes < MOST_MB
