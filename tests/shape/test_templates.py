"""Templates: each is used, none holds code or style of its own, and every word that a person reads can be translated."""

import re

import pytest
from jinja2 import Environment, meta, nodes

from blueprints.shared.settings import ROOT
from tests.shape import tree

TEMPLATES = ROOT / "templates"
JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
#: Not words: the product's name, what people type to try the demo, and attributes that stand outside a tag's own text.
NAMES = re.compile(r"\b[\w-]+=\"[^\"]*\"|Hørt|\b[\w.]+@demo\.example\b|kun-til-demo|&\w+;")
SPOKEN = ("title", "alt", "aria-label", "aria-description", "placeholder", "aria-roledescription", "label", "aria-valuetext")


def names():
    return [path.relative_to(TEMPLATES).as_posix() for path in tree.files() if path.is_relative_to(TEMPLATES)]


def source(name):
    return tree.text(TEMPLATES / name)


def shown_from_code():
    """Templates that a view or a command renders, by name."""
    code = "".join(tree.text(path) for folder in ("blueprints", "domain") for path in tree.of_kind(".py", under=folder))
    return {name for name in names() if f'"{name}"' in code}


def used():
    found, waiting = set(), list(shown_from_code())
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in meta.find_referenced_templates(JINJA.parse(source(name))) if other]
    return found


def text_nodes(name):
    """The template's own text between tags, with what is computed left out; and the attributes that are read aloud."""
    pieces = [
        value if kind == "data" else " " if kind.endswith("_begin") else "" for _line, kind, value in JINJA.lex(source(name))
    ]
    markup = re.sub(r"<(script|style)\b.*?</\1>", " ", "".join(pieces), flags=re.DOTALL)
    spoken = [value for attribute in SPOKEN for value in re.findall(rf'\s{attribute}="([^"]*)"', markup)]
    return [*re.split(r"<[^>]*>", markup), *spoken]


def test_every_template_is_used():
    assert sorted(set(names()) - used()) == []


@pytest.mark.parametrize("name", names())
def test_no_word_is_beyond_translation(name):
    found = [NAMES.sub(" ", piece) for piece in text_nodes(name)]
    assert [" ".join(piece.split()) for piece in found if re.search(r"[^\W\d_]{2,}", piece)] == []


@pytest.mark.parametrize("name", [name for name in names() if name.endswith(".html")])
def test_no_template_holds_style_or_code(name):
    text = source(name)
    if name.startswith("mail/"):  # programs that show mail read no sheet
        text = text.replace(" style=", " ")
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)", text) == []


@pytest.mark.parametrize("name", names())
def test_no_template_vouches_for_html_itself(name):
    """What is safe is made safe where it is made (Markup), not declared so where it is shown."""
    tree_of = JINJA.parse(source(name))
    assert [node.name for node in tree_of.find_all(nodes.Filter) if node.name in ("safe", "forceescape")] == []
    assert "autoescape false" not in source(name)
