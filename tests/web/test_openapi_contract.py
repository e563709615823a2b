"""The JSON routes keep what /openapi.json says, whatever is sent and whoever asks: fifty examples an operation and role."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import Draft202012Validator, meta
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from app import create_app
from tests import make
from tests.web.client import Visitor

WHO = ("anonymous", "medarbejder", "leder", "leder3", "omraade", "admin")
OPERATIONS = {
    "GET /health/live": lambda _who: {200},
    "GET /health/ready": lambda _who: {200},
    "GET /sync/token": lambda who: {401} if who == "anonymous" else {200},
    "GET /sync/kit": lambda who: {401} if who == "anonymous" else {404} if who == "admin" else {200, 304},
    "POST /sync": lambda who: {401} if who == "anonymous" else {404} if who == "admin" else {200, 400, 413},
}
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def served(tmp_path_factory, town_template):
    """One application for all of them, without limits: five hundred envelopes come within the minute."""
    folder = tmp_path_factory.mktemp("contract")
    url = town_template.copy(folder)
    app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": url, "LIMITS": False})
    yield app
    app.extensions["hoert.database"].dispose()


@pytest.fixture(scope="module")
def operations(served):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", served)
    found = [result.ok() for result in schema.get_all_operations()]
    return {f"{one.method.upper()} {one.path}": one for one in found}


@pytest.fixture(scope="module")
def document(served):
    return json.loads(Visitor(served).get("/openapi.json").text)


def signed_in_as(app, who):
    """Header and cookie of a browser of theirs."""
    visitor = Visitor(app)
    if who == "anonymous":
        return {}, {}
    visitor.sign_in(who)
    token = json.loads(visitor.get("/sync/token").text)["csrf_token"]
    return {"X-CSRFToken": token}, {visitor.cookie_name: visitor.cookie}


def test_the_document_names_every_json_route_and_no_other(served, document, operations):
    """The tool leaves out the document's own address when it asks."""
    assert set(operations) == set(OPERATIONS)
    json_routes = {
        str(rule) for rule in served.url_map.iter_rules() if rule.endpoint.startswith(("sync.", "admin.live", "admin.ready"))
    }
    assert set(document["paths"]) == json_routes


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_the_document_knows(served, operations, name, who):
    operation, expected, seen = operations[name], OPERATIONS[name](who), set()
    headers, cookies = signed_in_as(served, who)

    @settings(
        max_examples=50,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def fuzz(case):
        # As it is: what calls here does not unpack.
        answer = case.call(headers={**headers, "Accept-Encoding": "identity"}, cookies=cookies)
        case.validate_response(answer, checks=CHECKS)
        seen.add(answer.status_code)

    fuzz()
    assert seen <= expected, seen
    assert min(expected) in seen  # the good answer too


def test_without_the_token_every_envelope_is_refused(served, operations):
    _headers, cookies = signed_in_as(served, "leder")

    @settings(max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operations["POST /sync"].as_strategy())
    def fuzz(case):
        case.headers = {}
        answer = case.call(cookies=cookies)
        assert answer.status_code in (413, 419)
        case.validate_response(answer, checks=CHECKS)

    fuzz()


def shape(document, name):
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_the_shapes_are_those_of_the_things_themselves(served, document, town_template):
    cast = town_template.cast
    item = cast.talk(about={"relation": ["mother", "father"]}, confirmed=[cast.themes["mad"]], tones={"mad": "trouble"})
    good = {"Item": item, "Withdrawal": make.withdrawal(item["id"])}
    good["Envelope"] = {"schema": "hoert.envelope/1", "device": item["id"], "waiting": 3, "items": [item, 7]}
    headers, cookies = signed_in_as(served, "leder")
    headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with served.test_client(use_cookies=False) as http:
        good["Receipts"] = http.post("/sync", json=good["Envelope"], headers=headers).json
        good["Kit"] = http.get("/sync/kit", headers=headers).json
        good["Error"] = http.get("/sync/kit").json
    for name, thing in good.items():
        assert list(shape(document, name).iter_errors(thing)) == []
        assert list(shape(document, name).iter_errors({})) != []


def test_the_document_is_what_openapi_calls_one(document):
    assert document["openapi"].startswith("3.1")
    for name in document["components"]["schemas"]:
        assert meta.is_valid(document["components"]["schemas"][name])
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(names)) == len(names) == len(OPERATIONS) + 1
