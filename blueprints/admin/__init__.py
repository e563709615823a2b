"""The administrator's log, what is done by the clock, the server's health, and the commands that belong to no single area."""

from . import running
from .backup_jobs import backup_commands
from .by_the_clock import scheduled
from .job_jobs import job_commands
from .jobs import database_commands, demo_commands, guard_commands
from .privacy_jobs import privacy_commands
from .routes import bp

__all__ = [
    "backup_commands",
    "bp",
    "database_commands",
    "demo_commands",
    "guard_commands",
    "job_commands",
    "privacy_commands",
    "running",
    "scheduled",
]
