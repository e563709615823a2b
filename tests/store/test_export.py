"""Talks as files: columns that never shift, the row rule, what those above do not get, and cells that stay text."""

import csv
import io
import random
import re
from datetime import timedelta
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa

from domain import audit, digests, exchange, questions
from domain.audit import Deed, Reading
from domain.base import Week, new_id
from domain.conversations import Conversation
from domain.exchange import FileKind, NoTalks, Wanted
from domain.exchange.files import write_csv
from tests import make
from tests.ids import in_letters

NOW = make.NOW


def written(database, actor, kind=FileKind.CSV, **wanted):
    target = io.BytesIO()
    exchange.export_talks(database, actor, wanted=Wanted(**wanted), kind=kind, target=target, page="test", now=NOW)
    return target.getvalue()


def table(database, actor, **wanted):
    """Headings, and each row as a dict by them."""
    [headings, *rows] = csv.reader(io.StringIO(written(database, actor, **wanted).decode(), newline=""))
    return headings, [dict(zip(headings, row, strict=True)) for row in rows]


def of(row, key):
    """The cell in the column with this name in brackets."""
    [heading] = [heading for heading in row if heading.endswith(f"[{key}]")]
    return row[heading]


def test_a_leader_has_the_talks_of_the_own_house_with_id_moment_and_facts(database, cast):
    with database.writing() as session:
        own = cast.log(session, cast.leder, "Vores", about={"relation": ["mother", "father"]})
        cast.log(session, cast.medarbejder, "Også vores")
        cast.log(session, cast.leder2, "Naboens")
    _headings, rows = table(database, cast.leder)
    first = cast.form.content.questions[0].id
    assert [of(row, first) for row in rows] == ["Vores", "Også vores"]
    assert (of(rows[0], "reference"), of(rows[0], "week"), of(rows[0], "unit")) == (str(own.id), "2026-W47", "Mariehuset")
    assert of(rows[0], "held_at") == "2026-11-18T10:00+01:00"
    assert of(rows[0], "about.relation") == "mother|father"
    assert (of(rows[0], "version"), of(rows[0], "set")) == ("1", str(cast.form.question_set_id))


def test_an_employee_has_their_own_and_an_administrator_none(database, cast):
    with database.writing() as session:
        cast.log(session, cast.leder, "Lederens")
        cast.log(session, cast.medarbejder, "Mit")
    _headings, rows = table(database, cast.medarbejder)
    assert [of(row, cast.form.content.questions[0].id) for row in rows] == ["Mit"]
    with pytest.raises(NoTalks):
        table(database, cast.admin)


def test_those_above_have_no_id_moment_fact_author_or_small_house(database, cast):
    with database.writing() as session:
        rows = [cast.log(session, cast.leder, f"Nummer {n}", about={"relation": ["mother"]}) for n in range(6)]
        small = cast.log(session, cast.leder2, "Fra et lille hus", held_at=NOW - timedelta(days=9))
        own = cast.log(session, cast.omraade, "Min egen", unit=cast.mariehuset)
        digests.make_issue(session, cast.syd, make.WEEK, now=NOW)
    text = written(database, cast.omraade).decode()
    headings, found = table(database, cast.omraade)
    assert not [heading for heading in headings if "about." in heading or "held_at" in heading]
    assert {of(row, "reference") for row in found} == {str(row.reference) for row in (*rows, small, own)}
    assert [of(row, "reference") for row in found] == sorted(
        of(row, "reference") for row in found
    )  # in an order that tells nothing
    by_words = {of(row, cast.form.content.questions[0].id): row for row in found}
    assert of(by_words["Fra et lille hus"], "unit") == "et hus i området"
    assert of(by_words["Fra et lille hus"], "week") == "2026-W47"  # the week it arrived in, not the one before
    for row in (*rows, small, own):
        assert str(row.id) not in text
    for secret in (
        "Lene Mose",
        "Karin Juhl",
        "Sanne Holt",
        "mother",
        str(cast.skovbrynet.id),
        "Skovbrynet",
        "10:00",
        "2026-11-18",
    ):
        assert secret not in text


