"""The JSON routes as OpenAPI 3.1, made of the shapes that the code itself checks by."""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from domain.questions import MOST_CHARACTERS, Kind, TalkType
from domain.sync import Item, Status, Withdrawal

from .envelope import MOST_ITEMS, Envelope

_UUID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string"}
_HASH = {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"}
_MOMENT = {"type": "string", "format": "date-time"}
_COUNT = {"type": "integer", "minimum": 0}


@cache
def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hørt", "version": "1", "description": "Short talks with citizens, sent from phones."},
        "paths": {
            "/health/live": {"get": _open("isAlive", "Whether the process answers.", _object(status=_TEXT))},
            "/health/ready": {
                "get": _open("isReady", "Whether it and its database do.", _object(status=_TEXT))
                | {
                    "responses": _answers(
                        _object(status=_TEXT), {503: "The database does not answer."}, error=_object(status=_TEXT)
                    )
                }
            },
            "/openapi.json": {"get": _open("getDescription", "This document.", {"type": "object"})},
            "/sync/token": {
                "get": _signed_in("getToken", "A fresh CSRF token.", _object(csrf_token=_TEXT, person=_TEXT), {401: _WHO})
            },
            "/sync/kit": {"get": _kit()},
            "/sync": {"post": _sync()},
        },
        "components": {"schemas": _schemas(), "securitySchemes": {"cookie": {"type": "apiKey", "in": "cookie", "name": "hoert"}}},
    }


_WHO = "Nobody is signed in."
_NOT_FOR_ROLE = "The role notes no talks."
_AWAY = "The store is away; try again after the seconds in Retry-After. Nothing was stored."


def _ready() -> dict[str, Any]:
    status = _object(status=_TEXT)
    answers = _answers(status, {503: "The database does not answer."}, error=status)
    return _open("isReady", "Whether it and its database do.", status) | {"responses": answers}


def _sync() -> dict[str, Any]:
    errors = {
        400: "The body is no envelope.",
        401: _WHO,
        403: "The phone or the person was shut out: nothing is taken any more. What is held may be kept.",
        404: _NOT_FOR_ROLE,
        413: f"More than 1 MiB or more than {MOST_ITEMS} items: send fewer at a time.",
        419: "The CSRF token is missing or too old: fetch one and try once more.",
        429: "More than 120 envelopes a minute: wait the seconds in Retry-After.",
        503: _AWAY,
    }
    operation = _signed_in(
        "sendEnvelope", "Takes an envelope of items and answers each with a receipt.", _ref("Receipts"), errors
    )
    token = {"name": "X-CSRFToken", "in": "header", "required": True, "schema": _TEXT, "description": "From GET /sync/token."}
    body = {"required": True, "content": {"application/json": {"schema": _ref("Envelope")}}}
    return {**operation, "parameters": [token], "requestBody": body}


def _kit() -> dict[str, Any]:
    operation = _signed_in(
        "getKit",
        "What a phone needs to work offline; If-None-Match saves fetching it again.",
        _ref("Kit"),
        {401: _WHO, 404: _NOT_FOR_ROLE},
    )
    operation["responses"]["304"] = {"description": "Nothing but the time has changed."}
    known = {"name": "If-None-Match", "in": "header", "required": False, "schema": _TEXT}
    return {**operation, "parameters": [known]}


def _schemas() -> dict[str, Any]:
    _keys, found = models_json_schema(
        [(Envelope, "validation"), (Item, "validation"), (Withdrawal, "validation")], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = found["$defs"]
    for shape in schemas.values():
        shape.pop("description", None)
    schemas["ItemAnswer"]["properties"]["text"] |= {"maxLength": MOST_CHARACTERS}
    schemas["Envelope"]["properties"]["items"] = {
        "type": "array",
        "maxItems": MOST_ITEMS,
        "items": {"anyOf": [_ref("Item"), _ref("Withdrawal"), {}]},
        "description": "Items are judged one by one; one that is neither shape is answered by its own receipt.",
    }
    return schemas | {
        "Error": _object(code=_TEXT, message=_TEXT),
        "Receipts": _object(
            schema={"const": "hoert.receipts/1"},
            epoch=_UUID,
            server_time=_MOMENT,
            receipts={"type": "array", "items": _ref("Receipt")},
        ),
        "Receipt": _object(
            index=_COUNT,
            id={"type": ["string", "null"], "format": "uuid"},
            status={"enum": [str(status) for status in Status]},
            sha256=_HASH,
            sequence={"type": ["integer", "null"]},
            problems={"type": "array", "items": _object(field=_TEXT, code=_TEXT, message=_TEXT)},
        ),
        "Kit": _kit_schema(),
        "Choice": _object(code=_TEXT, text=_TEXT),
    }


def _kit_schema() -> dict[str, Any]:
    choices = {"type": "array", "items": _ref("Choice")}
    question = _object(
        id=_UUID,
        kind={"enum": [str(kind) for kind in Kind]},
        prompt=_TEXT,
        label=_TEXT,
        help={"type": ["string", "null"]},
        follows={"type": ["string", "null"], "format": "uuid"},
        required={"type": "boolean"},
        choices=choices,
    )
    question_set = _object(
        id=_UUID,
        version_id=_UUID,
        version=_COUNT,
        sector=_TEXT,
        talk_type={"enum": [str(one) for one in TalkType]},
        units={"type": ["array", "null"], "items": _UUID},
        title=_TEXT,
        promise=_TEXT,
        guidance_html=_TEXT,
        voice=_TEXT,
        questions={"type": "array", "items": question},
        about={"type": "object", "additionalProperties": choices},
        about_labels={"type": "object", "additionalProperties": _TEXT},
    )
    stems = {"type": "array", "items": _TEXT}
    maybe = {"type": ["string", "null"]}
    return _object(
        person=_object(id=_UUID, name=_TEXT, role=_TEXT),
        language=_TEXT,
        units={"type": "array", "items": _object(id=_UUID, name=_TEXT, label=maybe, sector=maybe)},
        question_sets={"type": "array", "items": question_set},
        themes={
            "type": "array",
            "items": _object(id=_UUID, name=_TEXT, sector=_TEXT, patterns=_object(include=stems, exclude=stems)),
        },
        guard={"type": "object"},
        forget={"type": "array", "items": _UUID},
        needs_help=_COUNT,
        news=_news("reply", "read"),
        recodings=_news("recoded", "put_back", "kept"),
        epoch=_UUID,
        demo={"type": "boolean"},
        server_time=_MOMENT,
    )


def _news(*kinds: str) -> dict[str, Any]:
    maybe = {"type": ["string", "null"]}
    return {
        "type": "array",
        "items": _object(
            id=_UUID,
            kind={"enum": list(kinds)},
            by=_TEXT,
            at=_MOMENT,
            text=_TEXT,
            talk={"type": ["string", "null"], "format": "uuid"},
            week=maybe,
            talks=_COUNT,
        ),
    }


def _open(name: str, says: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"operationId": name, "summary": says, "security": [], "responses": _answers(schema, {})}


def _signed_in(name: str, says: str, schema: dict[str, Any], errors: dict[int, str]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": says,
        "security": [{"cookie": []}],
        "responses": _answers(schema, {503: _AWAY} | errors),
    }


def _answers(schema: dict[str, Any], errors: dict[int, str], *, error: dict[str, Any] | None = None) -> dict[str, Any]:
    told = {str(status): {"description": why, **_json(error or _ref("Error"))} for status, why in sorted(errors.items())}
    return {"200": {"description": "As asked.", **_json(schema)}, **told}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _object(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
