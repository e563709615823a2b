"""How long PostgreSQL may keep anybody waiting, and how many connections a process asks of it.

SQLite has the like in its busy timeout and in the line of those who write (`turns.py`).
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

#: A server that cannot be reached is noticed within seconds, also when the net says nothing at all; libpq's own names and units.
#: What the address says comes before.
REACH = {
    "connect_timeout": "5",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
#: A request holds one connection, and a second where it writes beside its own work (the read log, the index of words). The web
#: server's four threads need eight at most, which are kept; more are opened when needed.
#: The one that was used last is used next: it knows the plans of the statements.
POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 10, "pool_timeout": 3, "pool_pre_ping": True, "pool_use_lifo": True}
#: For who answers requests. Whoever waits longer for a row is answered 503; a transaction that is left open lets go of its rows.
OF_REQUESTS = {"lock_timeout": "5s", "statement_timeout": "20s", "idle_in_transaction_session_timeout": "30s"}

_SET = "SELECT set_config(%s, %s, false)"
#: What is acknowledged outlives a crash of the server, also where somebody told it to be quicker; stricter settings stay.
_FLUSHED = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"


def within_reach(url: sa.URL) -> sa.URL:
    return url.set(query={**REACH, **url.query})


def limit(engine: sa.Engine, limits: Mapping[str, str]) -> None:
    """Every connection from now on has these limits."""

    @sa.event.listens_for(engine, "connect")
    def set_limits(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            for name, longest in limits.items():
                cursor.execute(_SET, (name, longest))
            cursor.execute(_FLUSHED)
        connection.commit()
