"""`POST /sync` makes its checks itself, in the order that phones rely on: 401 or 403, 413, 419, 400, 429; then every item is
judged by itself, and the receipts leave after the commit."""

import math
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

from blueprints.shared import errors, unit, words
from blueprints.shared.assets import compressed
from blueprints.shared.door import actor, public, requires
from domain import people, sync
from domain.base import now
from domain.people import Permission
from domain.sync import Receipt

from . import envelope as envelopes
from . import openapi
from .kit import etag, kit
from .window import Window

bp = Blueprint("sync", __name__)

MOST_A_MINUTE = 120
#: So many tokens are known by heart in a process.
MOST_TOKENS = 1024


@bp.get("/openapi.json")
@public
def description() -> ResponseReturnValue:
    return jsonify(openapi.document())


@bp.get("/sync/token")
@requires(Permission.MANAGE_OWN_SIGN_INS)
def token() -> ResponseReturnValue:
    return jsonify(csrf_token=generate_csrf(), person=str(actor().person_id))


@bp.get("/sync/kit")
@requires(Permission.NOTE_TALKS)
def offline_kit() -> ResponseReturnValue:
    found = kit(unit.session(), actor())
    response = jsonify({**found, "server_time": now().isoformat()})
    response.set_etag(etag(found))
    return compressed(response.make_conditional(request))


@bp.post("/sync")
@requires(Permission.NOTE_TALKS, own_answer=True)
def receive() -> ResponseReturnValue:
    body = envelopes.read(request)
    if not current_user.is_authenticated:
        return _shut_out(body) or errors.page(401, code="not_signed_in")
    refused = _too_large(body) or _token_too_old() or _malformed(body) or _too_often()
    # Who was shut out hears that before anything else. Of an envelope that may come in, `take` asks it, in its own transaction.
    return (_shut_out(body) or refused) if refused else _take(body.envelope)


def _take(envelope: envelopes.Envelope) -> Response:
    unit.may_begin_anew()
    if envelope.erases:
        unit.erases()
    work, at = unit.session(), now()
    try:
        receipts = sync.take(work, actor(), items=envelope.items, now=at, device_id=envelope.device)
    except people.ShutOut:
        return errors.page(403, code="revoked")
    people.see_device(
        work,
        actor(),
        device_id=envelope.device,
        user_agent=request.user_agent.string,
        waiting=envelope.waiting,
        now=at,
    )
    epoch = sync.epoch(work)
    unit.commit()
    return jsonify(
        schema="hoert.receipts/1",
        epoch=str(epoch),
        server_time=at.isoformat(),
        receipts=[_receipt(index, receipt) for index, receipt in enumerate(receipts)],
    )


def _receipt(index: int, receipt: Receipt) -> dict[str, Any]:
    return {
        "index": index,
        "id": str(receipt.id) if receipt.id else None,
        "status": receipt.status,
        "sha256": receipt.sha256,
        "sequence": receipt.sequence,
        "problems": [
            {"field": problem.field, "code": problem.code, "message": words.problem(problem.code)} for problem in receipt.problems
        ],
    }


def _shut_out(body: envelopes.Body) -> Response | None:
    """403 for a phone or a person that was shut out, so that the phone says so and tries no more; it keeps what it holds."""
    with unit.database().reading() as looking:
        if current_user.is_authenticated:
            is_out = body.device is not None and people.is_revoked(looking, actor(), body.device)
        else:
            cookie = session.get("_user_id")
            is_out = isinstance(cookie, str) and people.was_shut_out(looking, cookie, body.device)
    return errors.page(403, code="revoked") if is_out else None


def _too_large(body: envelopes.Body) -> Response | None:
    return errors.page(413, code="too_large") if body.too_large else None


def _token_too_old() -> Response | None:
    try:
        _look_at_token(current_app.secret_key, session.get("csrf_token"), request.headers.get("X-CSRFToken"))
    except ValidationError:
        return errors.page(419, code="csrf")
    return None


@lru_cache(maxsize=MOST_TOKENS)
def _look_at_token(_key: object, _session: str | None, token: str | None) -> None:
    """A token has no end: what was right for the session once stays so, as long as the key does. Raises ValidationError, each
    time anew."""
    validate_csrf(token)


def _malformed(body: envelopes.Body) -> Response | None:
    try:
        _ = body.envelope
    except envelopes.Malformed as malformed:
        return errors.page(400, code="malformed", fields=malformed.fields)
    return None


def _too_often() -> Response | None:
    """Counted in memory, each server process by itself: it keeps a phone gone wild from starving the others, no more."""
    if not current_app.config["LIMITS"] or unit.is_begun_anew():
        return None
    window = current_app.extensions.setdefault("hoert.envelopes", Window(MOST_A_MINUTE, 60))
    wait_s = window.wait_s(actor().person_id, at=now().timestamp())
    return errors.page(429, code="too_many", retry_after_s=math.ceil(wait_s)) if wait_s else None
