"""*Hent samtaler*: the page, its file, and what keeps it in bounds."""

import csv
import io

import openpyxl
import sqlalchemy as sa

from domain.audit import Deed, Reading
from domain.exchange import VERB
from tests import make

PATH = "/conversations/export"


def fetched(visitor, **fields):
    answer = visitor.submit(visitor.get(PATH), PATH, **fields)
    assert answer.status == 200, answer.errors()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    return answer


def test_a_leader_fetches_the_own_house_as_a_sheet(town):
    answer = fetched(town.new_browser("leder"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["Samtaler"]
    keys = [cell.value for cell in sheet[2]]
    places = {row[keys.index("unit")].value for row in sheet.iter_rows(min_row=3)}
    assert places == {"Mariehuset"}
    assert "held_at" in keys


def test_an_area_leader_gets_no_moment_fact_or_id(town):
    text = fetched(town.new_browser("omraade"), kind="csv").text
    headings, *rows = csv.reader(io.StringIO(text, newline=""))
    assert rows
    assert not [heading for heading in headings if "about." in heading or "held_at" in heading]
    for talk in town.talks.values():
        assert str(talk.id) not in text


def test_what_was_fetched_is_in_the_read_log_and_counted_as_a_deed(own_town):
    visitor = own_town.new_browser("omraade")
    text = fetched(visitor, kind="csv").text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    with own_town.database.reading() as session:
        logged = session.scalars(sa.select(Reading).where(Reading.page == "conversations.fetch")).all()
        assert sum(len(reading.conversations) for reading in logged) == len(rows)
        assert {reading.person_id for reading in logged} == {own_town.cast.omraade.person_id}
        assert len(session.scalars(sa.select(Deed).where(Deed.verb == VERB)).all()) == 1


def test_no_file_without_the_read_log(own_town, monkeypatch):
    """The store takes nothing: 503, and no word leaves."""
    visitor = own_town.new_browser("leder")
    page = visitor.get(PATH)
    with own_town.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_reading BEFORE INSERT ON reading BEGIN SELECT RAISE(ABORT, 'database is locked'); END"
        )
    answer = visitor.submit(page, PATH, kind="csv")
    assert answer.status >= 500
    assert make.QUOTE not in answer.text


def test_the_eleventh_file_within_the_hour_has_to_wait(own_town):
    own_town.app.config["LIMITS"] = True
    visitor = own_town.new_browser("leder")
    for _time in range(10):
        fetched(visitor, kind="csv")
    answer = visitor.submit(visitor.get(PATH), PATH, kind="csv")
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 3_000
    assert "10 filer i timen" in answer.words


def test_weeks_that_hold_nothing_and_weeks_the_wrong_way_round_are_told_on_the_form(town):
    visitor = town.new_browser("leder")
    page = visitor.get(PATH)
    empty = visitor.submit(page, PATH, first="2025-W50", last="2025-W51")
    assert empty.status == 422
    assert empty.errors() == ["Der er ingen samtaler at hente. Vælg flere uger eller andre spørgsmål."]
    turned = visitor.submit(page, PATH, first="2026-W47", last="2026-W46")
    assert turned.errors() == ["Vælg en uge, der ikke ligger før den første."]


def test_what_cannot_be_chosen_chooses_nothing(town):
    visitor = town.new_browser("leder")
    page = visitor.get(PATH)
    answer = visitor.submit(page, PATH, first="nonsense", last="2026-W99", kind="exe")
    assert answer.data.startswith(b"PK")
