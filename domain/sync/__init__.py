"""What phones and forms send: each item taken exactly once, handed to its areas, and answered with a receipt."""

from .box import Boxed, all_settled, boxed, count_waiting, senders, settle, settle_again, waiting
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
    "all_settled",
    "begin_epoch",
    "boxed",
    "count_waiting",
    "epoch",
    "erase",
    "fingerprint",
    "forget_list",
    "senders",
    "settle",
    "settle_again",
    "take",
    "waiting",
]
