"""What is asked: question sets and each of their versions with counts and no words, and the editor of the next one."""

from . import comparing, editing, exchange_jobs, files, sets
from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands", "comparing", "editing", "exchange_jobs", "files", "sets"]
