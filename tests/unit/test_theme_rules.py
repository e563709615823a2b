"""Themes are suggested by the codebook's stems, and every suggestion can show the words that made it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.themes import Codebook, Patterns, hits, suggest


def patterns(*include: str, exclude: tuple[str, ...] = (), number: int = 1) -> Patterns:
    return Patterns(UUID(int=number), include, exclude)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("De taler om mad.", ("mad",)),
        ("Madpakken var væk", ("madpakken",)),
        ("skolemaden og madplanen", ("skolemaden", "madplanen")),
        ("MAD!", ("mad",)),
        ("»mad«", ("mad",)),
        ("(mad)", ("mad",)),
        ("mad mad mad", ("mad",)),
        ("Madrassen var våd", ()),
        ("Madrassen var våd, men maden god", ("maden",)),
        ("ma d", ()),
        ("", ()),
    ],
)
def test_a_stem_matches_inside_words_and_an_exclusion_cancels_that_word_alone(text, words):
    assert hits(text, patterns("mad", exclude=("madras",))) == words


@pytest.mark.parametrize(
    "text", ["Om morgenen græder hun", "… om\nmorgenen", "OM  MORGENEN.", "»om morgenen«", "om morgenens begyndelse"]
)
def test_a_pattern_with_a_blank_is_looked_for_in_the_whole_text(text):
    assert hits(text, patterns("om morgenen")) == ("om morgenen",)


def test_the_words_of_a_phrase_alone_are_no_hit():
    assert hits("morgenen om", patterns("om morgenen")) == ()


@pytest.mark.parametrize("text", ["GRÅD", "gra\u030ad", "Gra\u030aden", "barnegråd"])
def test_danish_letters_match_in_every_case_and_form(text):
    assert len(hits(text, patterns("gråd"))) == 1


def test_a_danish_letter_is_not_the_letter_it_looks_like():
    assert hits("grad og groed", patterns("gråd", "grød")) == ()


def test_an_empty_codebook_suggests_nothing():
    assert suggest(["mad og søvn"], []) == []
    assert suggest(["mad og søvn"], [patterns()]) == []


def test_a_theme_nobody_speaks_of_is_not_suggested():
    assert suggest(["Vi taler om vejret"], [patterns("mad")]) == []


def test_at_most_three_are_suggested_those_with_most_hits_first_then_by_the_codebook():
    codebook = [
        patterns("en", number=1),
        patterns("to", number=2),
        patterns("tre", "trappe", number=3),
        patterns("fire", number=4),
        patterns("fem", number=5),
    ]
    found = suggest(["fem fire tre", "trappe to en"], codebook)
    assert [one.theme.int for one in found] == [3, 1, 2]
    assert found[0].words == ("tre", "trappe")


def test_all_answers_speak_for_a_theme_together():
    (found,) = suggest(["maden er god", "", "frokosten også"], [patterns("mad", "frokost")])
    assert found.words == ("maden", "frokosten")


words = st.lists(st.sampled_from(["mad", "madras", "Frokost", "sove", "gråd,", "»tryg«", "utryg", "om", "morgenen"]), max_size=12)
CODEBOOK = [
    patterns("mad", "frokost", exclude=("madras",), number=1),
    patterns("sov", number=2),
    patterns("tryg", exclude=("utryg",), number=3),
    patterns("gråd", "om morgenen", number=4),
]


@given(words)
def test_every_suggestion_shows_words_that_stand_in_the_text(text):
    whole = " ".join(text).casefold()
    for one in suggest([" ".join(text)], CODEBOOK):
        assert one.words
        assert all(word in whole for word in one.words)


@given(words)
def test_suggestions_are_few_distinct_and_ordered(text):
    found = suggest([" ".join(text)], CODEBOOK)
    assert len(found) == len({one.theme for one in found}) <= 3
    assert found == sorted(found, key=lambda one: (-len(one.words), one.theme))


@given(words, st.integers(0, 12))
def test_a_text_cut_in_two_answers_between_words_speaks_for_the_same_themes(text, place):
    single_words = CODEBOOK[:3]
    whole = suggest([" ".join(text)], single_words)
    assert suggest([" ".join(text[:place]), " ".join(text[place:])], single_words) == whole


stems = st.text(st.sampled_from("abå .(|"), max_size=4)


@given(st.lists(st.lists(stems, max_size=4), max_size=4), st.text(st.sampled_from("abå .(|"), max_size=12))
def test_all_stems_that_stand_in_a_text_are_found_at_once_in_the_order_of_the_codebook(themes, text):
    codebook = Codebook(patterns(*some) for some in themes)
    one_by_one = [(stem, place) for place, some in enumerate(themes) for stem in some if stem in text]
    assert codebook.stems_in(text) == one_by_one
