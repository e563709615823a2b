"""Web Push: one message to each browser a person switched on, encrypted for it alone.

What it holds is the same for everything: that there is something new, which page to open, and the tag by which a second one takes
the first one's place. The push service sees none of it; it sees the address, the time and the size (docs/privacy.md).
"""

import base64
import json
import logging
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from . import hosts, rules
from .delivery import Message, Outcome, Status
from .tables import PushSubscription

#: 4,096 bytes once encrypted: what every service takes.
MOST_BYTES = 3_993
TTL_S = 24 * 3_600
TIMEOUT_S = 10

_TOOK = frozenset({200, 201, 202})
_GONE = frozenset({404, 410})
_BUSY = frozenset({429, 503})
#: The message, its keys or who sends it, and not the moment, is what they do not take.
_REFUSED = frozenset({400, 401, 403, 413})
#: No fault of the browser's: the message is ours.
_TOO_LARGE = "413"

log = logging.getLogger("hoert")


@dataclass(frozen=True)
class Answer:
    """Of one browser's push service, as a code. `is_gone`: there is no such browser any more."""

    code: str
    took: bool = False
    is_gone: bool = False
    is_refused: bool = False
    retry_after_s: int | None = None


@dataclass(frozen=True)
class PushSender:
    """`private_key`: of the server, as PEM. `contact`: whom a service turns to, as mailto: or https:. `titles`: by language."""

    private_key: str
    contact: str
    hosts: Collection[str]
    titles: Mapping[str, str]

    def __call__(self, message: Message) -> Outcome:
        data = payload(message, self.titles)
        if len(data) > MOST_BYTES:
            log.error("a push message is too large: %d bytes", len(data))
            return Outcome(Status.REFUSED, "too_large")
        answers = {one.id: self._send(one, message, data) for one in message.subscriptions}
        if any(one.code == _TOO_LARGE for one in answers.values()):
            log.error("a push message is too large for its service: %d bytes", len(data))
        return summed_up(answers)

    def _send(self, phone: PushSubscription, message: Message, data: bytes) -> Answer:
        if hosts.problem_of(phone.endpoint, self.hosts):
            return Answer("not_permitted", is_gone=True)
        # All of it takes a while to load, and most commands and requests send nothing.
        import requests  # noqa: PLC0415
        from py_vapid import Vapid  # noqa: PLC0415
        from pywebpush import WebPushException, webpush  # noqa: PLC0415

        try:
            with straight_session() as session:
                response = webpush(
                    {"endpoint": phone.endpoint, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}},
                    data=data.decode("ascii"),
                    vapid_private_key=Vapid.from_pem(self.private_key.encode("ascii")),
                    vapid_claims={"sub": self.contact},  # of its own: pywebpush writes into it
                    ttl=TTL_S,
                    headers={"topic": message.topic, "urgency": "normal"},
                    timeout=TIMEOUT_S,
                    requests_session=session,
                )
                return answer_of(response.status_code, response.headers.get("retry-after"))
        except WebPushException as error:
            if error.response is None:  # its keys are none
                return Answer("bad_keys", is_gone=True)
            return answer_of(error.response.status_code, error.response.headers.get("retry-after"))
        except requests.exceptions.SSLError:
            return Answer("bad_tls")
        except requests.exceptions.Timeout:
            return Answer("timed_out")
        except requests.exceptions.RequestException:
            return Answer("unreachable")


def payload(message: Message, titles: Mapping[str, str]) -> bytes:
    told = {"title": titles[message.language], "path": message.path, "tag": message.topic}
    return json.dumps(told).encode("ascii")


def answer_of(status: int, retry_after: str | None, *, now: datetime | None = None) -> Answer:
    """What a service's status says. One that leads elsewhere is not followed: it counts as trouble."""
    return Answer(
        str(status),
        took=status in _TOOK,
        is_gone=status in _GONE,
        is_refused=status in _REFUSED,
        retry_after_s=seconds(retry_after, now=now) if status in _BUSY else None,
    )


def seconds(retry_after: str | None, *, now: datetime | None = None) -> int | None:
    """`Retry-After`, which names seconds or a moment; None for what is neither."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return min(int(retry_after.strip()[:9]), rules.LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - (now or datetime.now(UTC))).total_seconds()), rules.LONGEST_RETRY_AFTER_S))


def summed_up(answers: Mapping[uuid.UUID, Answer]) -> Outcome:
    """One dead browser stops no other: each is told apart, and the message is tried again while any may still take it."""
    took = tuple(key for key, one in answers.items() if one.took)
    gone = tuple(key for key, one in answers.items() if one.is_gone)
    failed = {key: one for key, one in answers.items() if not one.took and not one.is_gone}
    ends: dict[str, Any] = {
        "took": took,
        "gone": gone,
        "failed": tuple(key for key, one in failed.items() if one.code != _TOO_LARGE),
    }
    later = [one for one in failed.values() if not one.is_refused]
    if later:
        longest = max((one.retry_after_s or 0 for one in later), default=0)
        return Outcome(Status.LATER, later[0].code, longest or None, **ends)
    if took:
        return Outcome(Status.SENT, **ends)
    if failed:
        return Outcome(Status.REFUSED, next(iter(failed.values())).code, **ends)
    return Outcome(Status.NO_WAY, "gone" if gone else "no_phone", **ends)


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether they are what a browser gives: a point of the curve P-256 and sixteen bytes, both base64url."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - only who switches a browser on needs it

    try:
        point, secret = (base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in (p256dh, auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(secret) == 16 and point[0] == 4 and len(p256dh) <= 120 and len(auth) <= 40


def straight_session() -> Any:
    """A session of requests that follows no redirect, and reads no answer but its head: what stands there is nobody's business
    here, and may never end."""
    import requests  # noqa: PLC0415

    class Straight(requests.Session):
        def request(self, method: Any, url: Any, *given: Any, **more: Any) -> requests.Response:
            response = super().request(method, url, *given, **{**more, "allow_redirects": False, "stream": True})
            response._content, response._content_consumed = b"", True
            response.close()
            return response

    return Straight()