def test_nobody_in_particular_has_every_talk_as_those_above_have_it(database, cast):
    with database.writing() as session:
        a, b = cast.log(session, cast.leder, "Syd"), cast.log(session, cast.leder3, "Nord")
    headings, rows = table(database, None)
    assert {of(row, "reference") for row in rows} == {str(a.reference), str(b.reference)}
    assert {of(row, "unit") for row in rows} == {"et hus i området", "et distrikt i området"}
    assert "Talt sammen [held_at]" not in headings


def test_weeks_and_question_sets_choose_rows_and_weeks_choose_no_columns(database, cast):
    with database.writing() as session:
        cast.log(session, cast.leder, "Før", held_at=NOW - timedelta(days=14))
        cast.log(session, cast.leder, "Nu")
    whole, _rows = table(database, cast.leder)
    headings, rows = table(database, cast.leder, last=Week(2026, 46))
    assert headings == whole
    assert [of(row, cast.form.content.questions[0].id) for row in rows] == ["Før"]
    assert len(table(database, cast.leder, set_id=cast.form.question_set_id)[1]) == 2
    with pytest.raises(NoTalks):
        table(database, cast.leder, set_id=cast.form_home_care.question_set_id)
    with pytest.raises(NoTalks):
        table(database, cast.leder, first=Week(2026, 48))


def test_the_latest_revision_is_what_is_told(database, cast):
    item = cast.talk("Først")
    with database.writing() as session:
        make.log_talk(session, cast.leder, item)
        make.log_talk(session, cast.leder, make.edit(item, "Rettet"))
    _headings, rows = table(database, cast.leder)
    assert [of(row, cast.form.content.questions[0].id) for row in rows] == ["Rettet"]
    assert of(rows[0], "reference") == item["id"]


def test_every_talk_is_in_the_read_log_and_nobodys_file_is_in_none(database, cast):
    with database.writing() as session:
        rows = [cast.log(session, cast.leder, f"Nummer {n}") for n in range(3)]
    written(database, None)
    with database.reading() as session:
        assert session.scalars(sa.select(Reading)).all() == []
    written(database, cast.omraade)
    with database.reading() as session:
        for row in rows:
            [reading] = audit.read_by(session, row.first_id)
            assert (reading.person_id, reading.page) == (cast.omraade.person_id, "test")


def test_ten_files_an_hour_are_counted_in_the_log_itself(database, cast):
    for minute in range(10):
        exchange.begin(database, cast.leder, now=NOW + timedelta(minutes=minute))
    with pytest.raises(exchange.TooManyExports) as refused:
        exchange.begin(database, cast.leder, now=NOW + timedelta(minutes=10))
    assert 3_000 <= refused.value.wait_s <= 3_001
    exchange.begin(database, cast.leder2, now=NOW + timedelta(minutes=10))
    exchange.begin(database, cast.leder, now=NOW + timedelta(minutes=61))
    with database.reading() as session:
        assert len(session.scalars(sa.select(Deed).where(Deed.verb == exchange.VERB)).all()) == 12


HOSTILE = (
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1+1", "﹣1", "＠x", "−5", "'=1", "\u200b=1", "»=ja«", "Almindelig",
    "Linje et\nlinje to", "_x0041_", "<b>&amp;</b>",
)  # fmt: skip


def test_no_cell_begins_a_formula_and_every_text_can_be_had_back(database, cast):
    with database.writing() as session:
        for text in HOSTILE:
            cast.log(session, cast.leder, text)
    first = cast.form.content.questions[0].id
    _headings, rows = table(database, cast.leder)
    cells = [of(row, first) for row in rows]
    book = openpyxl.load_workbook(io.BytesIO(written(database, cast.leder, FileKind.XLSX)))
    sheet = book["Samtaler"]
    place = [cell.value for cell in sheet[2]].index(str(first))
    in_excel = [row[place].value for row in sheet.iter_rows(min_row=3)]
    assert {row[place].data_type for row in sheet.iter_rows(min_row=3)} == {"s"}
    for told in (cells, [text.replace("_x005F_", "_") for text in in_excel]):
        assert {text.removeprefix("'") for text in told} == set(HOSTILE)
        for text in told:
            assert text.lstrip("\u200b")[0] not in "=+-@＝﹣＠−\t\r"


