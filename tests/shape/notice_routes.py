"""The routes of *Påmindelser*, beside those of routes.py."""

from domain import notices
from domain.base import new_id
from tests import make
from tests.shape.row import SIGNED_IN, Row, to
from tests.web.town import Town


def browser(town: Town) -> str:
    """A browser that leder switched on."""
    endpoint = f"https://fcm.googleapis.com/fcm/send/{new_id()}"
    with town.database.writing() as session:
        notices.subscribe(session, town.cast.leder, endpoint=endpoint, p256dh="B", auth="A", now=make.NOW)
    with town.database.reading() as session:
        rows = notices.subscriptions_of(session, [town.cast.leder.person_id])
    [row] = [row for row in rows if row.endpoint == endpoint]
    return f"/notices/subscriptions/{row.id}/removal"


TABLE = (
    Row("notices.settings", to(*SIGNED_IN), "/notices/settings"),
    Row("notices.choose", to(*SIGNED_IN, gives=302), "/notices/settings", method="POST"),
    Row("notices.send_test", to(*SIGNED_IN, gives=302), "/notices/test", method="POST"),
    Row("notices.push_state", to(*SIGNED_IN), "/notices/push"),
    Row("notices.switch_on", to(*SIGNED_IN, gives=422), "/notices/subscriptions", "no JSON", method="POST"),
    Row("notices.switch_off", to(*SIGNED_IN, gives=422), "/notices/subscriptions/removal", "no JSON", method="POST"),
    Row("notices.switch_off_one", to("leder", gives=302), browser, method="POST"),
    Row("notices.show_defaults", to("admin"), "/notices/defaults"),
    Row("notices.set_defaults", to("admin", gives=302), "/notices/defaults", method="POST"),
)
