"""R10: clocks that are years wrong, changes of the clocks, other zones. Each talk stands in the week of its moment as Copenhagen
counts it, and copies stay on the phone for fourteen days of the server's time, whatever the phone's own clock says."""

import itertools
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.fault import oracle
from tests.fault.soak import say, seeds

ZONES = ("Europe/Copenhagen", "UTC", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland", "Asia/Kathmandu")
#: Moments around each: the clocks change, a week ends in Copenhagen, a year ends within a week, a year of 53 weeks.
EDGES = ("2026-10-25T01:00", "2026-03-29T01:00", "2026-11-22T23:00", "2026-12-31T23:00", "2027-01-03T23:00", "2028-02-29T12:00")
TEN_YEARS = timedelta(days=3652)
WRONG_BY = (timedelta(0), TEN_YEARS, -TEN_YEARS, timedelta(minutes=-40))


@pytest.fixture
def world(worlds):
    world = worlds("sqlite", HOERT_LIMITS="off")
    yield world
    world.server.set_ahead(seconds=0)
    world.phones.begin("", "zone", zone="Europe/Copenhagen").result(10)


def week_of(moment):
    year, number, _day = datetime.fromisoformat(moment).astimezone(ZoneInfo("Europe/Copenhagen")).isocalendar()
    return f"{year}-W{number:02}"


def talks_of(world, keys):
    rows = oracle.Rows.of(world.database).talks
    return {key: rows[key] for key in keys}


def test_each_talk_stands_in_its_week_as_copenhagen_counts_it(world):
    for seed in seeds(12):
        chance = Random(f"clock {seed}")
        zone, wrong_by = ZONES[seed % len(ZONES)], WRONG_BY[seed % len(WRONG_BY)]
        say(seed, zone, wrong_by)
        phone, _line = world.phone("leder", seed=seed)
        phone.do("zone", zone=zone)
        sent = {}
        for edge, by_s in itertools.product(EDGES, (-1, 0, 1800)):
            at = datetime.fromisoformat(edge).replace(tzinfo=UTC) + timedelta(seconds=by_s) + wrong_by
            phone.do("clock", stopped_at=int(at.timestamp() * 1000))
            sent[phone.note(f"{seed} {at} {chance.random()}", by_its_clock=True)] = at
        day_before = (at - timedelta(days=1)).astimezone(ZoneInfo(zone)).date()
        chosen = phone.note(f"{seed} i går", by_its_clock=True, held_on=day_before.isoformat())
        sent[chosen] = datetime.combine(day_before, datetime.min.time(), ZoneInfo(zone)) + timedelta(hours=12)
        items = {one["id"]: one["item"] for one in phone.outbox()}
        assert phone.do("flush")["ended"] == "sent"
        for key, row in talks_of(world, sent).items():
            assert row.held_at == sent[key].astimezone(UTC), items[key]["held_at"]
            assert row.held_week == week_of(sent[key].isoformat())
            assert abs(row.received_at - datetime.now(UTC)) < timedelta(minutes=1)
        assert oracle.complaints(world.database, [phone], people=world.people) == []
        phone.do("forget")


def test_copies_stay_fourteen_days_by_the_servers_clock(world):
    """And what waits stays for ever: a year of the server's and ten of the phone's clear nothing away."""
    for seed in seeds(12):
        wrong_by = WRONG_BY[seed % len(WRONG_BY)]
        say(seed, wrong_by)
        world.server.set_ahead(seconds=0)
        world.cookies.clear()
        phone, line = world.phone("leder", seed=seed)
        phone.do("clock", skew=int(wrong_by.total_seconds() * 1000))
        sent = phone.note(f"sendt {seed}")
        phone.do("kick", pressed=True)
        line.script = lambda _line, request: _lost if request.path == "/sync" else None
        waiting = phone.note(f"venter {seed}")
        for days, stays in ((13.9, True), (14.1, False)):
            world.server.set_ahead(days=days)
            phone.restart()
            phone.fetch_kit()
            look = phone.do("look")
            assert [one["id"] for one in look["kept"]] == ([sent] if stays else [])
            assert [one["id"] for one in look["outbox"]] == [waiting]
        # The phone's own clock goes on by ten years, and its app is opened again.
        phone.do("clock", skew=int((wrong_by + TEN_YEARS).total_seconds() * 1000))
        phone.restart()
        assert [one["id"] for one in phone.outbox()] == [waiting]
        line.quiet()
        phone.do("kick", pressed=True)
        assert set(talks_of(world, [sent, waiting])) == {sent, waiting}
        phone.do("forget")


async def _lost(_way):
    """Nothing comes there."""
