"""The commands that change places, shut out, and publish: what they say, and that a refusal changes nothing."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from domain import people, questions, sync
from domain.audit import Deed
from domain.base import local, new_id
from domain.people import Unit
from tests import cast as everybody
from tests import make

TODAY = local(make.NOW).date()


@pytest.fixture
def database(app):
    return app.extensions["hoert.database"]


@pytest.fixture
def run(app, cast):
    """Runs a command; its exit code and what it said."""

    def command(*words, **more):
        done = app.test_cli_runner().invoke(args=[str(word) for word in words], **more)
        return done.exit_code, done.output

    return command


def unit(database, name):
    with database.reading() as session:
        return people.unit_named(session, name)


def test_places_are_moved_split_merged_and_closed(run, database, cast):
    assert run("people", "move-unit", "Mariehuset", "--parent", "Område Nord") == (0, "Moved Mariehuset to Område Nord.\n")
    assert unit(database, "Mariehuset").parent_id == cast.nord.id
    assert run("people", "split-unit", "Mariehuset", "--new", "Haven")[0] == 0
    yesterday = TODAY - timedelta(days=1)
    assert run("people", "merge-unit", "Haven", "--into", "Mariehuset", "--on", yesterday)[0] == 0
    assert unit(database, "Haven").successor_id == cast.mariehuset.id
    assert run("people", "close-unit", "Åhaven", "--on", TODAY, "--successor", "Skovbrynet")[0] == 0
    assert run("people", "close-unit", "Regnbuen")[0] == 0
    assert unit(database, "Regnbuen").closed_on


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("move-unit", "Mariehuset", "--parent", "Skovbrynet"), "An institution stands under an area"),
        (("close-unit", "Område Syd"), "only institutions close"),
        (("merge-unit", "Mariehuset", "--into", "Distrikt Havnen"), "of the same sector"),
        (("split-unit", "Ukendt", "--new", "Ny"), "no unit called Ukendt"),
        (("disable", "ingen@hoert.example"), "Nobody has"),
        (("revoke-device", "00000000-0000-4000-8000-000000000000"), "no such phone"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(run, database, words, said):
    with database.reading() as session:
        before = [(row.id, row.path, row.closed_on) for row in session.exec(select(Unit).order_by(Unit.id)).all()]
    code, output = run("people", *words)
    assert (code, said in output) == (1, True)
    with database.reading() as session:
        assert [(row.id, row.path, row.closed_on) for row in session.exec(select(Unit).order_by(Unit.id)).all()] == before


@pytest.fixture
def two_alike(database, cast):
    """The ids of two houses of one name: in Område Syd, and in an area below the same municipality."""
    with database.writing() as session:
        west = people.add_unit(
            session, name="Område Vest", level=people.Level.AREA, parent=session.get_one(Unit, cast.kommune.id), sector="nursery"
        )
        return cast.mariehuset.id, make.institution(session, west, name="Mariehuset").id


@pytest.mark.parametrize(
    "words",
    [
        ("close-unit", "Mariehuset"),
        ("close-unit", "Åhaven", "--successor", "Mariehuset"),
        ("merge-unit", "Mariehuset", "--into", "Skovbrynet"),
        ("merge-unit", "Åhaven", "--into", "Mariehuset"),
        ("move-unit", "Mariehuset", "--parent", "Område Nord"),
        ("split-unit", "Mariehuset", "--new", "Haven"),
        ("add", "ny@hoert.example", "--name", "Ny", "--role", "employee", "--unit", "Mariehuset", "--password", make.PASSWORD),
    ],
)
def test_of_two_places_with_one_name_none_is_taken(run, database, two_alike, words):
    with database.reading() as session:
        before = [(row.id, row.path, row.closed_on) for row in session.exec(select(Unit).order_by(Unit.id)).all()]
    code, said = run("people", *words)
    assert (code, "2 places are called Mariehuset" in said) == (1, True)
    for key, area in zip(two_alike, ("Område Syd", "Område Vest"), strict=True):
        assert f"{key}  Nørreå Kommune / {area} / Mariehuset" in said
    with database.reading() as session:
        assert [(row.id, row.path, row.closed_on) for row in session.exec(select(Unit).order_by(Unit.id)).all()] == before


def test_a_place_is_named_by_its_id_as_well(run, database, two_alike):
    kept, other = two_alike
    assert run("people", "close-unit", other) == (0, "Closed Mariehuset.\n")
    with database.reading() as session:
        assert [session.get_one(Unit, key).closed_on is None for key in (kept, other)] == [True, False]
    assert run("people", "close-unit", new_id())[0] == 1
    assert run("people", "move-unit", kept, "--parent", "Område Vest") == (0, "Moved Mariehuset to Område Vest.\n")


def test_what_waits_for_somebody_who_is_shut_out_is_told_and_taken_out(run, database, cast, tmp_path):
    items = [cast.talk(text, unit=cast.skovbrynet) for text in ("Ord, der ikke må gå tabt", "Halvt \ud800 tegn")]
    with database.writing() as session:
        assert {one.status for one in sync.take(session, cast.leder, items=items, now=make.NOW)} == {"needs_help"}
    said = run("people", "disable", everybody.email("leder"))[1]
    assert "2 of theirs could not be used" in said
    file = tmp_path / "box.json"
    code, said = run("people", "export-box", everybody.email("leder"), file)
    assert (code, "Ord" in said, file.stat().st_mode & 0o777) == (0, False, 0o600)
    copy = json.loads(file.read_text("utf-8"))
    assert (copy["schema"], copy["owner"]) == ("hoert.copy/1", str(cast.leder.person_id))
    assert [one["item"] for one in copy["items"]] == items
    with database.reading() as session:
        assert sync.count_waiting(session, cast.leder) == 2
        [deed] = session.exec(select(Deed).where(Deed.verb == "box_exported")).all()
    assert (deed.person_id, deed.object_id, deed.facts) == (None, cast.leder.person_id, {"items": 2})


@pytest.mark.parametrize(("who", "said"), [("leder2", "Nothing waits"), ("ingen", "Nobody has")])
def test_where_nothing_waits_no_file_is_made(run, tmp_path, who, said):
    code, output = run("people", "export-box", everybody.email(who), tmp_path / "box.json")
    assert (code, said in output, list(tmp_path.glob("*.json")), list(tmp_path.glob(".hoert-*"))) == (1, True, [], [])


def test_who_leaves_nothing_behind_is_shut_out_without_more_words(run):
    assert run("people", "disable", everybody.email("leder2")) == (0, "leder2@hoert.example can no longer sign in.\n")


def test_a_phone_is_listed_and_shut_out(run, database, cast):
    device = new_id()
    with database.writing() as session:
        people.see_device(session, cast.leder, device_id=device, user_agent="Android Chrome", waiting=0, now=make.NOW)
    _code, listed = run("people", "devices", everybody.email("leder"))
    key = listed.split()[0]
    assert "Chrome · Android" in listed
    assert run("people", "revoke-device", key) == (
        0,
        "The phone is shut out. What lies on it stays there, and is locked at its next contact.\n",
    )
    assert run("people", "devices", everybody.email("leder")) == (0, "")
    with database.reading() as session:
        assert people.is_revoked(session, cast.leder, device)


def test_a_set_is_published_closed_and_opened_again(run, database, cast, tmp_path):
    file, key = tmp_path / "set.json", cast.form.question_set_id
    file.write_text(json.dumps(make.content(asked=1).model_dump(mode="json")), "utf-8")
    assert run("questions", "publish", key, file) == (0, "Published version 2.\n")
    file.write_text('{"title": 7}', "utf-8")
    assert run("questions", "publish", key, file)[0] == 1
    assert run("questions", "close", key) == (0, "Closed.\n")
    assert run("questions", "close", key)[0] == 1
    assert f"{key}  nursery  version 2  closed  Nye forældre efter en måned\n" in run("questions", "list")[1]
    assert run("questions", "reopen", key) == (0, "Open again.\n")
    assert run("questions", "reopen", new_id())[0] == 1
    with database.reading() as session:
        assert [form.number for form in questions.in_use(session, cast.leder)] == [2]
