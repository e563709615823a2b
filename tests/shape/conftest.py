from tests.web.fixtures import (
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
