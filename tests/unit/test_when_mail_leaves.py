"""Quiet hours, by the clock on the wall in Copenhagen."""

from datetime import datetime

import pytest

from domain.base import ZONE
from domain.notices.rules import Channel, Kind
from domain.notices.when import held_until, mail_held_until

MAIL, PUSH = (Channel.MAIL,), (Channel.PUSH, Channel.MAIL)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "kind", "expected"),
    [
        ("2026-11-18 12:00", Kind.REPLY, None),
        ("2026-11-18 07:00", Kind.REPLY, None),
        ("2026-11-18 06:59", Kind.REPLY, "2026-11-18 07:00"),
        ("2026-11-18 19:59", Kind.REPLY, None),
        ("2026-11-18 20:00", Kind.REPLY, "2026-11-19 07:00"),
        ("2026-11-20 21:00", Kind.REPLY, "2026-11-23 07:00"),  # Friday evening: Monday
        ("2026-11-21 12:00", Kind.REPLY, "2026-11-23 07:00"),
        ("2026-11-22 23:30", Kind.REPLY, "2026-11-23 07:00"),
        ("2026-11-23 06:00", Kind.DIGEST_READY, None),  # Monday at six: the week is made
        ("2026-11-23 05:59", Kind.DIGEST_READY, "2026-11-23 06:00"),
        ("2026-11-23 06:10", Kind.REPLY, "2026-11-23 07:00"),
        ("2027-03-27 12:00", Kind.REPLY, "2027-03-29 07:00"),  # the clocks are put on between
    ],
)
def test_who_chose_no_hours_gets_mail_on_weekdays_by_day(now, kind, expected):
    assert mail_held_until(kind, at(now)) == (at(expected) if expected else None)


def test_ones_own_hours_hold_everything_and_nothing_else_does():
    night, saturday = at("2026-11-18 23:00"), at("2026-11-21 12:00")
    assert held_until(Kind.REPLY, PUSH, (20, 7), night) == at("2026-11-19 07:00")
    assert held_until(Kind.DIGEST_READY, MAIL, (20, 7), at("2026-11-23 06:00")) == at("2026-11-23 07:00")
    assert held_until(Kind.REPLY, MAIL, (0, 0), night) is None
    assert held_until(Kind.REPLY, MAIL, (22, 7), saturday) is None


def test_push_is_held_by_ones_own_hours_alone_and_a_test_by_none():
    night = at("2026-11-18 23:00")
    assert held_until(Kind.REPLY, PUSH, None, night) is None
    assert held_until(Kind.REPLY, MAIL, None, night) == at("2026-11-19 07:00")
    assert held_until(Kind.TEST, MAIL, (20, 7), night) is None
