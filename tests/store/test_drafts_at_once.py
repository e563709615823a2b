"""Two who edit one draft, and a version that came into use beside it: nothing is lost, and nothing is published unseen."""

import pytest

from domain import questions
from domain.base import new_id
from domain.questions import Same
from tests import make
from tests.store.test_drafts_of_questions import begun, saved, with_question


def titled(sketch, text):
    return sketch.model_copy(update={"title": {**sketch.title, "da": text}})


def test_a_version_that_came_into_use_meanwhile_is_seen_before_it_is_followed(session, cast):
    draft = begun(session, cast)
    content = cast.form.content.model_copy(update={"title": {"da": "Udgivet ved siden af"}})
    questions.publish(session, question_set=draft.question_set, content=content, now=make.NOW)
    set_id = draft.question_set.id
    with pytest.raises(questions.Outdated):
        questions.publish_draft(session, cast.admin, set_id, seen=draft.revision, newest=1, now=make.NOW)
    sent = questions.publish_draft(session, cast.admin, set_id, seen=draft.revision, newest=2, now=make.NOW)
    assert sent.version.number == 3


def test_numbers_of_versions_may_have_gaps(session, cast):
    """As where a package brought a set's newest version alone."""
    question_set = questions.find_set(session, cast.form.question_set_id)
    questions.add_version(
        session, question_set=question_set, number=7, content=cast.form.content, version_id=new_id(), now=make.NOW
    )
    assert list(questions.contents(session, question_set)) == [1, 7]
    draft = questions.begin(session, cast.admin, question_set.id, from_version=7, now=make.NOW)
    assert draft.begun_from == 7
    with pytest.raises(questions.NoDraft):
        questions.begin(session, cast.admin, question_set.id, from_version=2, now=make.NOW)
    sent = questions.publish_draft(session, cast.admin, question_set.id, seen=draft.revision, newest=7, now=make.NOW)
    assert sent.version.number == 8


def test_what_was_chosen_against_older_words_of_theirs_is_asked_again(session, cast):
    draft = begun(session, cast)
    theirs = saved(session, cast.admin, draft, titled(draft.sketch, "Deres"))
    with pytest.raises(questions.Clashing) as clash:
        saved(session, cast.admin, draft, titled(draft.sketch, "Min"))
    shown = clash.value.theirs.revision
    newer = saved(session, cast.admin, theirs, titled(theirs.sketch, "Deres, skrevet om"))
    chosen = {"title.da": "mine"}
    with pytest.raises(questions.Clashing) as clash:
        saved(session, cast.admin, draft, titled(draft.sketch, "Min"), chosen=chosen, shown=shown)
    assert clash.value.merged.clashes[0].theirs == "Deres, skrevet om"
    kept = saved(session, cast.admin, draft, titled(draft.sketch, "Min"), chosen=chosen, shown=newer.revision)
    assert kept.sketch.title["da"] == "Min"


@pytest.mark.parametrize("who_says", ["first", "second"])
def test_nobody_says_of_words_they_have_not_seen_that_they_mean_the_same(session, cast, who_says):
    draft = begun(session, cast)
    spelt = saved(session, cast.admin, draft, with_question(draft.sketch, 0, prompt={"da": "Hvordan går det nu?"}))
    said = with_question(spelt.sketch, 0, same=Same.WORDING)
    reworded = with_question(spelt.sketch, 0, prompt={"da": "Hvad koster det?"})
    first, second = (said, reworded) if who_says == "first" else (reworded, said)
    saved(session, cast.admin, spelt, first)
    both = saved(session, cast.admin, spelt, second)
    assert both.sketch.questions[0].prompt["da"] == "Hvad koster det?"
    assert both.sketch.questions[0].same is None
    with pytest.raises(questions.Unready):
        questions.publish_draft(session, cast.admin, draft.question_set.id, seen=both.revision, now=make.NOW)


def test_an_answer_goes_on_where_the_other_only_wrote_help(session, cast):
    draft = begun(session, cast)
    saved(session, cast.admin, draft, with_question(draft.sketch, 0, prompt={"da": "Hvad koster det?"}, same=Same.MEANING))
    both = saved(session, cast.admin, draft, with_question(draft.sketch, 0, help={"da": "Sig det roligt."}))
    assert (both.sketch.questions[0].same, both.sketch.questions[0].help) == (Same.MEANING, {"da": "Sig det roligt."})
