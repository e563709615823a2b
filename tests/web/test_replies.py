"""*Svar* and *Markér ugen som læst* on the pages, and *Nyt til dig* of those they are for. No reply that was written is lost."""

import json
from datetime import timedelta

import pytest

from blueprints.shared import unit
from domain import actions, conversations, themes
from domain.actions import Reply
from domain.base import Unreachable, new_id
from domain.people import Person
from tests import cast as people
from tests import make
from tests.web import lint
from tests.web.pages import SIGN_IN
from tests.web.town import LAST_WEEK, QUOTES, revoke, rows

TEXT = "Tak. Vi sætter en fast voksen ved lågen."


def page_of(town, who, name="own"):
    key = "reference" if who == "omraade" else "id"
    return f"/conversations/{getattr(town.talks[name], key)}"


def send(town, who, text=TEXT, *, name="late", **more):
    """Through the form on the talk's page."""
    visitor, path = town.new_browser(who), page_of(town, who, name)
    return visitor, visitor.submit(visitor.get(path), f"{path}/replies", text=text, **more)


def replies(town):
    return list(rows(town.database)["reply"])


def test_a_reply_goes_to_the_one_who_noted_the_talk_and_an_answer_comes_back(own_town):
    visitor, answer = send(own_town, "omraade")
    assert (answer.status, answer.location) == (302, f"{page_of(own_town, 'omraade', 'late')}#replies")
    assert TEXT in visitor.get(page_of(own_town, "omraade", "late")).words
    leder = own_town.new_browser("leder")
    home = leder.get("/")
    assert "Sanne Holt har svaret dig" in home.words
    assert page_of(own_town, "leder", "late") in home.links()
    assert TEXT in leder.get(page_of(own_town, "leder", "late")).words
    _visitor, answered = send(own_town, "leder", "Det er en god idé.")
    assert answered.status == 302
    read = visitor.get(page_of(own_town, "omraade", "late")).words
    assert "Den, der noterede samtalen" in read
    assert "Det er en god idé." in read


def test_the_one_who_noted_it_is_not_asked_to_answer_before_there_is_something_to_answer(own_town):
    page = own_town.new_browser("leder").get(page_of(own_town, "leder", "late"))
    assert [form.get("action") for form in page.all("form") if "replies" in (form.get("action") or "")] == []


@pytest.mark.parametrize(("text", "error"), [("  ", "Skriv et svar."), ("a" * 2_003, "Svaret er 3 tegn for langt.")])
def test_a_reply_with_something_wrong_comes_back_with_its_words(own_town, text, error):
    before = replies(own_town)
    _visitor, answer = send(own_town, "omraade", text)
    assert (answer.status, answer.errors()) == (422, [error])
    assert answer.title.startswith("Fejl:")
    assert dict(answer.fields(f"{page_of(own_town, 'omraade', 'late')}/replies"))["text"].strip() == text.strip()
    assert QUOTES["late"] in answer.words, "the talk still stands above it"
    assert replies(own_town) == before


GONE = "Den, der noterede samtalen, er her ikke længere."


def shut_out(town, who):
    with town.database.writing() as session:
        make.disable(session, getattr(town.cast, who).person_id)


def test_where_nobody_would_read_a_reply_no_form_asks_for_one(own_town):
    shut_out(own_town, "leder")
    page = own_town.new_browser("omraade").get(page_of(own_town, "omraade"))
    assert GONE in page.words
    assert "Selv tak. Vi taler om det på mødet." in page.words
    assert page.all("textarea") == []


def test_a_reply_to_somebody_who_was_shut_out_meanwhile_is_not_said_to_be_sent(own_town):
    visitor, path = own_town.new_browser("omraade"), page_of(own_town, "omraade", "late")
    page, before = visitor.get(path), replies(own_town)
    shut_out(own_town, "leder")
    answer = visitor.submit(page, f"{path}/replies", text=TEXT)
    assert (answer.status, answer.errors()) == (422, [GONE])
    assert TEXT in [field.text for field in answer.all("textarea")]
    assert replies(own_town) == before
    assert GONE in visitor.get(path).words


def test_the_one_who_noted_a_talk_still_answers_back(own_town):
    shut_out(own_town, "omraade")
    assert send(own_town, "leder", "Tak for sidst.", name="own")[1].status == 302


def test_a_stale_page_gives_the_words_back(own_town):
    visitor, path = own_town.new_browser("omraade"), page_of(own_town, "omraade")
    answer = visitor.post(f"{path}/replies", {"text": TEXT}, token="IjAi.wrong.token")
    assert answer.status == 419
    assert TEXT in answer.text
    again = visitor.submit(answer, f"{path}/replies")
    assert again.status == 302


