"""Corrections and withdrawals as phones send them: what stands, what is told, and what is nobody else's business."""

import pytest
from sqlmodel import select

from domain import conversations, digests, people, sync
from domain.base import new_id
from domain.conversations import Conversation, Tombstone
from domain.sync import BoxedItem, Status
from domain.themes import Coding
from tests import make
from tests.ids import without_ids

NUMBER = "170385-2391"


def take(session, actor, *items, now=make.NOW):
    return sync.take(session, actor, items=items, now=now)


def statuses(receipts):
    return [str(one.status) for one in receipts]


def told(receipt):
    return [(one.field, one.code) for one in receipt.problems]


def test_an_edit_becomes_the_next_revision_and_keeps_what_the_talk_is_known_by(session, cast):
    item = cast.talk("Før")
    [first] = take(session, cast.leder, item)
    [second] = take(session, cast.leder, make.edit(item, "Efter"), now=make.WEEK.ends_at())
    before, after = session.get_one(Conversation, first.id), session.get_one(Conversation, second.id)
    assert (after.revision, after.first_id, after.reference) == (2, before.id, before.reference)
    assert (after.received_at, after.revised_at) == (make.NOW, make.WEEK.ends_at())
    assert before.replaced_by_id == after.id
    assert second.sequence > first.sequence
    assert conversations.newest(session, cast.leder) == [after]


def test_an_edit_decides_themes_anew_and_leaves_what_somebody_else_decided(session, cast):
    item = cast.talk("Ord", confirmed=[cast.themes["mad"]])
    [first] = take(session, cast.leder, item)
    theirs = {"conversation_id": first.id, "theme_id": cast.themes["tryghed"].id, "decision": "confirmed"}
    session.add(Coding(**theirs, decided_by_id=cast.omraade.person_id, decided_at=make.NOW))
    session.flush()
    marks = {"confirmed": [str(cast.themes["personale"].id)], "rejected": [], "tones": {}}
    take(session, cast.leder, make.edit(item, themes=marks))
    rows = session.exec(select(Coding).where(Coding.conversation_id == first.id)).all()
    assert {row.theme_id for row in rows} == {cast.themes["personale"].id, cast.themes["tryghed"].id}


WRONG = {
    "the number is too high": ({"revision": 3}, ("revision", "malformed")),
    "it replaces itself": ({"replaces": None}, ("replaces", "malformed")),
    "it is a first one that replaces": ({"revision": 1}, ("replaces", "malformed")),
    "it is of nothing known": ({"replaces": str(new_id())}, ("replaces", "unknown_talk")),
}


@pytest.mark.parametrize(("change", "problem"), WRONG.values(), ids=WRONG.keys())
def test_an_edit_that_cannot_be_one_needs_help(session, cast, change, problem):
    item = cast.talk()
    [receipt] = take(session, cast.leder, item, {**make.edit(item), **change})[1:]
    assert (receipt.status, told(receipt)) == (Status.NEEDS_HELP, [problem])
    assert len(sync.waiting(session, cast.leder)) == 1


@pytest.mark.parametrize("name", ["medarbejder", "leder2", "omraade", "admin"])
def test_nobody_edits_or_takes_back_somebody_elses_talk(session, cast, name):
    item = cast.talk("Hemmeligt")
    take(session, cast.leder, item)
    other = getattr(cast, name)
    edit, withdrawal = take(session, other, make.edit(item, "Mit"), make.withdrawal(item["id"]))
    assert [told(edit), told(withdrawal)] == [[("replaces", "taken")], [("of", "taken")]]
    assert session.exec(select(Conversation)).one().answers[0]["text"] == "Hemmeligt"
    assert "Hemmeligt" not in str(sync.waiting(session, other))


def test_an_edit_of_an_older_revision_comes_second(session, cast):
    item = cast.talk()
    first, second = make.edit(item, "Den ene"), make.edit(item, "Den anden")
    assert statuses(take(session, cast.leder, item, first, second, second)) == ["stored", "stored", "conflict", "conflict"]
    [kept] = sync.waiting(session, cast.leder)
    assert (kept.status, kept.content["answers"][0]["text"]) == (Status.CONFLICT, "Den anden")


