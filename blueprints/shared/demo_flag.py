"""Whether every page must say that all of it is invented."""

from flask import g

from domain import demo
from domain.base import STORE_ERRORS, Database


class DemoFlag:
    """Asks the database once it is known to be the demo's; until then at each page, so that loading it needs no restart."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.known = False

    def __call__(self) -> bool:
        if not self.known and not g.get("store_is_away"):
            try:
                with self.database.reading() as session:
                    self.known = demo.is_loaded(session)
            except STORE_ERRORS:  # an error page must not fail for want of a banner
                return False
        return self.known
