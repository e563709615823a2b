"""Making and restoring back-ups: one file that says by itself what it is (ADR 034)."""

from .files import BadBackup, Restored
from .making import create
from .restoring import restore

__all__ = ["BadBackup", "Restored", "create", "restore"]
