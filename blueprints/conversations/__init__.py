"""Reading talks: one's own, and those of one's place."""

from . import told  # noqa: F401 - it tells whom its page opens for
from .by_the_clock import scheduled
from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands", "scheduled"]
