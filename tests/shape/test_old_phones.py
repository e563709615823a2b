"""The app keeps to what browsers of spring 2022 know (Safari 15.4, Chrome 99): a phone of that age is an ordinary one. An
expression that looks behind would stop the whole app there before its first line."""

import re

import pytest

from domain import guard
from tests.shape import tree

TOO_NEW = {
    "an expression that looks behind": r"\(\?<[=!]",
    "a limit on a request, not asked for first": r"AbortSignal\.(timeout|any)\(",
    "methods of lists from 2022 on": r"\.(findLast|findLastIndex|toSorted|toReversed|toSpliced|with)\(",
    "grouping": r"(Object|Map)\.groupBy\(",
    "well-formed strings": r"\.(isWellFormed|toWellFormed)\(",
    "promises from outside": r"Promise\.(withResolvers|try)\(",
    "set arithmetic": r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(",
    "the v flag": r"/[dgimsuy]*v[dgimsuy]*[;,)]",
}


def ours():
    return [path for path in tree.of_kind(".js", under="static/js") if path.parent.name != "lib" and ".packed." not in path.name]


@pytest.mark.parametrize("what", TOO_NEW)
def test_the_modules_use_nothing_that_an_older_phone_lacks(what):
    assert ours()
    assert [tree.name(path) for path in ours() if re.search(TOO_NEW[what], tree.text(path))] == []


def test_neither_do_the_rules_that_the_phone_is_sent():
    patterns = [rule["pattern"] for rule in guard.RULES.values()]
    assert patterns
    assert [one for one in patterns if re.search(TOO_NEW["an expression that looks behind"], one)] == []


def test_the_style_asks_for_the_size_of_the_screen_in_words_that_they_know():
    """`width < 48rem` and a `not` without a medium came to Safari a year later: such a rule would not be there at all."""
    asked = [
        one for path in (tree.ROOT / "static/css").glob("*packed.css") for one in re.findall(r"@media([^{]*)", tree.text(path))
    ]
    assert len(asked) > 5
    assert [one for one in asked if re.search(r"[<>]|\bnot\s*\(|\bor\b", one)] == []
