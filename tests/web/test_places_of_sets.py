"""What a new set is for, and where a set is used: a ready one's own kind of talk, and places where somebody asks it."""

import pytest

from domain import people, questions
from tests.web import editing
from tests.web.editing import goes_on


@pytest.fixture
def admin(own_town):
    return own_town.browser("admin")


def sets(town):
    with town.database.reading() as session:
        return list(questions.sets_by_id(session).values())


def offered(page, label):
    """Ids of places in a group; without its label all of them."""
    [select] = [one for one in page.all("select") if one.get("name") == "place"]
    groups = [one for one in select.iter("optgroup") if one.get("label") == label] if label else [select]
    return {one.get("value") for group in groups for one in group.iter("option")}


def places(town, sector):
    with town.database.reading() as session:
        units = people.tree(session, town.cast.admin)
    return {str(one.id) for one in units if one.sector == sector}


def test_a_ready_set_is_for_its_own_kind_of_talk_whatever_the_select_says(own_town, admin):
    form = admin.get("/questions/new")
    for ready in questions.ready_sets():
        before = {row.id for row in sets(own_town)}
        goes_on(admin, admin.submit(form, "/questions/new", talk_type="parent_talk", beginning=ready.key))
        [made] = [row for row in sets(own_town) if row.id not in before]
        assert made.talk_type == ready.talk_type
    assert "Et færdigt spørgesæt har sin egen slags samtale." in form.words


def test_only_places_of_the_sector_are_offered(own_town, admin):
    nursery, home_care = (places(own_town, sector) for sector in ("nursery", "home_care"))
    assert nursery
    assert home_care
    found = offered(admin.get(f"/questions/{own_town.cast.form.id}"), "")
    assert nursery <= found
    assert not home_care & found
    new = admin.get("/questions/new")
    assert (offered(new, "Dagtilbud"), offered(new, "Hjemmepleje")) == (nursery, home_care)


def test_another_place_is_refused_where_a_set_is_made_and_what_was_chosen_stays(own_town, admin):
    before = len(sets(own_town))
    form = admin.get("/questions/new")
    key = next(iter(places(own_town, "home_care")))
    refused = admin.submit(form, "/questions/new", sector="nursery", talk_type="group_talk", place=key, beginning="quick_note")
    assert refused.status == 422
    assert "Det sted hører ikke til dagtilbud." in refused.words
    [place] = [one for one in refused.all("select") if one.get("name") == "place"]
    assert place.get("aria-describedby") == "place-error"
    kept = dict(refused.fields("/questions/new"))
    assert (kept["sector"], kept["talk_type"], kept["place"], kept["beginning"]) == ("nursery", "group_talk", key, "quick_note")
    assert len(sets(own_town)) == before
    goes_on(admin, admin.submit(refused, "/questions/new", sector="home_care"))
    assert key in {str(row.unit_id) for row in sets(own_town)}


def test_another_place_is_refused_where_a_set_is_used(own_town, admin):
    form = own_town.cast.form
    key = next(iter(places(own_town, "home_care")))
    refused = admin.post(f"/questions/{form.question_set_id}/place", {"place": key})
    assert refused.status == 422
    assert "Det sted hører ikke til dagtilbud." in refused.words
    assert "Gemt." not in refused.words
    with own_town.database.reading() as session:
        assert questions.find_set(session, form.question_set_id).unit_id is None
        assert questions.in_use(session, own_town.cast.leder)
    assert admin.post(f"/questions/{form.question_set_id}/place", {"place": "0197a6c0-0000-7000-8000-000000000001"}).status == 404


def test_a_set_of_which_nothing_is_published_yet_is_refused_too(own_town, admin):
    form = admin.get("/questions/new")
    draft = goes_on(admin, admin.submit(form, "/questions/new", sector="nursery", talk_type="quick_note"))
    key = next(iter(places(own_town, "home_care")))
    page = goes_on(admin, admin.post(draft.path.split("?")[0].replace("/draft", "/place"), {"place": key}))
    assert "Det sted hører ikke til dagtilbud." in page.words
    assert editing.stored(own_town) is None
