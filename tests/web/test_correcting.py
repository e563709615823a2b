"""Correcting a talk and taking it back in the web pages: what stands afterwards, and who sees what of it."""

import pytest

from domain import digests, sync, themes
from domain.base import new_id
from tests import make
from tests.web.pages import FORM, filled, open_form, talks, texts
from tests.web.town import LAST_WEEK

LATER = "Mor rettede sig selv: »vi stod der kun et øjeblik, før vi blev set«"


def edit_address(talk):
    return f"{FORM}/{talk.first_id}"


@pytest.fixture
def noted(signed_in, cast, database):
    """A talk of leder's with something in every field, and the browser it was noted in."""
    visitor = signed_in("leder")
    visitor.submit(open_form(visitor), FORM, **filled(cast))
    [talk] = talks(database)
    return visitor, talk


def correct(visitor, talk, **changes):
    page = visitor.get(edit_address(talk))
    assert page.status == 200
    return visitor.submit(page, FORM, **changes)


def latest(database):
    [row] = [row for row in talks(database) if row.replaced_by_id is None]
    return row


def test_the_form_holds_the_talk_and_saving_it_unchanged_changes_nothing_of_it(noted, database):
    visitor, talk = noted
    assert correct(visitor, talk).status == 302
    row = latest(database)
    assert (row.revision, row.first_id, row.reference, row.received_at) == (2, talk.id, talk.reference, talk.received_at)
    kept = ("answers", "about", "quote_scope", "held_at", "held_week", "unit_id", "question_set_version_id", "author_id")
    assert {name: getattr(row, name) for name in kept} == {name: getattr(talk, name) for name in kept}
    assert row.revised_at == make.NOW
    with database.reading() as session:
        marks = {(one.theme_id, one.decision, one.tone) for one in themes.decided_for(session, talk.id)}
    assert {(decision, tone) for _theme, decision, tone in marks} == {("confirmed", "trouble")}
    assert len(marks) == 2


def test_a_corrected_talk_reads_as_corrected_and_keeps_its_address(noted):
    visitor, talk = noted
    saved = correct(visitor, talk, answer_1=LATER)
    assert saved.location == f"/capture/saved/{latest_id(saved)}"
    assert "et øjeblik" in visitor.get(saved.location).words
    page = visitor.get(f"/conversations/{talk.first_id}")
    assert "et øjeblik" in page.words
    assert "Rettet i dag 12.00" in page.words
    assert "før nogen så os" not in page.words
    history = visitor.get(f"/conversations/{talk.first_id}/history")
    assert history.words.index("et øjeblik") < history.words.index("før nogen så os")


def latest_id(answer):
    return answer.location.rsplit("/", 1)[1]


def test_a_talk_that_was_never_corrected_has_no_history(noted):
    visitor, talk = noted
    assert visitor.get(f"/conversations/{talk.first_id}/history").status == 404


def test_several_tones_survive_a_correction_of_the_words(signed_in, cast, database):
    with database.writing() as session:
        marked = {"confirmed": [cast.themes["mad"], cast.themes["tryghed"]], "rejected": [cast.themes["personale"]]}
        talk = cast.log(session, cast.leder, **marked, tones={"mad": "trouble", "tryghed": "praise"})
    correct(signed_in("leder"), talk, answer_1="Nye ord om det hele")
    with database.reading() as session:
        keys = {theme.id: key for key, theme in cast.themes.items()}
        found = {keys[one.theme_id]: (one.decision, one.tone) for one in themes.decided_for(session, talk.id)}
    assert found == {"mad": ("confirmed", "trouble"), "tryghed": ("confirmed", "praise"), "personale": ("rejected", None)}


@pytest.mark.parametrize("who", ["medarbejder", "leder2", "leder3", "omraade", "omraade2"])
def test_nobody_but_its_author_corrects_a_talk_or_takes_it_back(noted, signed_in, who):
    _visitor, talk = noted
    other = signed_in(who)
    for key in (talk.first_id, talk.reference):
        assert other.get(f"{FORM}/{key}").status == 404
        assert other.post(f"/conversations/{key}/withdrawal", {"item": str(new_id())}).status == 404


