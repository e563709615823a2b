"""What was run by the clock. Rows hold keys and times, never words of anybody."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from domain.base import Row


class JobRun(Row, table=True):
    """One thing that ought to be done once: the unique key, not the scheduler, sees to it that it is.

    `holder` has it in hand until `lease_until`; then anybody may take it over. `failed_why`: the last failure's class and place,
    while it is not done.
    """

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("name", "key"),
        sa.Index("ix_job_run_name_done_at", "name", "done_at"),
    )

    name: str = Field(max_length=60)
    key: str = Field(max_length=120)
    holder: str | None = Field(default=None, max_length=120)
    lease_until: datetime | None = None
    attempts: int = 0
    first_started_at: datetime
    started_at: datetime
    done_at: datetime | None = None
    failed_why: str | None = Field(default=None, max_length=200)
    next_try_at: datetime | None = None
