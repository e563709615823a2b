"""Reading talks: one's own, and those of one's place."""

from .by_the_clock import scheduled
from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands", "scheduled"]
