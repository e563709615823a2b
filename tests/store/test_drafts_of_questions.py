"""A draft is saved by whoever edits it, put together when two do, and published into the next version."""

import uuid

import pytest
from sqlmodel import col, select

from domain import questions, sync
from domain.audit import Deed
from domain.base import new_id
from domain.notices import Notice
from domain.people import Sector
from domain.questions import Change, Kind, QuestionSetDraft, Same, TalkType
from tests import make


@pytest.fixture
def admin(cast):
    return cast.admin


def begun(session, cast):
    return questions.begin(session, cast.admin, cast.form.question_set_id, now=make.NOW)


def with_question(sketch, place, **changed):
    asked = list(sketch.questions)
    asked[place] = asked[place].model_copy(update=changed)
    return sketch.model_copy(update={"questions": tuple(asked)})


def saved(session, actor, draft, sketch, **more):
    seen = more.pop("seen", draft.revision)
    return questions.save(session, actor, draft.question_set.id, seen=seen, sketch=sketch, now=make.NOW, **more)


def published(session, actor, draft):
    sent = questions.publish_draft(session, actor, draft.question_set.id, seen=draft.revision, now=make.NOW)
    return questions.version(session, sent.version.id), sent


def test_a_draft_begins_where_the_version_in_use_stands_and_changes_nothing_that_is_asked(session, cast):
    draft = begun(session, cast)
    assert draft.sketch == questions.sketch_of(cast.form.content)
    assert (draft.revision, draft.begun_from) == (1, 1)
    assert begun(session, cast) == draft
    saved(session, cast.admin, draft, with_question(draft.sketch, 0, prompt={"da": "Noget helt andet?"}))
    assert [form.content for form in questions.in_use(session, cast.leder)] == [cast.form.content]


def test_nobody_but_administrators_edits(session, cast):
    draft = begun(session, cast)
    for actor in cast.everybody().values():
        if actor == cast.admin:
            continue
        for deed in (
            lambda actor=actor: questions.begin(session, actor, draft.question_set.id, now=make.NOW),
            lambda actor=actor: questions.draft_of(session, actor, draft.question_set.id),
            lambda actor=actor: saved(session, actor, draft, draft.sketch),
            lambda actor=actor: questions.discard(session, actor, draft.question_set.id, now=make.NOW),
            lambda actor=actor: published(session, actor, draft),
            lambda actor=actor: questions.offer_in(session, actor, draft.question_set.id, unit_id=None, now=make.NOW),
        ):
            with pytest.raises(questions.NotTheirs):
                deed()
    with pytest.raises(questions.NotTheirs):
        questions.begin(session, cast.admin, new_id(), now=make.NOW)


def test_publishing_an_unchanged_question_goes_on_in_its_series(session, cast):
    draft = begun(session, cast)
    form, sent = published(session, cast.admin, draft)
    assert form.number == 2
    assert [one.id for one in form.content.questions] == [one.id for one in cast.form.content.questions]
    [row] = [one for one in questions.every_version(session, cast.admin) if one.form.id == form.id]
    assert set(row.publishing.changes.values()) == {Change.UNCHANGED}
    assert row.published_by_id == cast.admin.person_id
    assert cast.leder.person_id in sent.leaders
    assert cast.leder3.person_id not in sent.leaders, "home care"
    assert cast.medarbejder.person_id not in sent.leaders
    assert {row.person_id for row in session.exec(select(Notice).where(Notice.kind == "questions_published"))} == set(
        sent.leaders
    )
    assert questions.draft_of(session, cast.admin, draft.question_set.id) is None
    assert [deed.verb for deed in session.exec(select(Deed).order_by(col(Deed.id))).all()][-1] == "question_set_published"


