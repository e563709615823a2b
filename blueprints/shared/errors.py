"""Error pages in plain words. What the person wrote is never in them, nor in the log."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, default_exceptions

from domain.audit import Unlogged
from domain.base import STORE_ERRORS, Unreachable, is_transient

from . import unit
from .door import door_of, wants_json

log = logging.getLogger("hoert")

RETRY_AFTER_S = 5
NEVER_BACK = frozenset({"csrf_token", "password"})


def _words(status: int) -> tuple[str, str]:
    """Title and text for a status; texts say what the person can do."""
    match status:
        case 401:
            return _("Du er logget ud"), _("Log ind igen. Det, du har skrevet, er her stadig.")
        case 403:
            return _("Du har ikke længere adgang"), _("Spørg din administrator.")
        case 404:
            return _("Siden findes ikke"), _("Siden findes ikke, eller du har ikke adgang til den.")
        case 405:
            return _("Det kan man ikke her"), _("Gå tilbage, og prøv igen fra siden selv.")
        case 413:
            return _("Teksten er for lang"), _("Gå tilbage, og del den i to.")
        case 419:
            return _("Siden har været åben for længe"), _("Gå tilbage, genindlæs siden, og prøv igen.")
        case 429:
            return _("For mange forsøg"), _("Vent lidt, og prøv igen.")
        case 503:
            return _("Vi kan ikke gemme lige nu"), _("Intet er ændret. Prøv igen om lidt.")
        case status if status >= 500:
            return _("Noget gik galt hos os"), _("Prøv igen om lidt. Fejlen er skrevet ned hos os.")
        case _:
            return _("Det kunne vi ikke læse"), _("Gå tilbage, og prøv igen.")


def page(
    status: int,
    *,
    code: str | None = None,
    retry_after_s: int | None = None,
    more: Mapping[str, Any] | None = None,
    said: tuple[str, str] | None = None,
) -> Response:
    """The answer for an error: a page for people, JSON for programs. `more`: what else a program is told; `said`: title
    and text, where the view knows better."""
    title, text = said or _words(status)
    if wants_json():
        response = jsonify({"code": code or str(status), "message": text, **(more or {})})
    else:
        response = make_response(render_template("errors/error.html", status=status, title=title, text=text))
    response.status_code = status
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def install(app: Flask) -> None:
    for status in default_exceptions:
        app.register_error_handler(status, _http)
    app.register_error_handler(CSRFError, lambda error: page(419, code="csrf"))
    for kind in (Unreachable, Unlogged, *STORE_ERRORS):
        app.register_error_handler(kind, _store)
    app.register_error_handler(Exception, _ours)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = _refused_with_words(error.code) or page(error.code or 500)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _refused_with_words(status: int | None) -> Response | None:
    """A door that promises words back keeps the promise also when a role or place changed meanwhile."""
    if status != 404 or request.endpoint is None or not door_of(request.endpoint).own_answer:
        return None
    return _with_words(status)


def _store(error: Exception) -> Response:
    """The database did not take it: 503, and the sender may try again."""
    if isinstance(error, STORE_ERRORS) and not is_transient(error):
        return _ours(error)
    log.error("store unreachable: %s", type(error.__cause__ or error).__name__)
    g.store_is_away = True
    response = _with_words(503) or page(503, code="unavailable")
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _with_words(status: int) -> Response | None:
    """What was posted comes back, to be read, copied and posted again: going back would show an empty form.

    None when no form was posted.
    """
    if request.method != "POST" or wants_json() or not request.form:
        return None
    session.pop("_flashes", None)  # nothing of what the view promised was done
    title, text = _words(status)
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_BACK]
    written = [value for name, value in fields if (name == "text" or name.startswith("answer_")) and value.strip()]
    html = render_template("errors/not_now.html", title=title, text=text, fields=fields, written=written, action=request.path)
    return make_response(html, status)


def _ours(error: Exception) -> Response:
    """A fault of ours. Only type and place are logged: an exception's message may quote what somebody wrote."""
    unit.close()
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
    log.error("unhandled %s at %s", type(error).__name__, where)
    return _with_words(500) or page(500)
