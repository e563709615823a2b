"""Files stay small enough to be read, and pages small enough for a phone in a cellar."""

import gzip

import pytest

from tests.shape import tree

LONGEST_FILE = 400
LONGEST_MODULE = 150


def lines(path):
    return len(tree.text(path).splitlines())


@pytest.mark.parametrize("ending", [".py", ".js", ".css", ".html", ".md"])
def test_no_file_of_ours_is_too_long_to_be_read(ending):
    found = tree.of_kind(ending)
    assert found
    prose = () if ending != ".md" else ("docs/", "README", "CHANGELOG", "CONTRIBUTING")  # prose is as long as it is
    too_long = {tree.name(path): lines(path) for path in found if lines(path) > LONGEST_FILE}
    assert {name: n for name, n in too_long.items() if not name.startswith(prose or "\0")} == {}


def test_javascript_modules_are_shorter_still():
    """`lib/` is not ours; `words/` is a dictionary that tools/translations.py writes, a line a string; packed files are made of
    the others."""
    modules = [
        path
        for path in tree.of_kind(".js", under="static/js")
        if path.parent.name not in ("lib", "words") and ".packed." not in path.name
    ]
    assert modules
    assert {tree.name(path): lines(path) for path in modules if lines(path) >= LONGEST_MODULE} == {}


def test_all_style_is_at_most_10_kb_on_the_wire():
    """Pages ask for the packed sheet; the sheets it is made of stay within the same bar, comments and all. The PDF's
    own is read on the server and never sent."""
    packed = [path for path in tree.of_kind(".css", under="static") if path.name == "packed.css"]
    sheets = [path for path in tree.of_kind(".css", under="static") if not path.name.endswith(("packed.css", "sheet.css"))]
    for some in (packed, sheets):
        assert some
        assert len(gzip.compress(b"".join(path.read_bytes() for path in some), 6)) <= 10_000


def test_all_fonts_are_at_most_60_kb():
    fonts = tree.of_kind(".woff2", ".woff", ".ttf", ".otf", under="static")
    assert fonts
    assert sum(path.stat().st_size for path in fonts) <= 60_000


def test_all_icons_are_at_most_6_kb_on_the_wire():
    [icons] = [path for path in tree.of_kind(".svg", under="static") if path.name == "icons.svg"]
    assert len(gzip.compress(icons.read_bytes(), 9)) <= 6_000


def test_no_folder_or_module_is_a_drawer_for_everything():
    drawers = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "service", "services", "lib_utils"}
    parts = {part.lower() for path in tree.of_kind(".py", ".js") for part in (*path.parent.parts[1:], path.stem)}
    assert parts & drawers == set()


def test_every_font_and_icon_from_elsewhere_has_its_licence_beside_it():
    for font in tree.of_kind(".woff2", under="static"):
        licence = font.with_name(f"LICENSE-{font.stem}.txt")
        assert licence in tree.files(), tree.name(font)
        assert "SIL OPEN FONT LICENSE" in tree.text(licence).upper()
    assert [path for path in tree.files() if path.parent.name == "img" and path.name.startswith("LICENSE-")]


def test_no_file_holds_a_place_on_somebodys_machine_or_the_address_of_a_registry():
    """Written in pieces, so that this file does not hold them."""
    places = ["/" + folder + "/" for folder in ("work", "home", "Users", "root")] + ["C:" + "\\Users"]
    registries = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "registry.npm" + "js.org",
        "registry.yarn" + "pkg.com",
    ]
    found = []
    for path in tree.files():
        try:
            text = tree.text(path)
        except UnicodeDecodeError:
            continue
        found += [(tree.name(path), needle) for needle in (*places, *registries) if needle in text]
    assert found == []