@pytest.mark.parametrize("same", [Same.WORDING, Same.MEANING])
def test_a_question_that_reads_otherwise_is_published_when_somebody_said_whether_it_means_the_same(session, cast, same):
    first = cast.form.content.questions[0]
    draft = begun(session, cast)
    changed = with_question(draft.sketch, 0, prompt={"da": "Hvordan er det gået?"})
    draft = saved(session, cast.admin, draft, changed)
    with pytest.raises(questions.Unready) as caught:
        published(session, cast.admin, draft)
    assert [(one.code, one.path) for one in caught.value.problems] == [("same_or_not", f"question.{first.id}.same")]
    draft = saved(session, cast.admin, draft, with_question(changed, 0, same=same))
    form, _sent = published(session, cast.admin, draft)
    asked = form.content.questions[0]
    assert (asked.id == first.id) == (same is Same.WORDING)
    assert asked.follows == (first.id if same is Same.MEANING else None)
    [row] = [one for one in questions.every_version(session, cast.admin) if one.form.id == form.id]
    assert row.publishing.changes[asked.id] == Change(same)
    again, _sent = published(session, cast.admin, begun(session, cast))
    assert again.content == form.content, "an answer given once is not asked for again, and the break stays where it was"


def test_another_kind_of_answer_is_another_question(session, cast):
    draft = begun(session, cast)
    draft = saved(session, cast.admin, draft, with_question(draft.sketch, 0, kind=Kind.NUMBER, same=Same.WORDING))
    with pytest.raises(questions.Unready) as caught:
        published(session, cast.admin, draft)
    assert [one.code for one in caught.value.problems] == ["other_kind"]
    draft = saved(session, cast.admin, draft, with_question(draft.sketch, 0, same=None))
    form, _sent = published(session, cast.admin, draft)
    assert form.content.questions[0].follows == cast.form.content.questions[0].id


def test_a_translation_that_was_missing_changes_no_meaning(session, cast):
    draft = begun(session, cast)
    first = draft.sketch.questions[0]
    assert f"question.{first.id}.prompt.en" in questions.missing_english(draft.sketch)
    texts = {"prompt": first.prompt | {"en": "How?"}, "label": first.label | {"en": "How"}}
    draft = saved(session, cast.admin, draft, with_question(draft.sketch, 0, **texts))
    form, _sent = published(session, cast.admin, draft)
    assert form.content.questions[0].id == first.id
    assert form.content.questions[0].prompt["en"] == "How?"


def test_what_is_not_whole_is_kept_and_not_published(session, cast):
    draft = begun(session, cast)
    choosing = with_question(draft.sketch, 0, kind=Kind.ONE_CHOICE, prompt={}, same=Same.MEANING)
    draft = saved(session, cast.admin, draft, choosing.model_copy(update={"title": {}}))
    assert questions.draft_of(session, cast.admin, draft.question_set.id).sketch == draft.sketch
    with pytest.raises(questions.Unready) as caught:
        published(session, cast.admin, draft)
    key = draft.sketch.questions[0].id
    found = {(one.code, one.path) for one in caught.value.problems}
    assert found == {("missing", "title.da"), ("missing", f"question.{key}.prompt.da"), ("too_few", f"question.{key}.choices")}


def test_going_back_is_a_new_draft_in_which_the_old_series_goes_on(session, cast):
    first = cast.form.content.questions
    draft = begun(session, cast)
    fewer = draft.sketch.model_copy(update={"questions": draft.sketch.questions[1:]})
    published(session, cast.admin, saved(session, cast.admin, draft, fewer))
    back = questions.begin(session, cast.admin, draft.question_set.id, from_version=1, now=make.NOW)
    form, _sent = published(session, cast.admin, back)
    assert form.number == 3
    assert [one.id for one in form.content.questions] == [one.id for one in first]
    with pytest.raises(questions.NoDraft):
        questions.begin(session, cast.admin, draft.question_set.id, from_version=7, now=make.NOW)


def test_two_who_edit_in_different_places_are_put_together(session, cast):
    base = begun(session, cast)
    theirs = saved(session, cast.admin, base, with_question(base.sketch, 0, help={"da": "Kort"}))
    mine = base.sketch.model_copy(update={"title": {"da": "Ny titel"}})
    merged = saved(session, cast.admin, base, mine, seen=base.revision)
    assert merged.revision == theirs.revision + 1
    assert merged.sketch.title == {"da": "Ny titel"}
    assert merged.sketch.questions[0].help == {"da": "Kort"}


