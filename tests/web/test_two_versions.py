"""*To udgaver*, and moving what needs help: whatever the person chooses, not a word is lost."""

import json
from uuid import UUID

import pytest
from sqlmodel import select

from domain import questions, sync
from domain.conversations import Conversation
from domain.questions import QuestionSet
from tests import make

FORM = "/capture/plain"
ONE, OTHER = "Mor ventede længe i garderoben. Det var koldt.", "Mor ventede kort i garderoben. Det var koldt."


@pytest.fixture
def database(app):
    return app.extensions["hoert.database"]


def take(database, actor, *items):
    with database.writing() as session:
        return sync.take(session, actor, items=list(items), now=make.NOW)


def only_boxed(database, actor):
    with database.reading() as session:
        [one] = sync.waiting(session, actor)
    return one


def revisions(database):
    """Number and first text of every revision, the newest last."""
    with database.reading() as session:
        rows = session.exec(select(Conversation).order_by(Conversation.revision)).all()
    return [(row.revision, row.answers[0]["text"]) for row in rows]


@pytest.fixture
def two(database, cast, signed_in):
    """The talk as it stands, what came second, and their author's browser."""
    first = cast.talk("Mor ventede.", confirmed=[cast.themes["aflevering"]])
    edits = [make.edit(first, ONE), make.edit(first, OTHER, quote_scope="none")]
    assert [one.status for one in take(database, cast.leder, first, *edits)] == ["stored", "stored", "conflict"]
    key = only_boxed(database, cast.leder).key
    return signed_in("leder"), f"/capture/help/{key}", edits


def test_both_versions_are_compared_word_by_word(two):
    visitor, address, _edits = two
    page = visitor.get(address)
    assert page.h1 == "To udgaver"
    said = {kind: ["".join(one.itertext()) for one in page.all(tag, css=kind)] for tag, kind in (("del", "gone"), ("ins", "new"))}
    assert " Kun i den, der står: længe. " in said["gone"]
    assert " Kun i den, der kom bagefter: kort. " in said["new"]
    assert any("ja" in one for one in said["gone"])
    assert any("nej" in one for one in said["new"])
    assert "Temaer" not in page.words.split("Hvad skal gælde")[0]  # the same in both


def test_the_citizens_words_are_told_in_their_own_voice_in_both_versions(database, cast, signed_in):
    said = "Mor kom tidligt. »Vi ventede {} i garderoben«"
    first = cast.talk("Mor kom.")
    take(database, cast.leder, first, make.edit(first, said.format("længe")), make.edit(first, said.format("kort")))
    page = signed_in("leder").get(f"/capture/help/{only_boxed(database, cast.leder).key}")
    spoken = ["".join(one.itertext()) for one in page.all("span", css="spoken")]
    assert spoken == ["»", "Vi ventede ", "længe", "kort", " i garderoben", "«"]
    assert ["".join(one.itertext()) for one in page.all("span", css="mark")] == ["»", "«"]
    [stands, second] = ["".join(one.itertext()) for one in page.all("q", css="voice")]
    assert (stands, second) == ("Vi ventede længe i garderoben", "Vi ventede kort i garderoben")


@pytest.mark.parametrize(("deed", "order"), [("keep", [OTHER, ONE]), ("use", [OTHER])])
def test_what_is_not_chosen_stays_among_the_earlier_versions(two, database, cast, deed, order):
    visitor, address, _edits = two
    first = visitor.get(address)
    answer = visitor.submit(first, f"{address}/{deed}")
    assert answer.status == 302
    assert [text for _number, text in revisions(database)] == ["Mor ventede.", ONE, *order]
    page = visitor.get(answer.location)
    assert ("længe" if deed == "keep" else "kort") in page.words
    assert "Alt er i orden" in visitor.get("/capture/help").words
    again = visitor.submit(first, f"{address}/{deed}")  # a second press changes nothing, and says so on the list
    assert (again.status, again.location) == (302, "/capture/help")
    assert "Den er allerede klaret." in visitor.get(again.location).words
    assert [text for _number, text in revisions(database)] == ["Mor ventede.", ONE, *order]


