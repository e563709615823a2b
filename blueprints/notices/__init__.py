"""*Påmindelser*: what a person is told of by push or mail, the browsers they switched on, and the sending itself."""

from . import defaults, described, subscriptions, unsubscribing  # noqa: F401 - they add their routes, and say what they are
from .by_the_clock import scheduled
from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands", "scheduled"]
