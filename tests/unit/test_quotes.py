"""Which words a week quotes: with consent behind them, about the theme, new, from many houses, the same in any order."""

import sys
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import Week
from domain.digests import quotes
from domain.digests.quotes import Choice, Shown, likeness, relevance, tokens
from domain.digests.rules import History, themes
from domain.digests.talk import Talk
from domain.themes import Patterns

WEEK = Week(2026, 47)
MAD, SØVN = (UUID(int=900 + number) for number in range(2))
A, B, C, D, E = HOUSES = [UUID(int=number) for number in range(1, 6)]
ABOUT_MAD = Patterns(MAD, ("mad", "frokost"), ("madras",))
numbers = iter(range(1_000, 10_000_000))

#: Twelve words each, none of them in another.
SENTENCES = (
    "vinduet klemmer altid lidt når regnen slår hårdt imod ruden hele natten",
    "cyklen punkterede nede ved stationen netop som toget rullede forbi uden passagerer",
    "bageren havde udsolgt tidligt, derfor spiste familien rugbrød med leverpostej samme aften",
    "skoene stod parat under knagen allerede inden solen fandt vej ind",
)
WITH_MAD = "vi spiser frokost alene og maden er kold før nogen ser det"


def words(n: int) -> str:
    return " ".join([f"ord{next(numbers)}"] * n)


def talk(house: UUID = A, said: int | str = 20, *, tone: str | None = None, theme: UUID = MAD, **more) -> Talk:
    quote = words(said) if isinstance(said, int) else said
    given = {"id": UUID(int=next(numbers)), "week": WEEK, "quotes": ((0, 0, quote),) if quote else ()}
    return Talk(**{"house": house, "themes": {theme: tone}, **given, **more})


def picked(about_it: list[Talk], *, shown=(), patterns: Patterns | None = None) -> list[UUID]:
    return [quote.conversation for quote in Choice(shown).pick(MAD, about_it, patterns)]


def test_at_most_two_are_quoted_and_from_different_houses():
    found = picked([talk(A), talk(A), talk(B), talk(C)])
    assert len(found) == 2
    first, second, third = talk(A, SENTENCES[0]), talk(A, SENTENCES[1]), talk(B, SENTENCES[2])
    assert set(picked([first, second, third])) in ({first.id, third.id}, {second.id, third.id})


def test_one_house_has_one_quotation():
    assert len(picked([talk(A) for _ in range(5)])) == 1


def test_words_of_a_length_that_can_be_read_come_first():
    short, long, right = talk(A, 6), talk(B, 60), talk(C, 22)
    assert picked([short, long, right])[0] == right.id
    assert picked([talk(A, 6), right, talk(A, 60)])[0] == right.id


def test_praise_stands_beside_trouble_where_there_is_some():
    trouble, more = talk(A, 20, tone="trouble"), talk(B, 60, tone="trouble")
    praise, plain = talk(C, 60, tone="praise"), talk(D, 20)
    assert picked([plain, more, praise, trouble]) == [trouble.id, praise.id]


def test_praise_alone_is_quoted_too():
    praise, plain = talk(A, 50, tone="praise"), talk(B, 20)
    assert picked([plain, praise]) == [praise.id, plain.id]


def test_praise_stands_there_though_its_house_was_quoted_last_week():
    praise, plain, more = talk(A, WITH_MAD, tone="praise"), talk(B), talk(C)
    assert praise.id in picked([plain, praise, more], shown=[Shown(MAD, A, 1, WITH_MAD)])


def test_a_talk_without_words_to_quote_is_not_quoted():
    assert picked([talk(A, ""), talk(B, "")]) == []


def test_words_about_the_theme_come_before_words_beside_it():
    about, beside, other = talk(A, WITH_MAD), talk(A, SENTENCES[0]), talk(B, SENTENCES[1])
    assert about.id in picked([beside, about, other], patterns=ABOUT_MAD)
    assert relevance("vi fik nye madrasser til vuggerne her i går eftermiddags alle sammen", ABOUT_MAD) == 0.5


def test_what_was_shown_for_the_theme_gives_way_to_what_is_new():
    old, new, other = talk(A, SENTENCES[0]), talk(A, SENTENCES[1]), talk(B, SENTENCES[2])
    almost = SENTENCES[0].replace("natten", "dagen")
    assert set(picked([old, new, other], shown=[Shown(MAD, C, 3, almost)])) == {new.id, other.id}


def test_what_was_shown_for_another_theme_does_not():
    one, other = talk(A, SENTENCES[0]), talk(A, SENTENCES[1])
    assert picked([one, other], shown=[Shown(SØVN, C, 3, SENTENCES[0])]) == picked([one, other])


def test_the_second_quotation_says_something_else_than_the_first():
    first, echo, other = talk(A, WITH_MAD), talk(B, WITH_MAD + " igen"), talk(C, SENTENCES[0])
    found = picked([first, echo, other], patterns=ABOUT_MAD)
    assert other.id in found
    assert len(found) == 2


def test_the_same_words_stand_once_even_when_two_said_them():
    assert len(picked([talk(A, SENTENCES[0]), talk(B, SENTENCES[0].upper())])) == 1


@pytest.mark.parametrize("ago", range(1, quotes.WEEKS_BACK + 1))
def test_a_house_that_was_quoted_lately_steps_back(ago):
    lately, rested, third = talk(A, SENTENCES[0]), talk(B, SENTENCES[1]), talk(C, SENTENCES[2])
    assert set(picked([lately, rested, third], shown=[Shown(SØVN, A, ago, "noget helt andet")])) == {rested.id, third.id}


