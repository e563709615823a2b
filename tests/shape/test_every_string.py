"""What a person reads goes through gettext, in code and scripts as in templates (test_templates.py)."""

import ast
import re

import pytest
from babel.messages.jslexer import tokenize

from tests.shape import tree
from tools.translations import number_of_texts

DANISH = re.compile("[æøåÆØÅ]")
WORD = re.compile(r"[^\W\d_]{2,}")
#: The product's name is the same in every language.
NAMES = re.compile("Hørt|hørt")
#: What is handed to these is read by people.
SAID_BY = re.compile(r"flash|ValidationError|StopValidation|Required|\w*Field|Day|SelectChoice")
SAID_AS = {"message", "label", "description"}
CODE = [*tree.of_kind(".py", under="blueprints"), tree.ROOT / "app.py"]
#: Not the dictionary, and not what is made of the others.
SCRIPTS = [path for path in tree.of_kind(".js", under="static/js") if path.parent.name != "words" and ".packed." not in path.name]


def unsaid(code):
    """What in this code would reach people without having been through gettext, with its line."""
    whole = ast.parse(code)
    inside = {id(part) for node in ast.walk(whole) if number_of_texts(node) for part in ast.walk(node)}
    prose = {id(node.value) for node in ast.walk(whole) if isinstance(node, ast.Expr)}  # docstrings
    found = set()
    for node in ast.walk(whole):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | prose:
            if DANISH.search(NAMES.sub("", node.value)):
                found.add((node.lineno, node.value))
        elif isinstance(node, ast.Call) and not number_of_texts(node):
            found |= {(one.lineno, ast.unparse(one)) for one in _told(node) if _has_words(one)}
    return sorted(found)


def _told(call):
    name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name == "append" and isinstance(call.func, ast.Attribute) and "errors" in ast.unparse(call.func.value):
        yield from call.args
    if SAID_BY.fullmatch(name):
        yield from call.args[1:2] if name == "SelectChoice" else call.args[:1]
        yield from (keyword.value for keyword in call.keywords if keyword.arg in SAID_AS)


def _has_words(node):
    """Whether the expression itself holds words that no gettext has seen."""
    if number_of_texts(node):
        return False
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(WORD.search(node.value))
    if isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp | ast.FormattedValue):
        return any(_has_words(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))
    return False


def unsaid_in_script(script):
    """The same for a module: strings with Danish letters that are not what `_` or `ngettext` is given."""
    tokens = list(tokenize(script, jsx=False))
    found = []
    for place, token in enumerate(tokens):
        if token.type in ("string", "template_string") and DANISH.search(NAMES.sub("", token.value)):
            before = [one.value for one in tokens[max(0, place - 6) : place]]
            if not (before[-2:] == ["_", "("] or "ngettext" in before):
                found.append((token.lineno, token.value))
    return found


@pytest.mark.parametrize("path", CODE, ids=tree.name)
def test_no_word_of_the_code_is_beyond_translation(path):
    assert unsaid(tree.text(path)) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=tree.name)
def test_no_word_of_a_script_is_beyond_translation(path):
    assert unsaid_in_script(tree.text(path)) == []


@pytest.mark.parametrize(
    "code",
    [
        'title = "Før snakken"',
        'title = f"Før {x}"',
        'flash("Gemt", "success")',
        'form.form_errors.append("Prøv igen")',
        'form.errors.append("Gemt")',
        'raise ValidationError("Gemt")',
        'field = StringField("Navn")',
        'field = StringField(_("Navn"), description="Kort")',
        'check = Length(max=2), Required(message="Mangler")',
        'choice = SelectChoice("code", "Gemt")',
        'flash(f"Gemt {n}")',
        'flash(_("Gemt") + " nu")',
        'flash("Gemt" if ok else _("Fejl"))',
    ],
)
def test_what_is_planted_in_code_is_found(code):
    assert unsaid(code) != []


@pytest.mark.parametrize(
    "code",
    [
        '"""Før snakken."""',
        'def f():\n    """Før snakken."""',
        'title = _("Før snakken")',
        'flash(_("Gemt"), "success")',
        "text = f\"{n} · {_('på vej')}\"",
        'ngettext("%(num)d på vej", "%(num)d på vej", n)',
        'field = StringField(_("Navn"), validators=[Required()])',
        'choice = SelectChoice("code", pick(x))',
        "# Før snakken",
        'NAME = "Hørt"',
    ],
)
def test_what_goes_through_gettext_is_left_alone(code):
    assert unsaid(code) == []


def test_scripts_are_held_to_the_same():
    assert unsaid_in_script('say("På vej");') == [(1, '"På vej"')]
    assert unsaid_in_script("say(`På vej ${n}`);") != []
    assert unsaid_in_script('say(_("På vej"));') == []
    assert unsaid_in_script('say(ngettext("%(num)d på vej", "%(num)d på vej", n)); // på vej') == []


def test_no_text_in_several_languages_is_read_in_one_of_them_by_hand():
    """`pick` chooses the reader's."""
    by_hand = re.compile(r"""\[["'](?:da|en)["']\]|\.get\(["'](?:da|en)["']""")
    paths = [*tree.of_kind(".py", under="blueprints"), *tree.of_kind(".html", ".md", under="templates")]
    assert [tree.name(path) for path in paths if path.stem != "language" and by_hand.search(tree.text(path))] == []


def test_the_lexer_reads_every_script_to_its_end():
    """One that stops early would find nothing: the last word of each file is among what it reads."""
    for path in SCRIPTS:
        text = tree.text(path)
        last = list(tokenize(text, jsx=False))[-1]
        assert text.rstrip().endswith(last.value), tree.name(path)
