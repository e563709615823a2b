"""What keeps writers waiting happens by night."""

from datetime import datetime

import pytest

from blueprints.admin.by_the_clock import due, due_at_night
from domain.base import ZONE


@pytest.mark.parametrize(
    ("clock", "at_night", "ever"),
    [
        ("2026-11-26T03:09", [], ["2026-11-25"]),
        ("2026-11-26T03:10", ["2026-11-26"], ["2026-11-26"]),
        ("2026-11-26T04:59", ["2026-11-26"], ["2026-11-26"]),
        ("2026-11-26T05:00", [], ["2026-11-26"]),
        ("2026-11-26T12:00", [], ["2026-11-26"]),
        ("2026-10-25T04:00", ["2026-10-25"], ["2026-10-25"]),  # the night of 25 hours
        ("2026-03-29T03:30", ["2026-03-29"], ["2026-03-29"]),  # the night of 23
    ],
)
def test_a_missed_night_is_made_up_for_by_day_only_where_nobody_waits_for_it(clock, at_night, ever):
    now = datetime.fromisoformat(clock).replace(tzinfo=ZONE)
    assert list(due_at_night(None, now)) == at_night
    assert list(due(None, now)) == ever