def test_a_withdrawal_leaves_nothing_but_a_tombstone(session, cast):
    item = cast.talk("mad", confirmed=[cast.themes["mad"]])
    edit = make.edit(item, "Rettet")
    take(session, cast.leder, item, edit)
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    withdrawal = make.withdrawal(edit["id"])
    [receipt] = take(session, cast.leder, withdrawal)
    assert (receipt.status, receipt.sha256) == (Status.STORED, sync.fingerprint(withdrawal))
    for table in (Conversation, Coding, digests.IssueTalk):
        assert session.exec(select(table)).all() == []
    assert statuses(take(session, cast.leder, withdrawal, item, edit, make.edit(edit))) == ["duplicate", *["erased"] * 3]
    forgotten = {str(key) for key in sync.forget_list(session, cast.leder)}
    assert {item["id"], edit["id"]} <= forgotten
    assert withdrawal["id"] not in forgotten


def test_numbers_are_never_given_twice_also_after_the_last_talk_was_taken_back(session, cast):
    given = []
    for _ in range(3):
        item = cast.talk()
        given += [one.sequence for one in take(session, cast.leder, item)]
        given += [one.sequence for one in take(session, cast.leder, make.withdrawal(item["id"]))]
    assert given == sorted(set(given))


def test_a_tombstone_is_its_persons_own(session, cast):
    item = cast.talk()
    take(session, cast.medarbejder, make.withdrawal(item["id"]))
    assert statuses(take(session, cast.leder, item)) == ["stored"]
    assert [row.person_id for row in session.exec(select(Tombstone).where(Tombstone.sha256.is_(None))).all()] == [
        cast.medarbejder.person_id
    ]


def test_another_withdrawal_of_the_same_talk_is_taken_too(session, cast):
    item = cast.talk()
    take(session, cast.leder, item)
    ones = [make.withdrawal(item["id"]) for _ in range(2)]
    assert statuses(take(session, cast.leder, *ones, *ones)) == ["stored", "stored", "duplicate", "duplicate"]


def test_a_withdrawal_under_the_id_of_a_talk_is_a_conflict(session, cast):
    item = cast.talk()
    take(session, cast.leder, item)
    assert statuses(take(session, cast.leder, {**make.withdrawal(new_id()), "id": item["id"]})) == ["conflict"]
    assert len(session.exec(select(Conversation)).all()) == 1


def test_what_is_kept_has_its_cpr_numbers_covered_and_its_ids_whole(session, cast):
    item = cast.talk(f"Hun er {NUMBER}", unit=cast.skovbrynet, extra={f"k {NUMBER}": [f"{NUMBER}", 1703852391]})
    take(session, cast.leder, item)
    [kept] = sync.waiting(session, cast.leder)
    assert (kept.content["id"], kept.content["unit"]) == (item["id"], item["unit"])
    assert b"2391" not in without_ids(str(kept.content).encode())
    assert kept.content["answers"][0]["text"] == "Hun er ••••••-••••"


def test_settled_items_are_empty_and_their_phone_is_told_to_forget_them(session, cast):
    item = cast.talk("Ord", unit=cast.skovbrynet)
    take(session, cast.leder, item)
    [kept] = sync.waiting(session, cast.leder)
    assert not sync.settle(session, cast.medarbejder, kept.key, now=make.NOW)
    assert sync.settle(session, cast.leder, kept.key, now=make.NOW)
    assert sync.waiting(session, cast.leder) == []
    assert session.exec(select(sync.BoxedItem)).one().content == ""
    assert statuses(take(session, cast.leder, item, {**item, "mood": 1})) == ["erased", "needs_help"]
    assert [str(key) for key in sync.forget_list(session, cast.leder)] == [item["id"]]


