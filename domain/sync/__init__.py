"""What phones and forms send: each item taken exactly once, handed to its areas, and answered with a receipt."""

from .rules import Item, Receipt, Status, fingerprint
from .store import accept

__all__ = ["Item", "Receipt", "Status", "accept", "fingerprint"]
