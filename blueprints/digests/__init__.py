"""The week as the area leader reads it, and the command that issues it."""

from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands"]
