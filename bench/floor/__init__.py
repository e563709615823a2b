"""The floor of the phone's figures: the smallest page with a field to write in, from the same server, with the same style.

`create_app()` is Hørt with that page beside it at /floor/, and with a line in `requests` of the instance folder for each request.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from app import create_app as create_hoert
from blueprints.shared.application import Hoert
from blueprints.shared.assets import asset
from blueprints.shared.headers import Headers

HERE = Path(__file__).parent
Wsgi = Callable[..., Iterable[bytes]]


def create_app() -> Hoert:
    app = create_hoert()
    with app.app_context():
        sheets = [asset("css/phone.packed.css")]
    app.wsgi_app = _written_down(_beside(app.wsgi_app, _answers(sheets)))  # type: ignore[method-assign]
    return app


def _answers(sheets: list[str]) -> dict[str, tuple[str, bytes]]:
    links = "\n".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
    kept = ["/floor/", "/floor/show.js", *sheets]
    page = _text("page.html").replace("<!-- style -->", links)
    return {
        "/floor/": ("text/html; charset=utf-8", page.encode()),
        "/floor/show.js": ("text/javascript; charset=utf-8", _text("show.js").encode()),
        "/floor/worker.js": (
            "text/javascript; charset=utf-8",
            f"self.kept = {json.dumps(kept)};\n{_text('worker.js')}".encode(),
        ),
    }


def _beside(hoert: Wsgi, answers: dict[str, tuple[str, bytes]]) -> Wsgi:
    def floor(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = answers.get(environ["PATH_INFO"])
        if not found:
            return hoert(environ, start_response)
        kind, body = found
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-cache")]
        return Headers(lambda _environ, start: (start("200 OK", headers), [body])[1], https=False)(environ, start_response)

    return floor


def _written_down(app: Wsgi) -> Wsgi:
    """Whole lines by one write each, so that several processes may write them."""
    written = os.open(Path(os.environ["HOERT_INSTANCE"]) / "requests", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write_down(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        os.write(written, f"{time.time():.6f} {environ['REQUEST_METHOD']} {environ['PATH_INFO']}\n".encode())
        return app(environ, start_response)

    return write_down


def _text(name: str) -> str:
    return (HERE / name).read_text("utf-8")
