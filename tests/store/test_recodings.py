"""Somebody else than its author says what a talk is about: what the author said is kept, undone to, and objected with."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain import digests, sync, themes
from domain.audit import Deed
from domain.themes import Coding, CodingChange, Marks, NotTheirs, Objection, Outcome, Recoding
from tests import make

LONG_AGO = make.NOW - timedelta(weeks=8)
LATER = make.NOW + timedelta(hours=1)


@pytest.fixture
def talk(session, cast):
    """leder's, about food, with praise; the patterns suggest the drop-off."""
    return cast.log(session, cast.leder, confirmed=[cast.themes["mad"]], tones={"mad": "praise"})


def marks(cast, *, on=(), off=(), **tones):
    ids = {key: cast.themes[key].id for key in (*on, *off)}
    return Marks(tuple(ids[key] for key in on), tuple(ids[key] for key in off), {ids[key]: tone for key, tone in tones.items()})


def decide(session, cast, talk, *, by="omraade", now=make.NOW, **more):
    return themes.decide(session, getattr(cast, by), first_id=talk.first_id, marks=marks(cast, **more), now=now)


def stands(session, cast, talk):
    """What the talk is about as it is counted, by key: tone and the name of who decided."""
    names = {theme.id: theme.key for theme in cast.themes.values()}
    people = {actor.person_id: name for name, actor in cast.everybody().items()}
    deciders = select(Coding.theme_id, Coding.decided_by_id).where(Coding.conversation_id == talk.first_id)
    by = dict(session.exec(deciders).all())
    rows = themes.confirmed_for(session, [talk.first_id])[talk.first_id]
    return {names[row.theme_id]: (row.tone, people[by[row.theme_id]]) for row in rows}


def told(session, cast, talk, who="leder"):
    names = {theme.id: theme.key for theme in cast.themes.values()}
    return [
        (one.by, sorted(names[said.theme] for said in one.before), sorted(names[said.theme] for said in one.after), one.outcome)
        for one in themes.told_of_talk(session, getattr(cast, who), talk)
    ]


def test_the_area_leader_decides_and_what_the_author_said_is_kept(session, cast, talk):
    recoding = decide(session, cast, talk, on=["personale"], off=["mad"], personale="trouble")
    assert stands(session, cast, talk) == {"personale": ("trouble", "omraade")}
    rows = {row.theme_id: row for row in session.exec(select(CodingChange).where(CodingChange.recoding_id == recoding)).all()}
    before = rows[cast.themes["mad"].id]
    assert (before.before_decision, before.before_tone, before.before_by_id) == ("confirmed", "praise", cast.leder.person_id)
    assert told(session, cast, talk) == [("Sanne Holt", ["mad"], ["personale"], None)]


def test_what_is_not_named_stays_the_authors_own(session, cast, talk):
    decide(session, cast, talk, on=["personale"])
    assert stands(session, cast, talk) == {"mad": ("praise", "leder"), "personale": (None, "omraade")}
    assert told(session, cast, talk) == [("Sanne Holt", ["mad"], ["mad", "personale"], None)]


def test_saying_what_stands_already_is_no_recoding(session, cast, talk):
    assert decide(session, cast, talk, on=["mad"], mad="praise") is None
    assert (session.exec(select(Recoding)).all(), told(session, cast, talk)) == ([], [])


def test_another_tone_is_a_recoding(session, cast, talk):
    assert decide(session, cast, talk, on=["mad"], mad="trouble")
    assert stands(session, cast, talk) == {"mad": ("trouble", "omraade")}


@pytest.mark.parametrize("who", ["medarbejder", "leder2", "leder3", "omraade2", "admin"])
def test_nobody_else_decides_undoes_or_settles(session, cast, talk, who):
    with pytest.raises(NotTheirs):
        decide(session, cast, talk, by=who, on=["personale"])
    recoding = decide(session, cast, talk, on=["personale"])
    themes.object_to(session, cast.leder, recoding_id=recoding, now=LATER)
    actor = getattr(cast, who)
    with pytest.raises(NotTheirs):
        themes.undo(session, actor, recoding_id=recoding, now=LATER)
    with pytest.raises(NotTheirs):
        themes.settle(session, actor, recoding_id=recoding, outcome=Outcome.PUT_BACK, now=LATER)
    with pytest.raises(NotTheirs):
        themes.object_to(session, actor, recoding_id=recoding, now=LATER)
    assert (told(session, cast, talk, who), themes.waiting(session, actor)) == ([], [])
    assert (themes.may_undo(session, actor, recoding), themes.may_decide(session, actor, talk)) == (None, False)
    assert themes.news(session, actor, since=LONG_AGO) == []
    assert "personale" in stands(session, cast, talk)


