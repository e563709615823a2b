"""How much lies unsent on phones: a number for the area, from those who spoke lately."""

from datetime import timedelta

import pytest

from domain import people
from domain.base import new_id
from tests import make

SINCE = make.NOW - timedelta(days=14)


def seen(session, actor, waiting, *, at=make.NOW):
    device = new_id()
    people.see_device(session, actor, device_id=device, user_agent="", waiting=waiting, now=at)
    return next(row for row in people.own_devices(session, actor) if row.device_id == device)


def unsent(session, actor, area):
    return people.count_unsent(session, actor, area, since=SINCE)


def test_all_phones_of_the_areas_people_count_and_no_others(session, cast):
    assert unsent(session, cast.omraade, cast.syd) == 0
    for who, waiting in (("leder", 2), ("leder", 1), ("medarbejder", 4), ("leder2", 8), ("omraade", 16), ("leder3", 32)):
        seen(session, getattr(cast, who), waiting)
    assert unsent(session, cast.omraade, cast.syd) == 31
    assert unsent(session, cast.omraade2, cast.nord) == 32


@pytest.mark.parametrize("who", ["leder", "medarbejder", "omraade2", "admin"])
def test_nobody_else_is_told(session, cast, who):
    seen(session, cast.leder, 3)
    assert unsent(session, getattr(cast, who), cast.syd) == 0


def test_phones_long_gone_shut_out_or_of_people_who_left_say_nothing(session, cast):
    seen(session, cast.leder, 1, at=SINCE)
    seen(session, cast.leder, 2, at=SINCE - timedelta(seconds=1))
    people.revoke_device(session, cast.leder2, row_id=seen(session, cast.leder2, 4).id, now=make.NOW)
    seen(session, cast.medarbejder, 8)
    make.disable(session, cast.medarbejder.person_id)
    assert unsent(session, cast.omraade, cast.syd) == 1
