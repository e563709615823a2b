"""What earlier issues quoted steps back in the next: their words and their houses, as far as they still stand."""

from datetime import timedelta

import pytest

from domain import digests, sync
from domain.conversations import Conversation
from tests import make

WEEK = make.WEEK
#: First by its letters, so it is the one chosen where nothing else decides.
OLD = "altid klemmer vinduet lidt når regnen slår hårdt imod ruden"
NEW = "bageren havde udsolgt tidligt, derfor spiste familien rugbrød samme aften"
THIRD = "skoene stod parat under knagen allerede inden solen fandt vej"
FOURTH = "cyklen punkterede nede ved stationen netop som toget rullede forbi"


@pytest.fixture
def log(session, cast):
    def talk(who: str, words: str, *, week=WEEK, **more) -> Conversation:
        at = week.starts_at() + timedelta(hours=12)
        return cast.log(session, getattr(cast, who), f"»{words}«", now=at, held_at=at, confirmed=[cast.themes["mad"]], **more)

    return talk


def quoted(session, area, week=WEEK) -> set:
    content = digests.compose(session, area, week).content
    return {quote.conversation for theme in content.themes for quote in theme.quotes}


def issue(session, area, week) -> None:
    assert digests.make_issue(session, area, week, now=week.ends_at())


def test_words_of_an_earlier_issue_are_not_shown_again_when_there_are_others(session, cast, log):
    log("leder2", OLD, week=WEEK.plus(-4))
    issue(session, cast.syd, WEEK.plus(-4))
    again, new = log("leder", OLD + " igen"), log("leder", NEW)
    assert quoted(session, cast.syd) == {new.first_id}
    assert again.first_id != new.first_id


def test_a_house_quoted_last_week_steps_back(session, cast, log):
    log("leder", THIRD, week=WEEK.plus(-1))
    issue(session, cast.syd, WEEK.plus(-1))
    log("leder", OLD)
    rested = log("leder2", NEW), log("omraade", FOURTH, unit=cast.units["Åhaven"])
    assert quoted(session, cast.syd) == {row.first_id for row in rested}


def test_another_areas_issue_and_words_taken_back_change_nothing(session, cast, log):
    item = cast.talk(f"»{OLD}«", confirmed=[cast.themes["mad"]], held_at=WEEK.plus(-1).starts_at())
    sync.accept(session, cast.leder2, item=item | {"unit": str(cast.skovbrynet.id)}, now=WEEK.plus(-1).starts_at())
    issue(session, cast.syd, WEEK.plus(-1))
    issue(session, cast.nord, WEEK.plus(-1))
    again, new = log("leder", OLD), log("leder", NEW)
    assert quoted(session, cast.syd) == {new.first_id}
    sync.accept(session, cast.leder2, item=make.withdrawal(item["id"]), now=make.NOW)
    assert quoted(session, cast.syd) == {again.first_id}
