"""`POST /sync` makes its checks itself (`checks.py`); then every item is judged by itself, and the receipts leave after the
commit."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from blueprints.shared import unit, words
from blueprints.shared.assets import compressed
from blueprints.shared.door import actor, public, requires
from domain import people, sync
from domain.base import now
from domain.people import Permission
from domain.sync import Receipt

from . import checks, openapi
from .envelope import Envelope
from .kit import etag, kit

bp = Blueprint("sync", __name__)

MOST_A_MINUTE = 120


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
    if checks.is_revoked(request.headers.get("X-Device")):
        return checks.shut_out()
    found = kit(unit.session(), actor())
    response = jsonify({**found, "server_time": now().isoformat()})
    response.set_etag(etag(found))
    return compressed(response.make_conditional(request))


@bp.post("/sync")
@requires(Permission.NOTE_TALKS, own_answer=True)
def receive() -> ResponseReturnValue:
    envelope = checks.asked(Envelope, most_a_minute=MOST_A_MINUTE)
    return envelope if isinstance(envelope, Response) else _take(envelope)


def _take(envelope: Envelope) -> Response:
    unit.may_begin_anew()
    if envelope.erases:
        unit.erases()
    work, at = unit.session(), now()
    try:
        receipts = sync.take(work, actor(), items=envelope.items, now=at, device_id=envelope.device)
    except people.ShutOut:
        return checks.shut_out()
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
