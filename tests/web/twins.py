"""Two areas that live the same weeks and differ in one thing that nobody above the houses may know; and a leader of each who
reads all there is, searches with every filter, fetches files and sorts talks. If what they read is the same, there is nothing to
find out by any difference, whoever counts and however long: a promise that needs no list of tricks.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from domain import conversations, digests
from domain.base import Week
from domain.conversations import Conversation
from domain.people import Label, Level, Role, Sector, Unit, add_unit
from tests import make
from tests.web import lint
from tests.web.attacker import NAME, crawl
from tests.web.client import Answer, Visitor

FIRST = Week(2026, 40)
HOUSES = {"A": "Mariehuset", "B": "Skovbrynet", "C": "Åhaven", "D": "Regnbuen", "E": "Bøgely", "F": "Fyrtårnet"}
AREA = "Område"
#: Of one's own, without a talk of others in them: who one is, and where one is signed in.
OWN = ("/people/me", "/auth", "/notices", "/phone", "/capture", "/sync", "/static")
ONE_BY_ONE = ("/themes/sort", "/themes/talks", "/people")
#: Whose order is that of themes and quotations, or holds several lists.
LOOSE = {"main", "div", "section", "ul", "ol", "form", "details", "aside", "select", "body"}
UUID_IN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FACTS = {"relation": ["grandparent"], "time_here": ["2_6_months"]}

Seen = dict[str, Counter[str]]


@dataclass
class Said:
    """A talk as it is to be noted. `by` "above": by the leader of the area. `day`: of the week it arrives in, from Monday on."""

    name: str
    house: str
    day: float = 2
    weeks_ago: int = 0
    theme: str = "mad"
    by: str = "house"
    facts: dict[str, list[str]] = field(default_factory=lambda: dict(FACTS))


@dataclass
class Twin:
    """One of the two areas. `talks`: by name, as stored."""

    app: object
    cast: object
    clock: object
    name: str
    talks: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database = self.app.extensions["hoert.database"]
        self.themes = {theme.key: theme for theme in self.cast.themes.values()}
        with self.database.writing() as session:
            kommune = session.get_one(Unit, self.cast.kommune.id)
            self.area = add_unit(session, name=f"{AREA} {self.name}", level=Level.AREA, parent=kommune, sector=Sector.NURSERY)
            self.units, self.authors = {}, {}
            for letter, name in HOUSES.items():
                unit = add_unit(
                    session, name=name, level=Level.INSTITUTION, parent=self.area, sector=Sector.NURSERY, label=Label.HOUSE
                )
                email = f"{letter}{self.name}@hoert.example".lower()
                self.units[letter] = unit
                self.authors[letter] = make.person(session, email=email, role=Role.EMPLOYEE, unit=unit, name="Vibeke Ørsted")
            self.leader = make.person(
                session, email=f"{self.name}@hoert.example", role=Role.AREA_LEADER, unit=self.area, name="Sanne Holt"
            )
            session.expunge_all()
        self.reader = Visitor(self.app)

    def sign_in(self) -> None:
        """Anew: weeks went by."""
        self.reader.forget_cookies()
        self.reader.sign_in(self.name)
        self.token = self.reader.token()

    def note(self, week: Week, said: Said) -> None:
        """Held at seven in the morning of the day it arrives on, a little later each."""
        at = week.starts_at() + timedelta(days=said.day, hours=8, minutes=len(self.talks))
        held_at = at - timedelta(weeks=said.weeks_ago, hours=1)
        text = f"Samtale {said.name}: »vi stod {said.name} længe og vidste ikke hvem vi skulle spørge om det«"
        unit, theme = self.units[said.house], self.themes[said.theme]
        author = self.leader if said.by == "above" else self.authors[said.house]
        item = self.cast.talk(text, unit=unit, held_at=held_at, about=said.facts, confirmed=[theme])
        with self.database.writing() as session:
            self.talks[said.name] = make.log_talk(session, author, item, now=at).first_id

    def gather(self, week: Week) -> None:
        with self.database.writing() as session:
            assert digests.make_issue(session, session.get_one(Unit, self.area.id), week, now=week.ends_at() + timedelta(hours=4))

    def address(self, name: str) -> UUID:
        with self.database.reading() as session:
            row = session.get_one(Conversation, self.talks[name])
            return conversations.address(self.leader, row)

    def sort(self, name: str, *themes: str) -> None:
        """*Ret temaer*, as the leader of the area: these themes and no others."""
        self.sign_in()
        path = f"/themes/talks/{self.address(name)}"
        page = self.reader.get(path)
        [form] = [one.get("action") for one in page.all("form") if "/themes/talks/" in (one.get("action") or "")]
        answer = self.reader.submit(page, form, themes=[str(self.themes[theme].id) for theme in themes])
        assert answer.status == 302, answer.status

    # What is read

    def read(self, *, at: Week, everything: bool) -> Seen:
        """As of the week: the pages that links lead to and the files; or everything: each talk by itself too, and what each
        search and choice finds."""
        self.sign_in()
        if not everything:
            return self.pages(but=(*OWN, "/themes/talks", "/people")) | self.files([at])
        weeks = [at.plus(-back) for back in range(3)]
        return self.pages(but=OWN) | self.over_time() | self.searches(weeks) | self.files(weeks)

    def pages(self, *, but: tuple[str, ...]) -> Seen:
        """Not those to sort: where one is in an order that is random stands there (`orders`)."""
        found = crawl(self.reader, "/", "/digests/", "/themes/?order=count", but=(*but, "/themes/sort"), copies=False)
        weeks = [path for path in found if re.fullmatch(r"/digests/[^/]+/\d{4}-W\d\d", path)]
        copies = {f"{path}.md": self.reader.get(f"{path}.md") for path in weeks}
        return {self._key(path, page): self._told(page) for path, page in {**found, **copies}.items() if page.status == 200}

    def over_time(self) -> Seen:
        paths = {
            f"{theme.key} {period} {tone}": f"/themes/{theme.id}?period={period}&tone={tone}"
            for theme in self.themes.values()
            for period, tone in (("8", "neutral"), ("all", ""), ("all", "trouble"))
        }
        return {f"over time: {key}": self._told(self.reader.get(path)) for key, path in paths.items()}

    def searches(self, weeks: list[Week]) -> Seen:
        """A word all talks hold, with every theme, week and house, offered or not; a phrase of one in some of them."""
        houses = [("house", str(unit.id), letter) for letter, unit in self.units.items()]
        gathered = [("week", str(week), str(week)) for week in weeks]
        themes = [("theme", str(theme.id), theme.key) for theme in self.themes.values()]
        asked = [("samtale", (one,)) for one in (*houses, *gathered, *themes)]
        asked += [("samtale", (theme, other)) for theme in themes[2:] for other in (*houses[1:3], gathered[0])]
        asked += [(f"»vi stod {name} længe«", (one,)) for name in ("nr2", "nr3") for one in (*houses[1:3], *gathered)]
        return {
            f"search {word} {[told for _name, _value, told in these]}": self._told(self.search(word, these))
            for word, these in asked
        }

    def search(self, word: str, filters: Sequence[tuple[str, str, str]] = ()) -> Answer:
        fields = {"q": word, "theme": "", "house": "", "week": "", **{name: value for name, value, _told in filters}}
        answer = self.reader.post("/conversations/search", fields, token=self.token)
        return self.reader.get(answer.location.split("#")[0])

    def files(self, weeks: list[Week]) -> Seen:
        """Row by row: all talks, and those of each week."""
        found: Seen = {}
        for week in ("", *map(str, weeks)):
            fields = {"first": week, "last": week, "question_set": "", "kind": "csv"}
            answer = self.reader.post("/conversations/export", fields, token=self.token)
            rows = list(csv.reader(io.StringIO(answer.data.decode()))) if answer.status == 200 else [[]]
            found[f"file {week}"] = Counter(UUID_IN.sub("ID", str(row)) for row in rows)
        return found

    def _told(self, page: Answer) -> Counter[str]:
        """What stands on it, piece by piece, in no order: lists stand in an order that is random (`orders`)."""
        assert page.status == 200, (page.path, page.status)
        if not page.is_html:
            return Counter(self._bare(line) for line in page.text.splitlines())
        main = next(page.tree.iter("main"))
        return Counter(
            self._bare(f"{one.tag}: {'' if one.tag in LOOSE else lint.text_of(one)} {one.get('aria-label') or ''}")
            for one in main.iter()
        ) + Counter([self._bare(page.title)])

    def _key(self, path: str, page: Answer) -> str:
        """A talk's own pages go by its name; what is of the area or a theme by no id."""
        if path.startswith(("/conversations/", "/themes/sort/", "/themes/talks/")) and UUID_IN.search(path):
            return UUID_IN.sub("+".join(sorted(set(NAME.findall(page.words)))), path)
        for theme in self.themes.values():
            path = path.replace(str(theme.id), theme.key)
        return path.replace(str(self.area.id), "area")

    def _bare(self, text: str) -> str:
        return " ".join(text.replace(f"{AREA} {self.name}", AREA).split())

    def orders(self) -> Iterator[tuple[str, list[UUID]]]:
        """Each list of talks of others that has more than one, as the talks' addresses in their order. All are of one week."""
        self.sign_in()
        for path, page in crawl(self.reader, "/", "/digests/", but=(*OWN, *ONE_BY_ONE), copies=False).items():
            is_list = path.startswith(("/themes/", "/conversations/")) or path.endswith(("/talks", "/without-theme"))
            if page.status == 200 and page.is_html and (is_list or "/themes/" in path):
                yield from self._lists(path, page)
        yield from self._lists("search", self.search("samtale"))
        yield "sort", list(self._to_sort())

    def _lists(self, path: str, page: Answer) -> Iterator[tuple[str, list[UUID]]]:
        for section in page.all("section"):
            links = [one.get("href") or "" for one in section.iter("a")]
            keys = [UUID(found[0]) for link in links if link.startswith("/conversations/") and (found := UUID_IN.search(link))]
            keys = [key for key in dict.fromkeys(keys) if key not in self.talks.values()]
            if len(keys) > 1:
                yield path, keys

    def _to_sort(self) -> Iterator[UUID]:
        path = self.reader.get("/themes/sort?all=1")
        while True:  # to the last one
            [form] = [one.get("action") for one in path.all("form") if "/themes/sort/" in (one.get("action") or "")][:1]
            here = UUID(UUID_IN.findall(form)[0])
            if here not in self.talks.values():
                yield here
            onwards = [one.get("href") for one in path.all("a") if one.get("data-go") == "next"]
            if not onwards:
                return
            path = self.reader.get(onwards[0])