def test_no_piece_of_a_csv_begins_a_formula_whatever_separates_cells():
    texts = [*HOSTILE, "Fint;=1+1", "Fint; =1+1", "Linje\n=cmd|x", "a\t@SUM(A1)", "a;'b", "\t=1", ";;-1", "'\n'", "nul\n\n+1;"]
    target = io.BytesIO()
    write_csv(target, [[text, 1] for text in texts])
    told = target.getvalue().decode()
    for piece in re.split("[;\t\r\n,]", told):
        assert piece.strip(' "\u200b')[:1] not in tuple("=+-@＝﹣＠−"), piece
    for text, (cell, _number) in zip(texts, csv.reader(io.StringIO(told, newline="")), strict=True):
        assert re.sub("(^|[;\t\n])'", r"\1", cell) == text


def test_numbers_stay_numbers_codes_stay_codes_and_the_codes_have_a_sheet(database, cast):
    kinds = {"number": questions.Kind.NUMBER, "face": questions.Kind.FIVE_FACES, "several": questions.Kind.SEVERAL_CHOICES}
    choices = [{"code": code, "text": {"da": code.upper(), "en": code}} for code in ("ja", "nej")]
    asked = {
        name: {"id": str(new_id()), "kind": kind, "prompt": {"da": name}, "label": {"da": name}} for name, kind in kinds.items()
    }
    asked["several"]["choices"] = choices
    content = make.content().model_dump(mode="json") | {"questions": list(asked.values())}
    ids = {name: question["id"] for name, question in asked.items()}
    answers = [
        {"question": ids["number"], "number": -12},
        {"question": ids["face"], "number": 5},
        {"question": ids["several"], "choices": ["ja", "nej"]},
    ]
    with database.writing() as session:
        row = questions.publish(
            session,
            question_set=questions.find_set(session, cast.form.question_set_id),
            content=questions.Content.model_validate(content),
            now=NOW,
        )
        make.log_talk(session, cast.leder, cast.talk(question_set_version=str(row.id), answers=answers))
    _headings, [told] = table(database, cast.leder)
    assert [of(told, ids[name]) for name in kinds] == ["-12", "5", "ja|nej"]
    book = openpyxl.load_workbook(io.BytesIO(written(database, cast.leder, FileKind.XLSX)))
    [_titles, keys, cells] = book["Samtaler"].iter_rows(values_only=True)
    in_excel = dict(zip(keys, cells, strict=True))
    assert [in_excel[ids[name]] for name in kinds] == [-12, 5, "ja|nej"]
    codes = {(row[0], row[2]): row[3:] for row in book["Koder"].iter_rows(min_row=2, values_only=True)}
    assert codes[ids["several"], "nej"] == ("NEJ", "nej")
    assert codes[ids["face"], "5"] == ("Rigtig godt", "Very good")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_twenty_versions_never_shift_a_column_and_every_answer_stands_under_its_question(database, cast, seed):
    """Versions add, remove, reorder and give new meaning; talks come in all of them, in any order, after each version."""
    chance = random.Random(seed)
    asked = list(cast.form.content.questions)
    versions, followed = [cast.form], {}
    headings, said = [], {}

    def text_of(form, question):
        return f"{form.number}: {in_letters(question.id)}"

    def note(session, form):
        chosen = chance.sample(list(form.content.questions), chance.randint(1, len(form.content.questions)))
        answers = [{"question": str(question.id), "text": text_of(form, question)} for question in chosen]
        row = make.log_talk(session, cast.leder, cast.talk(question_set_version=str(form.id), answers=answers))
        said[str(row.id)] = {str(question.id): text_of(form, question) for question in chosen}

    for number in range(2, 21):
        for _change in range(chance.randint(1, 3)):
            match chance.choice(("add", "remove", "reorder", "mean", "reword")):
                case "add":
                    asked.insert(chance.randint(0, len(asked)), _question(f"Spørgsmål {number}"))
                case "remove" if len(asked) > 1:
                    asked.pop(chance.randrange(len(asked)))
                case "reorder":
                    chance.shuffle(asked)
                case "mean":
                    place = chance.randrange(len(asked))
                    old = asked[place]
                    asked[place] = _question(f"Nyt {number}", follows=old.id)
                    followed[str(asked[place].id)] = (number, str(old.id))
                case "reword":
                    place = chance.randrange(len(asked))
                    asked[place] = asked[place].model_copy(update={"label": {"da": f"Omskrevet {number}"}})
        with database.writing() as session:
            content = cast.form.content.model_copy(update={"questions": tuple(asked)})
            # The clock may stand still or go backwards between two versions.
            at = NOW + timedelta(minutes=chance.choice((number, 0, -number)))
            row = questions.publish(
                session, question_set=questions.find_set(session, cast.form.question_set_id), content=content, now=at
            )
            versions.append(questions.version(session, row.id))
            for form in {number: versions[-1], 0: chance.choice(versions)}.values():
                note(session, form)
        later, rows = table(database, cast.leder)
        keys = [heading[heading.rindex("[") :] for heading in later]
        assert keys[: len(headings)] == headings
        headings = keys
    assert {of(row, "reference") for row in rows} == set(said)
    for row in rows:
        answered = {str(key): of(row, key) for key in _questions_of(versions) if of(row, key)}
        assert answered == said[of(row, "reference")]
        assert of(row, "version") in {text.split(":")[0] for text in answered.values()}
    marks = {heading[heading.rindex("[") + 1 : -1]: heading for heading in later if "ny betydning" in heading}
    shown = {key: told for key, told in followed.items() if key in {str(one) for one in _questions_of(versions)}}
    assert set(marks) == set(shown)
    for key, (version, old) in shown.items():
        assert f"(ny betydning fra version {version}; før: {old})" in marks[key]


