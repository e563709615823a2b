"""The schema goes up, down and up again with everything in it, is that of the tables in the code, and is named by one rule."""

import uuid
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel, col, select

from blueprints.shared import migrations
from domain import actions, audit, conversations, digests, jobs, notices, people, questions, sync, themes
from domain.base import new_id, open_database
from domain.notices import Channel, Kind, Wishes
from domain.people import Person, Role, TooManyTries, Unit, WrongSignIn
from domain.questions import QuestionSet, QuestionSetDraft
from tests import cast as everybody
from tests import make

pytestmark = pytest.mark.slow

#: So many last columns of theirs came later, and stand as a migration leaves them.
GROWN = {"unit": 1, "question_set": 3, "question_set_version": 2}
TABLES = set(SQLModel.metadata.tables)
#: Newest first.
REVISIONS = list(ScriptDirectory.from_config(migrations.config("")).walk_revisions())
#: Made anew from the talks by the revision that brings them.
COUNTED = ("weekly_talks", "weekly_themes")
LATER = (
    "mail_stop",
    "notice_default",
    "notice_habit",
    "notice_choice",
    "push_subscription",
    "notice",
    "job_run",
    "issue_time",
    "conversation_words",
    "closed_period",
    "objection",
    "coding_change",
    "recoding",
    "issue_headline",
    "reply",
    "issue_reading",
    "tombstone",
    "question_set_draft",
)
LATER_TABLES = (*COUNTED, *LATER, "device", "boxed_item", "epoch")
#: What FTS5 keeps beside the table of words, on SQLite alone.
BESIDE = "conversation_words_fts"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """A database in which nothing was ever made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid.uuid4().hex}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def database_url(empty_url):
    """Here the schema itself is changed: a migrated database of the test's own."""
    list(migrations.upgrade(empty_url))
    return empty_url


def fill(database) -> None:
    """Lets the domain put at least one row into every table."""
    with database.writing() as session:
        cast = everybody.gather(session)
        talk = cast.log(session, cast.leder, confirmed=[cast.themes["mad"]], tones={"mad": "praise"})
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
        digests.mark_read(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, now=make.WEEK.ends_at())
        digests.rewrite(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK, text="Nyt", now=make.WEEK.ends_at())
        marks = themes.Marks(confirmed=(cast.themes["personale"].id,))
        recoding = themes.decide(session, cast.omraade, first_id=talk.first_id, marks=marks, now=make.NOW)
        themes.object_to(session, cast.leder, recoding_id=recoding, now=make.NOW)
        actions.reply(session, cast.omraade, talk=talk, key=new_id(), text="Tak for den.", now=make.NOW)
        sync.accept(session, cast.leder, item=cast.talk(""), now=make.NOW)
        sync.accept(session, cast.leder, item=make.withdrawal(new_id()), now=make.NOW)
        days = {"first_on": make.WEEK.monday(), "last_on": make.WEEK.sunday()}
        people.close_unit(session, cast.leder, unit_id=cast.mariehuset.id, note="Ombygning", now=make.NOW, **days)
        people.see_device(session, cast.leder, device_id=new_id(), user_agent="", waiting=1, now=make.NOW)
        people.secret_of(session, cast.leder, device_id=new_id(), fresh="s" * 43, user_agent="", now=make.NOW)
        conversations.index(session, now=make.NOW)
        questions.begin(session, cast.admin, cast.form.question_set_id, now=make.NOW)
        notices.write(session, kind=Kind.TEST, to=[cast.leder.person_id], about="test", path="/", now=make.NOW)
        notices.stop_mail(session, cast.leder.person_id, Kind.READ, now=make.NOW)
        notices.subscribe(session, cast.leder, endpoint="https://push.example/1", p256dh="B", auth="A", now=make.NOW)
        notices.choose(session, cast.leder, Wishes({Kind.READ: Channel.NONE}, quiet=(20, 7)))
        notices.set_defaults(session, cast.admin, {Kind.READ: Channel.MAIL})
        digests.set_issue_time(session, cast.admin, area_id=cast.syd.id, at=time(7, 30), now=make.NOW)
        jobs.begin(session, "digests.weekly", f"{cast.syd.id}/{make.WEEK}", "somebody", timedelta(minutes=2), make.NOW)
    audit.record_read(database, person_id=cast.omraade.person_id, page="digest", conversations=[talk.id], at=make.NOW)
    who = {"email": everybody.email("leder"), "address": "192.0.2.1", "user_agent": "", "now": make.NOW}
    people.sign_in(database, password=make.PASSWORD, **who)
    with pytest.raises((WrongSignIn, TooManyTries)):
        people.sign_in(database, password="another", **who)


def tables(inspector) -> list[str]:
    return [name for name in inspector.get_table_names() if not name.startswith(BESIDE)]