def test_the_leader_of_the_house_decides_about_an_employees_talk_and_not_the_other_way_round(session, cast, talk):
    noted = cast.log(session, cast.medarbejder)
    assert decide(session, cast, noted, by="leder", on=["personale"])
    assert told(session, cast, noted, "medarbejder") == [("Lene Mose", [], ["personale"], None)]
    with pytest.raises(NotTheirs):
        decide(session, cast, noted, by="medarbejder", on=["mad"])


def test_ones_own_recoding_is_nothing_to_be_told_or_to_object_to(session, cast, talk):
    recoding = decide(session, cast, talk, by="leder", on=["personale"])
    assert (told(session, cast, talk), themes.news(session, cast.leder, since=LONG_AGO)) == ([], [])
    with pytest.raises(NotTheirs):
        themes.object_to(session, cast.leder, recoding_id=recoding, now=LATER)


def test_the_author_does_not_overrule_what_somebody_else_decided(session, cast, talk):
    decide(session, cast, talk, on=["personale"], off=["mad"])
    assert decide(session, cast, talk, by="leder", on=["mad"], off=["personale"], now=LATER) is None
    decide(session, cast, talk, by="leder", on=["mad", "tryghed"], now=LATER)
    assert stands(session, cast, talk) == {"personale": (None, "omraade"), "tryghed": (None, "leder")}


def test_undoing_brings_back_what_the_author_said_to_the_row(session, cast, talk):
    before = codings(session, talk)
    recoding = decide(session, cast, talk, on=["personale", "aflevering"], off=["mad"])
    assert themes.may_undo(session, cast.omraade, recoding) == talk.first_id
    assert themes.undo(session, cast.omraade, recoding_id=recoding, now=LATER)
    assert codings(session, talk) == before
    assert (told(session, cast, talk), themes.news(session, cast.leder, since=LONG_AGO)) == ([], [])
    assert not themes.undo(session, cast.omraade, recoding_id=recoding, now=LATER)
    assert themes.may_undo(session, cast.omraade, recoding) is None
    assert len(session.exec(select(Recoding)).all()) == 2


def codings(session, talk):
    query = select(Coding).where(Coding.conversation_id == talk.first_id).execution_options(populate_existing=True)
    rows = session.exec(query).all()
    return {row.theme_id: (row.suggested, row.decision, row.tone, row.decided_by_id, row.decided_at) for row in rows}


def test_only_the_latest_recoding_can_be_undone(session, cast, talk):
    first = decide(session, cast, talk, on=["personale"])
    second = decide(session, cast, talk, off=["personale"], now=LATER)
    assert not themes.undo(session, cast.omraade, recoding_id=first, now=LATER)
    assert themes.undo(session, cast.omraade, recoding_id=second, now=LATER)
    assert themes.undo(session, cast.omraade, recoding_id=first, now=LATER)
    assert stands(session, cast, talk) == {"mad": ("praise", "leder")}


def test_an_edit_keeps_what_somebody_else_decided_and_an_undo_gives_it_back_to_the_author(session, cast):
    item = cast.talk("Mad", confirmed=[cast.themes["mad"]])
    talk = make.log_talk(session, cast.leder, item)
    recoding = decide(session, cast, talk, on=["personale"], off=["mad"])
    later = make.edit(item, "Mad igen")
    make.log_talk(session, cast.leder, later, now=LATER)
    assert stands(session, cast, talk) == {"personale": (None, "omraade")}
    assert told(session, cast, talk) == [("Sanne Holt", ["mad"], ["personale"], None)]
    assert themes.undo(session, cast.omraade, recoding_id=recoding, now=LATER)
    assert stands(session, cast, talk) == {"mad": (None, "leder")}
    make.log_talk(session, cast.leder, make.edit(later, "Tryg", themes={"confirmed": [str(cast.themes["tryghed"].id)]}))
    assert stands(session, cast, talk) == {"tryghed": (None, "leder")}


