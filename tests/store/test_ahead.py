"""What was found out of an envelope before its turn is taken only where it is still so, and stored as it would be anyway."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from domain import people, sync, themes
from domain.base import local, new_id, short, turns_for
from domain.base.turns import Turns
from domain.conversations import Conversation
from domain.sync import store
from domain.sync.ahead import Ahead
from domain.themes import Coding, Theme, WeeklyTalks
from tests import make

WORDS = "Maden er god, men der mangler personale"


@pytest.fixture
def ready(monkeypatch):
    """Ids of what was ready when it was stored."""
    found, was = [], Ahead.ready

    def noted(self, item, form, book):
        one = was(self, item, form, book)
        if one is not None:
            found.append(item.id)
        return one

    monkeypatch.setattr(Ahead, "ready", noted)
    return found


def take(session, cast, *items):
    return sync.take(session, cast.leder, items=items, now=make.NOW)


def talk(cast, text=WORDS, **more):
    return cast.talk(text, confirmed=[cast.themes["mad"]], rejected=[cast.themes["tryghed"]], **more)


def stored(session, receipt):
    """All that is stored of a talk, without what is its own alone."""
    own = {"id", "first_id", "conversation_id", "reference", "sequence", "sha256"}
    row = session.get_one(Conversation, receipt.id)
    codings = session.exec(select(Coding).where(Coding.conversation_id == row.id).order_by(col(Coding.theme_id))).all()
    return [one.model_dump(exclude=own) for one in (row, *codings)]


def test_the_second_envelope_is_ready_and_is_stored_as_the_first_was(session, cast, ready):
    first = take(session, cast, talk(cast), talk(cast, "Kun ord"))
    assert ready == []
    second = take(session, cast, talk(cast), talk(cast, "Kun ord"))
    assert set(ready) == {one.id for one in second}
    assert [stored(session, one) for one in first] == [stored(session, one) for one in second]
    assert [one.sequence for one in second] == [first[-1].sequence + 1, first[-1].sequence + 2]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"answers": []}, "nothing_written"),
        ({"about": {"relation": ["hund"]}}, "unknown_choice"),
        ({"themes": {"confirmed": [str(new_id())], "rejected": [], "tones": {}}}, "unknown_theme"),
        ({"unit": str(new_id())}, "unknown_unit"),
    ],
)
def test_what_is_wrong_is_told_as_before_and_spoils_no_other(session, cast, change, problem):
    take(session, cast, talk(cast))
    bad = {**talk(cast), **change}
    good, told, good_too = take(session, cast, talk(cast), bad, talk(cast))
    assert problem in {one.code for one in told.problems}
    assert [str(one.status) for one in (good, told, good_too)] == ["stored", "needs_help", "stored"]


def test_patterns_that_changed_meanwhile_are_the_ones_that_count(session, cast, ready):
    [before] = take(session, cast, cast.talk(WORDS))
    theme = session.get_one(Theme, cast.themes["mad"].id)
    theme.include = ["findes ikke her"]
    session.flush()
    [after] = take(session, cast, cast.talk(WORDS))
    assert ready == []
    suggested = [
        set(session.exec(select(Coding.theme_id).where(Coding.conversation_id == one.id, col(Coding.suggested))))
        for one in (before, after)
    ]
    assert suggested[0] - suggested[1] == {theme.id}


def test_a_talk_that_is_ready_follows_its_house(session, cast, ready):
    take(session, cast, talk(cast))
    units = [session.get_one(people.Unit, one.id) for one in (cast.mariehuset, cast.skovbrynet)]
    people.merge_units(session, units[0], into=units[1], on=local(make.NOW).date(), now=make.NOW)
    before = session.exec(select(sa.func.sum(WeeklyTalks.talks)).where(WeeklyTalks.unit_id == cast.skovbrynet.id)).one() or 0
    [receipt] = take(session, cast, talk(cast, held_at=make.NOW))
    assert ready == [receipt.id]
    assert session.get_one(Conversation, receipt.id).unit_id == cast.skovbrynet.id
    assert [one.code for one in receipt.problems] == ["unit_followed"]
    after = session.exec(select(sa.func.sum(WeeklyTalks.talks)).where(WeeklyTalks.unit_id == cast.skovbrynet.id)).one()
    assert after == before + 1


def test_the_same_id_twice_in_one_envelope_is_stored_as_it_came_first(session, cast):
    take(session, cast, talk(cast))
    first = talk(cast, "Først")
    second = {**first, "answers": [{**first["answers"][0], "text": "Siden"}]}
    assert [str(one.status) for one in take(session, cast, first, second, first)] == ["stored", "conflict", "duplicate"]
    assert session.get_one(Conversation, sync.rules.item_id(first)).answers[0]["text"] == "Først"


def test_of_two_with_one_id_the_one_that_can_be_stored_is_stored_with_its_own_words(session, cast):
    take(session, cast, talk(cast))
    nowhere = talk(cast, "Andet", unit=cast.skovbrynet)
    good = talk(cast, "Godt", key=sync.rules.item_id(nowhere))
    first, second = take(session, cast, nowhere, good)
    assert [str(one.status) for one in (first, second)] == ["needs_help", "stored"]
    row = session.get_one(Conversation, second.id)
    assert (row.answers[0]["text"], row.sha256) == ("Godt", sync.fingerprint(good))


def test_questions_of_another_sector_need_help_also_when_everybody_knows_them(session, cast):
    elsewhere = [cast.talk(unit=cast.havnen) for _ in range(2)]
    assert {str(one.status) for one in sync.take(session, cast.leder3, items=elsewhere, now=make.NOW)} == {"stored"}
    [told] = take(session, cast, make.talk(cast.form_home_care, cast.mariehuset.id))
    assert "other_sector" in {one.code for one in told.problems}


def test_an_edit_is_looked_through_before_the_turn_too(session, cast, monkeypatch):
    item, at_work = cast.talk(WORDS), []
    take(session, cast, item)
    looked_through, hold = themes.suggested, people.hold
    monkeypatch.setattr(people, "hold", lambda *given: (at_work.append("turn"), hold(*given)))
    monkeypatch.setattr(themes, "suggested", lambda *given: (at_work.append("looked"), looked_through(*given))[1])
    [receipt] = take(session, cast, make.edit(item, f"{WORDS} igen"))
    assert (str(receipt.status), at_work) == ("stored", ["looked", "turn"])


def test_rows_are_written_before_the_turn_also_when_their_text_was_forgotten(database, session, cast, monkeypatch):
    """SQLite: in the turn no row is written whole again."""
    if database.engine.dialect.name != "sqlite":
        return
    take(session, cast, talk(cast))
    again, values_for = [], short.Written.values_for

    def noted(self, text):
        given = values_for(self, text)
        again.append(given is None or tuple(self._values) != given)
        return given

    monkeypatch.setattr(short.Written, "values_for", noted)
    for _ in range(2):
        short._text.cache_clear()
        take(session, cast, talk(cast), talk(cast))
    assert len(again) == 12
    assert not any(again)


def test_everything_is_ready_before_the_turn_begins(session, cast, monkeypatch):
    take(session, cast, talk(cast))
    at_work, made = [], themes.codings
    hold = people.hold
    monkeypatch.setattr(people, "hold", lambda *given: (at_work.append("turn"), hold(*given)))
    monkeypatch.setattr(themes, "codings", lambda *given, **more: (at_work.append("themes"), made(*given, **more))[1])
    monkeypatch.setattr(store, "receive", lambda item, was=store.receive: (at_work.append("read"), was(item))[1])
    take(session, cast, talk(cast), talk(cast))
    assert at_work == ["read", "read", "themes", "themes", "turn"]


def test_who_works_beside_a_writer_of_the_process_waits_until_it_is_stored(tmp_path):
    line, went_on = Turns(tmp_path / "line"), []
    line.take("writer", wait_s=5)
    beside = threading.Thread(target=lambda: went_on.append(line.after_writer(30)))
    beside.start()
    time.sleep(0.2)
    assert went_on == []
    line.leave_python()  # it waits for the disk
    beside.join(10)
    assert went_on[0] >= 0.1
    assert line.after_writer(30) == 0
    line.give_back("writer")
    line.take("next", wait_s=5)
    assert line.after_writer(0.05) >= 0.04, "it waits no longer than it said"
    line.give_back("next")
    assert line.after_writer(30) == 0


def test_who_writes_already_does_not_wait_for_itself(database, cast):
    with database.writing() as session:
        session.connection()
        began = time.monotonic()
        for _ in range(4):
            sync.accept(session, cast.leder, item=cast.talk(), now=make.NOW)
        # half a second each, if it did
        assert time.monotonic() - began < 1.5


def test_a_sender_lets_a_writer_of_its_process_go_first(database, cast, monkeypatch):
    """Between two of its items too; and it does not wait for ever. PostgreSQL has many writers."""
    waited = []
    monkeypatch.setattr(Turns, "after_writer", lambda _self, most_s: waited.append(most_s) or 0.15)
    with database.writing() as session:
        take(session, cast, talk(cast), talk(cast))  # each is read, and then judged
    assert waited == (pytest.approx([0.5, 0.35, 0.2, 0.05]) if database.engine.dialect.name == "sqlite" else [])


def test_while_it_is_stored_the_others_may_work(database, cast):
    """The writer waits for the disk then."""
    if database.engine.dialect.name != "sqlite":
        return
    line, waited = turns_for(database.reserve.database), []
    sa.event.listen(database.engine, "commit", lambda _connection: waited.append(line.after_writer(1)))
    with database.writing() as session:
        take(session, cast, talk(cast))
        assert line.after_writer(0.05) > 0
    assert waited == [0]