def test_the_person_can_merge_them_and_both_are_kept(two, database):
    visitor, address, _edits = two
    page = visitor.get(f"{address}/merge")
    assert "længe" in page.words
    assert dict(page.fields(FORM))["answer_1"] == OTHER
    assert visitor.submit(page, FORM, answer_1="Mor ventede i garderoben.").status == 302
    assert [text for _number, text in revisions(database)] == ["Mor ventede.", ONE, OTHER, "Mor ventede i garderoben."]
    assert "Alt er i orden" in visitor.get("/capture/help").words


def test_a_phone_that_sends_what_came_second_again_is_told_to_forget_it(two, database, cast):
    visitor, address, edits = two
    visitor.submit(visitor.get(address), f"{address}/keep")
    assert [one.status for one in take(database, cast.leder, edits[1])] == ["erased"]


@pytest.mark.parametrize("deed", ["keep", "use", "merge"])
def test_a_choice_between_versions_that_changed_meanwhile_changes_nothing(two, database, cast, deed):
    visitor, address, edits = two
    page = visitor.get(f"{address}/merge" if deed == "merge" else address)
    take(database, cast.leder, make.edit(edits[0], "Rettet på telefonen"))
    before = revisions(database)
    answer = visitor.submit(page, FORM if deed == "merge" else f"{address}/{deed}")
    assert (answer.status, "Rettet på telefonen" in answer.words or "telefonen" in answer.text) == (409, True)
    assert revisions(database) == before
    assert only_boxed(database, cast.leder)


def test_a_second_version_that_cannot_stand_is_not_lost_by_a_choice(database, cast, signed_in):
    first = cast.talk("Første")
    take(database, cast.leder, first, {**first, "answers": []})
    visitor, boxed = signed_in("leder"), only_boxed(database, cast.leder)
    address = f"/capture/help/{boxed.key}"
    for deed in ("keep", "use"):
        answer = visitor.submit(visitor.get(address), f"{address}/{deed}")
        assert (answer.status, "kan ikke stå" in answer.words) == (422, True)
    assert revisions(database) == [(1, "Første")]
    page = visitor.get(f"{address}/merge")
    assert visitor.submit(page, FORM, answer_1="Begge dele").status == 302
    assert revisions(database) == [(1, "Første"), (2, "Begge dele")]
    assert only_boxed(database, cast.leder).key == boxed.key


@pytest.mark.parametrize(
    "members",
    [
        {"answers": [{"question": "x", "text": "Halvt \ud800 tegn"}]},
        {"answers": "Bare en tekst", "unit": 7},
        {"kind": "withdrawal"},
    ],
)
def test_whatever_lies_there_can_be_taken_away_in_a_file(database, cast, signed_in, members):
    item = {"id": str(make.new_id()), "kind": "conversation", **members}
    take(database, cast.leder, item)
    visitor, boxed = signed_in("leder"), only_boxed(database, cast.leder)
    page = visitor.get(f"/capture/help/{boxed.key}")
    [link] = [link for link in page.links() if link.endswith("/export")]
    answer = visitor.get(link)
    copy = json.loads(answer.text)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/json", "no-store")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (copy["schema"], copy["owner"]) == ("hoert.copy/1", str(cast.leder.person_id))
    assert [one["item"] for one in copy["items"]] == [item]


@pytest.fixture
def moved(database, cast):
    """What needs help in a version whose second question the set asks no more; the newest version."""
    kept, _gone = cast.form.content.questions[:2]
    with database.writing() as session:
        newer = {**cast.form.content.model_dump(mode="json"), "questions": [kept.model_dump(mode="json")]}
        row = questions.publish(
            session,
            question_set=session.get_one(QuestionSet, cast.form.question_set_id),
            content=questions.Content.model_validate(newer),
            now=make.NOW,
        )
    take(database, cast.leder, cast.talk(["Ord, der bliver", "Ord uden spørgsmål"], unit=cast.skovbrynet))
    return row.id


