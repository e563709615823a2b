"""Words are folded alike on both sides of the search, a query is built of words alone, and what was hit is marked."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversations import Query, marked, terms

SAME = [
    ("Gården", "gaarden"),
    ("GÅRD", "Gaard"),
    ("æblegrød", "AEBLEGROED"),
    ("ærlig", "aerlig"),
    ("bløde", "bloede"),
    ("Malmö", "malmø"),
    ("Bäcker", "bæcker"),
    ("idé", "ide"),
    ("café", "CAFE"),
    ("crème", "creme"),
    ("Straße", "strasse"),
    ("a\u030argang", "årgang"),
    ("cafe\u0301", "café"),
    ("１２", "12"),
]
OTHERS = [("dør", "dor"), ("bønne", "bonne"), ("år", "ar"), ("sæt", "sat"), ("мама", "папа"), ("一", "二")]


def folded(text):
    return [word.folded for word in terms.words(unicodedata.normalize("NFC", text))]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_find_each_other(one, other):
    assert folded(one) == folded(other) != []


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_these_do_not(one, other):
    assert folded(one) != folded(other)


def test_words_end_at_everything_that_is_no_letter_or_number():
    assert folded("Bleer-skift, mor's_taske (3½ år): a.dk/b 1e5") == [
        *("bleer", "skift", "mor", "s", "taske", "312", "aar", "a", "dk", "b", "1e5")
    ]
    assert folded("… »« ••••••-•••• 🌧️ \x00") == []


@given(st.text())
def test_a_word_is_never_empty_and_holds_nothing_a_database_could_take_for_a_sign(text):
    text = unicodedata.normalize("NFC", text)
    for word in terms.words(text):
        assert re.fullmatch(r"[a-z0-9]{1,100}", word.folded)
        assert folded(text[word.start : word.end]) == [word.folded]


@pytest.mark.parametrize(
    ("text", "sqlite", "postgresql"),
    [
        ("mad", '"mad" *', "('mad':*)"),
        ("på mad", '"paa" * AND "mad" *', "('paa':*) & ('mad':*)"),
        ("i", '"i"', "('i')"),
        ("»hos os« mad", '"hos os" AND "mad" *', "('hos' <-> 'os') & ('mad':*)"),
        ('"Bleer-skift"', '"bleer skift"', "('bleer' <-> 'skift')"),
        ("mad Mad MAD", '"mad" *', "('mad':*)"),
        ('en"mad', '"en" AND "mad" *', "('en') & ('mad':*)"),
        ("NEAR(a b) OR -c* ^d {e} : \\ 'f' & | ! <-> :*", None, None),
    ],
)
def test_a_query_is_built_of_its_words(text, sqlite, postgresql):
    query = Query.of(text)
    if sqlite:
        assert (query.for_sqlite(), query.for_postgresql()) == (sqlite, postgresql)
    else:
        assert query.for_sqlite() == '"near" * AND "a" AND "b" AND "or" AND "c" AND "d" AND "e" AND "f"'


def test_a_cpr_number_is_covered_before_anything_is_made_of_it():
    query = Query.of("mor 170385-2391")
    assert query == Query("mor ••••••-••••", (terms.Term(("mor",), True),))
    assert Query.of("170385-2391").terms == ()


def test_a_query_has_an_end():
    assert not Query.of("x" * 200).is_too_long
    assert Query.of("x" * 201).is_too_long


@given(st.text(), st.text(max_size=30))
def test_pieces_are_the_text_and_what_is_marked_was_asked_for(text, asked):
    query = Query.of(asked)
    pieces = marked(text, query)
    assert "".join(piece for piece, _hit in pieces) == unicodedata.normalize("NFC", text)
    wanted = {word for term in query.terms for word in term.words}
    for piece, hit in pieces:
        assert piece
        assert not hit or all(any(word.startswith(one) for one in wanted) for word in folded(piece))


def said(text, asked):
    return "".join(f"[{piece}]" if hit else piece for piece, hit in marked(text, Query.of(asked)))


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("Madpakken og nomaden", "mad", "[Madpakken] og nomaden"),
        ("På gården i Gaarde", "gård", "På [gården] i [Gaarde]"),
        ("Vi er i skoven", "i", "Vi er [i] skoven"),
        ("hos os, hos ham", "»hos os«", "[hos os], hos ham"),
        ("hos os og os", '"hos os" os', "[hos os] og [os]"),
        ("<b>mad</b>", "b", "<[b]>mad</[b]>"),
        ("ingenting", "mad", "ingenting"),
        ("mor mor mor", '"mor mor"', "[mor mor][ mor]"),
    ],
)
def test_hits_are_marked_in_the_text_as_it_was_written(text, asked, shown):
    assert said(text, asked) == shown


def test_answers_are_kept_apart():
    assert terms.indexed(["Det er mad", "Mad igen", ""]) == ["det", "er", "mad", "¶", "mad", "igen", "¶"]


def test_places_stay_within_what_postgresql_takes():
    assert terms.as_tsvector(["mad", "¶"]) == "'mad':1 '¶':2"
    assert terms.as_tsvector(["a"] * 20_000).split()[-1] == "'a':16000"
