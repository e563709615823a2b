"""One page that is the same for everybody, its worker and its manifest. What is a person's own comes from /sync/kit."""

import hashlib
import json
from functools import cache

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask_babel import force_locale

from blueprints.shared.assets import FOLDER, asset, compressed
from blueprints.shared.door import public

bp = Blueprint("phone", __name__)

#: Looked at again at every visit, and told apart by their ETag.
LOOK_AGAIN = "no-cache"
KIT_AHEAD = "</sync/kit>; rel=preload; as=fetch; crossorigin"
#: The app in one module and all style in one sheet (tools/pack.sh), and what they fetch when they need it.
KEPT = (
    "css/phone.packed.css",
    "js/*.packed.js",
    "js/words/*.js",
    "fonts/*.woff2",
    "img/icons.svg",
    "img/favicon.svg",
    "img/icon-192.png",
)


@bp.get("/phone/")
@public
def shell() -> Response:
    response = make_response(_shell())
    response.headers["Cache-Control"] = LOOK_AGAIN
    if request.headers.get("Sec-Fetch-Dest") == "document":
        # A first visit: the kit is on its way before any module is. The copy that the worker keeps does without.
        response.headers["Link"] = KIT_AHEAD
    return compressed(response)


@bp.get("/sw.js")
@public
def worker() -> Response:
    """The worker with what it is to keep. Its bytes change with the release, and so the browser takes the new one."""
    files = [asset(name) for name in kept_files()]
    page = _shell()
    version = f"{current_app.extensions['hoert.release']}-{hashlib.sha256(page.encode()).hexdigest()[:8]}"
    told = {"version": version, "shell": url_for(".shell"), "files": files}
    response = Response(f"self.hoert = {json.dumps(told)};\n{_worker()}", mimetype="text/javascript")
    response.headers["Cache-Control"] = LOOK_AGAIN
    return response


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    with force_locale("da"):
        from_home = url_for(".shell")
        icons = [
            {"src": asset("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": asset("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {"src": asset("img/maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ]
        response = jsonify(
            id=from_home,
            name="Hørt",
            short_name="Hørt",
            lang="da",
            start_url=from_home,
            scope="/",
            display="standalone",
            background_color="#F3F5F2",
            theme_color="#FFFFFF",
            icons=icons,
            shortcuts=[
                {"name": "Ny samtale", "url": f"{from_home}#/new"},
                {"name": "Hurtig note", "url": f"{from_home}#/quick"},
            ],
        )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = LOOK_AGAIN
    return response


@cache
def kept_files() -> tuple[str, ...]:
    """What the worker keeps of a release, by name under static/."""
    found = {path.relative_to(FOLDER).as_posix() for pattern in KEPT for path in FOLDER.glob(pattern)}
    return tuple(sorted(found))


@cache
def _worker() -> str:
    return (FOLDER / "js/sw.js").read_text("utf-8")


def _shell() -> str:
    with force_locale("da"):
        return render_template("phone/shell.html", lang="da")
