"""A GET changes no row; the one thing it writes is the read log (docs/ARCHITECTURE.md, rule 6)."""

import pytest

from tests.shape.test_every_route_as_every_role import EVERYBODY, TABLE
from tests.web.town import rows


def without_the_read_log(town):
    return {name: found for name, found in rows(town.database).items() if name != "reading"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_looking_at_every_page_changes_no_row_but_the_read_log(town, who):
    visitor = town.browser(who)
    paths = [row.address(town) for row in TABLE if row.method == "GET"]
    before = without_the_read_log(town)
    for path in paths:
        for method in ("GET", "HEAD", "OPTIONS"):
            visitor.open(method, path, json=who == "program")
    assert without_the_read_log(town) == before


def test_the_read_log_only_grows(town):
    before = rows(town.database)["reading"]
    town.browser("leder").get("/conversations/")
    after = rows(town.database)["reading"]
    assert [row for row in after if row in before] == before
    assert len(after) == len(before) + 1
