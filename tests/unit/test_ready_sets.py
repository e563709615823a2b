"""The sets worded beforehand: each can be published as it is, in both languages, and is easy to follow when said aloud."""

import pytest

from domain.base import markdown_to_html
from domain.questions import MOST_FACTS, USUAL_QUESTIONS, Content, Kind, TalkType, finished, hard_texts, missing_english, problems
from domain.questions import ready_sets as all_of_them

SETS = {ready.key: ready for ready in all_of_them()}


def test_every_kind_of_talk_has_one():
    assert {ready.talk_type for ready in SETS.values()} == set(TalkType)
    assert len(SETS) == len(all_of_them())


@pytest.mark.parametrize("key", SETS)
def test_each_can_be_published_as_it_is(key):
    sketch = SETS[key].sketch
    assert problems(sketch, {}) == []
    assert missing_english(sketch) == []
    assert hard_texts(sketch) == []
    content, _publishing = finished(sketch, {})
    assert isinstance(content, Content)
    assert markdown_to_html(content.guidance["da"]).startswith("<p>")


@pytest.mark.parametrize("key", SETS)
def test_each_is_short_and_its_codes_are_distinct(key):
    ready = SETS[key]
    asked = [question for question in ready.sketch.questions if question.kind is not Kind.NUMBER]
    numbers = len(ready.sketch.questions) - len(asked)
    assert (len(asked) <= USUAL_QUESTIONS, numbers) == (True, int(ready.talk_type is TalkType.GROUP_TALK))
    assert len(ready.sketch.about) <= MOST_FACTS
    assert len({fact.field for fact in ready.sketch.about}) == len(ready.sketch.about)
    for one in (*ready.sketch.about, *ready.sketch.questions):
        codes = [choice.code for choice in one.choices]
        assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("key", SETS)
def test_each_promise_says_who_reads_it_and_that_the_supervision_may(key):
    promise = SETS[key].sketch.promise
    assert "tilsyn" in promise["da"]
    assert "supervision" in promise["en"]
    assert "læser det" in promise["da"]


def test_a_set_taken_twice_is_two_series():
    once, again = (all_of_them()[0].sketch.questions[0] for _ in range(2))
    assert (once.prompt, once.id != again.id) == (again.prompt, True)
