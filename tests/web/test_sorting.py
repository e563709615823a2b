"""*Sortér* and *Ret temaer*: talks one by one, what is saved and undone; *Jeg er ikke enig*, and the answer to it."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from blueprints.themes.sorting import KEYS
from domain import digests, themes
from domain.audit import Deed
from domain.themes import CodingChange, Recoding
from tests import make
from tests.web.town import AUTHORS

SORT = "/themes/sort"

#: An id that nothing has.
NOBODYS = "62e70b41-1833-4c81-8016-02acb8aa6688"


def talk_page(town, name, who):
    return f"/conversations/{getattr(town.talks[name], 'reference' if who == 'omraade' else 'id')}"


def stands(town, name):
    """What the talk is about, by key, with the tone."""
    keys = {theme.id: theme.key for theme in town.cast.themes.values()}
    first_id = town.talks[name].first_id
    with town.database.reading() as session:
        return {keys[row.theme_id]: row.tone for row in themes.confirmed_for(session, [first_id])[first_id]}


def sort(town, name, *keys, who="omraade", kind="sort", **tones):
    """Chooses these themes, and no others, in the form of the talk."""
    visitor = town.new_browser(who)
    key = getattr(town.talks[name], "reference" if who == "omraade" else "id")
    address = f"/themes/{kind}/{key}"
    chosen = {"themes": [str(town.cast.themes[one].id) for one in keys]}
    chosen |= {f"tone_{town.cast.themes[one].id}": tone for one, tone in tones.items()}
    return visitor, visitor.submit(visitor.get(address), address, **chosen)


def button(visitor, page, ending):
    """Presses the one button whose form leads there."""
    [action] = {form.get("action") for form in page.all("form") if (form.get("action") or "").endswith(ending)}
    return visitor.post(action, page.fields(action))


def test_talks_without_a_theme_come_first_and_all_of_two_weeks_come(town):
    visitor, seen, address = town.browser("omraade"), [], SORT
    page = visitor.get(address)
    while True:
        [form] = page.all("form", css="sorting")
        seen.append(form.get("action").rsplit("/", 1)[1])
        following = [link for link in page.all("a") if link.get("data-go") == "next"]
        if not following:
            break
        page = visitor.get(following[0].get("href"))
    names = {str(talk.reference): name for name, talk in town.talks.items()}
    known = [names[key] for key in seen if key in names]
    assert set(known) == {"own", "colleague", "elsewhere", "signs", "small", "late"}
    assert set(known[:2]) == {"colleague", "small"}
    assert len(seen) == len(set(seen))
    assert f"{len(seen)} af {len(seen)}" in page.words


def test_back_leads_the_same_way(town):
    visitor = town.browser("omraade")
    first = visitor.get(SORT)
    [onward] = [link.get("href") for link in first.all("a") if link.get("data-go") == "next"]
    [back] = [link.get("href") for link in visitor.get(onward).all("a") if link.get("data-go") == "previous"]
    assert visitor.get(back).words == first.words


def test_saving_says_what_it_is_about_and_goes_on_to_the_next(own_town):
    visitor = own_town.browser("omraade")
    following = [
        link.get("href")
        for link in visitor.get(f"{SORT}/{own_town.talks['colleague'].reference}").all("a")
        if link.get("data-go") == "next"
    ]
    _visitor, answer = sort(own_town, "colleague", "mad", "tryghed", mad="praise")
    assert answer.status == 302
    assert answer.location.split("?")[0] == following[0]
    assert stands(own_town, "colleague") == {"mad": "praise", "tryghed": None}
    page = visitor.get(answer.location)
    assert "Gemt: Mad (ros), Tryghed." in page.words


def test_saving_without_a_change_changes_nothing_and_goes_on(own_town):
    visitor = own_town.browser("omraade")
    address = f"{SORT}/{own_town.talks['own'].reference}"
    answer = visitor.submit(visitor.get(address), address)
    assert (answer.status, "saved" in answer.location) == (302, False)
    with own_town.database.reading() as session:
        assert session.exec(select(Recoding)).all() == []


def test_undo_stands_on_the_next_page_and_leads_back_to_the_talk_as_it_was(own_town):
    before = stands(own_town, "own")
    visitor, answer = sort(own_town, "own", "mad")
    assert stands(own_town, "own") == {"mad": None}
    back = button(visitor, visitor.get(answer.location), "/undo")
    assert back.location == f"{SORT}/{own_town.talks['own'].reference}"
    assert "Fortrudt." in visitor.get(back.location).words
    assert stands(own_town, "own") == before == {"aflevering": "trouble"}
    assert "Fortryd" not in visitor.get(answer.location).words


def test_what_was_decided_since_is_not_undone(own_town):
    visitor, answer = sort(own_town, "own", "mad")
    page = visitor.get(answer.location)
    sort(own_town, "own", "tryghed")
    back = button(visitor, page, "/undo")
    assert "Det kan ikke fortrydes længere." in visitor.get(back.location).words
    assert stands(own_town, "own") == {"tryghed": None}


def test_somebody_elses_undo_is_not_offered(own_town):
    _visitor, answer = sort(own_town, "own", "mad")
    other = own_town.browser("leder").get(f"{SORT}/{own_town.talks['colleague'].id}?{answer.location.split('?')[1]}")
    assert "Fortryd" not in other.words


@pytest.mark.parametrize("saved", ["x", "", NOBODYS, "1 OR 1=1"])
def test_an_address_that_names_no_recoding_offers_no_undo(town, saved):
    assert "Fortryd" not in town.browser("omraade").get(f"{SORT}?saved={saved}").words


def test_only_what_was_touched_is_saved(own_town):
    """Somebody else gave the talk a theme while the form was open: it stays."""
    visitor = own_town.browser("omraade")
    address = f"{SORT}/{own_town.talks['colleague'].reference}"
    page = visitor.get(address)
    sort(own_town, "colleague", "personale", who="leder")
    visitor.submit(page, address, themes=[str(own_town.cast.themes["mad"].id)])
    assert stands(own_town, "colleague") == {"personale": None, "mad": None}


def test_a_theme_that_somebody_turned_down_meanwhile_does_not_come_back(own_town):
    visitor = own_town.browser("omraade")
    address = f"{SORT}/{own_town.talks['signs'].reference}"
    page = visitor.get(address)
    with own_town.database.writing() as session:
        marks = themes.Marks(rejected=(own_town.cast.themes["tryghed"].id,))
        themes.decide(session, own_town.cast.omraade, first_id=own_town.talks["signs"].first_id, marks=marks, now=make.NOW)
    visitor.submit(page, address, themes=[str(own_town.cast.themes[key].id) for key in ("tryghed", "mad")])
    assert stands(own_town, "signs") == {"mad": None}


@pytest.mark.parametrize("wrong", ["x", "", NOBODYS, "home care"])
def test_a_theme_that_is_not_of_the_talks_codebook_is_refused(own_town, wrong):
    if wrong == "home care":
        wrong = str(own_town.cast.themes_home_care["besøg"].id)
    visitor, address = own_town.browser("omraade"), f"{SORT}/{own_town.talks['own'].reference}"
    assert visitor.submit(visitor.get(address), address, themes=[wrong]).status == 400
    assert stands(own_town, "own") == {"aflevering": "trouble"}


def test_when_all_have_a_theme_the_page_says_so_and_leads_on(own_town):
    for name in ("colleague", "small"):
        visitor, answer = sort(own_town, name, "mad")
    with own_town.database.reading() as session:
        without, _themed = digests.to_sort(session, own_town.cast.omraade, now=make.NOW)
    assert without == []
    page = visitor.get(SORT)
    assert "Ingen samtaler uden tema." in page.words
    assert visitor.get(f"{SORT}?all=1").all("form", css="sorting")
    assert answer.status == 302


def test_a_suggestion_is_marked_and_not_chosen(town):
    page = town.browser("omraade").get(f"{SORT}/{town.talks['late'].reference}")
    chips = page.all("label", css="chip")
    assert all(box.get("checked") is None for chip in chips if "suggested" in chip.get("class") for box in chip.iter("input"))


def test_every_theme_has_a_key_of_its_own_that_means_nothing_else():
    assert len(set(KEYS)) == len(KEYS)
    assert not set(KEYS) & set("bjkr?")


def test_the_form_tells_those_above_nothing_of_who_or_when(town):
    words = town.browser("omraade").get(f"{SORT}/{town.talks['own'].reference}").text
    assert [
        secret for secret in (*AUTHORS, "7.43", str(town.talks["own"].first_id), "Mariehuset", "Grandparent") if secret in words
    ] == []


def test_from_the_talk_the_form_leads_back_to_the_talk_with_undo(own_town):
    visitor, answer = sort(own_town, "own", "mad", kind="talks")
    page = visitor.get(answer.location)
    assert answer.location.startswith(talk_page(own_town, "own", "omraade"))
    assert "Gemt: Mad." in page.words
    assert button(visitor, page, "/undo").location == talk_page(own_town, "own", "omraade")
    assert stands(own_town, "own") == {"aflevering": "trouble"}


@pytest.mark.parametrize(
    ("who", "name", "offered"), [("omraade", "own", True), ("leder", "colleague", True), ("medarbejder", "colleague", False)]
)
def test_who_may_is_offered_to_change_the_themes_on_the_talk(town, who, name, offered):
    assert any("/themes/talks/" in link for link in town.browser(who).get(talk_page(town, name, who)).links()) == offered


def test_the_author_sees_it_disagrees_and_hears_that_they_were_put_back(own_town, clock):
    sort(own_town, "own", "mad", mad="trouble")
    leder, omraade = own_town.browser("leder"), own_town.browser("omraade")
    own = talk_page(own_town, "own", "leder")
    page = leder.get(own)
    assert "Temaerne er rettet: fra Aflevering (bøvl) til Mad (bøvl)." in page.words
    assert "Sanne Holt har rettet temaerne i din samtale" in leder.get("/").words
    week = f"/digests/{own_town.cast.syd.id}/{make.WEEK}"
    assert "indsigelse" not in omraade.get(week).words
    clock.shift(timedelta(hours=1))
    button(leder, page, "/objection")
    assert "Du er ikke enig. Det venter på svar." in leder.get(own).words
    assert stands(own_town, "own") == {"mad": "trouble"}
    waiting = omraade.get(week)
    assert "Der er gjort indsigelse mod et tema" in waiting.words
    assert "Der er gjort indsigelse" not in omraade.get(f"{week}.md").text
    theirs = talk_page(own_town, "own", "omraade")
    assert theirs in waiting.links()
    asked = omraade.get(theirs)
    assert "Den, der noterede samtalen, er ikke enig." in asked.words
    assert "Lene Mose" not in asked.words
    [action] = {form.get("action") for form in asked.all("form") if (form.get("action") or "").endswith("/answer")}
    assert omraade.post(action, {"outcome": "put_back"}).location == theirs
    assert stands(own_town, "own") == {"aflevering": "trouble"}
    assert "Du var ikke enig. Sanne Holt har sat temaerne tilbage." in leder.get(own).words
    assert "Sanne Holt har sat temaerne tilbage" in leder.get("/").words
    assert "indsigelse" not in omraade.get(week).words


def test_the_answer_may_be_that_they_stay(own_town):
    sort(own_town, "own", "mad")
    leder, omraade = own_town.browser("leder"), own_town.browser("omraade")
    button(leder, leder.get(talk_page(own_town, "own", "leder")), "/objection")
    asked = omraade.get(talk_page(own_town, "own", "omraade"))
    [action] = {form.get("action") for form in asked.all("form") if (form.get("action") or "").endswith("/answer")}
    assert omraade.post(action, {"outcome": "both"}).status == 400
    omraade.post(action, {"outcome": "kept"})
    assert stands(own_town, "own") == {"mad": None}
    page = leder.get(talk_page(own_town, "own", "leder"))
    assert "Sanne Holt har læst det og beholdt temaerne." in page.words
    assert "Jeg er ikke enig" not in page.words


def test_the_leader_of_the_house_hears_of_an_employees_objection_at_home(own_town):
    sort(own_town, "colleague", "mad", who="leder")
    employee = own_town.browser("medarbejder")
    button(employee, employee.get(talk_page(own_town, "colleague", "medarbejder")), "/objection")
    home = own_town.browser("leder").get("/")
    assert "Der er gjort indsigelse mod et tema" in home.words
    assert talk_page(own_town, "colleague", "leder") in home.links()
    assert "Der er gjort indsigelse" not in own_town.browser("leder2").get("/").words


def test_the_phone_hears_of_it_apart_from_what_earlier_phones_know(own_town):
    sort(own_town, "own", "mad")
    kit = json.loads(own_town.browser("leder").get("/sync/kit").text)
    assert {one["kind"] for one in kit["news"]} <= {"reply", "read"}
    [one] = kit["recodings"]
    assert (one["kind"], one["by"], one["talk"]) == ("recoded", "Sanne Holt", str(own_town.talks["own"].first_id))
    assert one["text"] == "Fra Aflevering (bøvl) til Mad"
    assert json.loads(own_town.browser("leder2").get("/sync/kit").text)["recodings"] == []


def test_the_author_sees_what_another_decided_as_fixed(own_town):
    sort(own_town, "own", "mad")
    leder = own_town.browser("leder")
    address = f"/themes/talks/{own_town.talks['own'].id}"
    page = leder.get(address)
    fixed = {box.get("value") for box in page.all("input") if box.get("disabled") is not None}
    assert fixed == {str(own_town.cast.themes[key].id) for key in ("aflevering", "mad")}
    leder.submit(page, address, themes=[str(own_town.cast.themes["tryghed"].id)])
    assert stands(own_town, "own") == {"mad": None, "tryghed": None}


def test_each_deed_is_in_the_log_and_none_holds_words(own_town):
    visitor, answer = sort(own_town, "own", "mad")
    button(visitor, visitor.get(answer.location), "/undo")
    with own_town.database.reading() as session:
        deeds = [row for row in session.exec(select(Deed)).all() if row.verb.startswith("themes_")]
        assert [(row.verb, row.facts) for row in deeds] == [("themes_decided", {"themes": 2}), ("themes_undone", {})]
        assert len(session.exec(select(CodingChange)).all()) == 4
    assert "Samtaler, hvor temaerne er rettet" in own_town.browser("admin").get("/admin/log").words
