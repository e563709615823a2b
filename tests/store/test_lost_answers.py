"""A form that stored something and never heard of it sends again, with more: it meets nobody in itself, and everybody else."""

import pytest

from domain import questions
from domain.questions import Opened
from tests.store.test_drafts_at_once import titled
from tests.store.test_drafts_of_questions import begun, saved, with_question

FORM, OTHER = Opened("0123456789abcdef", 1), Opened("fedcba9876543210", 1)


def again(form, **more):
    return Opened(form.key, form.nth + 1, **more)


def test_what_it_stored_and_did_not_hear_of_is_its_own(session, cast):
    draft = begun(session, cast)
    saved(session, cast.admin, draft, titled(draft.sketch, "Hvordan gik"), form=FORM)
    later = saved(session, cast.admin, draft, titled(draft.sketch, "Hvordan gik det?"), form=again(FORM))
    assert (later.revision, later.sketch.title["da"]) == (3, "Hvordan gik det?")
    back = saved(session, cast.admin, draft, draft.sketch, form=again(again(FORM)))
    assert back.sketch.title == draft.sketch.title, "what was taken back again is not brought back by it"


@pytest.mark.parametrize("form", [None, OTHER], ids=["without one", "another window"])
def test_any_other_form_is_somebody_else_also_of_the_same_person(session, cast, form):
    draft = begun(session, cast)
    saved(session, cast.admin, draft, titled(draft.sketch, "Det ene"), form=FORM)
    with pytest.raises(questions.Clashing) as clash:
        saved(session, cast.admin, draft, titled(draft.sketch, "Det andet"), form=form)
    assert clash.value.by == cast.admin.person_id


def test_what_others_stored_between_is_kept_or_chosen(session, cast):
    """Others' places stay as others left them, whatever the form that did not hear of them still shows."""
    draft = begun(session, cast)
    theirs = saved(session, cast.admin, draft, draft.sketch.model_copy(update={"voice": {"da": "Deres ord"}}), form=OTHER)
    saved(session, cast.admin, draft, titled(draft.sketch, "Min"), form=FORM)
    both = saved(session, cast.admin, draft, titled(draft.sketch, "Min titel"), form=again(FORM))
    assert (both.sketch.title["da"], both.sketch.voice["da"]) == ("Min titel", "Deres ord")
    saved(session, cast.admin, both, titled(both.sketch, "Deres titel"), form=again(OTHER))
    with pytest.raises(questions.Clashing) as clash:
        saved(session, cast.admin, draft, titled(draft.sketch, "Min titel!"), form=again(again(FORM)))
    assert [(one.path, one.theirs, one.mine) for one in clash.value.merged.clashes] == [("title.da", "Deres titel", "Min titel!")]
    assert theirs.revision == 2


def test_what_a_button_did_stays_done(session, cast):
    """Its answer was lost, so the form still shows what was taken away, and not what was added."""
    draft = begun(session, cast)
    first, second, third = draft.sketch.questions
    typed = saved(session, cast.admin, draft, titled(draft.sketch, "Min"), form=FORM)
    more, path = questions.with_another(questions.without(typed.sketch, f"question.{third.id}"), "questions")
    saved(session, cast.admin, typed, with_question(more, 0, prompt={"da": "Gået tilbage"}), form=Opened(FORM.key, 1, True))
    after = titled(with_question(draft.sketch, 0, prompt={"da": "Skrevet videre"}), "Min titel")
    later = saved(session, cast.admin, draft, after, form=again(FORM))
    assert [str(one.id) for one in later.sketch.questions] == [str(first.id), str(second.id), path.removeprefix("question.")]
    assert later.sketch.title["da"] == "Min titel"
    assert later.sketch.questions[0].prompt["da"] == "Skrevet videre"


def test_what_was_sent_earlier_and_comes_later_overwrites_nothing(session, cast):
    draft = begun(session, cast)
    later = saved(session, cast.admin, draft, titled(draft.sketch, "Hvordan gik det?"), form=again(FORM))
    with pytest.raises(questions.Outdated):
        saved(session, cast.admin, draft, titled(draft.sketch, "Hvordan gik"), form=FORM)
    assert questions.draft_of(session, cast.admin, draft.question_set.id) == later


def test_only_what_the_editor_makes_is_a_form(session, cast):
    for key in ("", "0" * 15, "0" * 17, "g" * 16, "0123456789ABCDEF", "0123456789abcdef\n"):
        assert questions.opened(key) is None
    assert questions.opened("0123456789abcdef", 2**31) is None
    assert questions.opened("0123456789abcdef", 1) == FORM
