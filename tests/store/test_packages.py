"""Packages of questions and themes: nothing is lost, nothing happens twice, and nothing here is changed by one."""

import json

import sqlalchemy as sa

from domain import exchange, questions, themes
from domain.audit import Deed
from domain.base import new_id
from domain.questions import BadFile, Content, Helper, Kind, Power, Publishing, TalkType
from tests import make

NOW = make.NOW


def packed(database, **more) -> bytes:
    with database.reading() as session:
        return exchange.write_package(session, **more)


def taken_in(database, data: bytes):
    package = exchange.read_package(data)
    assert not isinstance(package, BadFile), package
    with database.writing() as session:
        return exchange.import_package(session, package, person_id=None, now=NOW)


def changed(data: bytes, change) -> bytes:
    told = json.loads(data)
    change(told)
    return json.dumps(told).encode()


def emptied(database) -> None:
    """As another municipality would begin."""
    with database.writing() as session:
        for table in ("theme", "question_set_version", "question_set"):
            _without_triggers(session, table)


def _without_triggers(session, table) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET session_replication_role = replica"))
        session.execute(sa.text(f"DELETE FROM {table}"))
        session.execute(sa.text("SET session_replication_role = DEFAULT"))
        return
    names = session.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"), {"t": table})
    triggers = names.all()
    for name, _sql in triggers:
        session.execute(sa.text(f"DROP TRIGGER {name}"))
    session.execute(sa.text(f"DELETE FROM {table}"))
    for _name, statement in triggers:
        session.connection().exec_driver_sql(statement)


def more_versions(database, cast) -> None:
    with database.writing() as session:
        question_set = questions.find_set(session, cast.form.question_set_id)
        old, *rest = cast.form.content.questions
        new = old.model_copy(update={"id": new_id(), "follows": old.id})
        content = cast.form.content.model_copy(update={"questions": (new, *rest)})
        questions.publish(session, question_set=question_set, content=Content.model_validate(content.model_dump()), now=NOW)
        questions.close_set(session, question_set=questions.find_set(session, cast.form_home_care.question_set_id), now=NOW)


def test_a_round_trip_loses_nothing_and_keeps_every_id(database, cast):
    more_versions(database, cast)
    data = packed(database)
    emptied(database)
    taken = taken_in(database, data)
    assert (taken.sets, taken.versions, taken.themes) == (2, 3, 6)
    assert packed(database) == data
    with database.reading() as session:
        assert questions.version(session, cast.form.id) == cast.form


def test_a_group_talk_comes_back_as_one_with_all_its_version_records(database, cast):
    publishing = Publishing(worded_by=(Helper.CITIZENS,), power={Power.AIM: "Vi vil høre mere."})
    with database.writing() as session:
        row = questions.add_set(session, sector=cast.form.sector, talk_type=TalkType.GROUP_TALK)
        number = cast.form.content.questions[0].model_copy(update={"kind": Kind.NUMBER, "required": True})
        content = cast.form.content.model_copy(update={"questions": (number,)})
        made = questions.publish(session, question_set=row, content=content, publishing=publishing, now=NOW)
    data = packed(database)
    emptied(database)
    taken_in(database, data)
    assert packed(database) == data
    with database.reading() as session:
        form = questions.version(session, made.id)
        assert form.counts_voices(form.content.questions[0])
        [found] = [one for one in questions.all_versions(session) if one.form.id == made.id]
    assert found.publishing == publishing


def test_a_package_of_before_says_nothing_of_either(database, cast):
    def older(told):
        for one in told["question_sets"]:
            del one["talk_type"]
            for version in one["versions"]:
                del version["publishing"]

    data = packed(database)
    older_data = changed(data, older)
    emptied(database)
    taken_in(database, older_data)
    assert packed(database) == data


def test_taking_it_in_twice_changes_nothing_and_notes_one_deed(database, cast):
    data = packed(database)
    emptied(database)
    assert taken_in(database, data).is_new
    assert not taken_in(database, data).is_new
    assert packed(database) == data
    with database.reading() as session:
        assert len(session.scalars(sa.select(Deed).where(Deed.verb == "package_imported")).all()) == 1


def test_the_newest_versions_come_first_and_the_earlier_ones_later(database, cast):
    more_versions(database, cast)
    newest, whole = packed(database, newest_only=True), packed(database)
    emptied(database)
    assert taken_in(database, newest).versions == 2
    taken = taken_in(database, whole)
    assert (taken.sets, taken.versions) == (0, 1)
    assert packed(database) == whole


def test_it_holds_no_talk_person_or_place(database, cast):
    with database.writing() as session:
        row = cast.log(session, cast.leder)
    text = packed(database).decode()
    for secret in (make.QUOTE, "Lene Mose", "Mariehuset", "hoert.example", str(row.id), str(cast.mariehuset.id)):
        assert secret not in text
    assert set(json.loads(text)) == {"schema", "question_sets", "themes"}


def test_what_is_here_and_another_is_told_and_nothing_is_taken_in(database, cast):
    data = packed(database)
    key = cast.form.question_set_id

    def of_set(told):
        return next(one for one in told["question_sets"] if one["id"] == str(key))

    def other_words(told):
        of_set(told)["versions"][0]["content"]["title"]["da"] = "En anden titel"

    def other_id(told):
        of_set(told)["versions"][0]["id"] = str(new_id())

    def other_sector(told):
        of_set(told)["sector"] = "home_care"

    def other_talk_type(told):
        of_set(told)["talk_type"] = "group_talk"

    def other_theme(told):
        told["themes"][0]["include"] = ["noget andet"]

    def taken_key(told):
        told["themes"][0]["id"] = str(new_id())

    for change, clash in (
        (other_words, "other_version"),
        (other_id, "number_taken"),
        (other_sector, "other_sector"),
        (other_talk_type, "other_talk_type"),
        (other_theme, "other_theme"),
        (taken_key, "theme_taken"),
    ):

        def with_something_new(told, change=change):
            change(told)
            told["themes"].append({**told["themes"][-1], "id": str(new_id()), "key": "ny"})

        taken = taken_in(database, changed(data, with_something_new))
        assert [found.key for found in taken.clashes] == [clash]
        assert not taken.is_new
        assert packed(database) == data
    with database.reading() as session:
        assert "ny" not in {theme.key for theme in themes.whole_codebook(session)}
