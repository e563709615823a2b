"""What is logged, published or issued stays: the database itself refuses to change it. Who read what is written down first."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from domain import audit, digests, themes
from domain.audit import Deed, Reading, Unlogged
from domain.base import new_id, open_database
from domain.digests import Issue
from domain.questions import QuestionSetVersion
from domain.themes import CodingChange, Recoding
from tests import make


@pytest.fixture
def stored(database, cast):
    """A row in each of the tables."""
    with database.writing() as session:
        talk = cast.log(session, cast.leder)
        marks = themes.Marks(confirmed=(cast.themes["mad"].id,))
        themes.decide(session, cast.omraade, first_id=talk.first_id, marks=marks, now=make.NOW)
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    audit.record_read(database, person_id=cast.omraade.person_id, page="digest", conversations=[talk.id], at=make.NOW)
    return database


FROZEN = [
    (Reading, "UPDATE reading SET page = 'another'"),
    (Reading, "UPDATE reading SET page = page"),
    (Reading, "DELETE FROM reading"),
    (Deed, "UPDATE deed SET verb = 'another'"),
    (Deed, "DELETE FROM deed"),
    (QuestionSetVersion, "UPDATE question_set_version SET number = 9"),
    (QuestionSetVersion, "DELETE FROM question_set_version"),
    (Issue, "UPDATE issue SET made_at = CURRENT_TIMESTAMP"),
    (Issue, "UPDATE issue SET content = '{}'"),
    (Recoding, "UPDATE recoding SET undoes_id = NULL"),
    (CodingChange, "UPDATE coding_change SET after_tone = 'praise'"),
]


@pytest.mark.parametrize(("table", "statement"), FROZEN, ids=[statement for _, statement in FROZEN])
def test_the_database_refuses_to_change_it(stored, table, statement):
    with stored.reading() as session:
        before = [row.model_dump() for row in session.exec(select(table).order_by(sa.text("id"))).all()]
    assert before
    with pytest.raises(DBAPIError, match="append-only"), stored.writing() as session:
        session.execute(sa.text(statement))
    with stored.reading() as session:
        assert [row.model_dump() for row in session.exec(select(table).order_by(sa.text("id"))).all()] == before


def test_one_more_row_can_always_be_added(stored, cast):
    with stored.writing() as session:
        audit.record_deed(session, person_id=cast.leder.person_id, verb="tried", at=make.NOW)
    with stored.reading() as session:
        assert "tried" in session.exec(select(Deed.verb)).all()


def test_a_reading_is_written_at_once_and_apart_from_the_page(database, cast):
    shown = [new_id(), new_id()]
    with database.session(writes=False) as page:
        page.exec(select(Deed)).all()
        audit.record_read(database, person_id=cast.omraade.person_id, page="digest", conversations=shown, at=make.NOW)
        with database.reading() as other:
            (row,) = other.exec(select(Reading)).all()
        page.rollback()
    assert (row.person_id, row.page, row.at) == (cast.omraade.person_id, "digest", make.NOW)
    assert row.conversations == [str(key) for key in shown]


def test_a_page_without_conversations_is_not_logged(database, cast):
    audit.record_read(database, person_id=cast.omraade.person_id, page="digest", conversations=[], at=make.NOW)
    with database.reading() as session:
        assert session.exec(select(Reading)).all() == []


def test_who_read_a_talk_is_found_again_oldest_first(database, cast):
    one, other = new_id(), new_id()
    for hours, keys in ((2, [one]), (1, [other, one]), (3, [other])):
        at = make.NOW.replace(hour=hours)
        audit.record_read(database, person_id=cast.omraade.person_id, page="digest", conversations=keys, at=at)
    with database.reading() as session:
        assert [row.at.hour for row in audit.read_by(session, one)] == [1, 2]
        assert audit.read_by(session, new_id()) == []


def test_a_reading_that_cannot_be_kept_is_told_on_a_read_only_sqlite(sqlite_url):
    database = open_database(f"{sqlite_url.replace('sqlite:///', 'sqlite:///file:')}?mode=ro&uri=true")
    with pytest.raises(Unlogged):
        audit.record_read(database, person_id=new_id(), page="digest", conversations=[new_id()], at=make.NOW)
    database.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_reading_that_cannot_be_kept_is_told_when_the_store_is_away(kind, request, tmp_path):
    urls = {
        "sqlite": lambda: f"sqlite:///{tmp_path}/no-such-folder/hoert.sqlite",
        "postgresql": lambda: request.getfixturevalue("postgres_server").url("no_such_database"),
    }
    database = open_database(urls[kind]())
    with pytest.raises(Unlogged):
        audit.record_read(database, person_id=new_id(), page="digest", conversations=[new_id()], at=make.NOW)
    database.dispose()


def test_administrators_get_counts_of_deeds_and_readings(stored):
    with stored.reading() as session:
        assert audit.counts(session, since=make.NOW) == {"items_taken.talks": 1, "themes_decided": 1, "issue_made": 1, "read": 1}
        assert audit.counts(session, since=make.WEEK.plus(9).starts_at()) == {"read": 0}


def test_a_deed_is_undone_with_what_was_done(database, cast):
    with database.session(writes=True) as session:
        cast.log(session, cast.leder)
        session.rollback()
    with database.reading() as session:
        assert session.exec(select(Deed)).all() == []