def test_a_leader_sees_the_history_of_the_house_and_those_above_do_not(signed_in, cast, database):
    with database.writing() as session:
        talk = cast.log(session, cast.medarbejder, "De første ord om garderoben")
    correct(signed_in("medarbejder"), talk, answer_1="De rettede ord om garderoben")
    assert "De første ord" in signed_in("leder").get(f"/conversations/{talk.first_id}/history").words
    above = signed_in("omraade")
    page = above.get(f"/conversations/{talk.reference}")
    assert "De rettede ord" in page.words
    assert "Rettet" in page.words
    assert "Rettet i dag" not in page.words
    assert "De første ord" not in page.text
    for key in (talk.reference, talk.first_id):
        assert above.get(f"/conversations/{key}/history").status == 404


def test_two_pages_open_at_once_cost_no_words_and_show_both(noted, database):
    visitor, talk = noted
    first, second = (visitor.get(edit_address(talk)) for _ in range(2))
    assert visitor.submit(first, FORM, answer_1="Den ene rettelse").status == 302
    answer = visitor.submit(second, FORM, answer_1="Den anden rettelse")
    assert answer.status == 409
    assert "Den ene rettelse" in answer.words
    assert dict(answer.fields(FORM))["answer_1"] == "Den anden rettelse"
    assert visitor.submit(answer, FORM).status == 302
    assert [texts(row)[0] for row in talks(database)][1:] == ["Den ene rettelse", "Den anden rettelse"]
    assert latest(database).revision == 3


def test_taking_back_deletes_every_word_of_every_revision(noted, database):
    visitor, talk = noted
    correct(visitor, talk, answer_1=LATER)
    page = visitor.get(f"/conversations/{talk.first_id}")
    answer = visitor.submit(page, f"/conversations/{talk.first_id}/withdrawal")
    assert answer.location == "/conversations/"
    after = visitor.get(answer.location)
    assert "Samtalen er taget tilbage" in after.words
    assert talks(database) == []
    assert visitor.get(f"/conversations/{talk.first_id}").status == 404
    assert visitor.submit(page, f"/conversations/{talk.first_id}/withdrawal").status == 404


def test_a_form_that_was_open_while_the_talk_was_taken_back_keeps_its_words(noted, database):
    visitor, talk = noted
    page = visitor.get(edit_address(talk))
    visitor.submit(visitor.get(f"/conversations/{talk.first_id}"), f"/conversations/{talk.first_id}/withdrawal")
    answer = visitor.submit(page, FORM, answer_1="Ord, der blev skrevet imens")
    assert answer.status == 409
    assert dict(answer.fields(FORM))["answer_1"] == "Ord, der blev skrevet imens"
    assert talks(database) == []
    assert visitor.submit(answer, FORM).status == 302
    assert (latest(database).revision, texts(latest(database))[0]) == (1, "Ord, der blev skrevet imens")


def issued_with_quote(own_town):
    """The area's issued week, with a talk of leder's quoted in it."""
    cast, at = own_town.cast, LAST_WEEK.starts_at()
    with own_town.database.writing() as session:
        talk = cast.log(session, cast.leder, f"»{make.QUOTE}«", held_at=at, confirmed=[cast.themes["personale"]])
        digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    return talk, f"/digests/{cast.syd.id}/{make.WEEK}"


def test_a_talk_taken_back_leaves_an_issued_week_as_it_is_but_for_its_words(own_town):
    visitor = own_town.browser("leder")
    talk = own_town.talks["own"]
    with own_town.database.writing() as session:
        digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.WEEK.ends_at())
    week = f"/digests/{own_town.cast.syd.id}/{make.WEEK}"
    before = own_town.browser("omraade").get(week)
    assert make.QUOTE in before.words
    visitor.submit(visitor.get(f"/conversations/{talk.first_id}"), f"/conversations/{talk.first_id}/withdrawal")
    after = own_town.browser("omraade").get(week)
    assert make.QUOTE not in after.text
    assert "Citatet er fjernet" in after.words
    for path in (f"{week}.md", f"{week}/talks", f"/conversations/{talk.reference}"):
        assert make.QUOTE not in own_town.browser("omraade").get(path).text


