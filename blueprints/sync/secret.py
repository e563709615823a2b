"""`POST /sync/secret`: what seals a person's own on their phone. Who takes the phone's files has the seal, not the secret."""

import base64
import hashlib
import hmac
from uuid import UUID

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from domain import people
from domain.base import now
from domain.people import Permission

from . import checks
from .routes import bp

MOST_A_MINUTE = 30


@bp.post("/sync/secret")
@requires(Permission.NOTE_TALKS, own_answer=True)
def secret() -> ResponseReturnValue:
    phone = checks.asked(checks.Phone, most_a_minute=MOST_A_MINUTE)
    return phone if isinstance(phone, Response) else _tell(phone.device)


def _tell(device: UUID) -> Response:
    """It leaves after the commit: a phone must never seal with what the store does not know."""
    unit.may_begin_anew()
    work, who = unit.session(), actor().person_id
    fresh, agent = fresh_secret(who, device), request.user_agent.string
    try:
        told = people.secret_of(work, actor(), device_id=device, fresh=fresh, user_agent=agent, now=now())
    except people.ShutOut:
        return checks.shut_out()
    unit.commit()
    return jsonify(schema="hoert.secret/1", person=str(who), device=str(device), secret=told)


def fresh_secret(person: UUID, device: UUID) -> str:
    """43 characters. Made of the server's key and not by chance: where a restore lost the row, the same comes out again."""
    key, about = str(current_app.config["SECRET_KEY"]), f"hoert.secret/1\0{person}\0{device}"
    return base64.urlsafe_b64encode(hmac.digest(key.encode(), about.encode(), hashlib.sha256)).rstrip(b"=").decode("ascii")