def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table, as the database itself writes it."""
    database = open_database(url)
    with database.engine.connect() as connection:
        names = tables(sa.inspect(connection))
        rows = {name: sorted(map(repr, connection.execute(sa.text(f'SELECT * FROM "{name}"')).all())) for name in names}
    database.dispose()
    return rows


def columns_sorted(rows: list[str]) -> list[list[str]]:
    """A column that came later stands last."""
    return [sorted(row.strip("()").split(", ")) for row in rows]


def without_last(rows: list[str], columns: int) -> list[str]:
    return sorted(row.rsplit(", ", columns)[0] for row in rows)


def without_keys(rows: list[str]) -> list[str]:
    """The rows but for their first column, in order."""
    return sorted(row.partition(", ")[2] for row in rows)


def shape(url: str) -> dict[str, list]:
    """Columns, keys and indexes of every table, and the triggers."""
    database = open_database(url)
    found = {}
    with database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in tables(inspector):
            columns = [(one["name"], str(one["type"]), one["nullable"]) for one in inspector.get_columns(name)]
            keys = [inspector.get_pk_constraint(name)["name"], *(one["name"] for one in inspector.get_foreign_keys(name))]
            unique = [one["name"] for one in inspector.get_unique_constraints(name)]
            indexes = [(one["name"], one["column_names"]) for one in inspector.get_indexes(name)]
            found[name] = [sorted(columns), sorted(keys), sorted(unique), sorted(indexes)]
        triggers = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        }[connection.dialect.name]
        found["triggers"] = sorted(connection.execute(sa.text(triggers)).scalars())
    database.dispose()
    return found


@pytest.fixture
def filled_url(database_url):
    database = open_database(database_url)
    fill(database)
    database.dispose()
    return database_url


def test_the_rows_of_every_table_are_the_same_after_going_down_and_up(filled_url):
    """But for the tables that a revision brings: they go with it."""
    before = everything(filled_url)
    assert {name for name, rows in before.items() if not rows} == set()
    assert set(before) == TABLES | {"alembic_version"}
    command.downgrade(migrations.config(filled_url), "0001")
    below = {name: rows for name, rows in before.items() if name not in LATER_TABLES}
    down = everything(filled_url)
    assert down.pop("alembic_version") == ["('0001',)"]
    assert {name: len(rows) for name, rows in down.items()} == {
        name: len(rows) for name, rows in below.items() if name != "alembic_version"
    }
    changed = ("conversation", *GROWN)
    assert {name: rows for name, rows in down.items() if name not in changed} == {
        name: rows for name, rows in below.items() if name not in (*changed, "alembic_version")
    }
    assert {name: sorted(row.removesuffix(")") for row in down[name]) for name in GROWN} == {
        name: without_last(below[name], columns) for name, columns in GROWN.items()
    }
    command.upgrade(migrations.config(filled_url), "head")
    after = everything(filled_url)
    assert {name: rows for name, rows in after.items() if name not in (*LATER_TABLES, "conversation")} == {
        name: rows for name, rows in below.items() if name != "conversation"
    }
    assert {name: without_keys(after[name]) for name in COUNTED} == {name: without_keys(before[name]) for name in COUNTED}
    assert {name: len(after[name]) for name in LATER_TABLES} == {
        **dict.fromkeys(LATER_TABLES, 0),
        **{name: len(before[name]) for name in COUNTED},
        "epoch": 1,
    }
    database = open_database(filled_url)
    with database.writing() as session:
        conversations.index(session, now=make.NOW)
    database.dispose()
    again = everything(filled_url)
    assert columns_sorted(again["conversation"]) == columns_sorted(before["conversation"])
    assert again["conversation_words"] == before["conversation_words"]


def test_going_all_the_way_down_leaves_nothing_and_up_again_gives_the_same_schema(filled_url):
    before = shape(filled_url)
    command.downgrade(migrations.config(filled_url), "base")
    assert set(shape(filled_url)) == {"alembic_version", "triggers"}
    assert shape(filled_url)["triggers"] == []
    command.upgrade(migrations.config(filled_url), "head")
    assert shape(filled_url) == before
    database = open_database(filled_url)
    fill(database)
    database.dispose()


def by_column(url: str) -> dict[str, list[dict[str, str]]]:
    """Every row of every table, each value by the name of its column."""
    database = open_database(url)
    with database.engine.connect() as connection:
        names = [name for name in tables(sa.inspect(connection)) if name != "alembic_version"]
        found = {name: connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings().all() for name in names}
    database.dispose()
    return {name: [{column: repr(value) for column, value in row.items()} for row in rows] for name, rows in found.items()}


def with_all_columns(url: str) -> None:
    """Values where none stand yet: a house that goes on in another, a question set that is closed."""
    database = open_database(url)
    with database.writing() as session:
        first, second = session.exec(select(Unit).where(Unit.level == "institution")).all()[:2]
        first.successor_id = second.id
        for question_set in session.exec(select(QuestionSet)).all():
            question_set.closed_at, question_set.unit_id = make.NOW, first.id
        admin = session.exec(select(Person).where(Person.role == Role.ADMINISTRATOR)).one()
        row = session.exec(select(QuestionSetDraft)).one()
        actor = people.actor_for(session, admin.id)
        questions.publish_draft(session, actor, row.question_set_id, seen=row.revision, now=make.NOW)
        row.ended = "discarded"
    database.dispose()


def shared(rows: list[dict[str, str]], other: list[dict[str, str]]) -> list[list[tuple[str, str]]]:
    """The rows, as far as the other table has their columns too."""
    columns = set(other[0]) if other else set()
    return sorted(sorted((name, value) for name, value in row.items() if name in columns) for row in rows)


def test_each_revision_goes_down_and_up_by_itself_and_keeps_every_row(filled_url):
    """What it takes with it is its own columns and tables; all else stands as it stood, and it comes up as it went down."""
    with_all_columns(filled_url)
    for script in REVISIONS:
        before, here = shape(filled_url), by_column(filled_url)
        command.downgrade(migrations.config(filled_url), script.down_revision or "base")
        below = by_column(filled_url)
        assert {name: shared(rows, here[name]) for name, rows in below.items()} == {
            name: shared(here[name], rows) for name, rows in below.items()
        }, f"down from {script.revision}"
        command.upgrade(migrations.config(filled_url), script.revision)
        assert shape(filled_url) == before, f"up to {script.revision}"
        again = by_column(filled_url)
        assert {name: shared(again[name], rows) for name, rows in below.items()} == {
            name: shared(rows, again[name]) for name, rows in below.items()
        }, f"up to {script.revision}"
        command.downgrade(migrations.config(filled_url), script.down_revision or "base")
    assert by_column(filled_url) == {}


def test_the_schema_is_that_of_the_tables_in_the_code(database_url):
    command.check(migrations.config(database_url))


def test_an_empty_database_is_brought_to_the_newest_revision_without_a_copy(empty_url, tmp_path):
    assert [line for line in migrations.upgrade(empty_url) if "Copied" in line] == []
    assert set(everything(empty_url)) == TABLES | {"alembic_version"}
    assert list(tmp_path.glob("*.before-upgrade")) == []


def test_a_second_upgrade_has_nothing_to_do(database_url):
    assert list(migrations.upgrade(database_url)) == []


def test_sqlite_is_copied_whole_before_it_is_changed(sqlite_url, tmp_path):
    database = open_database(sqlite_url)
    fill(database)
    database.dispose()
    command.downgrade(migrations.config(sqlite_url), "0001")
    before = everything(sqlite_url)
    said = list(migrations.upgrade(sqlite_url))
    (copy,) = tmp_path.glob("*.before-upgrade")
    assert str(copy) in said[0]
    assert everything(f"sqlite:///{copy}") == before


def test_every_key_and_index_is_named_by_one_rule(database):
    inspector = sa.inspect(database.engine)
    for table in sorted(TABLES):
        assert inspector.get_pk_constraint(table)["name"] == f"pk_{table}"
        for one in inspector.get_foreign_keys(table):
            assert one["name"] == f"fk_{table}_{one['constrained_columns'][0]}_{one['referred_table']}"
        unique = {one["name"]: one for one in inspector.get_unique_constraints(table)}
        for name, one in unique.items():
            assert name == f"uq_{table}_{'_'.join(one['column_names'])}"
        for one in inspector.get_indexes(table):
            if one["name"] not in unique:
                assert one["name"] == f"ix_{table}_{'_'.join(one['column_names'])}"


def test_every_foreign_key_of_a_growing_table_that_is_searched_by_has_an_index(database):
    """What is deleted or looked up by its parent must not read the whole table."""
    inspector = sa.inspect(database.engine)
    leading = {
        (table, one["column_names"][0])
        for table in TABLES
        for one in [*inspector.get_indexes(table), *inspector.get_unique_constraints(table)]
    }
    searched = {
        *(("conversation", name) for name in ("first_id", "replaced_by_id", "author_id", "unit_id", "question_set_version_id")),
        *(("coding", name) for name in ("conversation_id", "theme_id")),
        *(("issue_talk", name) for name in ("issue_id", "conversation_id")),
        ("issue_headline", "issue_id"),
        *(("issue_reading", name) for name in ("issue_id", "reader_id")),
        *(("recoding", name) for name in ("conversation_id", "undoes_id")),
        *(("coding_change", "recoding_id"), ("objection", "recoding_id")),
        *(("reply", name) for name in ("conversation_id", "author_id")),
        *(("tombstone", "person_id"), ("device", "person_id"), ("device", "sign_in_id"), ("boxed_item", "person_id")),
        *(("person", "unit_id"), ("unit", "parent_id"), ("sign_in", "person_id"), ("reading", "person_id"), ("issue", "unit_id")),
    }
    assert searched <= leading


def test_the_root_of_the_tree_is_found_after_migrating(database):
    with database.writing() as session:
        everybody.gather(session)
    with database.reading() as session:
        assert session.exec(select(Unit.name).where(col(Unit.parent_id).is_(None))).all() == ["Nørreå Kommune"]
