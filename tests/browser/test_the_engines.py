"""The controls of `test_every_page.py`: what the engines are to find is found, under the content policy and in both schemes."""

import pytest

from tests.browser import engines

#: What is planted on the page, and the words in which an engine tells of it.
FAULTS = {
    "a picture without words": (
        "() => document.querySelector('main').append(new Image())",
        {"axe": "image-alt", "HTML_CodeSniffer": "1_1_1.H37"},
    ),
    "a field without a label": (
        "() => document.querySelector('main').append(document.createElement('input'))",
        {"axe": "label:", "HTML_CodeSniffer": "1_3_1.F68"},
    ),
    "a heading that is skipped": (
        "() => document.querySelectorAll('h1').forEach((h1) => h1.replaceWith(document.createElement('h4')))",
        {"axe": "empty-heading", "HTML_CodeSniffer": "1_3_1.H42.2"},
    ),
}
#: Words that are read well on a light ground and badly on a dark one.
DARK_WORDS = """
() => {
  const words = document.createElement("p");
  words.append("Svær at læse");
  words.style.color = "rgb(40, 40, 40)";
  document.querySelector("main").append(words);
}
"""
CONTRAST = {"axe": "color-contrast", "HTML_CodeSniffer": "1_4_3.G18"}


@pytest.fixture
def page(phone):
    page = phone.page()
    page.goto("/auth/sign-in")
    engines.bring(page)
    return page


@pytest.mark.parametrize("engine", engines.ENGINES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(page, fault, engine):
    plant, told = FAULTS[fault]
    assert engines.ENGINES[engine](page) == []
    page.evaluate(plant)
    assert any(told[engine] in one for one in engines.ENGINES[engine](page))


@pytest.mark.parametrize("engine", engines.ENGINES)
def test_faint_words_are_found_in_the_scheme_where_they_are_faint(page, engine):
    page.evaluate(DARK_WORDS)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[scheme] = [one for one in engines.ENGINES[engine](page) if CONTRAST[engine] in one]
    assert found["light"] == []
    assert len(found["dark"]) == 1


@pytest.mark.parametrize("excepted", engines.EXCEPTED, ids=lambda one: one.code)
def test_every_exception_is_still_needed(page, excepted):
    page.goto(excepted.address)
    engines.bring(page)
    others = [one for one in engines.EXCEPTED if one is not excepted]
    assert any(excepted.code in one for one in engines.htmlcs(page, others))