def _question(label, **more):
    return questions.Question(id=new_id(), prompt={"da": label}, label={"da": label}, **more)


def _questions_of(versions) -> set[UUID]:
    return {question.id for form in versions for question in form.content.questions}


def test_another_sets_version_shifts_no_column_either(database, cast):
    with database.writing() as session:
        cast.log(session, cast.leder3, "Nord")
    before, _rows = table(database, None)
    with database.writing() as session:
        added = cast.form.content.model_copy(update={"questions": (_question("Ny"), *cast.form.content.questions)})
        question_set = questions.find_set(session, cast.form.question_set_id)
        questions.publish(session, question_set=question_set, content=added, now=NOW)
    after, _rows = table(database, None)
    assert after[:-1] == before
    assert after[-1].startswith("Ny [")


def test_what_no_spreadsheet_takes_is_told(database, cast):
    with database.writing() as session:
        row = cast.log(session, cast.leder, "Kort")
        long = {"question": str(cast.form.content.questions[0].id), "text": "😀" * 20_000 + "\ud800"[:0]}
        session.execute(sa.update(Conversation).where(Conversation.id == row.id).values(answers=[long]))
    target = io.BytesIO()
    done = exchange.export_talks(database, cast.leder, wanted=Wanted(), kind=FileKind.XLSX, target=target, page="test", now=NOW)
    assert done.cut == 1
    sheet = openpyxl.load_workbook(target)["Samtaler"]
    text = max((cell.value for cell in sheet[3] if isinstance(cell.value, str)), key=len)
    assert len(text.encode("utf-16-le")) // 2 <= 32_767
    assert text.endswith("[Skåret af: teksten er på 20000 tegn og står hel i CSV-filen.]")
    assert "😀" * 20_000 in written(database, cast.leder).decode()
