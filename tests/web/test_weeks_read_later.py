"""A week says what is true whenever it is read: who was heard, what is gone since, and what is still to come."""

from datetime import timedelta

from domain import digests, people, sync
from domain.base import new_id
from tests import make
from tests.web.town import LAST_WEEK


def issue(session, cast, week=make.WEEK):
    return digests.make_issue(session, cast.syd, week, now=week.ends_at())


def test_an_area_whose_houses_are_all_closed_was_not_heard(signed_in, cast, database):
    with database.writing() as session:
        days = {"first_on": make.WEEK.monday(), "last_on": make.WEEK.sunday()}
        people.close_unit(session, cast.omraade, unit_id=cast.syd.id, note="", now=make.NOW, **days)
        issue(session, cast)
    omraade, here = signed_in("omraade"), f"/digests/{cast.syd.id}"
    for path in (f"{here}/{make.WEEK}", f"{here}/{make.WEEK}.md", f"{here}/month/2026-11", f"{here}/year/2026"):
        text = omraade.get(path).text
        assert "Alle huse holder lukket." in text, path
        assert "Alle er hørt" not in text, path


def test_where_an_open_house_was_heard_all_were(signed_in, cast, database):
    with database.writing() as session:
        days = {"first_on": make.WEEK.monday(), "last_on": make.WEEK.sunday()}
        for name in ("Skovbrynet", "Åhaven", "Regnbuen"):
            people.close_unit(session, cast.omraade, unit_id=cast.units[name].id, note="", now=make.NOW, **days)
        for _ in range(digests.FEWEST_TALKS_NAMED):
            cast.log(session, cast.leder)
        issue(session, cast)
    text = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}.md").text
    assert "Alle er hørt inden for fire åbne uger." in text
    assert "3 huse holder lukket: Regnbuen" in text


def test_an_issue_reads_the_same_in_another_year(signed_in, cast, database, clock):
    """Also when a silent house was heard last: »sidst i uge 41« is of the issue's year, whenever it is read."""
    with database.writing() as session:
        held_at = make.WEEK.plus(-6).starts_at() + timedelta(hours=10)
        for _ in range(digests.FEWEST_TALKS_NAMED):
            cast.log(session, cast.leder, held_at=held_at, now=held_at)
        for week in (make.WEEK.plus(-6), make.WEEK):
            issue(session, cast, week)
    omraade, path = signed_in("omraade"), f"/digests/{cast.syd.id}/{make.WEEK}.md"
    before = omraade.get(path).text
    assert "sidst i uge 41\n" in before
    clock.move_to(make.WEEK.ends_at() + timedelta(days=50))
    assert signed_in("omraade").get(path).text == before


def test_the_newest_issue_says_what_lies_unsent_and_no_older_one_does(signed_in, cast, database, clock):
    with database.writing() as session:
        for week in (make.WEEK.plus(-1), make.WEEK):
            issue(session, cast, week)
        seen = make.WEEK.ends_at() - timedelta(hours=1)
        people.see_device(session, cast.leder, device_id=new_id(), user_agent="", waiting=3, now=seen)
    clock.move_to(make.WEEK.ends_at() + timedelta(hours=5))
    omraade, here = signed_in("omraade"), f"/digests/{cast.syd.id}"
    said = "3 samtaler er ikke sendt endnu."
    assert [said in omraade.get(f"{here}/{make.WEEK.plus(weeks)}").words for weeks in (1, 0, -1)] == [True, True, False]
    assert said not in omraade.get(f"{here}/{make.WEEK}.md").text


def test_ones_own_talk_is_not_asked_to_be_answered(signed_in, cast, database):
    with database.writing() as session:
        own = cast.log(session, cast.omraade, unit=cast.mariehuset, confirmed=[cast.themes["mad"]])
        other = cast.log(session, cast.leder2, f"»{make.QUOTE} om det«", confirmed=[cast.themes["tryghed"]])
    page = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}")
    links = [link.get("href") for link in page.all("a")]
    assert f"/conversations/{own.first_id}" in links
    assert [link for link in links if link.endswith("#replies")] == [f"/conversations/{other.reference}#replies"]


def test_a_list_says_how_many_of_those_counted_are_gone(signed_in, cast, database):
    mad = cast.themes["mad"]
    with database.writing() as session:
        keys = [cast.log(session, cast.leder, confirmed=[mad] if n else []).first_id for n in range(4)]
        issue(session, cast)
        for key in keys[:3]:
            sync.accept(session, cast.leder, item=make.withdrawal(key), now=make.WEEK.ends_at())
    omraade, here = signed_in("omraade"), f"/digests/{cast.syd.id}/{make.WEEK}"
    assert "Læs alle 3" in omraade.get(here).words
    lists = {f"themes/{mad.id}": "2 er fjernet siden.", "without-theme": "1 er fjernet siden.", "talks": "3 er fjernet siden."}
    assert {rest: said for rest, said in lists.items() if said in omraade.get(f"{here}/{rest}").words} == lists


def test_a_list_that_is_whole_says_nothing_of_what_is_gone(town):
    for week in (make.WEEK, LAST_WEEK):
        assert "fjernet siden" not in town.browser("omraade").get(f"/digests/{town.cast.syd.id}/{week}/talks").words
