"""What /openapi.json says of browsers that are switched on and off."""

from blueprints.shared import described
from blueprints.shared.described import NOT_SIGNED_IN, OUTDATED, UUID, an_object, signed_in, with_body

from .subscriptions import Endpoint, Subscription

_HASHES = {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
_TOO_LARGE = "The body is larger than a subscription can be."


def _state() -> described.Part:
    told = an_object(key={"type": ["string", "null"]}, person=UUID, known=_HASHES, failing=_HASHES)
    says = "The server's public key for push, and the hashes of the person's endpoints that are known or failing."
    operation = signed_in("getPush", says, told, {401: NOT_SIGNED_IN})
    to_sign_in = {"description": "Nobody is signed in, and the asker did not say that it takes JSON."}
    return {**operation, "responses": {**operation["responses"], "302": to_sign_in}}


def _on() -> described.Part:
    errors = {
        401: NOT_SIGNED_IN,
        409: "What is to be renewed is not one of the person's own.",
        413: _TOO_LARGE,
        419: OUTDATED,
        422: "The body is no subscription, its service is not permitted, or its keys are none.",
    }
    says = "Switches push on for a browser; the body is what PushSubscription.toJSON() gives."
    return with_body(signed_in("switchPushOn", says, an_object(code={"const": "on"}), errors, status=201), "Subscription")


def _off() -> described.Part:
    errors = {401: NOT_SIGNED_IN, 413: _TOO_LARGE, 419: OUTDATED, 422: "The body names no endpoint."}
    says = "Switches push off for a browser, also one that was not on."
    return with_body(signed_in("switchPushOff", says, an_object(code={"const": "off"}), errors), "Endpoint")


described.describe(
    {
        "/notices/push": {"get": _state()},
        "/notices/subscriptions": {"post": _on()},
        "/notices/subscriptions/removal": {"post": _off()},
    },
    Subscription,
    Endpoint,
)
