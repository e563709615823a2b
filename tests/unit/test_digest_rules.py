"""What a week's talks say: counts of themes, quotations, small houses and silence, the same in whatever order they come."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import Week
from domain.digests import Change, Content
from domain.digests.rules import History, content, named, silent
from domain.digests.talk import Talk

WEEK = Week(2026, 47)
MAD, SØVN, VIKAR = (UUID(int=900 + number) for number in range(3))
A, B, C, D, E = HOUSES = [UUID(int=number) for number in range(1, 6)]
numbers = iter(range(1_000, 10_000_000))


def talk(house: UUID = A, *themes: UUID, words: str | int = 0, tone: str | None = None, ago: int = 0, **more) -> Talk:
    """A talk held `ago` weeks before WEEK about the themes; `words` is what may be quoted, or how many words of its own."""
    quote = " ".join([f"ord{next(numbers)}"] * words) if isinstance(words, int) else words
    given = {"id": UUID(int=next(numbers)), "week": WEEK.plus(-ago), "quotes": ((0, 0, quote),) if quote else ()}
    return Talk(**{"house": house, "themes": dict.fromkeys(themes, tone), **given, **more})


def talks(house: UUID, n: int, *about: UUID, **more) -> list[Talk]:
    return [talk(house, *about, **more) for _ in range(n)]


def compose(of: list[Talk], *, late=(), before=(), houses=HOUSES, last: Mapping[UUID, Week] | None = None) -> Content:
    return content(WEEK, talks=of, late=late, before=History.of(WEEK, before), houses=houses, last=last or {})


def test_an_empty_week_is_an_issue_too():
    found = compose([], houses=[A, B], last={A: WEEK})
    assert (found.talks, found.late, found.houses_heard, found.houses_open) == (0, 0, 0, 2)
    assert found.themes == found.without_theme == found.named == ()
    assert [(one.house, one.last_week) for one in found.silent] == [(B, None)]


def test_a_talk_counts_once_for_each_of_its_themes():
    found = {one.theme: one.count for one in compose([talk(A, MAD, SØVN), talk(B, MAD), talk(C)]).themes}
    assert found == {MAD: 2, SØVN: 1}


def test_talks_without_a_theme_are_listed_by_themselves():
    without = talk(A)
    assert compose([talk(A, MAD), without]).without_theme == (without.id,)


def test_trouble_and_praise_are_counted_and_the_rest_is_neither():
    (one,) = compose(
        [talk(A, MAD, tone="trouble"), talk(A, MAD, tone="trouble"), talk(B, MAD, tone="praise"), talk(C, MAD)]
    ).themes
    assert (one.count, one.trouble, one.praise, one.houses) == (4, 2, 1, 3)


def test_the_history_shows_eight_weeks_the_oldest_first():
    before = [*talks(A, 2, MAD, ago=7), talk(A, MAD, ago=1), talk(B, SØVN, ago=1), talk(B, MAD, ago=3)]
    (one,) = compose([talk(A, MAD)], before=before).themes
    assert one.weeks == (2, 0, 0, 0, 1, 0, 1, 1)
    assert (one.before, one.talks_before) == (4, 5)


def test_late_talks_are_counted_apart_and_in_no_theme():
    found = compose([talk(A, MAD)], late=[talk(B, MAD, ago=2, words=20), talk(C, SØVN, ago=1)])
    assert (found.talks, found.late, found.houses_heard) == (1, 2, 1)
    assert [(one.theme, one.count) for one in found.themes] == [(MAD, 1)]


def test_what_changed_comes_first_then_the_larger_theme_then_a_fixed_order():
    before = [talk(A, SØVN, VIKAR, ago=ago) for ago in range(1, 6)] + talks(B, 60, ago=1)
    of = [*talks(A, 1, MAD), *talks(B, 1, MAD), *talks(C, 4), *talks(A, 1, SØVN, VIKAR)]
    found = compose(of, before=before).themes
    assert [(one.theme, one.change) for one in found] == [(MAD, Change.NEW), (SØVN, Change.USUAL), (VIKAR, Change.USUAL)]


def test_a_theme_in_a_young_area_is_too_early_to_compare():
    (one,) = compose(talks(A, 3, MAD) + talks(B, 3, MAD), before=[talk(A, ago=ago) for ago in (1, 2, 3)]).themes
    assert one.change == Change.TOO_EARLY


@pytest.mark.parametrize("ago", [0, 3])
def test_a_house_heard_within_four_weeks_is_not_silent(ago):
    assert silent(WEEK, houses=[A], last={A: WEEK.plus(-ago)}) == []


def test_a_house_not_heard_for_four_weeks_is_silent_since_its_last_week():
    (one,) = silent(WEEK, houses=[A], last={A: WEEK.plus(-4)})
    assert (one.house, one.last_week) == (A, "2026-W43")


def test_a_house_never_heard_is_silent_without_a_week():
    (one,) = silent(WEEK, houses=[A], last={B: WEEK})
    assert (one.house, one.last_week) == (A, None)


def test_silent_houses_are_not_ranked():
    last = {A: WEEK.plus(-9), C: WEEK.plus(-5)}
    assert [one.house for one in silent(WEEK, houses=[C, B, A], last=last)] == [A, B, C]


def test_houses_of_five_talks_in_eight_weeks_are_named_when_none_is_smaller():
    of, before = [talk(A), talk(B)], talks(A, 4, ago=7) + talks(B, 4, ago=1)
    assert named(WEEK, talks=of, late=[], before=History.of(WEEK, before)) == {A, B}


@pytest.mark.parametrize("small", [1, 2])
def test_one_or_two_small_houses_leave_nobody_named(small):
    of = [*talks(A, 9), *talks(B, 9), *(talk(house) for house in (C, D)[:small])]
    assert named(WEEK, talks=of, late=[], before=History.of(WEEK, [])) == set()


def test_three_small_houses_hide_among_themselves_and_the_others_are_named():
    of = [*talks(A, 5), *talks(B, 4), talk(C), talk(D)]
    assert named(WEEK, talks=of, late=[], before=History.of(WEEK, [])) == {A}


def test_a_small_house_of_a_late_talk_counts_as_one_that_may_be_quoted():
    assert named(WEEK, talks=talks(A, 9), late=[talk(B, ago=2)], before=History.of(WEEK, [talk(B, ago=2)])) == set()


def test_a_small_house_without_a_talk_in_the_issue_hides_nobody():
    assert named(WEEK, talks=talks(A, 9), late=[], before=History.of(WEEK, [talk(B, ago=1)])) == {A}


def test_talks_older_than_eight_weeks_do_not_make_a_house_large():
    of, old = [talk(A)], talks(A, 9, ago=8)
    assert named(WEEK, talks=of, late=[], before=History.of(WEEK, old)) == set()
    assert named(WEEK, talks=of, late=[], before=History.of(WEEK, talks(A, 4, ago=7))) == {A}


def test_the_issue_as_json_reads_back_and_holds_no_words():
    found = compose([talk(A, MAD, words="en hemmelighed som ingen andre må se")], houses=[A, B])
    assert Content.model_validate(found.as_json()) == found
    assert "hemmelighed" not in str(found.as_json())


any_talk = st.builds(
    Talk,
    id=st.uuids(),
    house=st.sampled_from(HOUSES),
    week=st.integers(0, 7).map(lambda ago: WEEK.plus(-ago)),
    themes=st.dictionaries(st.sampled_from([MAD, SØVN, VIKAR]), st.sampled_from([None, "trouble", "praise"]), max_size=3),
    quotes=st.lists(st.integers(6, 60), max_size=2).map(
        lambda sizes: tuple((0, number, " ".join(["ord"] * size)) for number, size in enumerate(sizes))
    ),
)
any_talks = st.lists(any_talk, max_size=9, unique_by=lambda one: one.id)


def settled(found: Content) -> dict:
    """Talks are listed in the order of arrival, which the store gives; all else must not depend on it."""
    plain = found.as_json()
    plain["without_theme"].sort()
    for one in plain["themes"]:
        one["talks"].sort()
    return plain


@given(any_talks, any_talks, st.randoms(use_true_random=False))
def test_an_issue_is_the_same_in_whatever_order_its_talks_come(of, before, random):
    def shuffled(items):
        return random.sample(items, len(items))

    last = {one.house: one.week for one in sorted([*of, *before], key=lambda one: one.week)}
    first = content(WEEK, talks=of, late=before[:3], before=History.of(WEEK, before), houses=HOUSES, last=last)
    again = content(
        WEEK,
        talks=shuffled(of),
        late=shuffled(before[:3]),
        before=History.of(WEEK, shuffled(before)),
        houses=shuffled(HOUSES),
        last=dict(shuffled(list(last.items()))),
    )
    assert settled(again) == settled(first)


@given(any_talks, any_talks)
def test_every_number_is_a_count_of_talks(of, before):
    found = content(WEEK, talks=of, late=[], before=History.of(WEEK, before), houses=HOUSES, last={})
    assert found.talks == len(of)
    assert set(found.without_theme) | {key for one in found.themes for key in one.talks} == {one.id for one in of}
    for one in found.themes:
        assert one.count == len(one.talks) == one.weeks[-1] <= len(of)
        assert one.trouble + one.praise <= one.count
        assert one.before <= one.talks_before == sum(talk.week < WEEK for talk in before)
        assert one.houses <= found.houses_heard <= found.houses_open


@given(any_talks, any_talks)
def test_no_house_is_named_that_could_be_told_by_leaving_out_the_others(of, late):
    found = named(WEEK, talks=of, late=late, before=History.of(WEEK, []))
    present = {one.house for one in [*of, *late]}
    assert found <= present
    assert not found or len(present - found) == 0 or len(present - found) >= 3
    assert all(sum(one.house == house for one in of) >= 5 for house in found)


def silence(of: list[Talk], **more) -> tuple[bool, bool, bool]:
    given = {"talks": of, "late": [], "before": History.of(WEEK, []), "houses": HOUSES, "last": {}, **more}
    found = content(WEEK, **given)
    return found.is_bare, found.silent_may_be_named, found.silent_weeks_may_be_told


@pytest.mark.parametrize(
    ("of", "is_bare"),
    [
        ([], False),
        ([talk(A)], True),
        ([talk(A), talk(B)], True),
        ([talk(A), talk(B), talk(C)], False),
        ([talk(A), talk(B), talk(C, own=False)], True),
        (talks(A, 5), False),
        ([*talks(A, 5), talk(B)], True),
        ([*talks(A, 5), talk(B), talk(C), talk(D)], False),
    ],
)
def test_words_of_one_or_two_unnamed_houses_are_bare_and_nothing_is_told_of_silence(of, is_bare):
    assert silence(of) == (is_bare, not is_bare, not is_bare)


def test_a_late_talk_of_a_house_alone_is_bare_too():
    assert silence([], late=[talk(A, ago=2)]) == (True, False, False)


@pytest.mark.parametrize(("ago", "may_be_named"), [(1, False), (3, False), (4, True), (9, True)])
def test_a_bare_week_keeps_silence_untold_for_four_weeks(ago, may_be_named):
    last = dict.fromkeys(HOUSES, WEEK.plus(1 - ago))
    assert silence([], bare=[WEEK.plus(-ago), WEEK.plus(-30)], last=last)[1] is may_be_named


@pytest.mark.parametrize(("last", "told"), [(5, True), (6, False), (7, False), (None, False)])
def test_when_a_silent_house_was_heard_last_is_untold_where_it_reaches_back_to_a_bare_week(last, told):
    heard = {house: WEEK.plus(-4) for house in HOUSES} | ({A: WEEK.plus(-last)} if last else {})
    if last is None:
        del heard[A]
    assert silence([], bare=[WEEK.plus(-6)], last=heard) == (False, True, told)


def test_a_house_that_closed_in_the_week_counts_among_the_open_ones_whether_it_was_heard_or_not():
    open_then = [
        content(WEEK, talks=of, late=[], before=History.of(WEEK, []), houses=[A, B], last={}, closing=[C]).houses_open
        for of in ([], [talk(C)], [talk(A), talk(B), talk(C), talk(D)])
    ]
    assert open_then == [3, 3, 4]
