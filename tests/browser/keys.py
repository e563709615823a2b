"""A person with a keyboard and no mouse: goes on with Tab, sees where they are, and meets things in the order they stand."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

MOST_STEPS = 80
LONGEST_PAGE = 300
#: Chromium goes on from where one was last. From the document itself the next Tab leads to the first thing of the page.
TO_THE_TOP = """
() => {
  const all = document.documentElement;
  all.tabIndex = -1;
  all.focus();
  all.removeAttribute("tabindex");
  scrollTo(0, 0);
  window.reached = new Set();
}
"""
#: What one sees and can press or fill in, and did not come to. Of radio buttons one comes to one.
PASSED_BY = """
() => {
  const focusable = "a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex]";
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0;
  const peers = (e) => e.type === "radio" ? [...document.getElementsByName(e.name)].filter((one) => one.form === e.form) : [e];
  return [...document.querySelectorAll(focusable)].filter((e) => shown(e) && !peers(e).some((one) => window.reached.has(one)))
    .map((e) => e.outerHTML.slice(0, 120));
}
"""

#: The thing in focus as one sees it: a chip is its label, for the checkbox itself lies invisible inside.
HERE = """
() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  window.reached?.add(it);
  const seen = it.matches("input[type=checkbox], input[type=radio]") ? it.closest("label") ?? it : it;
  const drawn = (e) => {
    const style = getComputedStyle(e);
    const clear = /rgba\\(.*, 0\\)|transparent/;
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !clear.test(style.outlineColor);
    return outline || (style.boxShadow !== "none" && !clear.test(style.boxShadow));
  };
  const ring = (e) => [e, ...e.querySelectorAll("*")].filter((one) => one.matches(":focus-visible, :focus-visible + *"));
  const spoken = (e) => {
    const copy = e.cloneNode(true);
    for (const mute of copy.querySelectorAll("[aria-hidden=true]")) mute.remove();
    return copy.textContent;
  };
  const box = seen.getBoundingClientRect();
  const spots = [[.5, .5], [.1, .5], [.9, .5], [.5, .2], [.5, .8]];
  const at = ([x, y]) => document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
  // A bar that stays while the page moves has an order of its own: the tabs below come first, the docked button above later.
  const bar = (e) => e && (/sticky|fixed/.test(getComputedStyle(e).position) ? `bar ${e.className}` : bar(e.parentElement));
  const label = it.labels?.length ? [...it.labels].map((one) => one.innerText).join(" ") : null;
  return {
    name: (it.getAttribute("aria-label") ?? label ?? spoken(it)).replace(/\\s+/g, " ").trim(),
    kind: it.tagName.toLowerCase() + (it.type ? ":" + it.type : ""),
    // The button inside a field for a date or a time has Chromium's own ring, and the field itself none then.
    ringed: ring(seen).some(drawn) || (["date", "time"].includes(it.type) && !it.matches(":focus")),
    uncovered: spots.filter((spot) => seen.contains(at(spot))).length,
    left: box.left, right: box.right, top: box.top + scrollY, bottom: box.bottom + scrollY,
    skips: it.matches(".skip-link"),
    layer: bar(it) || "page",
  };
}
"""


@dataclass
class Keyboard:
    """Walks through one page after another. Every stop is checked. `last`: the latest stop of each layer, see `follows`."""

    page: Page
    last: dict[str, dict[str, Any]] = field(default_factory=dict)

    def walk(self) -> list[str]:
        """Every stop of the page by its name, from the top to the end. Nothing that can be pressed is passed by."""
        self.page.evaluate(TO_THE_TOP)
        self.forget()
        met = []
        for _ in range(LONGEST_PAGE):
            self.press("Tab")
            here = self._look()
            if here is None:
                assert not (missed := self.page.evaluate(PASSED_BY)), f"cannot be reached with Tab: {missed}"
                return met
            met.append(here["name"])
        raise AssertionError(f"Tab is caught: {met}")

    def forget(self) -> None:
        """What follows is in no order to what was before."""
        self.last = {}

    def tab_to(self, name: str | tuple[str, ...], *, kind: str = "") -> None:
        """Goes on with Tab until the thing with this name (or a name beginning so; or one of these) is in focus."""
        met = []
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            here = self._look()
            if here and here["name"].startswith(name) and here["kind"].startswith(kind):
                return
            met.append(here and here["name"])
        raise AssertionError(f"{name!r} cannot be reached with Tab; met {met}")

    def back_to(self, name: str) -> None:
        """The same with Shift+Tab."""
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Shift+Tab")
            here = self.page.evaluate(HERE)
            assert here, f"{name!r} cannot be reached with Shift+Tab"
            assert here["ringed"], f"no visible focus on {here}"
            if here["name"].startswith(name):
                self.last[here["layer"]] = here
                return
        raise AssertionError(f"{name!r} cannot be reached with Shift+Tab")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def arrow_to(self, name: str, key: str = "ArrowRight") -> None:
        """Within a group of radio buttons."""
        for _ in range(MOST_STEPS):
            self.press(key)
            here = self.page.evaluate(HERE)
            assert here["ringed"], f"no visible focus on {here}"
            if here["name"] == name:
                self.last[here["layer"]] = here
                return
        raise AssertionError(f"{name!r} cannot be reached with {key}")

    def follow(self) -> None:
        """Enter on a link or button that leads to another page."""
        with self.page.expect_navigation():
            self.press("Enter")
        self.forget()

    def _look(self) -> dict[str, Any] | None:
        here = self.page.evaluate(HERE)
        if here is None:  # past the end: the browser's own bars
            self.forget()
            return None
        assert here["ringed"], f"no visible focus on {here}"
        assert here["uncovered"], f"something lies over {here}"
        if not here["skips"]:  # it lies over the page, in no order
            before = self.last.get(here["layer"])
            assert before is None or follows(before, here), f"the order on the screen is another: {before} then {here}"
            self.last[here["layer"]] = here
        return here


def follows(before: dict[str, Any], here: dict[str, Any]) -> bool:
    """Below, beside to the right, or at the top of a column further right; parts of one field follow each other.

    The rule for bars that stay in place while the page scrolls (`position: fixed` or `sticky`: the tabs and the dock of a
    phone, the foot of a form, the aside of a week): they have no place in the order of the page, so they are a layer of their
    own. Within it the same order holds.
    """
    if here["top"] >= before["bottom"] - 1 or here["left"] >= before["right"] - 1:
        return True
    return here["top"] >= before["top"] - 1 and here["left"] >= before["left"] - 1
