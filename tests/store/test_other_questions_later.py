"""From some week on a question means something else: the digest says so, and compares nothing across it."""

from datetime import timedelta

import pytest

from domain import digests, questions
from domain.base import new_id
from domain.digests import Change
from domain.people import Sector
from domain.questions import Publishing, QuestionSet
from tests import make

BREAK = make.WEEK.plus(-2)


def publish(session, cast, how, *, at, sector=Sector.NURSERY, question_set=None):
    """Another version of the set, whose first question changed so."""
    question_set = question_set or session.get_one(QuestionSet, cast.form.question_set_id)
    asked = make.content()
    follows = asked.questions[0].id if how is questions.Change.MEANING else None
    first = asked.questions[0].model_copy(update={"id": new_id(), "follows": follows})
    content = asked.model_copy(update={"questions": (first, *asked.questions[1:])})
    changes = {first.id: how, asked.questions[1].id: questions.Change.WORDING}
    return questions.publish(session, question_set=question_set, content=content, now=at, publishing=Publishing(changes=changes))


@pytest.fixture
def talked(session, cast):
    """Eight weeks in which houses talk of food, and more of it in the last."""
    food = cast.themes["mad"]
    for back in range(7, -1, -1):
        at = make.WEEK.plus(-back).starts_at() + timedelta(hours=9)
        for actor in (cast.leder, cast.leder2):
            cast.log(session, actor, "Vi talte om dagen, som den var.", held_at=at, now=at)
            if back == 0:
                cast.log(session, actor, "Maden var god i dag, sagde hun.", confirmed=[food], held_at=at, now=at)
    return food


def issued(session, cast, week=make.WEEK):
    digests.make_issue(session, cast.syd, week, now=week.ends_at())
    return read(session, cast, week)


def read(session, cast, week=make.WEEK):
    now = max(week.ends_at(), make.NOW)
    edition = digests.read(session, cast.omraade, area_id=cast.syd.id, week=week, now=now)
    assert edition is not None
    return edition


def changes(edition):
    return {theme.change for theme in edition.content.themes}


def test_without_a_break_the_week_is_compared_with_those_before(session, cast, talked):
    edition = issued(session, cast)
    assert (edition.breaks, changes(edition)) == ((), {Change.NEW})


def test_across_a_break_nothing_is_compared(session, cast, talked):
    publish(session, cast, questions.Change.MEANING, at=BREAK.starts_at())
    edition = issued(session, cast)
    assert (edition.breaks, changes(edition)) == ((BREAK,), {Change.TOO_EARLY})
    assert [theme.weeks[-1] for theme in edition.content.themes] == [2], "counts stay counts"


@pytest.mark.parametrize("how", [questions.Change.WORDING, questions.Change.UNCHANGED, questions.Change.NEW])
def test_other_words_for_the_same_question_break_nothing(session, cast, talked, how):
    publish(session, cast, how, at=BREAK.starts_at())
    edition = issued(session, cast)
    assert (edition.breaks, changes(edition)) == ((), {Change.NEW})


def test_the_questions_of_another_sector_break_nothing(session, cast, talked):
    row = questions.add_set(session, sector=Sector.HOME_CARE)
    questions.publish(session, question_set=row, content=make.content(), now=BREAK.starts_at())
    publish(session, cast, questions.Change.MEANING, at=BREAK.starts_at(), question_set=row)
    assert issued(session, cast).breaks == ()


def test_a_week_that_was_gathered_is_not_told_otherwise_by_what_is_published_or_closed_later(session, cast, talked):
    publish(session, cast, questions.Change.MEANING, at=BREAK.starts_at())
    edition = issued(session, cast)
    publish(session, cast, questions.Change.MEANING, at=make.WEEK.ends_at())
    row = session.get_one(QuestionSet, cast.form.question_set_id)
    row.unit_id = cast.skovbrynet.id
    questions.close_set(session, question_set=row, now=make.WEEK.ends_at())
    assert read(session, cast) == edition


def test_the_house_and_the_month_say_it_too(session, cast, talked):
    publish(session, cast, questions.Change.MEANING, at=BREAK.starts_at())
    house = digests.own_house(session, cast.leder, now=make.NOW)
    assert (house.breaks, {theme.change for theme in house.this_week.themes}) == ((BREAK,), {Change.TOO_EARLY})
    for back in range(7, -1, -1):
        digests.make_issue(session, cast.syd, make.WEEK.plus(-back), now=make.WEEK.plus(-back).ends_at())
    month = digests.read_period(session, cast.omraade, area_id=cast.syd.id, period=digests.Period.month_of(make.WEEK))
    assert (month.breaks, {theme.change for theme in month.content.themes}) == ((BREAK,), {Change.TOO_EARLY})
