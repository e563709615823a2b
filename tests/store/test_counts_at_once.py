"""The counts by week while several write: nobody waits for each other for ever, and nothing is counted twice or not at all."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain import sync, themes
from tests import cast as people
from tests import make
from tests.store.test_weekly_counts import assert_right

pytestmark = pytest.mark.slow

WEEKS = 12
MAD, PERSONALE = "mad", "personale"


@pytest.fixture
def on_postgresql(postgresql_database):
    with postgresql_database.writing() as session:
        cast = people.gather(session)
    return postgresql_database, cast


def until_somebody_waits(database) -> None:
    """Until one of the other transactions stands still for a lock."""
    waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    for _ in range(500):
        with database.engine.connect() as connection:
            if connection.execute(waits).scalar_one():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def items(cast, **more):
    """A talk a week, the newest first."""
    return [cast.talk(held_at=make.NOW - timedelta(weeks=back), **more) for back in range(WEEKS)]


def take(database, actor, sent):
    with database.writing() as session:
        return [receipt.status for receipt in sync.take(session, actor, items=sent, now=make.NOW)]


def test_two_envelopes_of_the_same_house_in_another_order_both_come_in(on_postgresql, at_once):
    """Each edit touches the counts of its week; one envelope goes back in time, the other forward."""
    database, cast = on_postgresql
    back, forward = items(cast), items(cast)
    take(database, cast.leder, back)
    take(database, cast.medarbejder, forward)
    for chosen in ([cast.themes["mad"]], [], [cast.themes["mad"], cast.themes["personale"]]):
        marks = {"themes": cast.talk(confirmed=chosen)["themes"]}
        back, forward = ([make.edit(one, **marks) for one in these] for these in (back, forward))
        envelopes = ((cast.leder, back), (cast.medarbejder, forward[::-1]))
        assert at_once(lambda envelope: take(database, *envelope), envelopes) == [["stored"] * WEEKS] * 2
    with database.reading() as session:
        assert_right(session)


def test_withdrawals_edits_and_new_talks_in_one_envelope_wait_for_nobody_for_ever(on_postgresql, at_once):
    database, cast = on_postgresql
    back, forward = items(cast), items(cast)
    take(database, cast.leder, back)
    take(database, cast.medarbejder, forward)

    def mixed(these):
        """An edit, the next talk taken back, and a new one of the week of the first, in turn."""
        mad = cast.talk(confirmed=[cast.themes[MAD]])["themes"]
        for edited, gone in zip(these[::2], these[1::2], strict=True):
            yield make.edit(edited, themes=mad)
            yield make.withdrawal(gone["id"])
            yield cast.talk() | {"held_at": edited["held_at"], "themes": mad}

    envelopes = ((cast.leder, list(mixed(back))), (cast.medarbejder, list(mixed(forward[::-1]))))
    assert at_once(lambda envelope: take(database, *envelope), envelopes) == [["stored"] * (WEEKS // 2 * 3)] * 2
    with database.reading() as session:
        assert_right(session)


def decide(session, cast, talk):
    marks = themes.Marks((cast.themes[MAD].id,), (cast.themes[PERSONALE].id,))
    themes.decide(session, cast.omraade, first_id=talk, marks=marks, now=make.NOW)


def correct(session, cast, item):
    """Into another week, and about something else."""
    marks = cast.talk(confirmed=[cast.themes["tryghed"]])["themes"]
    edit = make.edit(item, held_at=(make.NOW - timedelta(weeks=3)).isoformat(), themes=marks)
    [receipt] = sync.take(session, cast.leder, items=[edit], now=make.NOW)
    assert receipt.status == "stored"


@pytest.mark.parametrize("first", ["the edit", "the recoding"])
@pytest.mark.parametrize("revisions", [1, 2])
def test_an_edit_and_a_recoding_at_once_leave_the_counts_right(on_postgresql, first, revisions):
    """The talk is held before anything is counted: who comes second counts what the first one left."""
    database, cast = on_postgresql
    item = cast.talk(confirmed=[cast.themes[PERSONALE]])
    talk = make.UUID(item["id"])
    take(database, cast.leder, [item])
    for _ in range(revisions - 1):
        item = make.edit(item)
        take(database, cast.leder, [item])
    deeds = [lambda session: correct(session, cast, item), lambda session: decide(session, cast, talk)]
    one, other = deeds if first == "the edit" else deeds[::-1]

    def do_other():
        with database.writing() as session:
            other(session)

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            one(session)
            second = pool.submit(do_other)
            until_somebody_waits(database)
        second.result(timeout=30)
    with database.reading() as session:
        assert_right(session)


@pytest.mark.parametrize("deed", ["a new talk", "an edit", "a recoding", "a withdrawal"])
def test_counting_anew_while_somebody_writes_counts_nothing_twice(database, cast, deed):
    """The writer comes when the old counts are gone and the talks are about to be read."""
    item = cast.talk(unit=cast.mariehuset, confirmed=[cast.themes[PERSONALE]])
    take(database, cast.leder, [item])
    deeds = {
        "a new talk": lambda session: cast.log(session, cast.leder2, confirmed=[cast.themes[MAD]]),
        "an edit": lambda session: correct(session, cast, item),
        "a recoding": lambda session: decide(session, cast, make.UUID(item["id"])),
        "a withdrawal": lambda session: sync.take(session, cast.leder, items=[make.withdrawal(item["id"])], now=make.NOW),
    }
    came, done = threading.Event(), threading.Event()

    def write():
        came.wait(30)
        with database.writing() as session:
            deeds[deed](session)
        done.set()

    def let_in(_connection, _cursor, statement, *_more):
        if statement.startswith("SELECT conversation.first_id") and not came.is_set() and threading.current_thread() is counting:
            came.set()
            done.wait(1)  # it is kept out, or is done at once

    counting = threading.current_thread()
    sa.event.listen(database.engine, "before_cursor_execute", let_in)
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        with database.writing() as session:
            themes.rebuild(session)
        writer.result(timeout=30)
    assert came.is_set()
    with database.reading() as session:
        assert_right(session)
