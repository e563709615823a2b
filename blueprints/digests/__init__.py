"""The week as the area leader reads it, months and years, the leader's own house, and the command that issues weeks."""

from . import house, mail, periods, times
from .by_the_clock import scheduled
from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands", "house", "mail", "periods", "scheduled", "times"]
