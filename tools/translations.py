"""Keeps the catalogues beside the code. Danish is the source: a string stands in code and templates, its own translation.

    .venv/bin/python tools/translations.py           finds every string, brings translations/<language> up to date, compiles it
    .venv/bin/python tools/translations.py --check   changes nothing; fails when something is missing, left over or out of date

A translation is never guessed from a similar string. What is compiled is committed: messages.mo for the pages, and for the
modules in the browser static/js/words/<language>.js with the strings that they use.
"""

import ast
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
NAMES_OF_GETTEXT = frozenset({"_", "gettext", "lazy_gettext"})
NAMES_OF_NGETTEXT = frozenset({"ngettext", "lazy_ngettext"})
NOT_OURS = {"node_modules", "instance", "tests", "migrations"}
SCRIPTS = "static/js/"
FEWEST = 100
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0 +-]*\d*(?:\.\d+)?[a-zA-Z%]")
HEADER = """\
# The words of Hørt's interface in this language. msgid is the Danish that stands in code and templates.
# Write msgstr by hand, then run tools/translations.py: it finds new strings, drops old ones and compiles."""

Key = str | tuple[str, str]


@dataclass
class Found:
    """A string of the interface: with its plural when it counts something. `places`: where it stands, `file:line`."""

    key: Key
    places: list[str] = field(default_factory=list)

    @property
    def is_in_scripts(self) -> bool:
        return any(place.startswith(SCRIPTS) for place in self.places)


@dataclass(frozen=True)
class Files:
    """Where one language lies."""

    language: str
    root: Path = ROOT

    @property
    def po(self) -> Path:
        return self.root / "translations" / self.language / "LC_MESSAGES/messages.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")

    @property
    def script(self) -> Path:
        return self.root / SCRIPTS / "words" / f"{self.language}.js"