def test_an_objection_changes_nothing_until_somebody_answers_it(session, cast, talk):
    recoding = decide(session, cast, talk, on=["personale"], off=["mad"])
    assert themes.waiting(session, cast.omraade) == []
    assert themes.object_to(session, cast.leder, recoding_id=recoding, now=LATER) == talk.first_id
    themes.object_to(session, cast.leder, recoding_id=recoding, now=LATER + timedelta(hours=1))
    assert stands(session, cast, talk) == {"personale": (None, "omraade")}
    assert [row.made_at for row in session.exec(select(Objection)).all()] == [LATER]
    [(waits, one)] = themes.waiting(session, cast.omraade)
    assert (waits.first_id, one.id, one.is_open) == (talk.first_id, recoding, True)
    assert told(session, cast, talk, "omraade") == [("Sanne Holt", ["mad"], ["personale"], None)]
    assert themes.waiting(session, cast.leder) == []
    with pytest.raises(NotTheirs):
        themes.settle(session, cast.leder, recoding_id=recoding, outcome=Outcome.PUT_BACK, now=LATER)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_answer_to_an_objection_stands_and_the_author_sees_it(session, cast, talk, outcome):
    before = codings(session, talk)
    recoding = decide(session, cast, talk, on=["personale"], off=["mad"])
    during = codings(session, talk)
    themes.object_to(session, cast.leder, recoding_id=recoding, now=make.NOW)
    themes.settle(session, cast.omraade, recoding_id=recoding, outcome=outcome, now=LATER)
    other = Outcome.KEPT if outcome is Outcome.PUT_BACK else Outcome.PUT_BACK
    themes.settle(session, cast.omraade, recoding_id=recoding, outcome=other, now=LATER + timedelta(hours=1))
    assert codings(session, talk) == (before if outcome is Outcome.PUT_BACK else during)
    assert themes.waiting(session, cast.omraade) == []
    assert told(session, cast, talk) == [("Sanne Holt", ["mad"], ["personale"], outcome)]
    assert told(session, cast, talk, "omraade") == []
    [news] = themes.news(session, cast.leder, since=LONG_AGO)
    assert (news.outcome, news.settled_by, news.settled_at) == (outcome, "Sanne Holt", LATER)
    assert themes.news(session, cast.leder, since=LATER) == [news]
    assert themes.news(session, cast.leder, since=LATER + timedelta(seconds=1)) == []
    verbs = session.exec(select(Deed.verb).where(col(Deed.object_id) == recoding).order_by(col(Deed.id))).all()
    assert verbs == ["themes_decided", "themes_objected", f"objection_{outcome}"]


def test_nothing_is_settled_that_nobody_objected_to(session, cast, talk):
    recoding = decide(session, cast, talk, on=["personale"])
    with pytest.raises(NotTheirs):
        themes.settle(session, cast.omraade, recoding_id=recoding, outcome=Outcome.PUT_BACK, now=LATER)
    for verb in (themes.undo, themes.object_to):
        with pytest.raises(NotTheirs):
            verb(session, cast.omraade, recoding_id=uuid.uuid4(), now=LATER)


def test_what_is_put_back_leaves_what_was_decided_since(session, cast, talk):
    recoding = decide(session, cast, talk, on=["personale"], off=["mad"])
    themes.object_to(session, cast.leder, recoding_id=recoding, now=LATER)
    decide(session, cast, talk, on=["personale"], personale="trouble", now=LATER)
    themes.settle(session, cast.omraade, recoding_id=recoding, outcome=Outcome.PUT_BACK, now=LATER)
    assert stands(session, cast, talk) == {"mad": ("praise", "leder"), "personale": ("trouble", "omraade")}


def test_an_undo_answers_the_objection(session, cast, talk):
    recoding = decide(session, cast, talk, on=["personale"], off=["mad"])
    themes.object_to(session, cast.leder, recoding_id=recoding, now=LATER)
    themes.undo(session, cast.omraade, recoding_id=recoding, now=LATER)
    assert themes.waiting(session, cast.omraade) == []
    assert told(session, cast, talk) == [("Sanne Holt", ["mad"], ["personale"], "put_back")]


