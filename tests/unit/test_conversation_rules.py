"""What a talk must hold, whose words stand in it, and what of them may be quoted."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import new_id
from domain.conversations import Answer, Draft, Problem, QuoteScope, Span, is_quotable, quotes, spans
from domain.conversations.rules import problems
from domain.questions import Form
from tests import make

FORM = Form(id=new_id(), question_set_id=new_id(), number=1, sector="nursery", content=make.content())
FIRST, SECOND, THIRD = (question.id for question in FORM.content.questions)


def draft(*texts: str, **more) -> Draft:
    answers = tuple(Answer(key, text) for key, text in zip((FIRST, SECOND, THIRD), texts, strict=False))
    given = {"id": new_id(), "unit": new_id(), "question_set_version": FORM.id, "held_at": make.NOW, "answers": answers}
    return Draft(**{**given, **more})


def codes(one: Draft, form: Form = FORM) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in problems(one, form)]


def test_one_answer_is_enough():
    assert problems(draft("Det går godt."), FORM) == []
    assert problems(draft("", "", "Det går godt."), FORM) == []


@pytest.mark.parametrize("texts", [(), ("",), (" \n\t", "\u00a0", "")])
def test_a_talk_without_a_word_is_sent_back(texts):
    assert codes(draft(*texts)) == [("answers", "nothing_written")]


@pytest.mark.parametrize("letter", ["a", "å", "😀", "\U0001f9d1", "\u0301"])
def test_an_answer_is_counted_in_code_points(letter):
    assert problems(draft(letter * 5_000), FORM) == []
    assert problems(draft(letter * 5_001), FORM) == [Problem(f"answers.{FIRST}", "too_long")]


def test_an_answer_to_a_question_that_was_not_asked_is_named():
    stranger = uuid4()
    assert codes(draft(answers=(Answer(FIRST, "Ja"), Answer(stranger, "Nej")))) == [(f"answers.{stranger}", "unknown_question")]


def test_a_question_answered_twice_is_sent_back_also_when_one_answer_is_empty():
    assert codes(draft(answers=(Answer(FIRST, "Ja"), Answer(FIRST, "Nej")))) == [("answers", "twice")]
    assert codes(draft(answers=(Answer(FIRST, "Ja"), Answer(FIRST, "")))) == [("answers", "twice")]


@pytest.mark.parametrize("half", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_half_a_letter_is_unreadable(half):
    assert codes(draft(f"Godt {chr(half)}")) == [(f"answers.{FIRST}", "unreadable")]


def test_every_problem_is_told_at_once():
    stranger = uuid4()
    wrong = draft(answers=(Answer(stranger, "x" * 5_001), Answer(stranger, "\ud800")), about={"age": ["7"]}, quote_scope="all")
    found = codes(wrong)
    assert len(found) == len(set(found)) + 1  # the question is unknown in both answers
    assert {code for _, code in found} == {"twice", "unknown_question", "too_long", "unreadable", "unknown_choice"}
    assert {field for field, _ in found} == {"answers", f"answers.{stranger}", "about.age", "quote_scope"}


def test_a_required_question_must_have_words():
    assert problems(draft("Godt"), FORM) == []  # what is made of one version is not taken for another
    content = make.content(required=True)
    form = FORM.model_copy(update={"content": content})
    first, second, _ = (question.id for question in content.questions)
    assert codes(draft(answers=(Answer(second, "Godt"),)), form) == [(f"answers.{first}", "missing")]
    assert codes(draft(answers=(Answer(first, " "), Answer(second, "Godt"))), form) == [(f"answers.{first}", "missing")]
    assert codes(draft(answers=(Answer(first, "Godt"),)), form) == []


@pytest.mark.parametrize("about", [{}, {"relation": []}, {"relation": ["mother", "father"], "time_here": ["1_month"]}])
def test_coarse_facts_are_choices_of_the_version(about):
    assert problems(draft("Godt", about=about), FORM) == []


@pytest.mark.parametrize("about", [{"relation": ["aunt"]}, {"relation": ["mother", ""]}, {"name": ["mother"]}, {"name": []}])
def test_a_coarse_fact_that_is_no_choice_is_sent_back(about):
    (field,) = about
    assert codes(draft("Godt", about=about)) == [(f"about.{field}", "unknown_choice")]


@pytest.mark.parametrize("scope", [None, "none", "area", "municipality", "public"])
def test_a_consent_is_one_of_the_four_or_was_not_asked_for(scope):
    assert problems(draft("Godt", quote_scope=scope), FORM) == []


@pytest.mark.parametrize("scope", ["", "AREA", "everybody", "None"])
def test_another_consent_is_sent_back(scope):
    assert codes(draft("Godt", quote_scope=scope)) == [("quote_scope", "unknown_choice")]


def test_a_consent_unlike_another_is_one_of_the_enum():
    assert problems(replace(draft("Godt"), quote_scope=QuoteScope.PUBLIC), FORM) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mor sagde »vi er trygge« og gik.", ["vi er trygge"]),
        ("«vi er trygge»", ["vi er trygge"]),
        ("“vi er trygge”", ["vi er trygge"]),
        ("„vi er trygge“", ["vi er trygge"]),
        ("„vi er trygge”", ["vi er trygge"]),
        ('"vi er trygge"', ["vi er trygge"]),
        ("»en« »to« »tre«", ["en", "to", "tre"]),
        ("»en«»to«", ["en", "to"]),
        ("»over\nto linjer«", ["over\nto linjer"]),
        ("» luft «", ["luft"]),
        ('»hun sagde "nej" til mig«', ['hun sagde "nej" til mig']),
        ("»hun sagde „nej“ til mig«", ["hun sagde „nej“ til mig"]),
        ("»aldrig lukket", []),
        ("aldrig åbnet«", []),
        ("“aldrig lukket", []),
        ('1,5" og mere', []),
        ('»« og »  « og ""', []),
        ("»ude »inde« ude«", ["inde"]),
        ("uden tegn", []),
        ("", []),
        ("det var 'sådan' set", []),
        ("»en“ og »to«", ["to"]),
    ],
)
def test_only_what_stands_in_quotation_marks_is_the_citizens(text, found):
    assert quotes(text) == found


def test_an_answer_is_shown_as_pieces_in_order():
    assert spans("Mor: »vi stod der« og så »nå« til sidst.") == [
        Span("leader", "Mor: "),
        Span("citizen", "vi stod der"),
        Span("leader", " og så "),
        Span("citizen", "nå"),
        Span("leader", " til sidst."),
    ]


def test_empty_marks_stay_with_the_leaders_words():
    assert spans("ja »« nej »ok«") == [Span("leader", "ja »« nej "), Span("citizen", "ok")]


MARKS = '»«“”„"'
scribble = st.text(alphabet=st.sampled_from([*MARKS, "a", "b", "æ", " ", "\n", "😀"]), max_size=60)


def letters(text: str) -> str:
    return "".join(letter for letter in text if letter not in MARKS and not letter.isspace())


@given(scribble)
def test_no_letter_is_lost_between_the_pieces(text):
    assert letters("".join(span.text for span in spans(text))) == letters(text)


@given(scribble)
def test_no_piece_is_empty_and_the_quotes_are_the_citizens_pieces(text):
    pieces = spans(text)
    assert all(piece.text.strip() for piece in pieces)
    assert {piece.kind for piece in pieces} <= {"leader", "citizen"}
    assert quotes(text) == [piece.text for piece in pieces if piece.kind == "citizen"]


@given(st.text(alphabet=st.characters(exclude_characters=MARKS)))
def test_a_text_without_marks_is_the_leaders_whole(text):
    assert spans(text) == ([Span("leader", text)] if text.strip() else [])


@given(st.text(alphabet="ab æ", min_size=1).filter(str.strip), st.sampled_from(["»«", "«»", "“”", "„“", "„”", '""']))
def test_what_is_quoted_comes_back_word_for_word(words, marks):
    """But for blanks at the ends; with the marks turned outwards there must be none, or a stray mark would quote the leader."""
    words = words.strip() if marks == "«»" else words
    assert quotes(f"Far: {marks[0]}{words}{marks[1]} Og så gik vi.") == [words.strip()]


@pytest.mark.parametrize(("words", "may"), [(0, False), (5, False), (6, True), (60, True), (61, False)])
def test_six_to_sixty_words_may_be_quoted(words, may):
    assert is_quotable(" ".join(["ord"] * words)) is may


def test_blanks_do_not_make_a_quote_longer():
    assert not is_quotable("  a \n b \t c  d   e  ")
