"""What people are told past the pages, by push or mail: that there is something new, and never what."""

from .choices import NotTheirs, Wishes, choose, defaults, set_defaults, wishes, wishes_of
from .delivery import Claimed, Message, Outcome, Sender, Senders, Status, claim, deliver, is_due
from .due import is_still_unsent, remind_unsent
from .hosts import DEFAULT_HOSTS, problem_of, read_hosts
from .mail import Answer, Carrier, MailServer, NoServer, Taken, is_address
from .push import PushSender, are_keys
from .restored import Told, told, told_again
from .rules import CHOSEN_KINDS, DEFAULTS, LONGEST_RETRY_AFTER_S, Channel, Kind, Quiet
from .standing import Standing, standing
from .stops import ALL_MAIL, begin_mail, is_stopped, stop_mail, stopped_mail
from .store import begun, forget, forget_old, key_of, served_by, settle_all, take_back, write
from .subscriptions import is_failing, subscribe, subscriptions_of, switch_off_one, unsubscribe
from .tables import MailStop, Notice, NoticeChoice, NoticeDefault, NoticeHabit, PushSubscription

__all__ = [
    "ALL_MAIL",
    "CHOSEN_KINDS",
    "DEFAULTS",
    "DEFAULT_HOSTS",
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
    "PushSender",
    "PushSubscription",
    "Quiet",
    "Sender",
    "Senders",
    "Standing",
    "Status",
    "Taken",
    "Told",
    "Wishes",
    "are_keys",
    "begin_mail",
    "begun",
    "choose",
    "claim",
    "defaults",
    "deliver",
    "forget",
    "forget_old",
    "is_address",
    "is_due",
    "is_failing",
    "is_still_unsent",
    "is_stopped",
    "key_of",
    "problem_of",
    "read_hosts",
    "remind_unsent",
    "served_by",
    "set_defaults",
    "settle_all",
    "standing",
    "stop_mail",
    "stopped_mail",
    "subscribe",
    "subscriptions_of",
    "switch_off_one",
    "take_back",
    "told",
    "told_again",
    "unsubscribe",
    "wishes",
    "wishes_of",
    "write",
]
