"""What a leader of an area may not know makes no difference to anything they can read, search for, fetch or bring about; where it
does, docs/privacy.md says so, and whoever closes it turns the test red.

`tests/web/twins.py` has the two areas and the readers; `test_an_attack_by_differences.py` counts houses over months.
"""

from dataclasses import replace

import pytest

from tests import make
from tests.web.twins import FIRST, Different, Said, Twin, Twins, same

pytestmark = pytest.mark.slow

A_WEEK = [Said("nr1", "A"), Said("nr2", "B"), Said("nr3", "C"), Said("nr4", "D", theme="tryghed")]


def not_closed(reason):
    return pytest.mark.xfail(strict=True, raises=Different, reason=f"docs/privacy.md: {reason}")


@pytest.fixture
def twins(app, cast, clock):
    clock.move_to(FIRST.plus(-1).starts_at())
    return Twins(Twin(app, cast, clock, "oest"), Twin(app, cast, clock, "vest"))


def test_coarse_facts_make_no_difference(twins):
    """Not while the week runs, and not in the issue."""
    facts = {"relation": ["mother"], "time_here": ["under_1_month"]}
    twins.live([(one, replace(one, facts=facts)) for one in A_WEEK])
    twins.note([same(Said("nr5", "A"))])
    twins.compare(everything=True)


def in_another_order(twins):
    """Nine talks of others, each on another day in the one area than in the other, and one of the leader's own between them."""
    talks = [*A_WEEK, Said("nr5", "E"), Said("nr6", "F"), Said("nr7", "A"), Said("nr8", "B"), Said("nr9", "C")]
    own = Said("nr10", "B", day=3, by="above")
    twins.note(
        [(replace(one, day=place * 0.7), replace(one, day=5.6 - place * 0.7)) for place, one in enumerate(talks)] + [same(own)]
    )


def test_the_day_of_a_talk_makes_no_difference(twins):
    in_another_order(twins)
    twins.compare()


@not_closed("lists stand in the order in which talks came")
def test_the_order_of_arrival_makes_no_difference(twins):
    """Also to a leader who notes talks between the others', and knows when."""
    in_another_order(twins)
    twins.gather()
    in_lists_no_time_orders(twins)


def in_lists_no_time_orders(twins):
    """They stand by their random reference. Of the nine that came in order one list in 180,000 does so by chance, of two each."""
    for twin in twins.both:
        lists = list(twin.orders())
        assert {"search", "sort", "/conversations/"} <= {path for path, keys in lists if len(keys) == 9}
        told = [path for path, keys in lists if keys not in (sorted(keys), sorted(keys, reverse=True))]
        if told:
            raise Different(told)


@not_closed("the dot of its week moves when a late talk gets another theme")
def test_the_week_a_late_talk_was_held_in_makes_no_difference(twins):
    """Beside others that are late: not in the issue, nor in the numbers by week when its themes are changed later."""
    twins.live([same(one) for one in A_WEEK], [], [same(Said("nr5", "A"))])
    first, second = Said("nr6", "B", theme="tryghed"), Said("nr7", "C", day=3, theme="personale")
    twins.note(
        [(replace(first, weeks_ago=1), replace(first, weeks_ago=3)), (replace(second, weeks_ago=3), replace(second, weeks_ago=1))]
    )
    twins.gather()
    twins.note([same(Said("nr8", "A", theme="personale")), same(Said("nr9", "D", theme="tryghed"))])
    twins.do(lambda twin: twin.sort("nr6", "aflevering"))
    twins.compare()


def test_the_week_of_the_only_late_talk_makes_no_difference_before_its_issue(twins):
    """While it comes the page says that one came; which week it was is told with the others, on Monday."""
    twins.live([same(one) for one in A_WEEK], [], [same(Said("nr5", "A"))])
    late = Said("nr6", "B")
    twins.note([same(Said("nr7", "A")), same(Said("nr8", "C")), (replace(late, weeks_ago=1), replace(late, weeks_ago=3))])
    twins.compare()


@not_closed("two talks about one theme are of one house or of two")
def test_which_of_two_small_houses_it_was_makes_no_difference(twins):
    """Nor to a leader who notes a talk in one of them, gives it themes with another's, and looks at what goes together."""
    one, other = Said("nr2", "B", theme="personale"), Said("nr3", "C", theme="tryghed")
    week = [same(A_WEEK[0]), (one, replace(one, house="C")), (other, replace(other, house="B")), same(A_WEEK[3])]
    own = Said("nr5", "B", day=3, theme="personale", by="above")
    twins.note([*week, same(own)])
    twins.do(lambda twin: twin.sort("nr5", "aflevering", "tryghed", "personale"))
    twins.do(lambda twin: twin.sort("nr3", "aflevering", "tryghed"))
    twins.compare()
    twins.gather()
    twins.live([same(Said("nr6", "B", by="above"))])
    twins.note([same(Said("nr7", "E")), same(Said("nr8", "F"))])
    twins.compare(everything=True)


@not_closed("a month counts a house once")
def test_a_house_named_later_makes_no_difference_to_what_was_said_before(twins):
    """Months and years would count it once, or twice."""
    first = Said("nr1", "A")
    five = [Said(f"nr{n}", "A") for n in range(2, 7)]
    twins.live([(first, replace(first, house="B"))], [same(one) for one in five])
    twins.compare()
    twins.live([], [same(Said("nr7", "C"))])
    twins.compare()


@not_closed("a reply that nobody would read is not taken")
def test_who_is_shut_out_makes_no_difference_to_the_talks_of_their_house(twins):
    one, other = Said("nr2", "B"), Said("nr3", "C")
    twins.live([same(A_WEEK[0]), (one, replace(one, house="C")), (other, replace(other, house="B")), same(A_WEEK[3])])
    with twins.one.database.writing() as session:
        for twin in twins.both:
            make.disable(session, twin.authors["B"].person_id, at=twins.week.starts_at())
    twins.compare()
