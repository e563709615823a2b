"""Two engines that look for what shuts people out: axe-core and HTML_CodeSniffer. Only what they call an error counts.

Both are put into the page by Chromium's own tools, past the content policy; they obey it from then on, and a page under
watch says so when one does not.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.served import ROOT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Fewer, and the engine did not look at the page.
FEWEST_AXE_RULES = 20
FEWEST_HTMLCS_MESSAGES = 3

RUN_AXE = """
async (tags) => {
  const done = await window.axe.run({ runOnly: tags, resultTypes: ["violations"] });
  const told = ({ id, help }) => ({ html, failureSummary }) => `${id}: ${help}\\n  ${html}\\n  ${failureSummary}`;
  return { looked: done.passes.length, found: done.violations.flatMap((one) => one.nodes.map(told(one))) };
}
"""
#: The engine of 2020 lacks some of its own sentences and breaks off when it needs one; then the name of the sentence is told.
WITH_HTMLCS = "const told = HTMLCS.getTranslation.bind(HTMLCS); HTMLCS.getTranslation = (key) => told(key) ?? key;"
RUN_HTMLCS = """
(excepted) => new Promise((done, broken) => {
  const all = () => HTMLCS.getMessages();
  const ours = ({ code, element }) => !excepted.some(([known, selector]) => code.endsWith(known) && element.matches?.(selector));
  const told = ({ code, msg, element }) => `${code}: ${msg}\\n  ${(element.outerHTML ?? "the whole page").slice(0, 300)}`;
  const finished = () => done({ looked: all().length, found: all().filter((one) => one.type === 1 && ours(one)).map(told) });
  HTMLCS.process("WCAG2AA", document, finished, () => broken(new Error("WCAG2AA was not found")));
})
"""


@dataclass(frozen=True)
class Excepted:
    """An error of HTML_CodeSniffer that is none: the end of its code, the elements, the reason, and an address that has it."""

    code: str
    selector: str
    reason: str
    address: str


EXCEPTED = [
    Excepted(
        "1_3_5.H98",
        "input[type=email][autocomplete=username]",
        "It knows HTML 5.2 of 2017, where »username« was for text fields only. The HTML Standard has it for e-mail fields too, "
        "and password managers look for it.",
        "/auth/sign-in",
    ),
]


@functools.cache
def _scripts() -> tuple[str, str]:
    paths = ("axe-core/axe.min.js", "html_codesniffer/build/HTMLCS.js")
    axe, htmlcs = ((ROOT / "node_modules" / path).read_text("utf-8") for path in paths)
    return axe + ";true", f"{htmlcs};{WITH_HTMLCS};true"


def bring(page: Page) -> None:
    """Puts both engines into the page as it stands."""
    for script in _scripts():
        page.evaluate(script)


def axe(page: Page) -> list[str]:
    answer = page.evaluate(RUN_AXE, TAGS)
    assert answer["looked"] >= FEWEST_AXE_RULES, "axe looked at the page"
    return answer["found"]


def htmlcs(page: Page, excepted: list[Excepted] = EXCEPTED) -> list[str]:
    answer = page.evaluate(RUN_HTMLCS, [[one.code, one.selector] for one in excepted])
    assert answer["looked"] >= FEWEST_HTMLCS_MESSAGES, "HTML_CodeSniffer looked at the page"
    return answer["found"]


ENGINES: dict[str, Callable[[Page], list[str]]] = {"axe": axe, "HTML_CodeSniffer": htmlcs}
