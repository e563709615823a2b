"""Two administrators at one draft, by its pages: what either of them typed is never lost."""

import pytest

from domain import questions
from tests import make
from tests.web import editing
from tests.web.editing import goes_on, press


@pytest.fixture
def admin(own_town):
    return own_town.browser("admin")


@pytest.fixture
def page(own_town, admin):
    return admin.get(editing.begun(own_town))


def published(town):
    with town.database.writing() as session:
        draft = editing.stored(town)
        questions.publish_draft(session, town.cast.admin, draft.question_set.id, seen=draft.revision, now=make.NOW)


def test_who_publishes_second_is_given_back_what_they_typed(own_town, admin, page):
    published(own_town)
    answer = press(admin, page, "", to=f"{editing.address(own_town)}/publication", **{"title.da": "Skrevet for sent"})
    assert answer.status == 409
    assert "Skrevet for sent" in answer.words
    assert editing.stored(own_town) is None, "and nothing is published twice"


def test_a_stale_token_beside_a_published_draft_gives_the_texts_back_too(own_town, admin, page):
    published(own_town)
    answer = press(admin, page, "save", **{"title.da": "Skrevet for sent", "csrf_token": "gammelt"})
    assert answer.status == 409
    assert "Skrevet for sent" in answer.words


def test_two_who_both_lay_what_they_typed_into_a_new_draft_keep_both(own_town, admin, page):
    published(own_town)
    here = editing.address(own_town)
    mine = press(admin, page, "save", **{"title.da": "Den enes titel"})
    theirs = press(admin, page, "save", **{"voice.da": "Den andens ord"})
    goes_on(admin, admin.submit(mine, here))
    goes_on(admin, admin.submit(theirs, here))
    sketch = editing.sketch(own_town)
    assert (sketch.title["da"], sketch.voice["da"]) == ("Den enes titel", "Den andens ord")


def test_two_who_lay_the_same_place_into_a_new_draft_choose(own_town, admin, page):
    page = goes_on(admin, press(admin, page, "save", **{"promise.da": "Et løfte"}))  # what both saw is gone with the publishing
    older = admin.get(editing.address(own_town))
    goes_on(admin, press(admin, page, "save", **{"promise.da": "Et løfte mere"}))
    published(own_town)
    here = editing.address(own_town)
    mine, theirs = (press(admin, older, "save", **{"title.da": title}) for title in ("Den enes", "Den andens"))
    goes_on(admin, admin.submit(mine, here))
    clash = admin.submit(theirs, here)
    assert clash.status == 409
    goes_on(admin, admin.submit(clash, here, **{"choose title.da": "mine"}))
    assert editing.sketch(own_town).title["da"] == "Den andens"


def test_undoing_the_way_back_keeps_what_was_written_since(own_town, admin, page):
    goes_on(admin, press(admin, page, "save", **{"title.da": "Før vejen tilbage"}))
    begin = f"{editing.address(own_town)}/beginning"
    token = dict(page.fields(editing.address(own_town)))["csrf_token"]
    page = goes_on(admin, admin.post(begin, [("csrf_token", token), ("from", "1")]))
    page = goes_on(admin, press(admin, page, "save", **{"voice.da": "Skrevet siden"}))
    [undo] = [button.get("value") for button in page.all("button") if button.get("id") == "undo"]
    goes_on(admin, press(admin, page, undo))
    sketch = editing.sketch(own_town)
    assert (sketch.title["da"], sketch.voice["da"]) == ("Før vejen tilbage", "Skrevet siden")


def test_a_version_that_came_beside_the_draft_is_shown_before_it_is_followed(own_town, admin, page):
    with own_town.database.writing() as session:
        row = questions.find_set(session, own_town.cast.form.question_set_id)
        questions.publish(session, question_set=row, content=own_town.cast.form.content, now=make.NOW)
    to = f"{editing.address(own_town)}/publication"
    answer = press(admin, page, "", to=to, **{"title.da": "Min titel"})
    assert answer.status == 409
    assert "Udgiv version 3" in answer.words
    assert editing.sketch(own_town).title["da"] == "Min titel"
    assert "Version 3 er udgivet." in goes_on(admin, press(admin, admin.get(editing.address(own_town)), "", to=to)).words


def test_a_number_of_many_digits_is_none(own_town, admin, page):
    token = dict(page.fields(editing.address(own_town)))["csrf_token"]
    answer = admin.post(f"{editing.address(own_town)}/beginning", [("csrf_token", token), ("from", "9" * 5_000)])
    assert answer.status == 302


def test_nobody_is_in_conflict_with_what_they_sent_themselves(own_town, admin, page):
    """The first answer is lost on its way; the form goes on as it was."""
    press(admin, page, "keep", **{"title.da": "Hvordan gik"})
    goes_on(admin, press(admin, page, "keep", **{"title.da": "Hvordan gik det?"}))
    assert editing.sketch(own_town).title["da"] == "Hvordan gik det?"
    other = admin.get(editing.address(own_town))
    goes_on(admin, press(admin, page, "keep", **{"title.da": "Hvordan går det?"}))
    clash = press(admin, other, "keep", **{"title.da": "I det andet vindue"})
    assert clash.status == 409
    assert "Du rettede imens i et andet vindue." in clash.words
    goes_on(admin, admin.submit(clash, editing.address(own_town), **{"choose title.da": "mine"}))
    assert editing.sketch(own_town).title["da"] == "I det andet vindue"


def test_a_form_that_was_given_back_is_still_the_same(own_town, admin, page):
    press(admin, page, "keep", **{"title.da": "Hvordan gik"})
    texts = [pair for pair in page.fields(editing.address(own_town)) if pair[0] != "title.da"]
    back = admin.post(editing.address(own_town), [*texts, ("title.da", "Hvordan gik det?")], token="IjAi.wrong.token")
    assert back.status == 419
    goes_on(admin, press(admin, back, "save"))
    assert editing.sketch(own_town).title["da"] == "Hvordan gik det?"


def test_what_comes_late_and_what_no_form_sends_break_nothing(own_town, admin, page):
    goes_on(admin, press(admin, page, "keep", nth="2", **{"title.da": "Hvordan gik det?"}))
    late = press(admin, page, "keep", nth="1", **{"title.da": "Hvordan gik"})
    assert late.status == 409
    assert editing.sketch(own_town).title["da"] == "Hvordan gik det?"
    for form in ("", "x", "\x00", "0" * 400):
        other = press(admin, admin.get(editing.address(own_town)), "keep", form=form, nth="99999999999")
        assert other.status == 302
