"""Somebody who leads an area and wants to know whose talk it was: reads every page at every step, compares, and counts.

What was seen is boiled down to sightings, straight from the pages. A world says which house each talk is from. The attacker knows
the rules of Hørt, tries every world against every sighting, and keeps those that fit: the houses a talk can then be from.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.base import Week
from tests.web import lint
from tests.web.client import Answer, Visitor

FOR_PROGRAMS = ("/sync/kit", "/openapi.json")
WEEK_PAGE = re.compile(r"/digests/[0-9a-f-]{36}/([0-9]{4}-W[0-9]{2})$")
HEARD = re.compile(r"Huse med samtaler\s*(\d+)\s*af\s*(\d+)")
SILENT = re.compile(r"(\d+) huse? er stille")
OF_THEME = re.compile(r"fra (\d+) huse?")
NAME = re.compile(r"nr\d+")
LAST = re.compile(r"sidst i uge (\d+)")
#: »2 fra uge 46, 1 fra uge 44« below *Kom med senere*.
LATE = re.compile(r"(\d+) fra uge (\d+)")
#: »Kom med senere: uge 44«: late talks that stand by week.
LATE_FROM = re.compile(r"Kom med senere: uge (\d+)")

World = Mapping[str, str]


#: What is left for the end: pages of one's own, and each talk by itself, which says no more than the lists of its week.
LATER = ("/capture", "/people", "/auth", "/conversations/")
#: The week once more, on paper and as text: what they say is what the page says (tests/data/golden), and a PDF takes seconds.
COPIES = ("/pdf", ".md")


class Misread(Exception):
    """What stands on the pages fits no world: the attacker does not know today's pages or rules. It proves nothing then."""


def crawl(visitor: Visitor, *starts: str, but: tuple[str, ...] = (), copies: bool = True) -> dict[str, Answer]:
    """Every answer that links lead to, by its address; `copies`: of weeks too."""
    found: dict[str, Answer] = {}
    waiting = list(starts or ("/",))
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(("/static/", *but)) or (not copies and path.endswith(COPIES)):
            continue
        answer = found[path] = visitor.get(path)
        assert answer.status in (200, 302), (path, answer.status)
        if answer.status == 302:
            waiting.append(answer.location)
        elif answer.is_html:
            waiting += answer.links()
    return found


@dataclass(frozen=True)
class Sighting:
    """One week's page as it stood at one moment.

    `talks`: those of the week on its list, by the house that stands beside each (None: »et hus i området«); `late` too.
    `silent`: how many houses were silent up to the end of `silent_at`, and `names`: who, and in which week last.
    `themes`: how many houses each theme's talks came from.
    """

    week: Week
    is_issued: bool
    heard: int
    talks: Mapping[str, str | None]
    late: Mapping[str, str | None]
    silent_at: Week
    silent: int | None
    names: Mapping[str, int | None] | None
    themes: Sequence[tuple[int, frozenset[str]]]

    def fits(self, world: World, weeks: Mapping[str, Week], came: Mapping[str, Week], houses: frozenset[str]) -> bool:
        """`weeks`: when each talk was held; `came`: in which week it arrived."""
        known = {talk: week for talk, week in weeks.items() if came[talk] <= self.silent_at}
        by_then = {talk: week for talk, week in weeks.items() if came[talk] <= self.week}
        return self.heard_fits(world) and self._names_fit(world, by_then) and self._silence_fits(world, known, houses)

    def heard_fits(self, world: World) -> bool:
        if len({world[talk] for talk in self.talks}) != self.heard:
            return False
        return all(len({world[talk] for talk in about}) == n for n, about in self.themes)

    def _names_fit(self, world: World, weeks: Mapping[str, Week]) -> bool:
        everybody = {**self.talks, **self.late}
        named = {house for house in everybody.values() if house}
        if not any(everybody.values()):
            return True
        first = self.week.plus(-7)
        lately = [world[talk] for talk, week in weeks.items() if first <= week <= self.week]
        return all(
            world[talk] == house if house else world[talk] not in named and lately.count(world[talk]) < 5
            for talk, house in everybody.items()
        ) and all(lately.count(house) >= 5 for house in named)

    def _silence_fits(self, world: World, weeks: Mapping[str, Week], houses: frozenset[str]) -> bool:
        if self.silent is None:
            return True
        last: dict[str, Week] = {}
        for talk, week in weeks.items():
            if week <= self.silent_at:
                last[world[talk]] = max(last.get(world[talk], week), week)
        earliest = self.silent_at.plus(-3)
        quiet = {house for house in houses if house not in last or last[house] < earliest}
        if len(quiet) != self.silent:
            return False
        if self.names is None:
            return True
        return quiet == set(self.names) and all(
            number is UNTOLD or number == (last[house].number if house in last else None) for house, number in self.names.items()
        )


