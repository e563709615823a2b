"""LIX as Björnsson counts it, and the words that are too long to be said."""

import pytest

from domain.base import new_id
from domain.questions import HARD_LIX, Sketch, SketchQuestion, hard_texts, lix

EASY = "Jeg vil gerne høre, hvordan det går. Du kan sige nej. Jeg skriver ingen navne ned."
HARD = (
    "Kommunalbestyrelsens samarbejdsorganisation gennemfører brugerinddragelsesprocesser vedrørende institutionernes "
    "kvalitetsudvikling samt forventningsafstemning mellem forvaltningens medarbejdere."
)


def test_lix_is_words_a_sentence_and_the_percentage_of_long_words():
    # 16 words, 3 sentences, one word of more than six letters (»hvordan«): 16/3 + 100/16 = 11.6, and »skriver«: 17.8
    assert lix(EASY) == 18


@pytest.mark.parametrize("text", ["", "Hvordan går det?", "!!! ... ???"])
def test_of_a_few_words_nothing_is_said(text):
    assert lix(text) is None


def test_hard_texts_are_named_with_their_long_words():
    question = SketchQuestion(id=new_id(), prompt={"da": HARD, "en": HARD})
    found = hard_texts(Sketch(promise={"da": EASY}, questions=(question,)))
    assert [one.path for one in found] == [f"question.{question.id}.prompt.da"]
    assert found[0].lix >= HARD_LIX
    assert "brugerinddragelsesprocesser" in found[0].words
    assert "mellem" not in found[0].words


def test_what_is_easy_is_not_named():
    assert hard_texts(Sketch(promise={"da": EASY})) == []
