"""What phones and forms send: each item taken exactly once, handed to its areas, and answered with a receipt."""

from .box import Boxed, boxed, count_waiting, settle, waiting
from .rules import Item, Receipt, Status, Withdrawal, fingerprint
from .store import accept, epoch, forget_list, take
from .tables import BoxedItem, Epoch

__all__ = [
    "Boxed",
    "BoxedItem",
    "Epoch",
    "Item",
    "Receipt",
    "Status",
    "Withdrawal",
    "accept",
    "boxed",
    "count_waiting",
    "epoch",
    "fingerprint",
    "forget_list",
    "settle",
    "take",
    "waiting",
]