def test_an_item_put_right_under_its_own_id_leaves_the_box(session, cast):
    item = cast.talk(
        "",
    )
    take(session, cast.leder, item)
    item["answers"][0]["text"] = "Nu med ord"
    assert statuses(take(session, cast.leder, item)) == ["stored"]
    assert sync.waiting(session, cast.leder) == []
    assert sync.forget_list(session, cast.leder) == []


KINDS = {
    "one_choice": ({"choice": "b"}, {"choice": "c"}, "unknown_choice"),
    "several_choices": ({"choices": ["a", "b"]}, {"choices": ["a", "x"]}, "unknown_choice"),
    "five_faces": ({"number": 5}, {"number": 6}, "unknown_number"),
    "number": ({"number": 0}, {"text": "0"}, "wrong_kind"),
    "short_text": ({"text": "Ja"}, {"number": 1}, "wrong_kind"),
}


@pytest.mark.parametrize(("kind", "right", "wrong", "code"), [(kind, *case) for kind, case in KINDS.items()])
def test_each_kind_of_question_takes_its_own_kind_of_answer(session, cast, kind, right, wrong, code):
    from domain import questions

    content = make.content(asked=1).model_dump(mode="json")
    chosen = [{"code": one, "text": {"da": one.upper()}} for one in "ab"] if "choice" in kind else []
    content["questions"][0] |= {"kind": kind, "choices": chosen}
    published = questions.publish(
        session,
        question_set=session.exec(select(questions.QuestionSet).where(questions.QuestionSet.sector == "nursery")).one(),
        content=questions.Content.model_validate(content),
        now=make.NOW,
    )
    key = content["questions"][0]["id"]

    def item(said):
        return {**cast.talk(answers=[{"question": key, **said}]), "question_set_version": str(published.id)}

    good, bad = take(session, cast.leder, item(right), item(wrong))
    assert good.status == Status.STORED
    assert session.get_one(Conversation, good.id).answers == [{"question": key, **right}]
    assert code in {problem.code for problem in bad.problems}


def test_a_phone_is_known_from_its_first_contact_and_can_be_shut_out(session, cast):
    device = new_id()
    for waiting in (3, 1):
        people.see_device(session, cast.leder, device_id=device, user_agent="Android Chrome", waiting=waiting, now=make.NOW)
    people.see_device(session, cast.medarbejder, device_id=device, user_agent="", waiting=0, now=make.NOW)
    [row] = people.own_devices(session, cast.leder)
    assert (row.waiting, row.first_seen_at) == (1, make.NOW)
    assert not people.revoke_device(session, cast.medarbejder, row_id=row.id, now=make.NOW)
    assert people.revoke_device(session, cast.leder, row_id=row.id, now=make.NOW)
    assert people.is_revoked(session, cast.leder, device)
    assert not people.is_revoked(session, cast.medarbejder, device)
    assert people.own_devices(session, cast.leder) == []


UNREADABLE = [{"answers": [{"text": "hemmeligord \ud83d"}]}, {"held_at": "engang, hemmeligord"}, {"about": "hemmeligord"}]


@pytest.mark.parametrize("odd", UNREADABLE, ids=["half a character", "no moment", "no facts"])
@pytest.mark.parametrize("comes", ["before", "after"])
def test_an_edit_that_cannot_be_read_goes_with_its_talk(session, cast, odd, comes):
    first = cast.talk("Mor ventede.")
    edit = {**make.edit(first, "hemmeligord"), **odd}
    if "answers" in odd:
        edit["answers"] = [{**first["answers"][0], **odd["answers"][0]}]
    taken_back = {"id": str(new_id()), "kind": "withdrawal", "of": first["id"]}
    assert statuses(take(session, cast.leder, first)) == ["stored"]
    if comes == "before":
        assert statuses(take(session, cast.leder, edit)) == ["needs_help"]
    assert statuses(take(session, cast.leder, taken_back)) == ["stored"]
    assert statuses(take(session, cast.leder, edit)) == ["erased"]
    kept = [row.content for row in session.exec(select(BoxedItem)).all()]
    assert not any("hemmeligord" in content for content in kept)
