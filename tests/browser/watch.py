"""A page that keeps its eyes open: whatever goes wrong while a test uses it, fails the test."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Response

#: A policy that was broken is said aloud, whatever Chromium calls it on the console.
TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
#: Chromium writes a line for every answer from 400 on. The answers themselves are looked at, with what was expected.
_STATUS_LINE = re.compile(r"Failed to load resource: the server responded with a status of \d{3}")
#: The person went on before everything had come; the worker's own script too, of which Chromium tells on the console only.
_CUT_SHORT = "net::ERR_ABORTED"
_WORKER_CUT_SHORT = "An unknown error occurred when fetching the script."


class Watch:
    """Collects every console error and warning, page error, dialog, CSP report, failed request, answer from 400 on, and
    request to another server, in all pages of a context."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.origin = origin
        self.problems: list[str] = []
        self._expected: set[int] = set()
        #: Without a network requests fail, and Chromium says so on the console.
        self.is_away = False
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def page(self) -> Page:
        page = self.context.new_page()
        page.on("crash", lambda _: self.problems.append("the page crashed"))
        return page

    def expect(self, *statuses: int) -> None:
        """Pages with these statuses belong to the test."""
        self._expected |= set(statuses)

    def assert_all_well(self) -> None:
        found, self.problems = self.problems, []
        assert not found, "\n".join(found)

    def _console(self, message: ConsoleMessage) -> None:
        if message.text == _WORKER_CUT_SHORT or (self.is_away and "net::ERR_" in message.text):
            return
        if message.type in ("error", "warning") and not _STATUS_LINE.match(message.text):
            self.problems.append(f"console {message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self.problems.append(f"left the house: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != _CUT_SHORT and not self.is_away:
            self.problems.append(f"request failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status < 400:
            return
        is_apps_own = any(path in response.url for path in ("/sync", "/auth/sign-out"))
        asked = response.request.is_navigation_request() or is_apps_own or response.request.resource_type == "xhr"
        if response.status in self._expected and asked:
            return
        self.problems.append(f"{response.status}: {response.url}")
