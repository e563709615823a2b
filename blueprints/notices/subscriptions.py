"""Browsers switched on and off. What speaks JSON here is asked by static/js/push.js and the worker."""

import hashlib
import uuid
from typing import Annotated, Any

from flask import abort, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blueprints.shared import errors, unit
from blueprints.shared.door import actor, requires
from domain import notices
from domain.base import now
from domain.people import Permission

from .routes import bp, key_or_none

#: What browsers give is ASCII. Where it is only looked up it is judged by nobody else, and PostgreSQL takes no zero character.
Address = Annotated[str, Field(max_length=1000, pattern="^[ -~]*$")]


class Keys(BaseModel):
    p256dh: str = Field(max_length=120)
    auth: str = Field(max_length=40)


class Subscription(BaseModel):
    """As `PushSubscription.toJSON()` gives it. `device`: what the phone sends talks by. `replaces`: the endpoint it comes instead
    of; `renews`: the same, told by the worker, which does not know who wished for it: only what is the actor's own is renewed."""

    model_config = ConfigDict(extra="ignore")

    endpoint: str = Field(max_length=1000)
    keys: Keys
    device: uuid.UUID | None = None
    replaces: Address | None = None
    renews: Address | None = None


class Endpoint(BaseModel):
    endpoint: Address


@bp.get("/push")
@requires(Permission.CHOOSE_OWN_NOTICES)
def push_state() -> ResponseReturnValue:
    """The server's public key, and by their hash the person's endpoints that it knows: so a browser finds out whether it is on
    or not. `failing`: those of them whose service took nothing lately, to be made anew."""
    own = notices.subscriptions_of(unit.session(), [actor().person_id])
    known = {hashlib.sha256(one.endpoint.encode()).hexdigest(): notices.is_failing(one) for one in own}
    failing = [one for one, fails in known.items() if fails]
    return jsonify(key=key_or_none(), person=str(actor().person_id), known=list(known), failing=failing)


@bp.post("/subscriptions")
@requires(Permission.CHOOSE_OWN_NOTICES)
def switch_on() -> ResponseReturnValue:
    try:
        asked = Subscription.model_validate(_json())
    except ValidationError:
        return errors.page(422, code="malformed")
    if notices.problem_of(asked.endpoint, current_app.config["PUSH_HOSTS"]):
        return errors.page(422, code="not_permitted")
    if not notices.are_keys(asked.keys.p256dh, asked.keys.auth):
        return errors.page(422, code="bad_keys")
    old = asked.renews or asked.replaces
    was_on = bool(old) and notices.unsubscribe(unit.session(), actor(), endpoint=old or "")
    if asked.renews and not was_on:
        return errors.page(409, code="not_yours")
    notices.subscribe(
        unit.session(),
        actor(),
        endpoint=asked.endpoint,
        p256dh=asked.keys.p256dh,
        auth=asked.keys.auth,
        now=now(),
        device_id=asked.device,
        user_agent=request.user_agent.string,
    )
    return jsonify(code="on"), 201


@bp.post("/subscriptions/removal")
@requires(Permission.CHOOSE_OWN_NOTICES)
def switch_off() -> ResponseReturnValue:
    """Also of a browser that was not on: off is off."""
    try:
        asked = Endpoint.model_validate(_json())
    except ValidationError:
        return errors.page(422, code="malformed")
    notices.unsubscribe(unit.session(), actor(), endpoint=asked.endpoint)
    return jsonify(code="off")


@bp.post("/subscriptions/<uuid:row_id>/removal")
@requires(Permission.CHOOSE_OWN_NOTICES)
def switch_off_one(row_id: uuid.UUID) -> ResponseReturnValue:
    """From the list, on any device."""
    if not notices.switch_off_one(unit.session(), actor(), row_id=row_id):
        abort(404)
    flash(_("Påmindelser er slået fra på den enhed."), "success")
    return redirect(url_for(".settings"))


def _json() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:  # nested deeper than anything of use
        return None
