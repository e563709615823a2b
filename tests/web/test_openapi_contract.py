"""The JSON routes keep what /openapi.json says, whatever is sent and whoever asks: fifty examples an operation and role."""

import functools
import inspect
import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import Draft202012Validator, meta
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from sqlmodel import col, select

from app import create_app
from domain import people
from domain.base import new_id, now
from domain.people import Person, SignIn
from tests import cast as cast_of
from tests import make
from tests.push_service import Browser
from tests.web.client import Visitor

pytestmark = pytest.mark.slow

WHO = ("anonymous", "medarbejder", "leder", "leder3", "omraade", "omraade2", "admin", "disabled", "revoked")
SHUT_OUT = ("anonymous", "disabled", "revoked")


def for_notes(who, *good):
    """What a route answers that is there for those who note talks; the first is the one that must come."""
    return (401,) if who in SHUT_OUT else (404,) if who == "admin" else good


def for_everybody(who, *good):
    return (401,) if who in SHUT_OUT else good


OPERATIONS = {
    "GET /health/live": lambda _who: (200,),
    "GET /health/ready": lambda _who: (200,),
    "GET /sync/token": lambda who: for_everybody(who, 200),
    "GET /sync/kit": lambda who: for_notes(who, 200, 304),
    # 403 tells a phone that it was shut out; a body that names no phone comes from none.
    "POST /sync": lambda who: {"disabled": (403,), "revoked": (403, 401)}.get(who) or for_notes(who, 200, 400, 413),
    "POST /sync/secret": lambda who: {"disabled": (403,), "revoked": (403, 401)}.get(who) or for_notes(who, 200, 400),
    "GET /notices/push": lambda who: for_everybody(who, 200),
    "POST /notices/subscriptions": lambda who: for_everybody(who, 201, 409, 422),
    "POST /notices/subscriptions/removal": lambda who: for_everybody(who, 200, 422),
}
PUSH_HOST = "push.example:8443"
BROWSER = Browser(f"https://{PUSH_HOST}/of-the-contract")
#: What comes well nowhere by chance.
GOOD = {"POST /notices/subscriptions": {"endpoint": BROWSER.endpoint, "keys": {"p256dh": BROWSER.p256dh, "auth": BROWSER.auth}}}
#: JSON that is no answer to a program: the app's manifest, which has a type of its own, and what a person takes away in a file.
NO_ANSWERS = {"/manifest.webmanifest", "/capture/help/<uuid:key>/export", "/questions/files/fetched"}
DEVICE = new_id()
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def served(tmp_path_factory, town_template):
    """One application for all of them, without limits: five hundred envelopes come within the minute."""
    folder = tmp_path_factory.mktemp("contract")
    url = town_template.copy(folder)
    app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": url, "LIMITS": False})
    app.config["PUSH_HOSTS"] = (PUSH_HOST,)
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


@pytest.fixture(scope="module")
def signed_in(served):
    """Each signs in once: who was shut out cannot again."""
    return functools.cache(lambda who: signed_in_as(served, who))


def signed_in_as(app, who):
    """Header and cookie of a browser of theirs."""
    visitor = Visitor(app)
    if who == "anonymous":
        return {}, {}
    visitor.sign_in({"disabled": "leder2", "revoked": "leder"}.get(who, who))
    token = json.loads(visitor.get("/sync/token").text)["csrf_token"]
    if who in ("disabled", "revoked"):
        shut_out(app, who)
    return {"X-CSRFToken": token}, {visitor.cookie_name: visitor.cookie}


def shut_out(app, who):
    """The person, or the phone with the sign-in that it used, which is the one begun last."""
    database = app.extensions["hoert.database"]
    with database.writing() as session:
        if who == "disabled":
            people.disable(session, email=cast_of.email("leder2"), now=now())
            return
        person = session.exec(select(Person).where(Person.email == cast_of.email("leder"))).one()
        last = session.exec(select(SignIn).where(SignIn.person_id == person.id).order_by(col(SignIn.id).desc())).first()
        actor = people.actor_for(session, person.id, sign_in_id=last.id)
        people.see_device(session, actor, device_id=DEVICE, user_agent="", waiting=0, now=now())
        session.flush()
        [row] = [one for one in people.devices_of(session, email=person.email) if one.device_id == DEVICE]
        assert people.revoke_device(session, actor, row_id=row.id, now=now())


