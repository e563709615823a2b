"""What is written to whom, by which way it leaves, and when it is tried again. The clock and chance are arguments."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from domain.base import ZONE, local


class Kind(StrEnum):
    DIGEST_READY = "digest_ready"  # the week of an area is issued: its readers
    REPLY = "reply"  # somebody replied about a talk: the other side
    READ = "read"  # a week was marked as read: those who noted its talks
    QUESTIONS_PUBLISHED = "questions_published"  # the questions of a sector changed: those who ask them
    NEEDS_HELP = "needs_help"  # an item lies in the box: whoever sent it
    UNSENT = "unsent"  # talks lie unsent on a phone for a day: whose they are
    DIGEST_UNREAD = "digest_unread"  # an issue nobody marked for three days: its readers, once
    TEST = "test"  # asked for by the person, to see whether it comes


class Channel(StrEnum):
    PUSH = "push"
    MAIL = "mail"
    NONE = "none"


#: Push means: to the phones that were switched on for it, and by mail where there is none.
DEFAULTS: Mapping[Kind, Channel] = MappingProxyType(
    dict.fromkeys(Kind, Channel.PUSH) | {Kind.DIGEST_READY: Channel.MAIL, Kind.DIGEST_UNREAD: Channel.MAIL}
)
#: What a person chooses about, and administrators set a default for; one's own test is always sent to the phone.
CHOSEN_KINDS = tuple(kind for kind in Kind if kind is not Kind.TEST)

#: Longer than a try can take: ten browsers whose service answers at the last moment.
LEASE = timedelta(minutes=5)
#: By a way that another comes after; the last one is tried until the notice is too old.
MOST_ATTEMPTS = 8
#: Mail that is not set up is looked for again after so long.
UNTIL_SET_UP = timedelta(hours=1)
#: What nobody could be told for so long is no news any more.
TOO_OLD = timedelta(days=7)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 60, 6 * 3_600
#: A push service that says it is busy may name a longer one.
LONGEST_RETRY_AFTER_S = 24 * 3_600
MOST_ABOUT, MOST_PATH = 120, 200
#: Hours of the day, from and to; the same one twice is no quiet time.
Quiet = tuple[int, int]


def ways(
    kind: Kind, *, chosen: Channel | None, default: Channel, preferred: Channel | None, has_push: bool
) -> tuple[Channel, ...]:
    """The ways to try, in their order; none where the person wants to hear nothing of it.

    What the person chose for the kind counts before what they prefer, and that before the default. One who has no phone switched
    on, or whose phones are all gone, is written to.
    """
    if kind is Kind.TEST:
        return (Channel.PUSH,)
    channel = chosen or (default if default is Channel.NONE else preferred or default)
    if channel is Channel.NONE:
        return ()
    return (Channel.PUSH, Channel.MAIL) if channel is Channel.PUSH and has_push else (Channel.MAIL,)


def is_too_old(written_at: datetime, now: datetime) -> bool:
    return written_at < now - TOO_OLD


def pause_s(attempts: int, *, chance: float, retry_after_s: int | None = None) -> int:
    """How long to wait after so many attempts: twice as long each time, spread by chance (0 to 1), never less than was asked."""
    longest: int = min(LONGEST_PAUSE_S, FIRST_PAUSE_S << (max(attempts, 1) - 1))
    own = round(longest * (0.5 + chance / 2))
    return max(own, min(retry_after_s or 0, LONGEST_RETRY_AFTER_S))


def quiet_until(quiet: Quiet | None, now: datetime) -> datetime | None:
    """When the person's quiet hours end, while they last. By the clock on the wall, also where it is put on or back."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    begins, ends = quiet
    here = local(now)
    is_quiet = begins <= here.hour < ends if begins < ends else here.hour >= begins or here.hour < ends
    if not is_quiet:
        return None
    day = here.date() if here.hour < ends else here.date() + timedelta(days=1)
    return datetime.combine(day, time(ends), ZONE)


def topic(notice_id: uuid.UUID) -> str:
    """32 letters that are safe in addresses. What goes out twice under one replaces itself, at the push service and on the phone.

    Another for each person: a push service must not see who hears of the same thing.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(b"notice" + notice_id.bytes).digest()).decode("ascii")[:32]


def is_local_path(path: str) -> bool:
    """Whether it opens a page of this server and nothing else."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isascii() and path.isprintable()
