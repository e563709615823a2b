"""The administrator's log, the health of the server, and the commands that belong to no single area."""

from .backup_jobs import backup_commands
from .jobs import database_commands, demo_commands, guard_commands
from .privacy_jobs import privacy_commands
from .routes import bp

__all__ = [
    "backup_commands",
    "bp",
    "database_commands",
    "demo_commands",
    "guard_commands",
    "privacy_commands",
]
