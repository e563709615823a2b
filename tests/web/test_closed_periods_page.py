"""*Lukkede perioder*: noted, refused with words given back, taken away and put back."""

import pytest

from tests.web import lint
from tests.web.client import Visitor

CLOSED = "/people/closed"
SUMMER = {"first_on": "2027-07-12", "last_on": "2027-07-30", "note": "Sommerlukket"}


def note(visitor, **more):
    return visitor.submit(visitor.get(CLOSED), CLOSED, **{**SUMMER, **more})


def listed(page):
    return [lint.text_of(one) for one in page.all("li", css="item")]


def test_a_leader_closes_the_own_house_and_is_not_asked_which(signed_in):
    leder = signed_in("leder")
    assert leder.get(CLOSED).all("select") == []
    assert note(leder).location == CLOSED
    [row] = listed(leder.get(CLOSED))
    assert "12.–30. juli 2027" in row
    assert "Mariehuset · Sommerlukket" in row


def test_an_area_leader_chooses_among_the_area_and_its_houses(signed_in):
    omraade = signed_in("omraade")
    [where] = omraade.get(CLOSED).all("select")
    names = [lint.text_of(one) for one in where.iter("option")]
    assert names == ["Hele Område Syd", "Mariehuset", "Regnbuen", "Skovbrynet", "Åhaven"]
    note(omraade)
    [row] = listed(signed_in("leder").get(CLOSED))
    assert "Gælder også jer" in row
    assert "Fjern" not in row


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first_on": "2027-08-01"}, "Den sidste dag ligger før den første."),
        ({"last_on": "2028-09-01"}, "En periode kan højst vare et år."),
        ({"first_on": "3027-07-12", "last_on": "3027-07-30"}, "Perioden ligger for langt væk. Se på årstallet."),
        ({"first_on": ""}, "Skriv den første dag."),
        ({"last_on": ""}, "Skriv den sidste dag."),
        ({"last_on": "i morgen"}, "Skriv dagen som år-måned-dag, for eksempel 2026-11-18."),
        ({"note": "x" * 61}, "Teksten er 1 tegn for lang."),
        ({"note": "en\x1b"}, "Der er et tegn i feltet, som vi ikke kan læse."),
        ({"unit": "nowhere"}, "Vælg et sted."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_is_given_back(signed_in, wrong, said):
    leder = signed_in("leder")
    answer = note(leder, **wrong)
    assert (answer.status, answer.errors()) == (422, [said])
    if "note" not in wrong:
        assert dict(answer.fields(CLOSED))["note"] == "Sommerlukket"
    assert listed(leder.get(CLOSED)) == []


def test_a_place_of_somebody_else_is_refused(signed_in, cast):
    assert note(signed_in("leder"), unit=str(cast.skovbrynet.id)).errors() == ["Vælg et sted."]


def test_what_is_taken_away_can_be_put_back(signed_in):
    leder = signed_in("leder")
    note(leder)
    [removal] = [form.get("action") for form in leder.get(CLOSED).all("form") if form.get("action").endswith("/removal")]
    gone = leder.get(leder.post(removal).location)
    assert listed(gone) == []
    [undo] = [form.get("action") for form in gone.all("form") if form.get("action").endswith("/undo")]
    assert len(listed(leder.get(leder.post(undo).location))) == 1


def test_an_address_with_nonsense_offers_no_undo(signed_in):
    leder = signed_in("leder")
    for address in ("x", "00000000-0000-0000-0000-000000000000"):
        assert "Fortryd" not in leder.get(f"{CLOSED}?removed={address}").text


def test_what_was_put_back_or_is_anothers_offers_no_undo(signed_in):
    leder = signed_in("leder")
    note(leder)
    [removal] = [form.get("action") for form in leder.get(CLOSED).all("form") if form.get("action").endswith("/removal")]
    gone = leder.post(removal).location
    assert "Fortryd" in leder.get(gone).text
    assert "Fortryd" not in signed_in("leder2").get(gone).text
    leder.post(f"{removal}/undo")
    assert "Fortryd" not in leder.get(gone).text


def test_what_meets_an_ended_sign_in_or_an_old_page_is_given_back(app, cast, signed_in):
    leder = signed_in("leder")
    fields = [pair for pair in leder.get(CLOSED).fields(CLOSED) if pair[0] not in SUMMER] + list(SUMMER.items())
    old = leder.post(CLOSED, fields, token="stale")
    assert (old.status, dict(old.fields(CLOSED))["note"]) == (419, "Sommerlukket")
    stranger = Visitor(app)
    asked = stranger.post(CLOSED, fields)
    assert asked.status == 401
    back = stranger.submit(asked, "/auth/sign-in", email="leder@hoert.example", password="kun-til-test")
    assert (back.status, dict(back.fields(CLOSED))["first_on"]) == (200, SUMMER["first_on"])


def test_the_week_says_which_houses_are_closed(own_town):
    leder2 = own_town.browser("leder2")
    leder2.submit(leder2.get(CLOSED), CLOSED, first_on="2026-11-16", last_on="2026-11-20")
    omraade = own_town.browser("omraade")
    for rest in ("", ".md"):
        assert "1 hus holder lukket: Skovbrynet." in omraade.get(f"/digests/{own_town.cast.syd.id}/2026-W47{rest}").text


def test_a_talk_can_be_noted_in_a_closed_period(signed_in):
    leder = signed_in("leder")
    note(leder, first_on="2026-11-16", last_on="2026-11-20")
    form = "/capture/plain"
    answer = leder.submit(leder.get(form), form, answer_1="Far kom forbi, mens vi pakkede.")
    assert "/capture/saved/" in answer.location
