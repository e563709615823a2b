"""What is asked, read-only so far: question sets and each of their versions, with counts and no words."""

from . import exchange_jobs
from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands", "exchange_jobs"]