def test_an_item_moves_to_another_version_and_the_person_places_what_is_not_asked_there(moved, database, cast, signed_in):
    visitor, boxed = signed_in("leder"), only_boxed(database, cast.leder)
    address = f"/capture/help/{boxed.key}"
    page = visitor.get(address)
    assert f'value="{moved}"' in page.text
    page = visitor.get(f"{address}?version={moved}")
    assert "Ord uden spørgsmål" in page.words
    assert dict(page.fields(FORM))["answer_1"] == "Ord, der bliver"
    refused = visitor.submit(page, FORM, unit=str(cast.mariehuset.id))
    assert (refused.status, refused.errors()) == (422, ["Vælg, hvor ordene skal stå."])
    assert "Ord uden spørgsmål" in refused.words
    assert visitor.submit(refused, FORM, homeless_to_1="1").status == 302
    with database.reading() as session:
        [row] = session.exec(select(Conversation)).all()
    assert (row.question_set_version_id, row.unit_id) == (moved, cast.mariehuset.id)
    assert [answer["text"] for answer in row.answers] == ["Ord, der bliver\n\nOrd uden spørgsmål"]


def test_a_talk_of_a_closed_set_is_corrected_in_the_plain_form(database, cast, signed_in):
    item = cast.talk("Før det lukkede")
    take(database, cast.leder, item)
    with database.writing() as session:
        questions.close_set(session, question_set=session.get_one(QuestionSet, cast.form.question_set_id), now=make.NOW)
    visitor = signed_in("leder")
    page = visitor.get(f"/capture/plain/{item['id']}")
    assert visitor.submit(page, FORM, answer_1="Efter").status == 302
    assert revisions(database) == [(1, "Før det lukkede"), (2, "Efter")]


def test_a_form_that_was_open_while_the_house_was_merged_is_saved_in_the_one_that_goes_on(database, cast, signed_in):
    from domain import people
    from domain.base import local

    visitor = signed_in("leder")
    page = visitor.get(FORM)
    old = visitor.submit(page, FORM, answer_1="Før").location
    form = visitor.get(FORM)
    with database.writing() as session:
        people.merge_units(session, cast.mariehuset, into=cast.skovbrynet, on=local(make.NOW).date(), now=make.NOW)
    answer = visitor.submit(form, FORM, answer_1="Åben imens")
    assert "Stedet er lukket" in visitor.get(answer.location).words
    with database.reading() as session:
        row = session.get_one(Conversation, UUID(answer.location.split("/")[-1].split("?")[0]))
    assert row.unit_id == cast.skovbrynet.id
    edit = visitor.get(f"/capture/plain/{old.rsplit('/', 1)[1]}")
    assert dict(edit.fields(FORM))["unit"] == str(cast.mariehuset.id)
    assert visitor.submit(edit, FORM, answer_1="Rettet").status == 302
    with database.reading() as session:
        assert {one.unit_id for one in session.exec(select(Conversation).where(Conversation.revision == 2)).all()} == {
            cast.mariehuset.id
        }


def test_the_week_a_talk_was_corrected_in_stands_in_lists_for_those_of_the_house_alone(two):
    visitor, _address, _edits = two
    assert "rettet i uge 47" in visitor.get("/conversations/").words


def test_what_is_no_second_version_has_nothing_to_merge(database, cast, signed_in):
    take(database, cast.leder, cast.talk(unit=cast.skovbrynet))
    assert signed_in("leder").get(f"/capture/help/{only_boxed(database, cast.leder).key}/merge").status == 404


ODD = [["x"], {"x": 1}, 7, [["x"]], {"x": ["y"]}, None]


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD, ids=lambda one: json.dumps(one))
@pytest.mark.parametrize(
    "member", ["quote_scope", "tone", "themes", "about", "answers", "unit", "held_at", "question_set_version"]
)
def test_a_second_version_of_any_shape_is_shown_and_can_be_taken_away(database, cast, signed_in, member, odd):
    theme = cast.themes["aflevering"]
    first = cast.talk("Mor ventede.", confirmed=[theme], tones={"aflevering": "trouble"})
    second = {**first, member: odd}
    if member == "tone":
        second = {**first, "themes": {**first["themes"], "tones": {str(theme.id): odd}}}
    assert [one.status for one in take(database, cast.leder, first)] == ["stored"]
    [receipt] = take(database, cast.leder, second)
    assert receipt.status == "conflict"
    visitor, address = signed_in("leder"), f"/capture/help/{only_boxed(database, cast.leder).key}"
    page = visitor.get(address)
    assert page.h1 == "To udgaver"
    assert visitor.get(f"{address}/merge").status == 200
    assert visitor.get(f"{address}/export").status == 200
    assert visitor.submit(page, f"{address}/keep").status in (302, 422)  # 422: it cannot stand, so the choice would lose it
