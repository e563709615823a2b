"""What phones and forms send: each item taken exactly once, handed to its areas, and answered with a receipt."""

from .box import Boxed, boxed, count_waiting, settle, waiting
from .rules import Item, Receipt, Status, Withdrawal, fingerprint, item_id
from .store import accept, epoch, forget_list, take
from .tables import BoxedItem, Epoch
from .versions import ChangedMeanwhile, NotAVersion, item_of, keep_stored, merge, stands_beside, use_second

__all__ = [
    "Boxed",
    "BoxedItem",
    "ChangedMeanwhile",
    "Epoch",
    "Item",
    "NotAVersion",
    "Receipt",
    "Status",
    "Withdrawal",
    "accept",
    "boxed",
    "count_waiting",
    "epoch",
    "fingerprint",
    "forget_list",
    "item_id",
    "item_of",
    "keep_stored",
    "merge",
    "settle",
    "stands_beside",
    "take",
    "use_second",
    "waiting",
]
