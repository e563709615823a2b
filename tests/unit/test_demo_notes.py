"""The invented notes: many, all different, and each of them in the words of its codebook and question set."""

from collections import Counter
from itertools import chain

import pytest

from domain import conversations, guard
from domain.base import fold
from domain.demo.rules import read

SECTORS = ("nursery", "home_care")


def notes(sector):
    return read(f"notes_{sector}")


EVERY = list(chain.from_iterable(notes(sector) for sector in SECTORS))


def words(note):
    return " ".join(" ".join(note["answers"]).split())


def test_there_are_at_least_250_and_no_two_say_the_same():
    assert len({fold(words(note)) for note in EVERY}) == len(EVERY) >= 250
    assert len({note["key"] for note in EVERY}) == len(EVERY)


@pytest.mark.parametrize("sector", SECTORS)
def test_no_two_share_a_run_of_eight_words(sector):
    seen: Counter = Counter()
    for note in notes(sector):
        said = fold(words(note)).split()
        seen.update({tuple(said[at : at + 8]) for at in range(len(said) - 7)})
    assert [" ".join(run) for run, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("sector", SECTORS)
def test_each_uses_what_its_codebook_and_question_set_know(sector):
    keys = {theme["key"] for theme in read(f"codebook_{sector}")}
    facts = {fact["field"]: {choice["code"] for choice in fact["choices"]} for fact in read("question_sets")[sector]["about"]}
    for note in notes(sector):
        assert set(note["themes"]) <= keys
        assert set(note["tones"]) <= set(note["themes"])
        assert set(note["tones"].values()) <= {"praise", "trouble"}
        assert all(set(codes) <= facts[field] for field, codes in note["about"].items())
        assert len(note["answers"]) == 3
        assert words(note)
    told = Counter(code for note in notes(sector) for code in note["about"].get("relation", []))
    assert set(told) == facts["relation"]


def test_they_are_as_mixed_as_talks_are():
    tones = Counter(tone for note in EVERY for tone in note["tones"].values())
    assert min(tones["praise"], tones["trouble"]) >= 60
    assert sum(not note["themes"] for note in EVERY) >= 6
    assert sum(not conversations.quotes(words(note)) for note in EVERY) >= 20
    assert sum("„" in words(note) or '"' in words(note) for note in EVERY) >= 3
    assert sum(len(words(note).split()) <= 12 for note in EVERY) >= 8
    agreed = [note for note in EVERY if note["quote_scope"] in conversations.QUOTABLE]
    quotable = [note for note in agreed if any(map(conversations.is_quotable, conversations.quotes(words(note))))]
    assert len(quotable) >= 0.6 * len(agreed)


def test_nobody_can_be_found_by_a_number():
    assert [note["key"] for note in EVERY if guard.check(words(note)) or "@" in words(note)] == []
