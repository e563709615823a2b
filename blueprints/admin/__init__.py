"""The administrator's log, the health of the server, and the commands that belong to no single area."""

from .jobs import database_commands, demo_commands, guard_commands
from .routes import bp

__all__ = ["bp", "database_commands", "demo_commands", "guard_commands"]
