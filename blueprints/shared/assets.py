"""Static files under /static/<release>/: the release is a fingerprint of all of them, so each may be kept for ever."""

import hashlib
from pathlib import Path

from flask import Blueprint, Response, current_app, send_from_directory

from .door import public
from .settings import ROOT

FOLDER = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"

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
    return response
