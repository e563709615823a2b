"""Who did what and who read what. Append-only, and without a citizen's words."""

from .store import Unlogged, counts, read_by, record_deed, record_read, times_of
from .tables import Deed, Reading

__all__ = ["Deed", "Reading", "Unlogged", "counts", "read_by", "record_deed", "record_read", "times_of"]