def test_a_talk_that_is_taken_back_takes_all_of_it_along(session, cast):
    item = cast.talk("Ord")
    talk, kept = make.log_talk(session, cast.leder, item), cast.log(session, cast.leder)
    for one in (talk, kept):
        recoding = decide(session, cast, one, on=["personale"])
        themes.object_to(session, cast.leder, recoding_id=recoding, now=LATER)
        themes.settle(session, cast.omraade, recoding_id=recoding, outcome=Outcome.PUT_BACK, now=LATER)
    sync.accept(session, cast.leder, item=make.withdrawal(item["id"]), now=LATER)
    left = session.exec(select(Recoding)).all()
    assert {row.conversation_id for row in left} == {kept.first_id}
    changes = session.exec(select(CodingChange.recoding_id)).all()
    assert (len(left), set(changes)) == (2, {row.id for row in left})
    assert len(session.exec(select(Objection)).all()) == 1
    with pytest.raises(NotTheirs):
        decide(session, cast, talk, on=["personale"])


def test_an_issue_that_is_made_does_not_change_and_the_running_week_does(session, cast, talk):
    issue = digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    frozen = dict(issue.content)
    after = make.WEEK.ends_at() + timedelta(hours=5)
    fresh = cast.log(session, cast.leder, confirmed=[cast.themes["mad"]], now=after, held_at=after)
    for one in (talk, fresh):
        decide(session, cast, one, on=["personale"], off=["mad"], now=after)
    session.refresh(issue)
    assert issue.content == frozen
    week = digests.read(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK.plus(1), now=after)
    assert [theme.theme for theme in week.content.themes] == [cast.themes["personale"].id]


def test_two_who_decide_at_the_same_moment_both_stand_or_the_later_does(database, cast, at_once):
    with database.writing() as session:
        talk = cast.log(session, cast.medarbejder)

    def act(who):
        with database.writing() as session:
            return decide(session, cast, talk, by=who, on=["personale", "mad" if who == "leder" else "tryghed"])

    first, second = at_once(act, ["leder", "omraade"])
    with database.reading() as session:
        assert set(stands(session, cast, talk)) == {"personale", "mad", "tryghed"}
        assert {first, second} == set(session.exec(select(Recoding.id)).all())


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["leder", "omraade"]),
            st.dictionaries(
                st.sampled_from(["aflevering", "mad", "personale", "tryghed"]),
                st.sampled_from(["off", "on", "praise", "trouble"]),
                min_size=1,
                max_size=3,
            ),
        ),
        st.integers(0, 5),  # undo that one of those so far
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_after_any_recodings_and_undos_what_stands_is_the_history_replayed(database, cast, steps):
    with database.session(writes=True) as session:
        talk = cast.log(session, cast.medarbejder, confirmed=[cast.themes["mad"]])
        first = codings(session, talk)
        made = []
        for number, step in enumerate(steps):
            now = make.NOW + timedelta(minutes=number)
            if isinstance(step, int):
                if made:
                    who, recoding = made[step % len(made)]
                    themes.undo(session, getattr(cast, who), recoding_id=recoding, now=now)
                continue
            who, wanted = step
            tones = {key: said for key, said in wanted.items() if said in ("praise", "trouble")}
            on, off = [key for key in wanted if wanted[key] != "off"], [key for key in wanted if wanted[key] == "off"]
            recoding = decide(session, cast, talk, by=who, now=now, on=on, off=off, **tones)
            made += [(who, recoding)] if recoding else []
        assert codings(session, talk) == replayed(session, first)
        session.rollback()


def replayed(session, first):
    """What the recodings say one after the other, told by hand."""
    found = dict(first)
    for recoding in session.exec(select(Recoding).order_by(col(Recoding.at), col(Recoding.id))).all():
        for row in session.exec(select(CodingChange).where(CodingChange.recoding_id == recoding.id)).all():
            suggested = found.get(row.theme_id, (False,))[0]
            assert found.get(row.theme_id, (False, None, None, None, None))[1:] == (
                row.before_decision,
                row.before_tone,
                row.before_by_id,
                row.before_at,
            )
            found[row.theme_id] = (suggested, row.after_decision, row.after_tone, row.after_by_id, row.after_at)
    return {theme: one for theme, one in found.items() if one != (False, None, None, None, None)}
