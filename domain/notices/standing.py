"""How many notices wait, and why others did not go: counts and codes alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from .tables import Notice


@dataclass(frozen=True)
class Standing:
    """`waiting_why`: of those that were tried, what the last try came to. `given_up`: by reason. `refused`: of those that left,
    why the way before would not have them."""

    waiting: int
    waiting_why: Mapping[str, int]
    given_up: Mapping[str, int]
    refused: Mapping[str, int]


def standing(session: Session, *, since: datetime) -> Standing:
    """`since`: how far back what was given up or left is counted."""
    waits = (col(Notice.delivered_at).is_(None), col(Notice.gave_up_at).is_(None))
    why = sa.func.coalesce(col(Notice.failed_why), "")
    open_now = dict(session.exec(select(why, sa.func.count()).where(*waits).group_by(why)).all())
    gone = session.exec(select(why, sa.func.count()).where(col(Notice.gave_up_at) >= since).group_by(why)).all()
    left = (col(Notice.delivered_at) >= since, col(Notice.failed_why).is_not(None))
    refused = session.exec(select(why, sa.func.count()).where(*left).group_by(why)).all()
    tried = {code: n for code, n in open_now.items() if code}
    return Standing(sum(open_now.values()), tried, dict(gone), dict(refused))
