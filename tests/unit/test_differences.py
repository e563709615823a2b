"""What two texts have in common: nothing of either is lost, and changes are told in whole words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversations import Difference, differences, told
from domain.conversations.rules import speakers

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


@given(TEXTS, TEXTS)
def test_every_letter_is_told_as_its_text_has_it(first, second):
    """The same pieces, cut where the speaker changes; of a version alone each speaker is that version's."""
    pieces, found = differences(first, second), told(first, second)
    assert [one.kind for one in found] == [piece.kind for piece in pieces]
    at = {Difference.GONE: 0, Difference.NEW: 0}
    who = {Difference.GONE: speakers(first), Difference.NEW: speakers(second)}
    for piece, one in zip(pieces, found, strict=True):
        letters = [(span.kind, letter) for span in one.spans for letter in span.text]
        assert len(letters) == len(piece.text)
        here = [kind for kind in who if piece.kind in (kind, Difference.SAME)]
        for place, ((speaker, letter), original) in enumerate(zip(letters, piece.text, strict=True)):
            theirs = {_told_as(who[kind][at[kind] + place]) for kind in here}
            assert speaker in theirs if len(theirs) == 1 else speaker == "leader"
            assert letter == original or (speaker == "mark" and piece.kind is Difference.SAME)
        for kind in here:
            at[kind] += len(piece.text)


def _told_as(speaker):
    return "mark" if speaker in ("opens", "closes") else speaker


def test_the_citizens_words_stand_apart_from_the_leaders_in_both_versions():
    found = told('Mor sagde: "det går godt" i dag.', 'Mor sagde: "det går skidt" i dag.')
    assert [(one.kind, [(span.kind, span.text) for span in one.spans]) for one in found] == [
        ("same", [("leader", "Mor sagde: "), ("mark", "»"), ("citizen", "det går ")]),
        ("gone", [("citizen", "godt")]),
        ("new", [("citizen", "skidt")]),
        ("same", [("mark", "«"), ("leader", " i dag.")]),
    ]


def test_marks_that_one_version_sets_are_the_change_and_the_words_between_them_nobodys_yet():
    found = told("hun var helt træt", "»hun var helt træt«")
    assert [(one.kind, [(span.kind, span.text) for span in one.spans]) for one in found] == [
        ("new", [("mark", "»")]),
        ("same", [("leader", "hun var helt træt")]),
        ("new", [("mark", "«")]),
    ]
