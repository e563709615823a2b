"""XLSForm: what we write validates with pyxform and reads back as it was; of others' forms nothing is guessed silently."""

import io
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from app import create_app
from blueprints.shared import exchange_words
from domain.base import new_id
from domain.questions import BadFile, Choice, Content, Fact, Form, Kind, Question, Said, read_xlsform, write_xlsform
from tests import make

DATA = Path(__file__).parents[1] / "data" / "xlsform"

#: Nothing blank, and nothing a cell cannot hold; what XLSForm and Excel would read as something else is wanted.
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp", "Cf"])
WORDS = st.one_of(
    st.text(LETTERS, min_size=1, max_size=30),
    st.sampled_from(["=1+1", "${q1}", "_x0041_", " med luft ", "Linje\nto", "<b>&amp;", "'", "**fed**", "TRUE", "1", "0.0"]),
)
TEXTS = st.one_of(
    st.fixed_dictionaries({"da": WORDS}), st.fixed_dictionaries({"da": WORDS, "en": WORDS}), st.just({"da": "x", "de": "ü"})
)
CODES = st.one_of(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.sampled_from(["a b", "æ", "c1", "c2", "1"]))
CHOICES = st.lists(st.builds(Choice, code=CODES, text=TEXTS), min_size=1, max_size=4, unique_by=lambda choice: choice.code)
ONES = st.sampled_from([UUID(int=n, version=4) for n in range(1, 9)])


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(Kind))
    return Question(
        id=new_id(),
        kind=kind,
        prompt=draw(TEXTS),
        label=draw(TEXTS),
        help=draw(st.none() | TEXTS),
        required=draw(st.booleans()),
        choices=tuple(draw(CHOICES)) if kind in (Kind.ONE_CHOICE, Kind.SEVERAL_CHOICES) else (),
        follows=draw(st.none() | ONES),
    )


FACTS = st.builds(Fact, field=st.from_regex(r"[a-z0-9_]{1,10}", fullmatch=True), label=TEXTS, choices=CHOICES.map(tuple))
CONTENTS = st.builds(
    Content,
    title=TEXTS,
    promise=TEXTS,
    guidance=TEXTS,
    voice=TEXTS,
    questions=st.lists(questions(), min_size=1, max_size=5).map(tuple),
    about=st.lists(FACTS, max_size=2, unique_by=lambda fact: fact.field).map(tuple),
)


def as_form(content: Content) -> Form:
    return Form(id=new_id(), question_set_id=new_id(), number=7, sector="nursery", content=content)


def validated(data: bytes) -> None:
    convert(io.BytesIO(data), file_type=".xlsx")


def changed(data: bytes, *cells) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet, place, value in cells:
        book[sheet][place] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(CONTENTS)
def test_what_is_written_validates_and_reads_back_as_it_was(content):
    form = as_form(content)
    data = write_xlsform(form)
    validated(data)
    read = read_xlsform(data)
    assert read.content == content
    assert (read.set_id, read.number, read.sector) == (form.question_set_id, 7, "nursery")
    assert read.is_complete
    assert [remark for remark in read.remarks if remark.said is Said.LEFT_OUT] == []


def test_the_label_is_the_field_and_the_faces_are_a_likert_scale():
    face = Question(id=new_id(), kind=Kind.FIVE_FACES, prompt={"da": "Hvordan går det?"}, label={"da": "Humør"})
    number = Question(id=new_id(), kind=Kind.NUMBER, prompt={"da": "Hvor mange?"}, label={"da": "Antal"})
    data = write_xlsform(as_form(make.content().model_copy(update={"questions": (face, number)})))
    headings, *rows = openpyxl.load_workbook(io.BytesIO(data))["survey"].iter_rows(values_only=True)
    row = dict(zip(headings, rows[2], strict=True))
    assert (row["type"], row["appearance"], row["label::Dansk (da)"]) == ("select_one hoert_faces", "likert", "Humør")
    assert row["hoert::prompt::Dansk (da)"] == "Hvordan går det?"
    assert dict(zip(headings, rows[3], strict=True))["constraint"] == ". >= -1000000000 and . <= 1000000000"