#: A silent house stands by name, but not when it was heard last.
UNTOLD = 0


@dataclass
class Attacker:
    """`houses`: those of the area, from the list of places where talks may be noted.

    `weeks`: when each talk was held; `came`: in which week it arrived; `addresses`: the talk behind each link; `over_time`: the
    houses beside talks on the pages *Over tid*.
    """

    visitor: Visitor
    houses: frozenset[str]
    seen: list[Sighting] = field(default_factory=list)
    weeks: dict[str, Week] = field(default_factory=dict)
    came: dict[str, Week] = field(default_factory=dict)
    pages: list[dict[str, Answer]] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    over_time: dict[str, str] = field(default_factory=dict)

    def glance(self) -> None:
        """Reads what is not issued yet."""
        issued = {path for pages in self.pages for path, one in pages.items() if WEEK_PAGE.search(path) and _is_issued(one)}
        self._read(crawl(self.visitor, "/digests/", but=(*LATER, *issued), copies=False))

    def look(self, *, but: tuple[str, ...] = LATER) -> None:
        """Reads every week there is, or with `but=()` all that there is."""
        self._read(crawl(self.visitor, "/digests/", "/", *FOR_PROGRAMS, but=but, copies=not but))

    def _read(self, pages: dict[str, Answer]) -> None:
        """What stands on a week's page as it stood before is no news."""
        self.pages.append(pages)
        for path, answer in pages.items():
            found = WEEK_PAGE.search(path)
            if found and answer.status == 200:
                sighting = self._sighting(Week.parse(found[1]), answer, pages)
                self.seen += [sighting] if sighting not in self.seen else []
        for path, answer in pages.items():
            if path.startswith("/themes/") and answer.is_html:
                self._read_over_time(answer)

    def candidates(self) -> dict[str, set[str]]:
        """For each talk the houses it can be from after all that was seen."""
        worlds = list(self._worlds())
        if not worlds:
            raise Misread("no world fits")
        return {talk: {world[talk] for world in worlds} for talk in self.weeks}

    def _worlds(self) -> Iterator[World]:
        """Talk by talk, in the order they came: a branch that no longer fits what was seen of those placed is left."""
        talks = list(self.weeks)
        known = self.over_time | {talk: house for one in self.seen for talk, house in {**one.talks, **one.late}.items() if house}
        branches: list[dict[str, str]] = [{}]
        for number, talk in enumerate(talks):
            placed = set(talks[: number + 1])
            full = [one for one in self.seen if talk in one.talks and set(one.talks) <= placed]
            houses = sorted({known[talk]} if talk in known else self.houses)
            branches = [
                longer
                for branch in branches
                for house in houses
                for longer in [{**branch, talk: house}]
                if all(one.heard_fits(longer) for one in full)
            ]
        yield from (world for world in branches if all(one.fits(world, self.weeks, self.came, self.houses) for one in self.seen))

    def _sighting(self, week: Week, page: Answer, pages: Mapping[str, Answer]) -> Sighting:
        is_issued = _is_issued(page)
        talks, late = self._talks(week, page, pages.get(f"{page.path}/talks"))
        heard = HEARD.search(page.words)
        if heard is None:
            raise Misread(page.path)
        [silence] = [one for one in page.all("section") if one.get("aria-labelledby") == "silent"]
        told = lint.text_of(silence)
        count = SILENT.search(told)
        return Sighting(
            week=week,
            is_issued=is_issued,
            heard=int(heard[1]),
            talks=talks,
            late=late,
            silent_at=week if is_issued else week.plus(-1),
            silent=int(count[1]) if count else 0 if "Alle er hørt" in told else None,
            names=_names(silence) if count and _names(silence) else None,
            themes=tuple(_themes(page, pages)),
        )

    def _talks(self, week: Week, page: Answer, listed: Answer | None) -> tuple[dict[str, str | None], dict[str, str | None]]:
        """The talks on a week's list, and the late ones, with the house beside each; when each was held is learnt here."""
        talks: dict[str, str | None] = {}
        late: dict[str, str | None] = {}
        for section in listed.all("section") if listed else ():
            is_late = (section.get("aria-labelledby") or "").startswith("late-")
            title = LATE_FROM.search(lint.text_of(section))
            for card in section.iter("article"):
                [name] = set(NAME.findall(lint.text_of(card)))
                kicker = lint.text_of(next(one for one in card.iter("p") if "kicker" in (one.get("class") or "")))
                (late if is_late else talks)[name] = next((one for one in self.houses if one in kicker), None)
                self.came.setdefault(name, week)
                self.addresses |= {one.get("href") or "": name for one in card.iter("a")}
                if not is_late:
                    self.weeks[name] = week
                elif title:
                    self.weeks[name] = _back(week, int(title[1]))
        if _is_issued(page):  # until then nothing is said of weeks
            self._learn_late(week, page, late)
        return talks, late

    def _read_over_time(self, page: Answer) -> None:
        """A talk there shows its quotation, or no words at all: which one it is, its link tells."""
        for row in [*page.all("li"), *page.all("div")]:
            behind = {self.addresses[link] for one in row.iter("a") if (link := one.get("href") or "") in self.addresses}
            if len(behind) == 1:
                text = lint.text_of(row)
                self.over_time |= {talk: house for talk in behind for house in self.houses if house in text}

    def _learn_late(self, week: Week, page: Answer, late: Mapping[str, str | None]) -> None:
        """No week stands beside late talks, only how many are of which. What went up since last time is of those that are new."""
        told = [lint.text_of(one) for one in page.all("section") if one.get("aria-labelledby") == "late"]
        counts = Counter({_back(week, int(number)): int(n) for text in told for n, number in LATE.findall(text)})
        if counts.total() != len(late):
            raise Misread(f"{page.path}: {counts.total()} late talks by week, {len(late)} on the list")
        new = [talk for talk in late if talk not in self.weeks]
        left = list((counts - Counter(self.weeks[talk] for talk in late if talk in self.weeks)).elements())
        if len(left) != len(new) or len(set(left)) > 1:
            raise Misread(f"{page.path}: which of {new} was held when? Look more often.")
        self.weeks |= dict(zip(new, left, strict=True))


def _back(week: Week, number: int) -> Week:
    """The latest week before `week` with that number."""
    return next(week.plus(-n) for n in range(1, 60) if week.plus(-n).number == number)


def _is_issued(page: Answer) -> bool:
    return "Indtil nu i denne uge" not in page.words and "bliver samlet snart" not in page.words


def _names(silence: ET.Element) -> dict[str, int | None]:
    rows = zip((lint.text_of(one) for one in silence.iter("dt")), (lint.text_of(one) for one in silence.iter("dd")), strict=True)
    found: dict[str, int | None] = {}
    for house, last in rows:
        number = LAST.search(last)
        found[house] = int(number[1]) if number else None if last == "aldrig" else UNTOLD
    return found


def _themes(page: Answer, pages: Mapping[str, Answer]) -> Iterator[tuple[int, frozenset[str]]]:
    for card in page.all("article", css="theme"):
        links = [(one.get("href") or "").split("#")[0] for one in card.iter("a")]
        lists = [link for link in links if link.startswith("/digests/") and "/themes/" in link]  # not *Over tid*
        houses = OF_THEME.search(lint.text_of(card))
        if lists and houses:
            yield int(houses[1]), frozenset(NAME.findall(pages[lists[0]].words))