def test_a_no_to_being_quoted_afterwards_empties_the_quotation(own_town):
    visitor, talk = own_town.browser("leder"), own_town.talks["own"]
    with own_town.database.writing() as session:
        digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.WEEK.ends_at())
    week = f"/digests/{own_town.cast.syd.id}/{make.WEEK}"
    assert correct(visitor, talk, quote_scope="none").status == 302
    after = own_town.browser("omraade").get(week)
    assert make.QUOTE not in after.text
    assert "Citatet er fjernet" in after.words


def test_an_edit_on_the_next_day_leaves_the_talk_in_its_own_week(own_town, clock):
    talk, visitor = own_town.talks["own"], own_town.browser("leder")
    clock.move_to(make.WEEK.ends_at())
    correct(visitor, talk, answer_2="Tilføjet mandag")
    with own_town.database.writing() as session:
        issue = digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.WEEK.ends_at())
        assert issue is not None
        members = [str(key) for theme in issue.content["themes"] for key in theme["talks"]]
    assert str(talk.first_id) in members


def boxed_one(database, cast, who="leder"):
    with database.reading() as session:
        return sync.waiting(session, getattr(cast, who))


def test_an_area_leader_sees_on_the_page_of_weeks_what_needs_them(signed_in, cast, database):
    visitor = signed_in("omraade")
    assert "har brug for dig" not in visitor.get("/digests/").words
    with database.writing() as session:
        sync.take(session, cast.omraade, items=[cast.talk(about={"relation": ["nobody"]})], now=make.NOW)
    assert "1 samtale har brug for dig" in visitor.get("/digests/").words


def test_what_needs_help_is_seen_put_right_and_sent_again(signed_in, cast, database):
    bad = cast.talk("Far fortalte om madpakken", unit=cast.skovbrynet, about={"relation": ["father"]})
    with database.writing() as session:
        sync.take(session, cast.leder, items=[bad], now=make.NOW)
    visitor = signed_in("leder")
    assert "1 samtale har brug for dig" in visitor.get("/").words
    assert "1 samtale har brug for dig" in visitor.get("/conversations/").words
    listed = visitor.get("/capture/help")
    assert "Far fortalte om madpakken" in listed.words
    [one] = boxed_one(database, cast)
    page = visitor.get(f"/capture/help/{one.key}")
    held = dict(page.fields(FORM))
    assert (held["answer_1"], held["about_relation"]) == ("Far fortalte om madpakken", "father")
    assert visitor.submit(page, FORM, unit=str(cast.mariehuset.id)).status == 302
    assert texts(latest(database)) == ["Far fortalte om madpakken"]
    assert boxed_one(database, cast) == []
    assert "har brug for dig" not in visitor.get("/").words
    with database.writing() as session:
        assert [one.status for one in sync.take(session, cast.leder, items=[bad], now=make.NOW)] == ["erased"]


def test_a_form_that_is_still_wrong_keeps_it_in_the_box(signed_in, cast, database):
    with database.writing() as session:
        sync.take(session, cast.leder, items=[cast.talk("Ord i et andet hus", unit=cast.skovbrynet)], now=make.NOW)
    visitor, [one] = signed_in("leder"), boxed_one(database, cast)
    answer = visitor.submit(visitor.get(f"/capture/help/{one.key}"), FORM, answer_1="")
    assert answer.status == 422
    assert [kept.key for kept in boxed_one(database, cast)] == [one.key]


def two_versions(database, cast):
    first = cast.talk("De første ord")
    edits = [make.edit(first, text) for text in ("Den ene udgave", "Den anden udgave")]
    with database.writing() as session:
        receipts = sync.take(session, cast.leder, items=[first, *edits], now=make.NOW)
    assert [one.status for one in receipts] == ["stored", "stored", "conflict"]
    [one] = boxed_one(database, cast)
    return one


@pytest.mark.parametrize("who", ["medarbejder", "leder2", "omraade"])
def test_nobody_else_sees_or_settles_what_needs_somebodys_help(signed_in, cast, database, who):
    one, other = two_versions(database, cast), signed_in(who)
    assert "udgave" not in other.get("/capture/help").words
    assert other.get(f"/capture/help/{one.key}").status == 404
    for rest in ("/merge", "/export"):
        assert other.get(f"/capture/help/{one.key}{rest}").status == 404
    for rest in ("/settle", "/keep", "/use"):
        assert other.post(f"/capture/help/{one.key}{rest}").status == 404
    assert len(boxed_one(database, cast)) == 1