def test_the_longer_ago_the_sooner_it_is_heard_again():
    last_week, before, third = talk(A, SENTENCES[0]), talk(B, SENTENCES[1]), talk(C, SENTENCES[2])
    shown = [Shown(SØVN, A, 1, "noget"), Shown(SØVN, B, 3, "noget"), Shown(SØVN, A, 4, "noget")]
    assert set(picked([last_week, before, third], shown=shown)) == {before.id, third.id}


def test_a_house_quoted_under_one_theme_steps_back_under_the_next():
    choice = Choice()
    choice.pick(MAD, [talk(A, SENTENCES[0])])
    again, other = talk(A, SENTENCES[1], theme=SØVN), talk(B, SENTENCES[2], theme=SØVN)
    third = talk(C, SENTENCES[3], theme=SØVN)
    assert {quote.conversation for quote in choice.pick(SØVN, [again, other, third])} == {other.id, third.id}


def test_how_much_trouble_a_house_has_decides_nothing():
    """The same words with the tones of all talks turned round are chosen from the same houses."""
    for tone in ("trouble", "praise", None):
        about = [talk(A, SENTENCES[0], tone=tone), talk(B, SENTENCES[1], tone=tone), talk(C, SENTENCES[2], tone=tone)]
        many = [talk(A, 60, tone="trouble") for _ in range(5)] if tone == "trouble" else []
        found = set(picked([*about, *many], shown=[Shown(SØVN, B, 1, "noget")]))
        assert found == {about[0].id, about[2].id}


def test_no_talk_is_quoted_under_two_themes():
    both, other = talk(A, themes={MAD: None, SØVN: None}), talk(B, theme=SØVN)
    found = themes(WEEK, talks=[both, other], before=History.of(WEEK, []))
    conversations = [quote.conversation for one in found for quote in one.quotes]
    assert sorted(conversations) == sorted({both.id, other.id})


def test_no_words_stand_under_two_themes():
    one, same = talk(A, SENTENCES[0]), talk(B, SENTENCES[0], theme=SØVN)
    found = themes(WEEK, talks=[one, same], before=History.of(WEEK, []))
    assert [len(theme.quotes) for theme in found] == [1, 0]


def test_a_quotation_is_a_reference_to_its_revision_answer_and_place():
    one = talk(A, revision=3, quotes=((1, 2, "seks ord der kan citeres her"),))
    (quote,) = Choice().pick(MAD, [one])
    assert (quote.conversation, quote.revision, quote.answer, quote.number) == (one.id, 3, 1, 2)


def test_likeness_is_the_share_of_the_shorter_one():
    assert likeness(tokens("maden var kold"), [tokens("maden var kold og sen igen")]) == 1
    assert likeness(tokens("maden kold"), [tokens("maden varm")]) == 0.5
    assert likeness(tokens("og er du"), [tokens("maden")]) == likeness(tokens("maden"), []) == 0


SAID = st.lists(st.sampled_from(("maden", "frokost", "kold", "varm", "igår", "stue", "barn", "regn")), min_size=6)
TONES = st.sampled_from([None, "trouble", "praise"])
any_talks = st.lists(st.tuples(st.sampled_from(HOUSES), SAID, TONES), max_size=9).map(
    lambda some: [talk(house, " ".join([*said, f"nr{place}"]), tone=tone) for place, (house, said, tone) in enumerate(some)]
)


def renumbered(about: list[Talk], random) -> list[Talk]:
    """The same talks as another database holds them: in another order, with other ids."""
    return [
        Talk(**{**vars(one), "id": UUID(int=random.getrandbits(100) * 100 + place)})
        for place, one in enumerate(random.sample(about, len(about)))
    ]


@given(any_talks, st.randoms(use_true_random=False))
def test_the_same_talks_give_the_same_words_whatever_their_order_and_ids(about, random):
    def said(some: list[Talk]) -> list[str]:
        by_id = {one.id: one for one in some}
        return [by_id[quote.conversation].quotes[0][2] for quote in Choice().pick(MAD, some, ABOUT_MAD)]

    assert said(renumbered(about, random)) == said(about)


@given(any_talks)
def test_what_is_chosen_keeps_every_promise(about):
    by_id = {one.id: one for one in about}
    chosen = [by_id[quote.conversation] for quote in Choice().pick(MAD, about, ABOUT_MAD)]
    assert len(chosen) == min(2, len({one.house for one in about}))
    assert len({one.house for one in chosen}) == len(chosen)
    tones, had = {one.themes[MAD] for one in chosen}, {one.themes[MAD] for one in about}
    assert "praise" in tones or "praise" not in had


def test_a_thousand_candidates_take_a_bounded_number_of_steps():
    """Counted, not timed: each is weighed once against what was shown; only a shortlist is weighed in pairs."""
    about = [talk(HOUSES[n % 5], f"maden {SENTENCES[n % 4]} {n}", tone=(None, "trouble", "praise")[n % 3]) for n in range(1000)]
    shown = [Shown(MAD, HOUSES[n % 5], n % 4 + 1, SENTENCES[n % 4]) for n in range(8)]
    calls = Counter()

    def count(frame, event, _arg):
        if event == "call" and frame.f_code.co_filename == quotes.__file__:
            calls[frame.f_code.co_name] += 1

    sys.setprofile(count)
    try:
        Choice(shown).pick(MAD, about, ABOUT_MAD)
    finally:
        sys.setprofile(None)
    assert calls["_weighed"] == calls["relevance"] == 1000
    assert calls["_worth"] <= 300
    assert sum(calls.values()) < 60_000
