"""What phones and forms send: each item taken exactly once, handed to its areas, and answered with a receipt."""

from .box import Boxed, boxed, count_waiting, senders, settle, waiting
from .erasing import Erased, erase
from .rules import Item, Receipt, Status, Withdrawal, fingerprint
from .store import accept, begin_epoch, epoch, forget_list, take
from .tables import BoxedItem, Epoch

__all__ = [
    "Boxed",
    "BoxedItem",
    "Epoch",
    "Erased",
    "Item",
    "Receipt",
    "Status",
    "Withdrawal",
    "accept",
    "begin_epoch",
    "boxed",
    "count_waiting",
    "epoch",
    "erase",
    "fingerprint",
    "forget_list",
    "senders",
    "settle",
    "take",
    "waiting",
]
