"""The JSON routes as OpenAPI 3.1, made of the shapes that the code itself checks by."""

from functools import cache
from typing import Any

from blueprints.shared import described
from blueprints.shared.described import (
    AWAY,
    NOT_SIGNED_IN,
    OUTDATED,
    TEXT,
    UUID,
    an_object,
    answers,
    open_to_all,
    ref,
    signed_in,
    with_body,
)
from domain.questions import MOST_CHARACTERS, Kind, TalkType
from domain.sync import Item, Status, Withdrawal

from .checks import Phone
from .envelope import MOST_ITEMS, Envelope

_HASH = {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"}
_MOMENT = {"type": "string", "format": "date-time"}
_COUNT = {"type": "integer", "minimum": 0}


@cache
def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hørt", "version": "1", "description": "Short talks with citizens, sent from phones."},
        "paths": {
            "/health/live": {"get": open_to_all("isAlive", "Whether the process answers.", an_object(status=TEXT))},
            "/health/ready": {"get": _ready()},
            "/openapi.json": {"get": open_to_all("getDescription", "This document.", {"type": "object"})},
            "/sync/token": {
                "get": signed_in("getToken", "A fresh CSRF token.", an_object(csrf_token=TEXT, person=TEXT), {401: NOT_SIGNED_IN})
            },
            "/sync/kit": {"get": _kit()},
            "/sync": {"post": _sync()},
            "/sync/secret": {"post": _secret()},
            **described.paths(),
        },
        "components": {"schemas": _schemas(), "securitySchemes": {"cookie": {"type": "apiKey", "in": "cookie", "name": "hoert"}}},
    }


_NOT_FOR_ROLE = "The role notes no talks."


def _ready() -> dict[str, Any]:
    status = an_object(status=TEXT)
    told = answers(status, {503: "The database does not answer."}, error=status)
    return open_to_all("isReady", "Whether it and its database do.", status) | {"responses": told}


def _sync() -> dict[str, Any]:
    errors = {
        400: "The body is no envelope.",
        401: NOT_SIGNED_IN,
        403: "The phone or the person was shut out: nothing is taken any more. What is held may be kept.",
        404: _NOT_FOR_ROLE,
        413: f"More than 1 MiB or more than {MOST_ITEMS} items: send fewer at a time.",
        419: OUTDATED,
        429: "More than 120 envelopes a minute: wait the seconds in Retry-After.",
        503: AWAY,
    }
    operation = signed_in("sendEnvelope", "Takes an envelope of items and answers each with a receipt.", ref("Receipts"), errors)
    return _with_ended(with_body(operation, "Envelope"))