def test_a_reply_that_meets_an_ended_sign_in_is_given_back_to_its_writer_only(own_town):
    before, path = replies(own_town), page_of(own_town, "omraade", "late")
    visitor = own_town.new_browser("omraade")
    page = visitor.get(path)
    revoke(own_town.database, own_town.cast.omraade)
    asked = visitor.submit(page, f"{path}/replies", text=TEXT)
    assert (asked.status, replies(own_town)) == (401, before)
    assert TEXT not in asked.everything
    other = visitor.submit(asked, SIGN_IN, email=people.email("leder"), password=make.PASSWORD)
    assert other.status == 409
    assert TEXT not in other.everything
    again = visitor.submit(other, SIGN_IN, email=people.email("omraade"), password=make.PASSWORD)
    assert again.status == 200
    assert dict(again.fields(f"{path}/replies"))["text"] == TEXT
    assert visitor.submit(again, f"{path}/replies").status == 302
    assert len(replies(own_town)) == len(before) + 1


def test_a_reply_to_a_talk_that_was_taken_back_meanwhile_can_be_copied(own_town):
    visitor, path = own_town.new_browser("omraade"), page_of(own_town, "omraade", "late")
    page = visitor.get(path)
    leder = own_town.new_browser("leder")
    address = f"{page_of(own_town, 'leder', 'late')}/withdrawal"
    assert leder.submit(leder.get(page_of(own_town, "leder", "late")), address).status == 302
    answer = visitor.submit(page, f"{path}/replies", text=TEXT)
    assert answer.status == 404
    assert TEXT in answer.words
    assert "blev ikke sendt" in answer.words


def test_a_form_that_another_opened_asks_whose_it_is_before_anything_is_stored(own_town):
    path, before = page_of(own_town, "omraade"), replies(own_town)
    page = own_town.new_browser("omraade").get(path)
    boss = own_town.new_browser("leder")
    path_of_leder = page_of(own_town, "leder")
    fields = {**dict(page.fields(f"{path}/replies")), "text": TEXT}
    answer = boss.post(f"{path_of_leder}/replies", {name: value for name, value in fields.items() if name != "csrf_token"})
    assert (answer.status, replies(own_town)) == (422, before)
    assert "blev åbnet af en anden" in answer.errors()[0]
    assert boss.submit(answer, f"{path_of_leder}/replies").status == 302


def test_a_store_that_refuses_the_reply_says_so_and_shows_its_words(own_town, monkeypatch):
    visitor, path = own_town.new_browser("omraade"), page_of(own_town, "omraade")
    page = visitor.get(path)
    monkeypatch.setattr(unit, "finish", refuse)
    answer = visitor.submit(page, f"{path}/replies", text=TEXT)
    assert answer.status == 503
    assert "Svaret er sendt" not in answer.text
    assert TEXT in answer.words


def refuse(_response):
    raise Unreachable


def test_words_come_back_with_the_404_when_the_role_changed_meanwhile(own_town):
    visitor, path = own_town.new_browser("omraade"), page_of(own_town, "omraade")
    page = visitor.get(path)
    with own_town.database.writing() as session:
        session.get_one(Person, own_town.cast.omraade.person_id).role = "administrator"
    answer = visitor.submit(page, f"{path}/replies", text=TEXT)
    assert answer.status == 404
    assert TEXT in answer.words


def test_at_most_twenty_news_of_eight_weeks_reach_the_phone(own_town, clock):
    with own_town.database.writing() as session:
        for _ in range(21):
            actions.reply(session, own_town.cast.omraade, talk=own_town.talks["late"], key=make.new_id(), text=TEXT, now=make.NOW)
    visitor = own_town.new_browser("leder")
    assert len(json.loads(visitor.get("/sync/kit").text)["news"]) == 20
    clock.shift(8 * 7 * 86_400 + 1)
    visitor = own_town.new_browser("leder")
    assert json.loads(visitor.get("/sync/kit").text)["news"] == []


def test_an_area_leader_who_notes_a_talk_hears_of_it_on_their_own_front_page(own_town):
    boss = make.person
    with own_town.database.writing() as session:
        chief = boss(
            session, email="chef@hoert.example", role=own_town.cast.omraade.role, unit=own_town.cast.kommune, name="Bodil Chef"
        )
        talk = own_town.cast.log(session, own_town.cast.omraade, unit=own_town.cast.mariehuset)
        actions.reply(session, chief, talk=talk, key=make.new_id(), text=TEXT, now=make.NOW)
    assert "Bodil Chef har svaret dig" in own_town.new_browser("omraade").get("/digests/").words


def test_a_double_press_sends_one_reply(own_town):
    visitor, path = own_town.new_browser("omraade"), page_of(own_town, "omraade", "late")
    page, before = visitor.get(path), len(replies(own_town))
    for _ in range(2):
        assert visitor.submit(page, f"{path}/replies", text=TEXT).status == 302
    assert len(replies(own_town)) == before + 1


def test_what_a_reply_says_is_text_and_nothing_else(own_town):
    send(own_town, "omraade", "<script>x()</script> **fed** {{ 7*7 }}")
    page = own_town.new_browser("leder").get(page_of(own_town, "leder", "late"))
    assert "<script>x()</script> **fed** {{ 7*7 }}" in page.words


