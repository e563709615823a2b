"""The forms of a page as a program finds them that sends anything: what stands in each, and what can be typed in.

Read by Python's own parser: thousands of answers are read, and html5lib takes a tenth of a second for each.
"""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

TYPED = ("text", "search", "email", "password", "url", "tel", "number", "date", "time", "week", "month", "textarea")
PRESSED = ("submit", "image", "button", "reset")


@dataclass
class Control:
    name: str
    kind: str
    value: str = ""
    #: What is sent of it, where nobody touches it.
    is_sent: bool = True

    @property
    def is_typed(self) -> bool:
        return self.kind in TYPED


@dataclass
class Form:
    action: str
    method: str
    is_multipart: bool
    controls: list[Control] = field(default_factory=list)

    def sent(self) -> list[tuple[str, str]]:
        """As it would go off untouched, its first button pressed."""
        buttons = [(one.name, one.value) for one in self.controls if one.kind in PRESSED][:1]
        return [(one.name, one.value) for one in self.controls if one.is_sent and one.kind not in (*PRESSED, "file")] + buttons

    def names(self, *, typed: bool) -> list[str]:
        """Of the fields a person types in, or of the others; the CSRF token is another test's."""
        return list(dict.fromkeys(one.name for one in self.controls if one.is_typed == typed and one.name != "csrf_token"))

    def typed(self) -> dict[str, str]:
        """What stands in the fields that a person types in."""
        return {one.name: one.value for one in self.controls if one.is_typed}

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        return self.method, frozenset(one.name for one in self.controls)


class Page(HTMLParser):
    """`links` without what is beside the point (#…); `alerts`: how many elements speak up. A button that posts elsewhere
    (`formaction`) makes a form of its own."""

    def __init__(self, html: str, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.alerts = 0
        self._inside: Form | None = None
        self._elsewhere: list[Form] = []
        self._text: Control | None = None
        self._select: Control | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.alerts += said.get("role") == "alert"
        if tag == "a" and (link := said.get("href", "").split("#")[0]):
            self.links.append(link)
        if tag == "form":
            action = said.get("action") or self.path
            self._inside = Form(action, said.get("method", "get").upper(), "multipart" in said.get("enctype", ""))
            self.forms.append(self._inside)
        elif self._inside:
            self._control(tag, said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        name = "" if "disabled" in said else said.get("name", "")
        if tag == "option" and self._select and ("selected" in said or not self._select.is_sent):
            self._select.value, self._select.is_sent = said.get("value", ""), True
        assert self._inside
        if said.get("formaction"):
            self._elsewhere.append(replace(self._inside, action=said["formaction"]))
        if not name:
            return
        kind = said.get("type", "text").lower() if tag == "input" else "submit" if tag == "button" else tag
        is_sent = "checked" in said if kind in ("checkbox", "radio") else tag != "select"
        control = Control(name, kind, said.get("value", "on" if kind in ("checkbox", "radio") else ""), is_sent)
        if tag in ("input", "button", "textarea", "select"):
            self._inside.controls.append(control)
        self._text = control if tag == "textarea" else self._text
        self._select = control if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            # A browser takes one line end at the very beginning away.
            self._text.value = self._text.value.removeprefix("\r").removeprefix("\n")
            self._text = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self.forms += [replace(one, controls=self._inside.controls) for one in self._elsewhere if self._inside]
            self._inside, self._elsewhere = None, []
