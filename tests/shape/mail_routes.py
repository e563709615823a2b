"""The routes that a signed address opens to everybody: no sign-in and no CSRF token is asked for."""

from collections.abc import Callable

from blueprints.shared import mails
from domain.notices import Kind
from tests.shape.routes import Row, to_all
from tests.web.town import Town


def link(town: Town) -> str:
    """The one in omraade's mails of weeks."""
    with town.app.app_context():
        return mails.stop_path(town.cast.omraade.person_id, Kind.DIGEST_READY)


def cut(path: Callable[[Town], str]) -> Callable[[Town], str]:
    return lambda town: path(town)[:-3]


#: Programs post there without a cookie (RFC 8058); tests/web/test_unsubscribing.py holds what they can do.
SIGNED = (
    Row("notices.stop_mail", to_all(302), link, method="POST", fields=lambda _town, _visitor, _who: {"which": "digest_ready"}),
    Row("notices.stop_mail", to_all(404), cut(link), "badly signed", method="POST"),
)
TABLE = (
    Row("notices.less_mail", to_all(200), link),
    Row("notices.less_mail", to_all(404), cut(link), "badly signed"),
    *SIGNED,
)