class Different(Exception):
    """What the two read differs, and where: whoever reads it can find out what differs between the areas."""


@dataclass
class Twins:
    one: Twin
    other: Twin
    week: Week = FIRST

    @property
    def both(self) -> tuple[Twin, Twin]:
        return self.one, self.other

    def live(self, *weeks: list[tuple[Said, Said]]) -> None:
        """Weeks of talks, each as the one and as the other area has it, in the order in which each arrives; all are gathered."""
        for talks in weeks:
            self.note(talks)
            self.gather()

    def note(self, talks: list[tuple[Said, Said]]) -> None:
        self.one.clock.move_to(self.week.starts_at() + timedelta(days=6, hours=20))
        for place, twin in enumerate(self.both):
            for said in sorted((pair[place] for pair in talks), key=lambda one: one.day):
                twin.note(self.week, said)

    def gather(self) -> None:
        self.one.clock.move_to(self.week.ends_at() + timedelta(hours=4))
        for twin in self.both:
            twin.gather(self.week)
        self.week = self.week.plus(1)

    def do(self, deed: Callable[[Twin], object]) -> None:
        for twin in self.both:
            deed(twin)

    def compare(self, *, everything: bool = False) -> None:
        """Raises Different."""
        seen, others = (twin.read(at=self.week, everything=everything) for twin in self.both)
        assert len(seen) > 10
        told = [(key, seen.get(key), others.get(key)) for key in sorted({*seen, *others}) if seen.get(key) != others.get(key)]
        if told:
            raise Different([(key, _less(one, other), _less(other, one)) for key, one, other in told[:6]], len(told))


def _less(one: Counter[str] | None, other: Counter[str] | None) -> list[str]:
    return [text[:160] for text in (one or Counter()) - (other or Counter())][:4]


def same(said: Said) -> tuple[Said, Said]:
    return said, said
