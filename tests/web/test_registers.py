"""Administrators see question sets and the codebook with numbers, never a word of a talk."""

import pytest

from domain import conversations, questions, themes
from domain.people import Permission
from tests import make
from tests.web.town import QUOTES


@pytest.fixture
def admin(town):
    return town.browser("admin")


def test_a_question_set_is_listed_with_its_version_and_its_talks(own_town):
    page = own_town.browser("admin").get("/questions/")
    with own_town.database.reading() as session:
        counted = conversations.count_by_version(session, own_town.cast.admin)[own_town.cast.form.id]
    assert f"Dagtilbud · borgerinterview · alle steder Version 1 i brug: {counted} samtaler siden" in page.words
    assert "Hjemmepleje · borgerinterview · alle steder Version 1 i brug: 1 samtale siden" in page.words


def test_a_version_shows_everything_that_is_asked_in_both_languages(admin, town):
    page = admin.get(f"/questions/{town.cast.form.id}")
    content = town.cast.form.content
    for texts in (content.title, content.promise, content.voice, *(question.prompt for question in content.questions)):
        assert all(text in page.words for text in texts.values())
    assert page.words.count("Mangler") >= len(content.questions)  # these have no English prompt
    assert "<strong>Ét svar er nok.</strong>" in page.text


def test_a_later_version_leads_to_the_earlier_one(own_town):
    with own_town.database.writing() as session:
        [first, *_] = questions.every_version(session, own_town.cast.admin)
        question_set = session.get_one(questions.QuestionSet, first.form.question_set_id)
        later = questions.publish(session, question_set=question_set, content=make.content(asked=2), now=make.NOW)
    page = own_town.browser("admin").get(f"/questions/{later.id}")
    assert f"/questions/{first.form.id}" in page.links()
    assert "Version 2 i brug" in own_town.browser("admin").get("/questions/").words


def test_a_theme_is_shown_with_its_words_and_in_how_many_talks_it_was_chosen(admin, town):
    page = admin.get("/themes/codebook")
    with town.database.reading() as session:
        counts = themes.counts(session, town.cast.admin)
    chosen, offered = counts[town.cast.themes["mad"].id]
    assert chosen >= 5
    assert f"Valgt i {chosen} samtaler · foreslået i {offered}" in page.words
    assert "madras" in page.words


@pytest.mark.parametrize("path", ["/questions/", "/themes/codebook", "/people/"])
def test_no_word_of_a_talk_stands_there(admin, path):
    page = admin.get(path)
    assert [name for name, words in QUOTES.items() if words in page.text] == []
    assert "lågen" not in page.text


@pytest.mark.parametrize("name", ["medarbejder", "leder", "omraade", "omraade2"])
def test_the_verbs_themselves_tell_nobody_else(town, name):
    actor = getattr(town.cast, name)
    assert not actor.may(Permission.READ_REGISTERS)
    with town.database.reading() as session:
        assert questions.every_version(session, actor) == []
        assert conversations.count_by_version(session, actor) == {}
        assert themes.counts(session, actor) == {}
