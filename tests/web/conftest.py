from tests.web.fixtures import (
    addresses,
    cast,
    clock,
    database,
    own_town,
    settled,
    signed_in,
    sqlite_url,
    templates,
    town,
    town_template,
    visitor,
)

__all__ = [
    "addresses",
    "cast",
    "clock",
    "database",
    "own_town",
    "settled",
    "signed_in",
    "sqlite_url",
    "templates",
    "town",
    "town_template",
    "visitor",
]
