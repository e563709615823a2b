"""Whether every page must say that all of it is invented."""

from sqlalchemy.exc import DBAPIError

from domain import demo
from domain.base import Database


class DemoFlag:
    """Asks the database once it is known to be the demo's; until then at each page, so that loading it needs no restart."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.known = False

    def __call__(self) -> bool:
        if not self.known:
            try:
                with self.database.reading() as session:
                    self.known = demo.is_loaded(session)
            except DBAPIError:  # an error page must not fail for want of a banner
                return False
        return self.known