def _secret() -> dict[str, Any]:
    told = an_object(
        schema={"const": "hoert.secret/1"},
        person=UUID,
        device=UUID,
        secret={"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
    )
    errors = {
        400: "The body names no phone.",
        401: NOT_SIGNED_IN,
        403: "The phone or the person was shut out: it is told no secret.",
        404: _NOT_FOR_ROLE,
        413: "More than 1 MiB.",
        419: OUTDATED,
        429: "Asked for more than 30 times a minute: wait the seconds in Retry-After.",
        503: AWAY,
    }
    says = "The secret of this person and phone, the same each time: it wraps the key that seals what lies on the phone."
    return _with_ended(with_body(signed_in("getSecret", says, told, errors), "Phone"))


def _with_ended(operation: dict[str, Any]) -> dict[str, Any]:
    operation["responses"]["401"] |= described.json(ref("NotSignedIn"))
    return operation


def _kit() -> dict[str, Any]:
    operation = signed_in(
        "getKit",
        "What a phone needs to work offline; If-None-Match saves fetching it again.",
        ref("Kit"),
        {401: NOT_SIGNED_IN, 403: "The phone was shut out.", 404: _NOT_FOR_ROLE},
    )
    operation["responses"]["304"] = {"description": "Nothing but the time has changed."}
    known = {"name": "If-None-Match", "in": "header", "required": False, "schema": TEXT}
    phone = {"name": "X-Device", "in": "header", "required": False, "schema": UUID}
    return {**operation, "parameters": [known, phone]}


def _schemas() -> dict[str, Any]:
    schemas = described.shapes()
    schemas["ItemAnswer"]["properties"]["text"] |= {"maxLength": MOST_CHARACTERS}
    schemas["Envelope"]["properties"]["items"] = {
        "type": "array",
        "maxItems": MOST_ITEMS,
        "items": {"anyOf": [ref("Item"), ref("Withdrawal"), {}]},
        "description": "Items are judged one by one; one that is neither shape is answered by its own receipt.",
    }
    return schemas | {
        "Error": an_object(code=TEXT, message=TEXT),
        "NotSignedIn": an_object(
            code={"const": "not_signed_in"},
            message=TEXT,
            ended={"type": "boolean", "description": "The cookie's sign-in was ended on purpose, there or from another device."},
        ),
        "Receipts": an_object(
            schema={"const": "hoert.receipts/1"},
            epoch=UUID,
            server_time=_MOMENT,
            receipts={"type": "array", "items": ref("Receipt")},
        ),
        "Receipt": an_object(
            index=_COUNT,
            id={"type": ["string", "null"], "format": "uuid"},
            status={"enum": [str(status) for status in Status]},
            sha256=_HASH,
            sequence={"type": ["integer", "null"]},
            problems={"type": "array", "items": an_object(field=TEXT, code=TEXT, message=TEXT)},
        ),
        "Kit": _kit_schema(),
        "Choice": an_object(code=TEXT, text=TEXT),
    }


def _kit_schema() -> dict[str, Any]:
    choices = {"type": "array", "items": ref("Choice")}
    question = an_object(
        id=UUID,
        kind={"enum": [str(kind) for kind in Kind]},
        prompt=TEXT,
        label=TEXT,
        help={"type": ["string", "null"]},
        follows={"type": ["string", "null"], "format": "uuid"},
        required={"type": "boolean"},
        choices=choices,
    )
    question_set = an_object(
        id=UUID,
        version_id=UUID,
        version=_COUNT,
        sector=TEXT,
        talk_type={"enum": [str(one) for one in TalkType]},
        units={"type": ["array", "null"], "items": UUID},
        title=TEXT,
        promise=TEXT,
        guidance_html=TEXT,
        voice=TEXT,
        questions={"type": "array", "items": question},
        about={"type": "object", "additionalProperties": choices},
        about_labels={"type": "object", "additionalProperties": TEXT},
    )
    stems = {"type": "array", "items": TEXT}
    maybe = {"type": ["string", "null"]}
    return an_object(
        person=an_object(id=UUID, name=TEXT, role=TEXT),
        language=TEXT,
        units={"type": "array", "items": an_object(id=UUID, name=TEXT, label=maybe, sector=maybe)},
        question_sets={"type": "array", "items": question_set},
        themes={
            "type": "array",
            "items": an_object(id=UUID, name=TEXT, sector=TEXT, patterns=an_object(include=stems, exclude=stems)),
        },
        guard={"type": "object"},
        forget={"type": "array", "items": UUID},
        needs_help=_COUNT,
        news=_news("reply", "read"),
        recodings=_news("recoded", "put_back", "kept"),
        epoch=UUID,
        demo={"type": "boolean"},
        server_time=_MOMENT,
    )


def _news(*kinds: str) -> dict[str, Any]:
    maybe = {"type": ["string", "null"]}
    return {
        "type": "array",
        "items": an_object(
            id=UUID,
            kind={"enum": list(kinds)},
            by=TEXT,
            at=_MOMENT,
            text=TEXT,
            talk={"type": ["string", "null"], "format": "uuid"},
            week=maybe,
            talks=_COUNT,
        ),
    }


described.describe({}, Envelope, Phone, Item, Withdrawal)
