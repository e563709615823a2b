"""The JSON routes as /openapi.json tells of them. Each blueprint describes its own, from the shapes that it checks by."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

Part = dict[str, Any]

UUID: Part = {"type": "string", "format": "uuid"}
TEXT: Part = {"type": "string"}
NOT_SIGNED_IN = "Nobody is signed in."
AWAY = "The store is away; try again after the seconds in Retry-After. Nothing was stored."
OUTDATED = "The CSRF token is missing or too old: fetch one and try once more."

_paths: Part = {}
_models: list[type[BaseModel]] = []


def describe(paths: Part, *models: type[BaseModel]) -> None:
    """`models`: the shapes of bodies that the paths refer to by their names."""
    _paths.update(paths)
    _models.extend(models)


def paths() -> Part:
    return dict(_paths)


def shapes() -> Part:
    _keys, found = models_json_schema([(model, "validation") for model in _models], ref_template=ref("{model}")["$ref"])
    schemas: Part = found.get("$defs", {})
    for shape in schemas.values():
        shape.pop("description", None)
    return schemas


def open_to_all(name: str, says: str, schema: Part) -> Part:
    return {"operationId": name, "summary": says, "security": [], "responses": answers(schema, {})}


def signed_in(name: str, says: str, schema: Part, errors: dict[int, str], *, status: int = 200) -> Part:
    return {
        "operationId": name,
        "summary": says,
        "security": [{"cookie": []}],
        "responses": answers(schema, {503: AWAY} | errors, status=status),
    }


def with_body(operation: Part, shape: str) -> Part:
    """A POST of JSON: it carries the token that GET /sync/token gives."""
    token = {"name": "X-CSRFToken", "in": "header", "required": True, "schema": TEXT, "description": "From GET /sync/token."}
    return {**operation, "parameters": [token], "requestBody": {"required": True, **json(ref(shape))}}


def answers(schema: Part, errors: dict[int, str], *, error: Part | None = None, status: int = 200) -> Part:
    told = {str(one): {"description": why, **json(error or ref("Error"))} for one, why in sorted(errors.items())}
    return {str(status): {"description": "As asked.", **json(schema)}, **told}


def json(schema: Part) -> Part:
    return {"content": {"application/json": {"schema": schema}}}


def an_object(**members: Any) -> Part:
    return {"type": "object", "properties": members, "required": list(members)}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
