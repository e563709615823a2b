"""The first of three stations of authorisation: every route says who may come through its door.

Anonymous: 302 to the sign-in page (HTML) or 401 (JSON). Another role: 404, as if the page were not there. Rows and deeds are
checked again behind the door (`visible_to`, and the store verbs themselves).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import abort, current_app, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from domain.people import Actor, Permission

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Door:
    """`permission` None: everybody may come in. `own_answer`: the view itself answers those who are not signed in, and looks at
    the CSRF token itself: a POST that holds words gives them back with every error. `by_signature`: the address itself is signed
    and says who may, so it needs no CSRF token."""

    permission: Permission | None
    own_answer: bool = False
    by_signature: bool = False


class Unguarded(AssertionError):
    """A route carries neither @public nor @requires: a fault of ours, and closed to everybody."""


def public(view: View) -> View:
    """Everybody may come in, signed in or not."""
    view.door = Door(None)  # type: ignore[attr-defined]
    return view


def public_with_words(view: View) -> View:
    """Everybody may come in; the view looks at the CSRF token itself, so that words it carries survive a stale one."""
    view.door = Door(None, own_answer=True)  # type: ignore[attr-defined]
    return view


def public_by_signature(view: View) -> View:
    """Whoever has the address may come in: it is signed, and the view looks at that. Programs post there without a cookie."""
    view.door = Door(None, by_signature=True)  # type: ignore[attr-defined]
    return view


def requires(permission: Permission, *, own_answer: bool = False) -> Callable[[View], View]:
    """Only roles with the permission may come in. `own_answer`: the view answers the signed-out itself (a POST holds words)."""

    def mark(view: View) -> View:
        view.door = Door(permission, own_answer)  # type: ignore[attr-defined]
        return view

    return mark


def takes(most_bytes: int) -> Callable[[View], View]:
    """This view takes a file: as much is read of the request, and no more."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def door_of(endpoint: str) -> Door:
    door = getattr(current_app.view_functions[endpoint], "door", None)
    if door is None:
        raise Unguarded(endpoint)
    return door


def check() -> BaseResponse | None:
    """Runs before every view, and before the CSRF check, so that a stranger learns nothing from the order of errors."""
    if request.endpoint is None:
        return None
    door = door_of(request.endpoint)
    if door.permission is None:
        return None
    if not current_user.is_authenticated:
        return None if door.own_answer else _ask_to_sign_in()
    if not actor().may(door.permission):
        abort(404)
    return None


def actor() -> Actor:
    """The signed-in person as the domain knows it."""
    return current_user.actor


def actor_or_none() -> Actor | None:
    return current_user.actor if current_user.is_authenticated else None


def wants_json() -> bool:
    """Whether the asker is a program: it said JSON, or would rather have it than HTML."""
    if request.is_json or "X-CSRFToken" in request.headers or request.blueprint == "sync":
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def _ask_to_sign_in() -> BaseResponse:
    if wants_json():
        answer = jsonify(code="not_signed_in", message=_("Log ind igen. Det, du har skrevet, er her stadig."))
        answer.status_code = 401
        return answer
    back_to = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.sign_in", next=back_to if back_to != "/" else None))
