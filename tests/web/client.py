"""A visitor: somebody with a browser of their own. Every page shown is linted; forms are sent as a browser sends them."""

import gzip
import re
import xml.etree.ElementTree as ET
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from tests import cast as people
from tests import make
from tests.paper import pdf_text
from tests.web import lint

Fields = list[tuple[str, str]]
#: What differs each time a page is shown, so that the same page is linted once.
CHANGING = re.compile(r'(?<=name="csrf_token" value=")[^"]{10}[^"]+|(?<=name="owner" value=")[^"]+')
ANDROID = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"


class BadPage(AssertionError):
    """A page that must not be shown as it is."""


class Answer:
    """What came back."""

    def __init__(self, response: Any, *, method: str, path: str, language: str = "da") -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.raw = response.get_data()
        self.data = gzip.decompress(self.raw) if self.headers.get("Content-Encoding") == "gzip" else self.raw
        response.close()
        self.path = path
        self.is_pdf = response.mimetype == "application/pdf"
        self.is_html = response.mimetype == "text/html" and method != "HEAD" and bool(self.data)
        if self.is_html and not (300 <= self.status < 400):
            wrong = lint.complaints(CHANGING.sub("x", self.text), language=language)
            if wrong:
                raise BadPage(f"{method} {path} → {self.status}: " + "; ".join(wrong))

    @property
    def text(self) -> str:
        """A PDF's is what a reader of it reads."""
        return pdf_text(self.data) if self.is_pdf and self.data else self.data.decode()

    @property
    def location(self) -> str:
        return self.headers["Location"]

    @cached_property
    def tree(self) -> ET.Element:
        return lint.parse(self.text)[0]

    @property
    def title(self) -> str:
        return lint.text_of(self.tree.find("head/title"))

    @property
    def h1(self) -> str:
        return lint.text_of(next(self.tree.iter("h1")))

    @property
    def words(self) -> str:
        """What a person reads of the page's content."""
        return lint.text_of(next(self.tree.iter("main")))

    @property
    def everything(self) -> str:
        """Body and headers: all that left the house."""
        return f"{self.headers}\n{self.text}"

    def links(self) -> list[str]:
        """Where the page leads, without what is beside the point (#…)."""
        found = [element.get("href") or "" for element in self.tree.iter("a")]
        return list(dict.fromkeys(link.split("#")[0] for link in found if link.split("#")[0]))

    def all(self, tag: str, *, css: str | None = None) -> list[ET.Element]:
        return [element for element in self.tree.iter(tag) if css is None or css in (element.get("class") or "").split()]

    def errors(self) -> list[str]:
        """The messages of the error summary."""
        [summary] = self.all("div", css="error-summary") or [ET.Element("div")]
        return [lint.text_of(item) for item in summary.iter("li")]

    def fields(self, action: str) -> Fields:
        """The successful controls of the form with this action, in their order (HTML, "constructing the entry list")."""
        [form] = [form for form in self.tree.iter("form") if form.get("action") == action]
        return [pair for control in form.iter() for pair in _sent(control)]


class Visitor:
    """One browser. `address` is where it is seen to come from."""

    def __init__(self, app: Any, *, address: str = "127.0.0.1", agent: str = ANDROID) -> None:
        self.app = app
        self.base_url = app.config["BASE_URL"]
        self.http = app.test_client()
        self.address = address
        self.agent = agent
        #: What every page for this browser is to be in: Danish, until somebody chooses.
        self.language = "da"

    def get(self, path: str, **more: Any) -> Answer:
        return self.open("GET", path, **more)

    def head(self, path: str, **more: Any) -> Answer:
        return self.open("HEAD", path, **more)

    def post(self, path: str, fields: Fields | dict[str, str] | None = None, *, token: str | None = "", **more: Any) -> Answer:
        """Posts the fields. Without `token` with a good CSRF token of this browser; None: with none at all."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields or [])
        pairs = [pair for pair in pairs if pair[0] != "csrf_token" or token == ""]
        if token is not None and (token or "csrf_token" not in dict(pairs)):
            pairs.append(("csrf_token", token or self.token()))
        grouped: dict[str, list[str]] = {}
        for name, value in pairs:
            grouped.setdefault(name, []).append(value)
        return self.open("POST", path, data=grouped, **more)

    def open(self, method: str, path: str, *, json: bool = False, headers: dict[str, str] | None = None, **more: Any) -> Answer:
        parts = urlsplit(path)
        assert not parts.netloc, path
        response = self.http.open(
            path,
            method=method,
            base_url=self.base_url,
            headers={
                "User-Agent": self.agent,
                "Referer": f"{self.base_url}/",
                "Accept": "application/json" if json else "text/html,application/xhtml+xml,*/*;q=0.8",
                **(headers or {}),
            },
            environ_overrides={"REMOTE_ADDR": self.address},
            **more,
        )
        return Answer(response, method=method, path=path, language=self.language)

    def submit(self, page: Answer, action: str, **changes: str | list[str]) -> Answer:
        """Sends the form on the page with these fields filled in (a list: several values; an empty one: none)."""
        kept = [pair for pair in page.fields(action) if pair[0] not in changes]
        filled = [(name, one) for name, value in changes.items() for one in ([value] if isinstance(value, str) else value)]
        return self.post(action, kept + filled)

    def sign_in(self, name: str, **more: Any) -> Answer:
        """As one of the cast, through the form."""
        page = self.get("/auth/sign-in")
        answer = self.submit(page, "/auth/sign-in", email=people.email(name), password=make.PASSWORD, **more)
        assert answer.status == 302, (answer.status, answer.errors())
        return answer

    def choose_language(self, language: str, **fields: str) -> Answer:
        """Presses the button of a language; what is answered, and every page after it, is to be in that language."""
        token, self.language = self.token(), language
        return self.post("/auth/language", {"language": language, **fields}, token=token)

    def token(self) -> str:
        """A CSRF token for this browser, taken from a form."""
        for path in ("/auth/sign-in", "/people/me"):
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
            if found:
                return found[1]
        raise AssertionError("no form anywhere")

    @property
    def cookie_name(self) -> str:
        return self.app.config["SESSION_COOKIE_NAME"]

    @property
    def cookie(self) -> str | None:
        kept = self.http.get_cookie(self.cookie_name, self.host)
        return kept.value if kept else None

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.http.set_cookie(self.cookie_name, value, domain=self.host)

    def forget_cookies(self) -> None:
        self.http.delete_cookie(self.cookie_name, domain=self.host)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    def is_signed_in(self) -> bool:
        return self.get("/people/me").status == 200


def _sent(control: ET.Element) -> Fields:
    name = control.get("name")
    if not name or control.get("disabled") is not None:
        return []
    if control.tag == "textarea":
        return [(name, _as_browser(control.text or ""))]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        if control.get("multiple") is None:
            chosen = chosen[-1:] or options[:1]
        return [(name, option.get("value", lint.text_of(option))) for option in chosen]
    kind = (control.get("type") or "text").lower()
    if control.tag != "input" or kind in ("submit", "button", "reset", "image", "file"):
        return []
    if kind in ("checkbox", "radio") and control.get("checked") is None:
        return []
    return [(name, _as_browser(control.get("value", "on" if kind in ("checkbox", "radio") else "")))]


def _as_browser(text: str) -> str:
    """Line ends as forms send them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