class Pinned(Catalog):
    """A catalogue whose header names no date, no person and no program: the same strings make the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def languages(root: Path = ROOT) -> list[Files]:
    return [Files(path.parents[1].name, root) for path in sorted(root.glob("translations/*/LC_MESSAGES/messages.po"))]


def extract(root: Path = ROOT) -> dict[str, Found]:
    """Every string that the interface can show, by its (singular) Danish."""
    found: dict[str, Found] = {}
    for key, place in (*_in_code(root), *_in_templates_and_scripts(root)):
        one = found.setdefault(_first(key), Found(key))
        one.key = key if isinstance(key, tuple) else one.key
        one.places.append(place)
    return dict(sorted(found.items()))


def _in_code(root: Path) -> Iterator[tuple[Key, str]]:
    """Read as Python reads it: Babel's own extractor does not look into f-strings before Python 3.12."""
    for path in sorted(root.glob("blueprints/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            n = number_of_texts(node)
            if n:
                assert isinstance(node, ast.Call)
                yield _texts(node, n, place := f"{path.relative_to(root).as_posix()}:{node.lineno}"), place


def number_of_texts(node: ast.AST) -> int:
    """1 for a call of gettext, 2 for one of ngettext, 0 for anything else."""
    if not isinstance(node, ast.Call):
        return 0
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return 1 if name in NAMES_OF_GETTEXT else 2 if name in NAMES_OF_NGETTEXT else 0


def _texts(call: ast.Call, n: int, place: str) -> Key:
    texts = [one.value for one in call.args[:n] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if len(texts) != n:
        raise SystemExit(f"{place}: what is translated must stand there as a plain string")
    return texts[0] if n == 1 else (texts[0], texts[1])


def _in_templates_and_scripts(root: Path) -> Iterator[tuple[Key, str]]:
    with (root / "translations/babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    walk = extract_from_dir(root, methods, options, keywords=DEFAULT_KEYWORDS, directory_filter=_is_ours)
    for name, line, key, _comments, _context in walk:
        if key:
            yield key if isinstance(key, str) else (key[0], key[1]), f"{Path(name).as_posix()}:{line}"


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith((".", "_")) and name not in NOT_OURS


def read(files: Files) -> Catalog:
    with files.po.open("rb") as file:
        return read_po(file, locale=files.language)


def updated(found: Mapping[str, Found], old: Catalog, language: str) -> Pinned:
    """The strings of today with the translations they had; what is new stays empty."""
    new = Pinned(locale=language, header_comment=HEADER, fuzzy=False)
    for one in found.values():
        had = old.get(one.key)
        fits = had is not None and isinstance(had.id, str) == isinstance(one.key, str) and not had.fuzzy
        empty = "" if isinstance(one.key, str) else ("",) * new.num_plurals
        new.add(one.key, had.string if had is not None and fits else empty)
    return new


def as_po(catalogue: Pinned) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=0)
    return out.getvalue().rstrip(b"\n") + b"\n"


def as_mo(catalogue: Pinned) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def as_script(found: Mapping[str, Found], catalogue: Catalog) -> str:
    """The module of a language: what modules in the browser say, and no more than that."""
    said = {key: _string(catalogue, one.key) for key, one in found.items() if one.is_in_scripts}
    lines = "".join(
        f"  {json.dumps(key, ensure_ascii=False)}: {json.dumps(text, ensure_ascii=False)},\n"
        for key, text in said.items()
        if all(_forms(text))
    )
    return (
        "// @ts-check\n// Made by tools/translations.py. Change the catalogue, not this file.\n\n"
        f"/** @type {{Record<string, string | string[]>}} */\nexport default {{\n{lines}}};\n"
    )


def complaints(found: Mapping[str, Found], catalogue: Catalog) -> Iterator[str]:
    """What is wrong with the translations themselves."""
    if len(found) < FEWEST:
        yield f"only {len(found)} strings found: is translations/babel.cfg right?"
    for key, one in found.items():
        had = catalogue.get(one.key)
        if had is None or isinstance(had.id, str) != isinstance(one.key, str) or (had.id != one.key):
            yield f"new, without a translation: {key!r} ({one.places[0]})"
        elif had.fuzzy or not all(_forms(had.string)):
            yield f"{'fuzzy' if had.fuzzy else 'untranslated'}: {key!r} ({one.places[0]})"
        else:
            yield from _misfits(one.key, had.string)
    for message in catalogue:
        if message.id and _first(message.id) not in found:
            yield f"no longer in use: {_first(message.id)!r}"
    for key in catalogue.obsolete:
        yield f"no longer in use: {_first(key)!r}"


def _misfits(key: Key, string: str | Iterable[str]) -> Iterator[str]:
    """Each form holds what its source holds: the same placeholders, the same blanks at its ends."""
    sources = list(_forms(key))
    for place, text in enumerate(_forms(string)):
        source = sources[min(place, len(sources) - 1)]
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text)):
            yield f"other placeholders than in {source!r}: {text!r}"
        if (source[:1].isspace(), source[-1:].isspace()) != (text[:1].isspace(), text[-1:].isspace()):
            yield f"other blanks at the ends than in {source!r}: {text!r}"


def stale(files: Files, found: Mapping[str, Found], catalogue: Catalog) -> Iterator[str]:
    """What was compiled from another catalogue than the one that lies there."""
    expected = {
        files.mo: as_mo(updated(found, catalogue, files.language)),
        files.script: as_script(found, catalogue).encode(),
    }
    for path, content in expected.items():
        if not path.is_file() or path.read_bytes() != content:
            yield f"{path.relative_to(files.root)} is not made from the catalogue; run tools/translations.py"


def check(root: Path = ROOT) -> list[str]:
    found, lying = extract(root), languages(root)
    wrong = [] if lying else ["there is no catalogue in translations/"]
    for files in lying:
        catalogue = read(files)
        wrong += [f"{files.language}: {one}" for one in (*complaints(found, catalogue), *stale(files, found, catalogue))]
    return wrong


def update(root: Path = ROOT) -> list[str]:
    """Brings all languages up to date; what was let go, and what is still to be done by hand."""
    found = extract(root)
    wrong = []
    for files in languages(root):
        old = read(files)
        catalogue = updated(found, old, files.language)
        dropped = [message for message in old if message.id and catalogue.get(message.id) is None and any(_forms(message.string))]
        for message in dropped:
            print(f"{files.language}: let go: {_first(message.id)!r} = {_first(message.string)!r}")
        files.script.parent.mkdir(parents=True, exist_ok=True)
        files.po.write_bytes(as_po(catalogue))
        files.mo.write_bytes(as_mo(catalogue))
        files.script.write_text(as_script(found, catalogue), "utf-8")
        wrong += [f"{files.language}: {one}" for one in complaints(found, catalogue)]
    return wrong


def _first(key: Key | Iterable[str]) -> str:
    return key if isinstance(key, str) else next(iter(key))


def _forms(text: str | Iterable[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _string(catalogue: Catalog, key: Key) -> str | tuple[str, ...]:
    had = catalogue.get(key)
    return had.string if had is not None and not had.fuzzy else ""


def main(arguments: list[str]) -> int:
    wrong = check() if "--check" in arguments else update()
    for line in wrong:
        print(line)
    if not wrong:
        print(f"{len(extract())} strings in Danish and {', '.join(files.language for files in languages())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
