"""An area leader who reads everything, before and after each talk and week after week, does not learn whose talk it was.

`tests/web/attacker.py` does the reading and the counting; here are the months it tries its hand at. Each is a list of weeks, each
week the houses where a talk is noted, one letter a talk, in the order they arrive.
"""

import re
from datetime import timedelta

import pytest

from domain import digests, people
from domain.base import Week
from domain.people import Role, Unit
from tests import make
from tests.web.attacker import Attacker

pytestmark = pytest.mark.slow

FIRST = Week(2026, 40)
HOUSES = {"A": "Mariehuset", "B": "Skovbrynet", "C": "Åhaven", "D": "Regnbuen", "E": "Bøgely", "F": "Fyrtårnet"}
#: What nobody above the house may read: who noted a talk, when, and with whom.
AUTHOR, FACTS = "Vibeke Ørsted", ("Grandparent", "grandparent", "2_6_months")
MOMENT = re.compile(r"1[123][.:](07|52)|[Oo]nsdag|[Ii] går")


#: Whose talk they find out where something is not closed (docs/privacy.md), by the months. Anything more is a new leak.
NOT_CLOSED = {"ABC . . ABCd . .": {"nr7": "D"}, "A A A A A": dict.fromkeys(("nr1", "nr2", "nr3", "nr4"), "A")}


class Told(Exception):
    """The attacker knows of unnamed talks whose they are, or nearly: by talk, the house it was held in."""


def not_closed(reason):
    """What an attacker does find out, as docs/privacy.md says; whoever closes it turns this red."""
    return pytest.mark.xfail(strict=True, raises=Told, reason=reason)


class Area:
    """Område Syd with some of the houses, as the weeks go by. Everything is noted on Wednesdays at 13.07 and arrives at 13.52."""

    def __init__(self, app, cast, clock, visitor, letters):
        self.cast, self.clock, self.letters = cast, clock, letters
        self.database = app.extensions["hoert.database"]
        self.week, self.noted = FIRST, {}
        self.clock.move_to(FIRST.starts_at() + timedelta(hours=10))
        with self.database.writing() as session:
            here = session.get_one(Unit, cast.syd.id)
            for letter in letters[4:]:
                make.institution(session, here, name=HOUSES[letter])
            self.units = {unit.name: unit for unit in people.institutions_of(session, here)}
            for letter in "ABCD"[len(letters) :]:
                unit = session.get_one(Unit, cast.units[HOUSES[letter]].id)
                unit.closed_on = FIRST.plus(-30).monday()
                session.add(unit)
            self.authors = {
                letter: make.person(
                    session,
                    email=f"{letter.lower()}@hoert.example",
                    role=Role.EMPLOYEE,
                    unit=self.units[HOUSES[letter]],
                    name=AUTHOR,
                )
                for letter in letters
            }
        visitor.sign_in("omraade")
        self.attacker = Attacker(visitor, frozenset(HOUSES[letter] for letter in letters))

    def note(self, letter, *, weeks_ago=0):
        name = f"nr{len(self.noted) + 1}"
        self.clock.move_to(self.week.starts_at() + timedelta(days=2, hours=11, minutes=52, seconds=len(self.noted)))
        held_at = self.week.plus(-weeks_ago).starts_at() + timedelta(days=2, hours=11, minutes=7)
        text = f"Samtale {name}: »vi stod længe i garderoben og vidste ikke hvem vi skulle spørge«"
        with self.database.writing() as session:
            item = self.cast.talk(
                text,
                unit=self.units[HOUSES[letter]],
                held_at=held_at,
                about={"relation": ["grandparent"], "time_here": ["2_6_months"]},
                confirmed=[list(self.cast.themes.values())[len(self.noted) % 2]],
            )
            make.log_talk(session, self.authors[letter], item, now=self.now())
        self.noted[name] = letter
        return name

    def now(self):
        return self.week.starts_at() + timedelta(days=2, hours=11, minutes=52, seconds=len(self.noted))

    def end_week(self):
        self.clock.move_to(self.week.ends_at() + timedelta(hours=4))
        self.attacker.glance()
        with self.database.writing() as session:
            here = session.get_one(Unit, self.cast.syd.id)
            assert digests.make_issue(session, here, self.week, now=self.week.ends_at() + timedelta(hours=4))
        self.week = self.week.plus(1)
        self.attacker.look()

    def live(self, months):
        """Weeks apart by blanks; a dot is a week without talks; »d« is a talk of D that is two weeks late."""
        for week in months.split():
            for letter in week.strip("."):
                self.note(letter.upper(), weeks_ago=2 if letter.islower() else 0)
                self.attacker.glance()
            self.end_week()


