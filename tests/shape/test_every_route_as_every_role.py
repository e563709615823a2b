"""Who gets which answer from which route (docs/access.md).

Each route stands in the table once for each kind of object it can be asked for. A route that is missing fails, and so does a row
without a route.
"""

import pytest

from tests.shape import mail_routes, notice_routes, routes
from tests.shape.routes import EVERYBODY, OF_ONE_OBJECT, SIGNED_IN, Row
from tests.web.town import Town, rows

TABLE = (*routes.TABLE, *notice_routes.TABLE, *mail_routes.TABLE)
CASES = [pytest.param(row, who, id=f"{row} as {who}") for row in TABLE for who in EVERYBODY]


def test_every_route_stands_in_the_table_and_nothing_else(app):
    routes = {
        (method, rule.endpoint) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(row.method, row.endpoint) for row in TABLE} == routes


def test_every_row_says_what_everybody_gets():
    assert [str(row) for row in TABLE if set(row.expected) != set(EVERYBODY)] == []
    assert len({str(row) for row in TABLE}) == len(TABLE)


@pytest.mark.slow
@pytest.mark.parametrize(("row", "who"), CASES)
def test_each_route_answers_each_role_as_the_table_says(town, row, who):
    visitor = town.new_browser(who) if row.method == "POST" else town.browser(who)
    path = row.address(town)
    if row.method == "POST":
        answer = visitor.post(path, row.fields(town, visitor, who), json=who == "program")
    else:
        answer = visitor.open(row.method, path, json=who == "program")
    assert answer.status == row.expected[who], answer.path


@pytest.mark.parametrize("row", [row for row in TABLE if row.method == "GET"], ids=str)
def test_head_answers_as_get_does_and_without_a_body(town, row):
    for who in EVERYBODY:
        answer = town.browser(who).head(row.address(town), json=who == "program")
        assert (who, answer.status, answer.data) == (who, row.expected[who], b"")


@pytest.mark.slow
@pytest.mark.parametrize("token", [None, "IjAi.wrong.token"], ids=["none", "a wrong one"])
@pytest.mark.parametrize("row", [row for row in TABLE if row.method == "POST" and row not in mail_routes.SIGNED], ids=str)
def test_without_a_good_token_nothing_is_done_whoever_asks(own_town, row, token):
    """419 for those who may, 404 for another role, and to strangers the same as ever."""
    for who in EVERYBODY:
        visitor, path = own_town.new_browser(who), row.address(own_town)
        fields = row.fields(own_town, visitor, who)
        before = _how_much_stands(own_town)
        answer = visitor.post(path, fields, token=token, json=who == "program")
        expected = row.expected[who]
        foreign = row.endpoint in OF_ONE_OBJECT and who in SIGNED_IN and _comes_in(own_town, row, who)
        refused = 419 if foreign or _is_public(own_town, row) or (expected in (302, 422) and who in SIGNED_IN) else expected
        assert (who, answer.status) == (who, refused)
        assert _how_much_stands(own_town) == before


def _comes_in(town: Town, row: Row, who: str) -> bool:
    """Whether the door is open to this role, whatever the object."""
    return town.cast.everybody()[who].may(town.app.view_functions[row.endpoint].door.permission)


def _is_public(town: Town, row: Row) -> bool:
    return town.app.view_functions[row.endpoint].door.permission is None


def _how_much_stands(town: Town) -> dict[str, int]:
    return {name: len(found) for name, found in rows(town.database).items() if name != "reading"}
