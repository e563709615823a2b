"""What people are told past the pages, by push or mail: that there is something new, and never what."""

from .choices import NotTheirs, Wishes, choose, defaults, set_defaults, wishes, wishes_of
from .delivery import Claimed, Message, Outcome, Sender, Senders, Status, claim, deliver
from .rules import CHOSEN_KINDS, DEFAULTS, LONGEST_RETRY_AFTER_S, Channel, Kind, Quiet
from .store import forget, take_back, write
from .subscriptions import subscribe, subscriptions_of, unsubscribe
from .tables import Notice, NoticeChoice, NoticeDefault, NoticeHabit, PushSubscription

__all__ = [
    "CHOSEN_KINDS",
    "DEFAULTS",
    "LONGEST_RETRY_AFTER_S",
    "Channel",
    "Claimed",
    "Kind",
    "Message",
    "NotTheirs",
    "Notice",
    "NoticeChoice",
    "NoticeDefault",
    "NoticeHabit",
    "Outcome",
    "PushSubscription",
    "Quiet",
    "Sender",
    "Senders",
    "Status",
    "Wishes",
    "choose",
    "claim",
    "defaults",
    "deliver",
    "forget",
    "set_defaults",
    "subscribe",
    "subscriptions_of",
    "take_back",
    "unsubscribe",
    "wishes",
    "wishes_of",
    "write",
]