def test_a_text_no_cell_takes_is_told():
    content = make.content().model_copy(update={"guidance": {"da": "x" * 32_768}})
    assert write_xlsform(as_form(content)) == BadFile("text_too_long", {"most": 32_767})
    assert write_xlsform(as_form(content.model_copy(update={"guidance": {"da": "\x07"}}))) == BadFile("text_unreadable", {})


def test_somebody_elses_form_is_understood_and_every_loss_named_by_its_row():
    read = read_xlsform((DATA / "everything.xlsx").read_bytes())
    assert [question.label["da"] for question in read.content.questions] == [
        *("Den første måned", "Kort sagt", "Spiser barnet?", "Hvilke måltider?", "Alder i måneder", "Only in English"),
    ]
    assert [question.kind for question in read.content.questions] == [
        *(Kind.LONG_TEXT, Kind.SHORT_TEXT, Kind.ONE_CHOICE, Kind.SEVERAL_CHOICES, Kind.NUMBER, Kind.SHORT_TEXT),
    ]
    assert read.content.title == {"da": "Mad og måned"}
    assert [choice.code for choice in read.content.questions[3].choices] == ["1", "2"]
    found = {(remark.said, remark.key, remark.row) for remark in read.remarks}
    assert {
        (Said.MISSING, "promise", None),
        (Said.MISSING, "voice", None),
        (Said.MISSING, "no_danish", None),
        (Said.LEFT_OUT, "metadata", 2),
        (Said.LEFT_OUT, "note", 3),
        (Said.CHANGED, "group", 6),
        (Said.LEFT_OUT, "required_sometimes", 7),
        (Said.LEFT_OUT, "or_other", 8),
        (Said.LEFT_OUT, "repeat", 10),
        (Said.LEFT_OUT, "in_a_repeat", 11),
        (Said.LEFT_OUT, "calculation", 14),
        (Said.LEFT_OUT, "unknown_type", 15),
        (Said.LEFT_OUT, "no_choices", 16),
        (Said.LEFT_OUT, "no_label", 18),
        (Said.LEFT_OUT, "choice_twice", 4),
        (Said.LEFT_OUT, "unused_list", None),
    } <= found
    columns = {remark.facts["column"]: remark.facts["rows"] for remark in read.remarks if remark.key == "column"}
    assert columns == {"relevant": "6", "constraint": "13"}
    assert not read.is_complete


def test_a_form_without_languages_is_read_as_danish_and_says_so():
    read = read_xlsform((DATA / "one_language.xlsx").read_bytes())
    assert [question.label for question in read.content.questions] == [{"da": "Hvordan går det?"}, {"da": "Hvor mange?"}]
    assert ("taken_as_danish", "2, 3") in {(remark.key, remark.facts.get("rows")) for remark in read.remarks}


def test_ids_that_stand_twice_or_are_none_are_told_and_replaced():
    form = as_form(make.content())
    data = write_xlsform(form)
    headings = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data))["survey"][1]]
    column = openpyxl.utils.get_column_letter(headings.index("hoert::id") + 1)
    first, second, third = form.content.questions
    read = read_xlsform(changed(data, ("survey", f"{column}5", str(first.id)), ("survey", f"{column}6", "nonsense")))
    kept, *new = [question.id for question in read.content.questions]
    assert kept == first.id
    assert not {first.id, second.id, third.id} & set(new)
    assert {("id_twice", 5), ("bad_id", 6)} <= {(remark.key, remark.row) for remark in read.remarks}


@pytest.mark.parametrize("language", ["da", "en"])
def test_everything_that_can_be_said_has_words(language, tmp_path):
    app = create_app({"INSTANCE": tmp_path, "DATABASE_URL": "sqlite://"})
    said = [
        remark for name in ("everything", "one_language") for remark in read_xlsform((DATA / f"{name}.xlsx").read_bytes()).remarks
    ]
    from flask_babel import force_locale

    with app.app_context(), force_locale(language):
        lines = [exchange_words.remark(remark) for remark in said]
    assert all("%(" not in line for line in lines)
    assert ("Række 10:" if language == "da" else "Row 10:") in " ".join(lines)
