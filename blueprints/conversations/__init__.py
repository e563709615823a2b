"""Reading talks: one's own, and those of one's place."""

from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands"]
