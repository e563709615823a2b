"""What a POST from a phone is asked before anything is taken or told, read without trust, in the order that phones rely on: 401
or 403, 413, 419, 400, 429."""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, current_app, request, session
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms.validators import ValidationError as BadToken

from blueprints.shared import errors, unit
from blueprints.shared.door import actor
from domain import people
from domain.base import now

from .window import Window

#: So many tokens are known by heart in a process.
MOST_TOKENS = 1024


class Phone(BaseModel):
    """Which phone it comes from; its person is the one who is signed in."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    device: UUID

    @staticmethod
    def is_too_much(_sent: dict[str, Any]) -> bool:
        """Whether an object holds more than is taken at a time, however small it is."""
        return False


Shape = TypeVar("Shape", bound=Phone)


@dataclass(frozen=True)
class Body:
    """A request's body: `sent` is what JSON gave (None when it is none), `too_large` says that it goes over a limit."""

    sent: Any = None
    too_large: bool = False

    @property
    def device(self) -> UUID | None:
        """The phone it says it comes from, also when the rest cannot be read."""
        try:
            return UUID(self.sent["device"])
        except (TypeError, KeyError, ValueError, AttributeError):
            return None


def asked(shape: type[Shape], *, most_a_minute: int) -> Shape | Response:
    """What the phone sent, or the answer that refuses it. `most_a_minute`: of this shape, from one person.

    Who was shut out hears that before anything else. Of what may come in, the view asks it again in its own transaction.
    """
    body = _read(shape)
    if not current_user.is_authenticated:
        return _outsider(body)
    found = _too_large(body) or _token_too_old() or _shaped(shape, body)
    if not isinstance(found, Response):
        found = _too_often(shape, most_a_minute) or found
    return (_revoked(body) or found) if isinstance(found, Response) else found


def is_revoked(device: str | None) -> bool:
    """Whether the phone that a GET names is shut out; one that names none, or nothing that is a phone, is not known to be."""
    try:
        key = UUID(device or "")
    except ValueError:
        return False
    with unit.database().reading() as looking:
        return people.is_revoked(looking, actor(), key)


def shut_out() -> Response:
    """The phone says so and tries no more; it keeps what it holds."""
    return errors.page(403, code="revoked")


def _revoked(body: Body) -> Response | None:
    with unit.database().reading() as looking:
        is_out = body.device is not None and people.is_revoked(looking, actor(), body.device)
    return shut_out() if is_out else None


def _outsider(body: Body) -> Response:
    """`ended`: the cookie's sign-in was ended on purpose, so that the phone locks what it holds. One that ran out was not."""
    token, why = session.get("_user_id"), people.Out()
    if isinstance(token, str):
        with unit.database().reading() as looking:
            why = people.why_out(looking, token, body.device)
    return shut_out() if why.shut_out else errors.page(401, code="not_signed_in", more={"ended": why.ended})


def _read(shape: type[Phone]) -> Body:
    """Reads at most what the limit allows; judges nothing but the size."""
    try:
        data = request.get_data()  # kept: it may have to be done again
    except RequestEntityTooLarge:
        return Body(too_large=True)
    if request.mimetype != "application/json":
        return Body()
    try:
        sent = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Body()
    return Body(sent, too_large=isinstance(sent, dict) and shape.is_too_much(sent))


def _no_constant(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


def _too_large(body: Body) -> Response | None:
    return errors.page(413, code="too_large") if body.too_large else None


def _token_too_old() -> Response | None:
    try:
        _look_at_token(current_app.secret_key, session.get("csrf_token"), request.headers.get("X-CSRFToken"))
    except BadToken:
        return errors.page(419, code="csrf")
    return None


@lru_cache(maxsize=MOST_TOKENS)
def _look_at_token(_key: object, _session: str | None, token: str | None) -> None:
    """A token has no end: what was right for the session once stays so, as long as the key does. Raises BadToken, each time
    anew."""
    validate_csrf(token)


def _shaped(shape: type[Shape], body: Body) -> Shape | Response:
    """`fields` says where it is not of the shape."""
    try:
        return shape.model_validate(body.sent)
    except ValidationError as error:
        names = {str(one["loc"][0]) for one in error.errors(include_input=False, include_url=False) if one["loc"]}
        return errors.page(400, code="malformed", more={"fields": sorted(names)})


def _too_often(shape: type[Phone], most: int) -> Response | None:
    """Counted in memory, each server process by itself: it keeps a phone gone wild from starving the others, no more."""
    if not current_app.config["LIMITS"] or unit.is_begun_anew():
        return None
    window = current_app.extensions.setdefault(f"hoert.sync.{shape.__name__}", Window(most, 60))
    wait_s = window.wait_s(actor().person_id, at=now().timestamp())
    return errors.page(429, code="too_many", retry_after_s=math.ceil(wait_s)) if wait_s else None
