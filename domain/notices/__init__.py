"""What people are told past the pages, by push or mail: that there is something new, and never what."""

from .choices import NotTheirs, Wishes, choose, defaults, set_defaults, wishes, wishes_of
from .delivery import Claimed, Message, Outcome, Sender, Senders, Status, claim, deliver
from .due import remind_unsent
from .mail import Answer, Carrier, MailServer, NoServer, Taken, is_address
from .restored import Told, told, told_again
from .rules import CHOSEN_KINDS, DEFAULTS, LONGEST_RETRY_AFTER_S, Channel, Kind, Quiet
from .stops import ALL_MAIL, begin_mail, is_stopped, stop_mail, stopped_mail
from .store import forget, settle_all, take_back, write
from .subscriptions import subscribe, subscriptions_of, unsubscribe
from .tables import MailStop, Notice, NoticeChoice, NoticeDefault, NoticeHabit, PushSubscription

__all__ = [
    "ALL_MAIL",
    "CHOSEN_KINDS",
    "DEFAULTS",
    "LONGEST_RETRY_AFTER_S",
    "Answer",
    "Carrier",
    "Channel",
    "Claimed",
    "Kind",
    "MailServer",
    "MailStop",
    "Message",
    "NoServer",
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
    "Taken",
    "Told",
    "Wishes",
    "begin_mail",
    "choose",
    "claim",
    "defaults",
    "deliver",
    "forget",
    "is_address",
    "is_stopped",
    "remind_unsent",
    "set_defaults",
    "settle_all",
    "stop_mail",
    "stopped_mail",
    "subscribe",
    "subscriptions_of",
    "take_back",
    "told",
    "told_again",
    "unsubscribe",
    "wishes",
    "wishes_of",
    "write",
]
