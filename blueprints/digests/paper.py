"""The week as a PDF, by WeasyPrint: an extra (`hoert[pdf]`), imported inside the one verb that uses it.

Nothing is fetched but files under `static/`: no network, and no other file of the machine.
"""

import atexit
import logging
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import unquote, urlsplit

from blueprints.shared.assets import FOLDER

SHEET = FOLDER / "css" / "sheet.css"
#: Drawing keeps a processor busy for a second or two: one at a time in each process, and few wait in line.
LONGEST_WAIT_S = 10
_turn = BoundedSemaphore(1)
#: Paper is passed on: an address of Hørt on it would be one more thing to leak. What people wrote is escaped, and holds no tag.
_ADDRESS = re.compile(r'(<a\b[^>]*?) href="[^"]*"')


class Busy(Exception):
    """Others' PDFs took too long; try again."""


class NotHere(Exception):
    """WeasyPrint is installed, but Pango is not."""


class NotOurs(Exception):
    """An address that leads out of `static/`. It is not named: it may stand in what somebody wrote."""


@cache
def can_be_made() -> bool:
    """Whether the extra is installed. It is not imported to find out: that takes a second, and every week asks."""
    return find_spec("weasyprint") is not None


def pdf(html: str) -> bytes:
    """The sheet as a tagged PDF (PDF/UA-1). Raises Busy, NotHere."""
    if not _turn.acquire(timeout=LONGEST_WAIT_S):
        raise Busy
    try:
        try:
            import weasyprint  # noqa: PLC0415
        except OSError as error:
            raise NotHere from error
        style, fonts = _style()
        # Without a base, what the page's head asks a browser to fetch has no address at all.
        sheet = weasyprint.HTML(string=_ADDRESS.sub(r"\1", html), url_fetcher=_fetcher())
        return sheet.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    finally:
        _turn.release()


def ours(url: str) -> Path:
    """The file under `static/` that an address leads to. Raises NotOurs."""
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if (parts.scheme, parts.netloc) != ("file", "") or not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
        raise NotOurs
    return path


@cache
def _style() -> tuple[Any, Any]:
    """Sheet and fonts, read once: nothing in them changes while the server runs."""
    atexit.register(_style.cache_clear)  # fonts tidy up after themselves, which is too late once Python has been taken apart
    logging.getLogger("weasyprint").propagate = False  # it repeats what it was given
    import weasyprint  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts = FontConfiguration()
    text, base = SHEET.read_text("utf-8"), SHEET.as_uri()
    return weasyprint.CSS(string=text, base_url=base, url_fetcher=_fetcher(), font_config=fonts), fonts


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OnlyOurs(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            return URLFetcherResponse(url, ours(url).read_bytes())

    return OnlyOurs()