def test_the_document_names_every_json_route_and_no_other(served, document, operations):
    """The tool leaves out the document's own address when it asks."""
    assert set(operations) == set(OPERATIONS)
    views = served.view_functions
    json_routes = {str(rule) for rule in served.url_map.iter_rules() if makes_json(inspect.unwrap(views[rule.endpoint]), set())}
    assert json_routes > NO_ANSWERS
    assert set(document["paths"]) == json_routes - NO_ANSWERS


def makes_json(function, seen):
    """Whether the function's code, or that of one beside it that it names, makes JSON. Refusals are made in `shared`."""
    code, names = function.__code__, function.__globals__
    seen.add(function)
    if "jsonify" in code.co_names or "application/json" in constants(code):
        return True
    beside = [names.get(name) for name in code.co_names]
    ours = [one for one in beside if inspect.isfunction(one) and one.__module__.startswith("blueprints.")]
    return any(makes_json(one, seen) for one in ours if one not in seen and ".shared." not in one.__module__)


def constants(code):
    """Those of a call's names and of functions within it too."""
    for one in code.co_consts:
        yield one
        yield from constants(one) if inspect.iscode(one) else ()


def test_a_page_that_answers_a_program_with_json_is_in_the_document(served, document, signed_in):
    """By what is really answered, where nothing has to be known to ask."""
    found = set()
    for who in ("leder", "omraade", "admin"):
        headers, cookies = signed_in(who)
        headers = {"Accept": "application/json", "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        with served.test_client(use_cookies=False) as http:
            for rule in served.url_map.iter_rules():
                if "GET" in rule.methods and not rule.arguments:
                    answer = http.get(str(rule), headers=headers)
                    found |= {str(rule)} if answer.status_code == 200 and answer.mimetype == "application/json" else set()
    assert found == {path for path, operations in document["paths"].items() if "get" in operations}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_the_document_knows(signed_in, operations, name, who):
    operation, expected, seen = operations[name], OPERATIONS[name](who), set()
    headers, cookies = signed_in(who)

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
        if who == "revoked" and isinstance(case.body, dict):
            case.body = {**case.body, "device": str(DEVICE)}
        send(case)

    def send(case):
        # As it is: what calls here does not unpack, and says that it is a program.
        answer = case.call(headers={**headers, "Accept": "application/json", "Accept-Encoding": "identity"}, cookies=cookies)
        case.validate_response(answer, checks=CHECKS)
        seen.add(answer.status_code)

    if name in GOOD:
        send(operation.Case(body=GOOD[name], media_type="application/json"))
    fuzz()
    assert seen <= {*expected}, seen
    assert expected[0] in seen  # the good answer too


@pytest.mark.parametrize("name", ["POST /sync", "POST /sync/secret"])
def test_without_the_token_whatever_a_phone_posts_is_refused(signed_in, operations, name):
    _headers, cookies = signed_in("leder")

    @settings(max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operations[name].as_strategy())
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
    good |= {"Subscription": GOOD["POST /notices/subscriptions"], "Endpoint": {"endpoint": BROWSER.endpoint}}
    good["Envelope"] = {"schema": "hoert.envelope/1", "device": item["id"], "waiting": 3, "items": [item, 7]}
    good["Phone"] = {"device": item["id"]}
    headers, cookies = signed_in_as(served, "leder")
    headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with served.test_client(use_cookies=False) as http:
        good["Receipts"] = http.post("/sync", json=good["Envelope"], headers=headers).json
        good["Kit"] = http.get("/sync/kit", headers=headers).json
        good["Error"] = http.get("/sync/kit").json
        good["NotSignedIn"] = http.post("/sync/secret").json
    for name, thing in good.items():
        assert list(shape(document, name).iter_errors(thing)) == []
        assert list(shape(document, name).iter_errors({})) != []


def test_the_document_is_what_openapi_calls_one(document):
    assert document["openapi"].startswith("3.1")
    for name in document["components"]["schemas"]:
        assert meta.is_valid(document["components"]["schemas"][name])
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(names)) == len(names) == len(OPERATIONS) + 1
