"""A month and a year are the sum of their issues, and know no more than they do."""

from datetime import timedelta

import pytest

from domain import digests, sync
from domain.base import Week
from domain.digests import Change, Period
from tests import make

NOVEMBER = Period(2026, 11)
OTHER = "»Hun vil helst have rugbrød med hjemmefra hver eneste dag.«"


def read(session, actor, cast, period=NOVEMBER):
    return digests.read_period(session, actor, area_id=cast.syd.id, period=period)


def log(session, cast, week, actor=None, *, text=make.WORDS, **more):
    """A talk held and received on the Tuesday of the week."""
    at = week.starts_at() + timedelta(days=1, hours=9)
    return cast.log(session, actor or cast.leder, text, held_at=at, now=at, **more)


def issue(session, cast, *weeks):
    return [digests.make_issue(session, cast.syd, week, now=week.ends_at()) for week in weeks]


@pytest.fixture
def month(session, cast):
    """Three weeks of November: mad in the first two, of two houses; the third is empty."""
    mad = [cast.themes["mad"]]
    rows = [
        log(session, cast, Week(2026, 45), confirmed=mad, tones={"mad": "praise"}),
        log(session, cast, Week(2026, 46), cast.leder2, text=OTHER, confirmed=mad, tones={"mad": "trouble"}),
        log(session, cast, Week(2026, 46)),
    ]
    issue(session, cast, Week(2026, 45), Week(2026, 46), Week(2026, 47))
    return rows


def test_a_month_is_the_sum_of_its_issues(session, cast, month):
    found = read(session, cast.omraade, cast)
    content = found.content
    assert (content.talks, content.late, content.houses_heard, content.houses_open) == (3, 0, 2, 4)
    assert found.issued == {Week(2026, 45): 1, Week(2026, 46): 2, Week(2026, 47): 0}
    (mad,) = content.themes
    assert (mad.count, mad.praise, mad.trouble, mad.houses, mad.weeks) == (2, 1, 1, 2, (1, 1, 0, 0))
    assert {quote.conversation for quote in mad.quotes} == {month[0].id, month[1].id}
    assert not found.is_over


def test_a_year_shows_its_months_and_a_talk_held_on_new_years_day_stands_in_the_old_one(session, cast):
    week = Week(2026, 53)
    at = week.starts_at() + timedelta(days=4, hours=12)
    cast.log(session, cast.leder, held_at=at, now=at, confirmed=[cast.themes["mad"]])
    issue(session, cast, week)
    found = read(session, cast.omraade, cast, Period(2026))
    assert found.content.themes[0].weeks == (0,) * 11 + (1,)
    assert found.is_over
    assert read(session, cast.omraade, cast, Period(2026, 12)).content.talks == 1
    assert read(session, cast.omraade, cast, Period(2027)) is None
    assert read(session, cast.omraade, cast, Period(2027, 1)) is None


@pytest.mark.parametrize("who", ["leder", "medarbejder", "omraade2", "admin"])
def test_nobody_else_reads_it(session, cast, month, who):
    assert read(session, getattr(cast, who), cast) is None


def test_what_is_not_issued_is_not_in_it(session, cast, month):
    before = read(session, cast.omraade, cast)
    log(session, cast, Week(2026, 48))
    assert read(session, cast.omraade, cast) == before
    assert read(session, cast.omraade, cast, Period(2026, 9)) is None


def test_silence_is_that_of_the_last_issue(session, cast, month):
    [last] = [one for one in digests.listed(session, cast.omraade, now=make.NOW) if one.week == Week(2026, 47) and one.made_at]
    frozen = digests.read(session, cast.omraade, area_id=last.area.id, week=last.week, now=make.NOW).content
    found = read(session, cast.omraade, cast).content
    assert (found.silent, found.silent_may_be_named) == (frozen.silent, frozen.silent_may_be_named)
    assert found.silent


def test_a_month_with_fewer_than_four_weeks_before_it_is_too_early(session, cast):
    for week in (Week(2026, 42), Week(2026, 43), Week(2026, 44), Week(2026, 45)):
        log(session, cast, week, confirmed=[cast.themes["mad"]])
    issue(session, cast, Week(2026, 42), Week(2026, 43), Week(2026, 44), Week(2026, 45))
    assert read(session, cast.omraade, cast).content.themes[0].change == Change.TOO_EARLY


