"""What two texts have in common: nothing of either is lost, and changes are told in whole words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversations import Difference, differences

TEXTS = st.text(alphabet="ab .,\n»«æ", max_size=60)


def joined(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(TEXTS, TEXTS)
def test_both_texts_stand_whole_in_the_pieces(first, second):
    pieces = differences(first, second)
    assert joined(pieces, Difference.SAME, Difference.GONE) == first
    assert joined(pieces, Difference.SAME, Difference.NEW) == second


def test_a_word_that_differs_stands_alone_and_neighbours_stand_together():
    pieces = [(piece.kind, piece.text) for piece in differences("en to tre fire", "en 2 3 fire")]
    assert pieces == [("same", "en "), ("gone", "to tre"), ("new", "2 3"), ("same", " fire")]
    pieces = [(piece.kind, piece.text) for piece in differences("Jeg vidste ikke. Det er godt.", "I vidste det. Det er skidt.")]
    assert pieces[:3] == [("gone", "Jeg vidste ikke"), ("new", "I vidste det"), ("same", ". Det er ")]


def test_the_same_text_is_one_piece_and_nothing_is_none():
    assert [piece.kind for piece in differences("det samme", "det samme")] == [Difference.SAME]
    assert differences("", "") == []


def test_texts_too_long_to_compare_are_told_apart_as_wholes():
    long = "ord " * 5_000
    assert [piece.kind for piece in differences(long, long + "mere")] == [Difference.GONE, Difference.NEW]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (" ".join(f"a{n}" for n in range(650)), " ".join(f"b{n}" for n in range(650))),
        (" ".join(f"a{n}," for n in range(900)), " ".join(f"b{n}," for n in range(900))),
        ("x o " * 1_200, "y o " * 1_200),
        (" ".join("og" if n % 3 else "i" for n in range(1_500)), " ".join("i" if n % 4 else "og" for n in range(1_500))),
    ],
    ids=["nothing in common", "commas in common", "every other word", "two words"],
)
def test_no_two_texts_keep_the_server_busy(first, second):
    began = time.process_time()
    found = differences(first, second)
    assert time.process_time() - began < 0.5
    assert "".join(piece.text for piece in found if piece.kind is not Difference.NEW) == first
    assert "".join(piece.text for piece in found if piece.kind is not Difference.GONE) == second
