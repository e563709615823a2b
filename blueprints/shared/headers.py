"""Security headers on every answer, also on errors, static files and answers that never reached Flask."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types hoert",
    )
)

EXACT = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    # Flask-WTF wants a Referer on https, so never no-referrer; addresses hold no words.
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
#: Two pages of the editor differ: the one that shows a phone in a frame, and what stands in the frame and sends nothing.
SHOWS_FRAME = {"Content-Security-Policy": f"{CSP}; frame-src 'self'"}
IN_FRAME = {
    "Content-Security-Policy": CSP.replace("connect-src 'self'", "connect-src 'none'")
    .replace("worker-src 'self'", "worker-src 'none'")
    .replace("form-action 'self'", "form-action 'none'")
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
    "X-Frame-Options": "SAMEORIGIN",
}
_OTHERWISE = "hoert.headers"
HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
NO_STORE = ("Cache-Control", "no-store")

Start = Callable[..., Any]


def otherwise(changed: dict[str, str]) -> None:
    """This answer alone has these in their place: SHOWS_FRAME or IN_FRAME."""
    request.environ[_OTHERWISE] = changed


class Headers:
    """WSGI middleware. What is not said to be cacheable is personal: it gets `no-store`."""

    def __init__(self, app: Callable[..., Iterable[bytes]], *, https: bool) -> None:
        self.app = app
        self.fixed = EXACT + ((HSTS,) if https else ())
        self.names = {name.lower() for name, _ in self.fixed}

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            kept = [pair for pair in headers if pair[0].lower() not in self.names]
            if not any(name.lower() == "cache-control" for name, _ in kept):
                kept.append(NO_STORE)
            changed = environ.get(_OTHERWISE, {})
            fixed = [(name, changed.get(name, value)) for name, value in self.fixed]
            return start_response(status, kept + fixed, exc_info)

        return self.app(environ, start)