def test_a_month_is_compared_by_the_same_exact_test(session, cast):
    """None of ten before, then three of three from two houses."""
    before = [Week(2026, 40).plus(n) for n in range(5)]
    for week in before:
        for _ in range(2):
            log(session, cast, week, confirmed=[cast.themes["mad"]])
    for actor in (cast.leder, cast.leder2, cast.leder2):
        log(session, cast, Week(2026, 45), actor, confirmed=[cast.themes["tryghed"]])
    issue(session, cast, *before, Week(2026, 45))
    (tryghed,) = read(session, cast.omraade, cast).content.themes
    assert (tryghed.change, tryghed.before, tryghed.talks_before) == (Change.NEW, 0, 10)


def test_houses_of_different_weeks_make_a_change_together(session, cast):
    """Each week alone heard it from one house."""
    before = [Week(2026, 40).plus(n) for n in range(5)]
    for week in before:
        log(session, cast, week)
    log(session, cast, Week(2026, 45), confirmed=[cast.themes["mad"]])
    log(session, cast, Week(2026, 46), cast.leder2, confirmed=[cast.themes["mad"]])
    issue(session, cast, *before, Week(2026, 45), Week(2026, 46))
    (mad,) = read(session, cast.omraade, cast).content.themes
    assert (mad.houses, mad.change) == (2, Change.NEW)


def test_no_word_is_quoted_that_no_issue_quoted_or_that_may_not_be_quoted_any_more(session, cast):
    mad = [cast.themes["mad"]]
    item = cast.talk(confirmed=mad, held_at=make.NOW)
    row = make.log_talk(session, cast.leder, item)
    issue(session, cast, make.WEEK)
    assert len(read(session, cast.omraade, cast).content.themes[0].quotes) == 1
    make.log_talk(session, cast.leder, make.edit(item, quote_scope="none"))
    found = read(session, cast.omraade, cast).content
    assert found.themes[0].quotes == ()
    assert (found.talks, found.themes[0].count) == (1, 1)
    make.sync.accept(session, cast.leder, item=make.withdrawal(row.first_id), now=make.NOW)
    assert read(session, cast.omraade, cast).content.talks == 1


def test_a_house_that_one_issue_hides_is_hidden_in_the_whole_period(session, cast):
    """Nine talks make Mariehuset large and named in week 46; in week 45, where it was small, it is not."""
    log(session, cast, Week(2026, 45), confirmed=[cast.themes["mad"]])
    for _ in range(9):
        log(session, cast, Week(2026, 46), confirmed=[cast.themes["mad"]])
    hidden, shown = issue(session, cast, Week(2026, 45), Week(2026, 46))
    assert (hidden.content["named"], shown.content["named"]) == ([], [str(cast.mariehuset.id)])
    assert read(session, cast.omraade, cast).content.named == ()
    assert read(session, cast.omraade, cast, Period(2026)).content.named == ()


def test_a_house_that_every_issue_names_is_named(session, cast):
    for week in (Week(2026, 45), Week(2026, 46)):
        for _ in range(6):
            log(session, cast, week, confirmed=[cast.themes["mad"]])
    issue(session, cast, Week(2026, 45), Week(2026, 46))
    assert read(session, cast.omraade, cast).content.named == (cast.mariehuset.id,)


def test_a_month_of_empty_weeks_can_be_read(session, cast):
    issue(session, cast, Week(2026, 45))
    found = read(session, cast.omraade, cast).content
    assert (found.talks, found.themes, found.houses_heard) == (0, (), 0)


def test_a_talk_that_was_corrected_to_another_house_names_neither_of_them(session, cast):
    """The first issue leaves both unnamed; the second names the one it was corrected to. The month names what both do."""
    week = Week(2026, 45)
    at = week.starts_at() + timedelta(days=1, hours=9)
    item = cast.talk("Om en dør.", held_at=at)
    sync.accept(session, cast.omraade, item=item, now=at)
    other = cast.talk(OTHER, unit=cast.skovbrynet, held_at=at, replaces=item["id"], revision=2)
    assert sync.accept(session, cast.omraade, item=other, now=at).status == "stored"
    issue(session, cast, week)
    for number in range(6):
        log(session, cast, Week(2026, 46), cast.leder2, text=f"»Det er nu den {number}. gang, vi snakker om den samme dør.«")
    issue(session, cast, Week(2026, 46))
    assert cast.skovbrynet.id not in read(session, cast.omraade, cast).content.named


def test_the_houses_of_a_month_stand_as_they_were_issued(session, cast, month):
    """A talk that is taken back moves no number: the one that moved would tell whose it was."""
    before = read(session, cast.omraade, cast).content.houses_heard
    sync.accept(session, cast.leder2, item=make.withdrawal(month[1].id), now=make.NOW)
    assert read(session, cast.omraade, cast).content.houses_heard == before == 2
