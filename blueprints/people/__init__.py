"""One's own profile, when places are closed, the register of people and places for administrators, and `people …`."""

from . import closed
from .jobs import commands
from .routes import bp

__all__ = ["bp", "closed", "commands"]