UNREADABLE = {
    "no shape at all": {"answers": "Bare en tekst", "unit": 7},
    "a text with half a character": {"answers": [{"question": "x", "text": "Halvt \ud800 tegn"}]},
    "a nested tangle": {"answers": [{"text": {"a": ["Dybt", {"b": "inde"}]}}], "about": [1], "themes": "mad", "held_at": 3},
    "nothing": {},
    "another version": {
        "question_set_version": "00000000-0000-4000-8000-000000000000",
        "answers": [{"question": "x", "text": "Ord"}],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("members", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_whatever_lies_in_the_box_is_shown_whole_and_can_be_let_go(signed_in, cast, database, members):
    with database.writing() as session:
        sync.take(session, cast.leder, items=[{"id": str(new_id()), "kind": "conversation", **members}], now=make.NOW)
    visitor, [one] = signed_in("leder"), boxed_one(database, cast)
    assert visitor.get("/capture/help").status == 200
    page = visitor.get(f"/capture/help/{one.key}")
    assert page.status == 200
    held = " ".join(value for name, value in page.fields(FORM) if name.startswith("answer_"))
    for word in ("Bare en tekst", "Halvt", "Dybt", "inde", "Ord"):
        assert (word in held) == (word in str(members))
    assert visitor.submit(page, f"/capture/help/{one.key}/settle").status == 302
    assert boxed_one(database, cast) == []


def test_a_withdrawal_that_cannot_be_used_is_shown_and_let_go(signed_in, cast, database):
    with database.writing() as session:
        theirs = cast.log(session, cast.medarbejder)
        sync.take(session, cast.leder, items=[make.withdrawal(theirs.id)], now=make.NOW)
    visitor, [one] = signed_in("leder"), boxed_one(database, cast)
    page = visitor.get(f"/capture/help/{one.key}")
    assert "skulle tages tilbage" in page.words
    assert visitor.submit(page, f"/capture/help/{one.key}/settle").status == 302
    assert len(talks(database)) == 1


def test_a_phone_is_listed_with_what_waits_on_it_and_can_be_shut_out(signed_in, cast, database):
    from domain import people

    device = new_id()
    with database.writing() as session:
        people.see_device(session, cast.leder, device_id=device, user_agent="Android Chrome", waiting=2, now=make.NOW)
    visitor = signed_in("leder")
    page = visitor.get("/people/me")
    assert "2 samtaler er ikke sendt endnu" in page.words
    assert "bliver alt på den låst" in page.words  # tests/browser/test_phone_locked.py
    [address] = [form.get("action") for form in page.all("form") if "/devices/" in (form.get("action") or "")]
    assert signed_in("leder2").post(address).status == 404
    assert visitor.submit(page, address).status == 302
    assert "ikke sendt endnu" not in visitor.get("/people/me").words
    with database.reading() as session:
        assert people.is_revoked(session, cast.leder, device)


def test_pages_of_what_needs_help_write_the_read_log(signed_in, cast, database):
    from domain import audit

    one, visitor = two_versions(database, cast), signed_in("leder")
    for path in ("", f"/{one.key}", f"/{one.key}/merge", f"/{one.key}/export"):
        with database.reading() as session:
            before = len(audit.read_by(session, one.item_id))
        visitor.get(f"/capture/help{path}")
        with database.reading() as session:
            assert len(audit.read_by(session, one.item_id)) == before + 1


@pytest.mark.parametrize("revision", ["x", "²", "99999999999999999999", "9" * 5_000])
def test_a_number_of_the_correction_that_was_changed_on_the_way_is_no_fault_and_costs_no_word(noted, database, revision):
    """Python reads no number of thousands of digits."""
    visitor, talk = noted
    answer = correct(visitor, talk, answer_1=LATER, revision=revision)
    assert (answer.status, latest(database).id) == (422, talk.id)
    assert answer.errors()
    assert dict(answer.fields(FORM))["answer_1"] == LATER
