"""Static files under /static/<release>/: the release is a fingerprint of all of them, so each may be kept for ever.

What is text is sent compressed to those who take it, also where no proxy stands in front: on a slow phone that is half of the
time to the first field.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from flask import Blueprint, Response, current_app, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from .door import public
from .settings import ROOT

FOLDER = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"
#: Kinds that become much smaller. Fonts and pictures are compressed already.
TEXTUAL = frozenset({"text/css", "text/javascript", "image/svg+xml", "text/html", "application/json"})

Answer = TypeVar("Answer", bound=AnyResponse)

bp = Blueprint("assets", __name__)


def fingerprint(folder: Path = FOLDER) -> str:
    """Twelve hex digits over names and contents of all static files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file in this release: `asset("css/base.css")`."""
    return f"/static/{current_app.extensions['hoert.release']}/{name}"


@bp.get("/static/<release>/<path:name>")
@public
def static(release: str, name: str) -> Response:
    """An older release's address gets today's file, but not for keeps: a page left open over an update still works."""
    response = send_from_directory(FOLDER, name)
    is_current = release == current_app.extensions["hoert.release"]
    response.headers["Cache-Control"] = FOR_EVER if is_current else "no-cache"
    return compressed(response)


def compressed(response: Answer) -> Answer:
    """The answer gzipped where the browser takes that and it is worth it.

    For what is the same for everybody, and for data that repeats nothing of what was asked: the length of a compressed page that
    holds a secret beside somebody else's words would tell of the secret (BREACH).
    """
    if response.mimetype not in TEXTUAL or response.status_code != 200:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip"):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    # What is for everybody is compressed once; what is a person's own stays in no cache.
    response.set_data(_gzip(body) if response.mimetype != "application/json" else gzip.compress(body, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, _is_weak = response.get_etag()
    if tag:  # the same thing in other bytes
        response.set_etag(tag, weak=True)
    return response


@lru_cache(maxsize=64)
def _gzip(body: bytes) -> bytes:
    """Without a time in it: the same bytes in, the same bytes out."""
    return gzip.compress(body, 9, mtime=0)