def test_where_two_wrote_otherwise_nothing_is_stored_until_somebody_chose(session, cast):
    base = begun(session, cast)
    theirs = saved(session, cast.admin, base, base.sketch.model_copy(update={"title": {"da": "Deres"}}))
    mine = base.sketch.model_copy(update={"title": {"da": "Min"}})
    with pytest.raises(questions.Clashing) as caught:
        saved(session, cast.admin, base, mine, seen=base.revision)
    [clash] = caught.value.merged.clashes
    assert (clash.path, clash.theirs, clash.mine) == ("title.da", "Deres", "Min")
    assert questions.draft_of(session, cast.admin, base.question_set.id) == theirs
    for choice, title in (("theirs", "Deres"), ("mine", "Min")):
        chosen = saved(session, cast.admin, base, mine, seen=base.revision, chosen={"title.da": choice})
        assert chosen.sketch.title == {"da": title}


def test_what_one_took_away_stays_when_the_other_changed_it_meanwhile(session, cast):
    base = begun(session, cast)
    first = base.sketch.questions[0]
    saved(session, cast.admin, base, with_question(base.sketch, 0, help={"da": "Vigtig"}))
    fewer = base.sketch.model_copy(update={"questions": base.sketch.questions[1:]})
    merged = saved(session, cast.admin, base, fewer, seen=base.revision)
    assert first.id in {one.id for one in merged.sketch.questions}
    assert merged.kept == (str(first.id),)


def test_a_later_save_than_was_seen_is_not_published(session, cast):
    draft = begun(session, cast)
    saved(session, cast.admin, draft, draft.sketch.model_copy(update={"title": {"da": "Senere"}}))
    with pytest.raises(questions.Outdated):
        published(session, cast.admin, draft)


def test_a_draft_set_aside_comes_back(session, cast):
    draft = begun(session, cast)
    key = draft.question_set.id
    draft = saved(session, cast.admin, draft, draft.sketch.model_copy(update={"title": {"da": "Kladden"}}))
    assert questions.discard(session, cast.admin, key, now=make.NOW)
    assert not questions.discard(session, cast.admin, key, now=make.NOW)
    assert questions.draft_of(session, cast.admin, key) is None
    assert questions.bring_back(session, cast.admin, key, now=make.NOW).sketch == draft.sketch
    assert questions.bring_back(session, cast.admin, key, now=make.NOW) is None
    published(session, cast.admin, questions.draft_of(session, cast.admin, key))
    assert questions.bring_back(session, cast.admin, key, now=make.NOW) is None, "a published one is no draft any more"
    assert len(session.exec(select(QuestionSetDraft)).all()) <= 2, "earlier revisions go"


def test_a_new_set_is_asked_by_nobody_before_it_is_published(session, cast):
    draft = questions.add(
        session,
        cast.admin,
        sector=Sector.NURSERY,
        talk_type=TalkType.GROUP_TALK,
        unit_id=None,
        sketch=questions.sketch_of(make.content()),
        now=make.NOW,
    )
    assert {form.question_set_id for form in questions.in_use(session, cast.leder)} == {cast.form.question_set_id}
    form, _sent = published(session, cast.admin, draft)
    assert [one.id for one in questions.in_use(session, cast.leder)] == [cast.form.id, form.id]
    assert form.talk_type == TalkType.GROUP_TALK


def test_a_set_for_one_place_is_offered_there_and_below_and_answered_everywhere(session, cast):
    key = cast.form.question_set_id
    assert cast.leder.unit_id != cast.leder2.unit_id
    questions.offer_in(session, cast.admin, key, unit_id=cast.leder.unit_id, now=make.NOW)
    offered = {name: [one.id for one in questions.in_use(session, actor)] for name, actor in cast.everybody().items()}
    assert offered["leder"] == offered["medarbejder"] == offered["omraade"] == [cast.form.id]
    assert offered["leder2"] == []
    assert questions.may_answer(session, cast.leder2, cast.form)
    [house] = [unit for unit in cast.units.values() if unit.id == cast.leder2.unit_id]
    item = cast.talk(unit=house)
    assert sync.accept(session, cast.leder2, item=item, now=make.NOW).status == "stored"
    with pytest.raises(questions.NotTheirs):
        questions.offer_in(session, cast.admin, key, unit_id=uuid.uuid4(), now=make.NOW)
