"""The Flask application class: configuration, sign-in, CSRF, the door and the unit of work around every view."""

import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, bytes_to_int
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from domain.base import Database, begun_anew
from domain.people import Actor, actor_by_token

from . import assets, door, errors, language, navigation, runner, serving, settings, unit

#: Three answers of 5,000 code points are at most 60 kB; 1 MiB is /sync's own limit.
MAX_BODY_BYTES = 1024 * 1024
RENEWED_AFTER_S = 3600
#: So many cookies are known by heart in a process.
MOST_COOKIES = 1024


ANSWERS_WITHOUT_SESSION = frozenset(
    {"assets.static", "admin.live", "admin.ready", "phone.shell", "phone.worker", "phone.manifest"}
)


class User(UserMixin):
    """What Flask-Login keeps: the cookie's token and the person behind it."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        return self.token


class Cookie(NamedTuple):
    """What stood in a cookie whose signature was found right, and when it was signed, in seconds."""

    content: dict[str, Any]
    signed_at: int


class Sessions(SecureCookieSessionInterface):
    """Static files and health answers are the same for everybody: no cookie is renewed on them, and caches may share them. Others
    renew a cookie that is an hour old: signing it anew takes longer than reading who it is, and a phone sends often. It sends the
    same one for that hour, so its signature is looked at once; how old it is, and whose sign-in that is still, each time."""

    def __init__(self) -> None:
        self._signing: tuple[Any, URLSafeTimedSerializer | None] | None = None
        self._known: dict[str, Cookie] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once for a key: reading who it is would take twice as long."""
        keys = app.secret_key, app.config["SECRET_KEY_FALLBACKS"]
        if self._signing is None or self._signing[0] != keys:
            self._signing, self._known = (keys, super().get_signing_serializer(app)), {}
        return self._signing[1]

    def open_session(self, app: Flask, request: Request) -> Any:
        self.get_signing_serializer(app)  # with another key nothing is known any more
        known, sent = self._known, request.cookies.get(self.get_cookie_name(app), "")
        found = known.get(sent)
        if found and 0 <= int(time.time()) - found.signed_at <= int(app.permanent_session_lifetime.total_seconds()):
            return self.session_class(found.content)
        opened = super().open_session(app, request)
        if opened and all(type(value) in (str, bool) for value in opened.values()):
            if len(known) >= MOST_COOKIES:
                known.clear()
            known[sent] = Cookie(dict(opened), _signed_at(sent))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in ANSWERS_WITHOUT_SESSION:
            super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return session.modified or (super().should_set_cookie(app, session) and self._is_to_be_renewed(app))

    def _is_to_be_renewed(self, app: Flask) -> bool:
        sent = request.cookies.get(self.get_cookie_name(app), "")
        found = self._known.get(sent)
        try:
            return time.time() - (found.signed_at if found else _signed_at(sent)) >= RENEWED_AFTER_S
        except (IndexError, BadData):
            return True


def _signed_at(cookie: str) -> int:
    """Raises IndexError or BadData where it says nothing of it."""
    return bytes_to_int(base64_decode(cookie.rsplit(".", 2)[1]))


class Hoert(Flask):
    """Flask with one commit around each view (ADR 004)."""

    def __init__(self, chosen: dict[str, Any], database: Database) -> None:
        super().__init__("hoert", root_path=str(settings.ROOT), static_folder=None, template_folder="templates")
        self.is_https = chosen["BASE_URL"].startswith("https://")
        self.config.update(chosen)
        self.config.update(
            SECRET_KEY=settings.secret_key(chosen["INSTANCE"]),
            MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
            MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
            PERMANENT_SESSION_LIFETIME=chosen["SESSION_DAYS"] * 86_400,
            SESSION_COOKIE_NAME="__Host-hoert" if self.is_https else "hoert",
            SESSION_COOKIE_SECURE=self.is_https,
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            WTF_CSRF_TIME_LIMIT=None,
            WTF_CSRF_CHECK_DEFAULT=False,  # the door comes first, see _before
            BABEL_DEFAULT_LOCALE="da",
        )
        self.session_interface = Sessions()
        self.extensions["hoert.database"] = database
        self.extensions["hoert.release"] = assets.fingerprint()
        self.jinja_env.undefined = StrictUndefined
        self.jinja_env.trim_blocks = self.jinja_env.lstrip_blocks = True
        self.json.sort_keys = False  # type: ignore[attr-defined]  # the facts of a question set stand in the order they are asked
        self.logger.setLevel(logging.WARNING)
        self._runner: runner.Runner | None = None
        self._install()
        if chosen["PROXIES"]:
            n = chosen["PROXIES"]
            self.wsgi_app = ProxyFix(self.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]

    def serve(self) -> None:
        """For the process of a server, once: it is seen by who restores a back-up, room for erasing is set aside, and PostgreSQL
        keeps nobody waiting for long. From here on it does what comes by the clock: threads do not survive a fork."""
        self.extensions["hoert.database"].limit_waiting()
        serving.hold(self.config["INSTANCE"])
        self.set_room_aside()
        if runner.is_inside(self):
            self._runner = runner.Runner(self, alone=True).start()

    def end(self) -> None:
        """For the same process, when it ends in good order."""
        if self._runner is not None:
            self._runner.stop()

    def set_room_aside(self) -> None:
        reserve = self.extensions["hoert.database"].reserve
        if reserve is not None:
            reserve.make()

    def _install(self) -> None:
        language.install(self)
        self.csrf = CSRFProtect(self)
        manager = LoginManager(self)
        manager.session_protection = None  # phones change address all day
        manager.user_loader(_user)
        errors.install(self)
        navigation.install(self)
        self.before_request(self._before)
        self.teardown_appcontext(unit.close)

    def _before(self) -> ResponseReturnValue | None:
        if request.endpoint in (
            "auth.begin_sign_in",
            "auth.choose_language",
        ):  # sealed words are larger than they were when posted
            request.max_content_length = request.max_form_memory_size = 3 * MAX_BODY_BYTES
        most_bytes = getattr(self.view_functions.get(request.endpoint or ""), "most_bytes", None)
        if most_bytes:  # of fields that are no file as much is read as anywhere
            request.max_content_length = most_bytes
        refused = door.check()
        if refused is not None:
            return refused
        if request.endpoint and not (way := door.door_of(request.endpoint)).own_answer and not way.by_signature:
            self.csrf.protect(apply_exemptions=True)
        return None

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine: Flask would look at each of five functions anew, at every request."""
        return func

    def dispatch_request(self) -> Response:
        database = unit.database()
        return begun_anew(
            lambda: database.making_room(self._once, may=lambda: g.get("erases", False)),
            may=lambda: g.get("may_begin_anew", False),
        )

    def _once(self) -> Response:
        """The view and its commit; from the start again when an erasure met a full disk, or another transaction came between."""
        g.tries = g.get("tries", 0) + 1
        if unit.is_begun_anew():
            unit.close()
            session.pop("_flashes", None)
        g.pop("erases", None)
        g.pop("may_begin_anew", None)
        response = self.make_response(super().dispatch_request())
        unit.finish(response)
        return response


def _user(token: str) -> User | None:
    """Nobody while the store is away: an error page must not ask it again."""
    if g.get("store_is_away"):
        return None
    actor = actor_by_token(current_app.extensions["hoert.database"], token)
    return User(token, actor) if actor else None