def test_a_week_is_marked_as_read_and_those_who_noted_its_talks_hear_of_it(own_town):
    visitor = own_town.new_browser("omraade")
    path = f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    page = visitor.get(path)
    assert "Læst af dig" not in page.words
    assert visitor.submit(page, f"{path}/reading").location == f"{path}#finish"
    page = visitor.get(path)
    assert "Læst af dig" in page.words
    leder = own_town.new_browser("leder")
    assert "Sanne Holt har læst ugen med din samtale" in leder.get("/").words
    assert f"Uge {LAST_WEEK.number} · I dag" in leder.get("/").words
    with own_town.database.reading() as session:
        [talk] = [row for row in conversations.newest(session, own_town.cast.leder, own=True) if row.held_week == str(LAST_WEEK)]
    assert "Læst af Sanne Holt" in leder.get(f"/conversations/{talk.first_id}").words
    assert visitor.submit(page, f"{path}/reading/undo").location == f"{path}#finish"
    assert "Læst af dig" not in visitor.get(path).words
    assert f"Uge {LAST_WEEK.number} · I dag" not in leder.get("/").words


def test_a_running_week_has_nothing_to_mark(town):
    page = town.browser("omraade").get(f"/digests/{town.cast.syd.id}/{make.WEEK}")
    assert "Er du færdig?" not in page.words


def test_the_phone_hears_of_both_in_the_kit(own_town):
    send(own_town, "omraade")
    visitor = own_town.new_browser("omraade")
    path = f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    visitor.submit(visitor.get(path), f"{path}/reading")
    found = json.loads(own_town.new_browser("leder").get("/sync/kit").text)["news"]
    told = {(one["kind"], one["by"], one["text"], one["talk"], one["week"], one["talks"]) for one in found}
    assert ("reply", "Sanne Holt", TEXT, str(own_town.talks["late"].first_id), None, 0) in told
    assert ("read", "Sanne Holt", "", None, str(LAST_WEEK), 1) in told
    assert json.loads(own_town.new_browser("leder2").get("/sync/kit").text)["news"] == []


def test_a_reply_stands_in_no_log_and_no_address(own_town, caplog):
    _visitor, answer = send(own_town, "omraade", "Blåbærgrød på torsdag")
    assert "Blåbær" not in str(answer.headers)
    assert "Blåbær" not in caplog.text
    stored = [str(row) for row in rows(own_town.database)["deed"]]
    assert stored
    assert [row for row in stored if "Blåbær" in row] == []
    assert (
        repr(Reply(conversation_id=make.new_id(), author_id=make.new_id(), text="Blåbær", written_at=make.NOW)).find("Blåbær")
        == -1
    )


def test_changes_of_themes_push_no_reply_out_of_sight(cast, signed_in, database):
    """Neither on *Hjem*, which shows five of each, nor in the kit, which holds twenty."""
    with database.writing() as session:
        talks = [cast.log(session, cast.medarbejder, confirmed=[cast.themes["mad"]]) for _ in range(22)]
        actions.reply(session, cast.omraade, talk=talks[0], key=new_id(), text=TEXT, now=make.NOW)
        marks = themes.Marks((cast.themes["tryghed"].id,), (cast.themes["mad"].id,), {})
        for minutes, talk in enumerate(talks[1:], start=1):
            later = make.NOW + timedelta(minutes=minutes)
            themes.decide(session, cast.omraade, first_id=talk.first_id, marks=marks, now=later)
    visitor = signed_in("medarbejder")
    [section] = [one for one in visitor.get("/").all("section") if one.get("aria-labelledby") == "news"]
    lines = [lint.text_of(line) for line in section.iter("li")]
    assert len(lines) == 6
    assert "har svaret dig" in lines[0]
    kit = json.loads(visitor.get("/sync/kit", json=True).text)
    assert ([one["text"] for one in kit["news"]], len(kit["recodings"])) == ([TEXT], 20)


def test_more_than_five_that_wait_unfold_and_the_newest_stands_first(cast, signed_in, database):
    with database.writing() as session:
        for minutes in range(7):
            talk = cast.log(session, cast.leder, confirmed=[cast.themes["mad" if minutes == 6 else "tryghed"]])
            for who, seconds in ((cast.omraade, 0), (cast.leder, 30)):
                at = make.NOW + timedelta(minutes=minutes, seconds=seconds)
                actions.reply(session, who, talk=talk, key=new_id(), text=TEXT, now=at)
    page = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}")
    [section] = [one for one in page.all("section") if one.get("aria-labelledby") == "waiting"]
    notes = [lint.text_of(line).removeprefix("Der er svaret på dit svar").strip() for line in section.iter("li")]
    assert notes == ["Mad", *["Tryghed"] * 6]
    [more] = section.iter("details")
    assert (lint.text_of(next(more.iter("summary"))), len(list(more.iter("li")))) == ("Og 2 til", 2)
