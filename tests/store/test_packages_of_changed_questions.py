"""A package whose questions read otherwise than here: told, unless it says that only the words changed. What comes into use is
told to those who ask it."""

import json

import pytest
from sqlmodel import select

from domain import questions
from domain.base import new_id
from domain.notices import Notice
from tests.store.test_packages import NOW, changed, emptied, more_versions, packed, taken_in

ANOTHER = "Helt andet spørgsmål?"


def next_version(told, cast, *, prompt=ANOTHER, says=None, number=None, **question):
    """Another version of the nurseries' set, in which the first question reads so."""
    one = next(one for one in told["question_sets"] if one["id"] == str(cast.form.question_set_id))
    made = json.loads(json.dumps(one["versions"][-1]))
    first = made["content"]["questions"][0]
    first["prompt"]["da"] = prompt
    first |= question
    made |= {"id": str(new_id()), "number": number or made["number"] + 1}
    made["publishing"] = {"changes": {first["id"]: says} if says else {}, "worded_by": [], "power": {}}
    one["versions"].append(made)


def told_of(database):
    with database.reading() as session:
        return {(row.person_id, row.about) for row in session.exec(select(Notice).where(Notice.kind == "questions_published"))}


def in_use(database, cast):
    with database.reading() as session:
        return [form.number for form in questions.in_use(session, cast.leder)]


@pytest.mark.parametrize(
    "version",
    [{}, {"says": "unchanged"}, {"says": "meaning"}, {"kind": "number"}, {"kind": "number", "says": "wording"}],
    ids=str,
)
def test_a_question_that_reads_otherwise_is_told_and_nothing_is_taken_in(database, cast, version):
    data = packed(database)
    taken = taken_in(database, changed(data, lambda told: next_version(told, cast, **version)))
    [clash] = taken.clashes
    assert (clash.key, clash.id) == ("reads_otherwise", cast.form.content.questions[0].id)
    assert clash.facts == {"number": 2, "question": ANOTHER}
    assert packed(database) == data
    assert not told_of(database)


def test_other_words_for_the_same_are_taken_in_and_leaders_hear_of_it(database, cast):
    data = changed(packed(database), lambda told: next_version(told, cast, says="wording"))
    taken = taken_in(database, data)
    [form] = taken.in_use
    assert (form.question_set_id, form.number, taken.versions) == (cast.form.question_set_id, 2, 1)
    assert in_use(database, cast) == [2]
    told = told_of(database)
    assert (cast.leder.person_id, f"version:{form.id}") in told
    assert cast.leder3.person_id not in {person for person, _about in told}, "home care asks what it asked"
    assert taken.told == len(told)
    assert not taken_in(database, data).in_use
    assert told_of(database) == told


def test_what_changed_long_before_is_read_in_order(database, cast):
    """Version 2 says that only the words changed; version 3 asks as version 2 did, and says nothing."""

    def two_more(told):
        next_version(told, cast, says="wording")
        next_version(told, cast)

    assert [form.number for form in taken_in(database, changed(packed(database), two_more)).in_use] == [3]


def test_versions_before_the_one_in_use_come_in_with_any_words_and_nobody_hears_of_them(database, cast):
    """As where the newest came first, from a time when versions kept no record."""

    def fifth(told):
        for one in told["question_sets"]:
            one["versions"][0]["number"] = 5

    whole = changed(packed(database), fifth)
    emptied(database)
    taken_in(database, whole)
    told = told_of(database)
    earlier = changed(whole, lambda found: next_version(found, cast, number=4))
    taken = taken_in(database, earlier)
    assert (taken.versions, taken.in_use, taken.told) == (1, (), 0)
    assert in_use(database, cast) == [5]
    assert told_of(database) == told


def test_a_question_of_another_set_is_not_asked_otherwise_in_a_new_one(database, cast):
    data = packed(database)

    def new_set(told, prompt=ANOTHER):
        next_version(told, cast, prompt=prompt)
        one = next(one for one in told["question_sets"] if one["id"] == str(cast.form.question_set_id))
        told["question_sets"].append({**one, "id": str(new_id()), "versions": [one["versions"].pop()]})

    [clash] = taken_in(database, changed(data, new_set)).clashes
    assert clash.key == "asked_elsewhere"
    assert packed(database) == data


def test_a_closed_set_stays_closed_and_nobody_hears_of_it(database, cast):
    with database.writing() as session:
        questions.close_set(session, question_set=questions.find_set(session, cast.form.question_set_id), now=NOW)
    taken = taken_in(database, changed(packed(database), lambda told: next_version(told, cast, says="wording")))
    assert (taken.versions, taken.in_use, taken.told) == (1, (), 0)
    assert not told_of(database)


def test_new_sets_come_into_use_and_are_told(database, cast):
    more_versions(database, cast)
    data = packed(database)
    emptied(database)
    taken = taken_in(database, data)
    assert [form.number for form in taken.in_use] == [2], "the other one is closed"
    assert {about for _person, about in told_of(database)} == {f"version:{taken.in_use[0].id}"}
