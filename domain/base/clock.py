"""The one place that reads the clock. Rules take `now` as an argument instead."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)
