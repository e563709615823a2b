"""What phones and forms send: each item taken exactly once, handed to its areas, and answered with a receipt."""

from .box import Boxed, all_settled, boxed, count_waiting, is_settled, senders, settle, settle_again, waiting
from .erasing import Erased, erase
from .rules import Item, Receipt, Status, Withdrawal, fingerprint, item_id
from .store import accept, begin_epoch, epoch, forget_list, take
from .tables import BoxedItem, Epoch
from .versions import ChangedMeanwhile, NotAVersion, item_of, keep_stored, merge, stands_beside, use_second

__all__ = [
    "Boxed",
    "BoxedItem",
    "ChangedMeanwhile",
    "Epoch",
    "Erased",
    "Item",
    "NotAVersion",
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
    "is_settled",
    "item_id",
    "item_of",
    "keep_stored",
    "merge",
    "senders",
    "settle",
    "settle_again",
    "stands_beside",
    "take",
    "use_second",
    "waiting",
]