@pytest.fixture
def area(app, cast, clock, visitor):
    return lambda letters: Area(app, cast, clock, visitor, letters)


@pytest.mark.timeout(300)  # months of reading; on a machine with other work two minutes are too few
@pytest.mark.parametrize(
    ("letters", "weeks"),
    [
        ("ABCD", "D . . . . ."),
        ("ABCD", "ABC D . . . . ."),
        ("ABCDEF", "ABC D AB . . . ."),
        ("ABCD", "ABC . d . . ."),
        pytest.param(
            "ABCD", "ABC . . ABCd . .", marks=not_closed("a late talk alone in its week ends a silence that can be dated")
        ),
        pytest.param("ABCD", "A A A A A", marks=not_closed("to be named at the fifth talk tells of the four before")),
        ("ABC", "ABC AB A A ."),
        ("ABCD", "AAAAAB . AB B"),
    ],
)
def test_whose_an_unnamed_talk_is_stays_open(area, letters, weeks):
    town = area(letters)
    town.live(weeks)
    town.attacker.look(but=())
    found = town.attacker.candidates()
    named = {talk for one in town.attacker.seen for talk, house in {**one.talks, **one.late}.items() if house}
    told = {talk: town.noted[talk] for talk, houses in found.items() if len(houses) < 3 and talk not in named}
    assert [read for pages in town.attacker.pages for read in tells(pages)] == []
    assert told in ({}, NOT_CLOSED.get(weeks))
    if told:
        raise Told(told)


def tells(pages):
    """Where a page tells who noted a talk, when it was, or with whom."""
    for path, page in pages.items():
        asked = path.startswith(("/capture", "/sync/kit"))  # what can be chosen stands there, whatever was
        if AUTHOR in page.text or MOMENT.search(page.text) or (not asked and any(fact in page.text for fact in FACTS)):
            yield path


def test_a_house_that_closed_is_not_told_by_its_talk(area):
    town = area("ABC")
    with town.database.writing() as session:
        unit = session.get_one(Unit, town.units[HOUSES["C"]].id)
        unit.closed_on = FIRST.monday() + timedelta(days=3)
        session.add(unit)
    town.attacker.glance()
    town.note("C")
    town.attacker.glance()
    counts = [re.search(r"Huse med samtaler\s*(\d+ af \d+)", page.words)[1] for page in running(town)]
    assert counts == ["0 af 3", "1 af 3"]


def running(town):
    """The running week's page, each time it was read."""
    return [page for pages in town.attacker.pages for path, page in pages.items() if path.endswith(f"/{town.week}")]


def test_what_lies_unsent_is_a_number_whoever_it_is_of(area):
    """Before and after it arrives; the sum for the area is all that moves."""
    town, seen = area("ABC"), []
    for letter in "AC":
        with town.database.writing() as session:
            people.see_device(
                session, town.authors[letter], device_id=town.units[HOUSES[letter]].id, user_agent="", waiting=1, now=town.now()
            )
        town.attacker.glance()
        seen.append(
            re.search(r"\d samtaler? er ikke sendt endnu[^.]*\. De[nt]? ligger på [a-zæøå ]+\.", running(town)[-1].words)[0]
        )
    assert seen == [
        "1 samtale er ikke sendt endnu. Den ligger på en telefon.",
        "2 samtaler er ikke sendt endnu. De ligger på telefoner.",
    ]
    assert not any(HOUSES[letter] in running(town)[-1].words.split("Hvem har vi ikke hørt?")[0] for letter in "ABC")


def test_a_house_that_becomes_large_stays_unnamed_where_it_was_unnamed(area):
    town = area("ABC")
    town.live("AAAABBBBB AB")
    [first, *_] = [one for one in town.attacker.seen if one.is_issued and one.week == FIRST]
    later = next(one for one in town.attacker.seen if one.is_issued and one.week == FIRST.plus(1))
    assert (set(first.talks.values()), set(later.talks.values())) == ({None}, {"Mariehuset", "Skovbrynet"})
    address = f"/digests/{town.cast.syd.id}/{FIRST}"
    assert "Forælder, et hus i området" in town.attacker.pages[-1][address].words
    assert "Forælder, Mariehuset" not in town.attacker.pages[-1][address].words
