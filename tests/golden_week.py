"""One invented week that never changes, and what is made of it: page, Markdown and PDF, to be compared with tests/data/golden.

Fourteen talks from six of nine houses, three that came later, one corrected after the week was gathered (talks.json). A `seed`
fills the database in another order; no reader may notice. `.venv/bin/python -m tools.goldens` makes the files anew.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import time_machine
from sqlmodel import Session, col

from app import create_app
from domain import digests, people, sync
from domain.base import Database, Week
from domain.notices import Notice
from domain.people import Actor, Level, Role, Sector, Unit
from domain.questions import Form
from domain.themes import Theme
from tests import make, post_office
from tests.paper import pdf_text, picture
from tests.web import lint
from tests.web.client import Visitor

GOLDEN = Path(__file__).parent / "data" / "golden"
WEEK = Week(2026, 47)
#: When the week is read: the Tuesday after.
READ_AT = WEEK.ends_at() + timedelta(days=1, hours=9)
HEARD = ("Birkely", "Egernet", "Kastanjen", "Mosebo", "Solgården", "Ørnereden")
SILENT = ("Fyrtårnet", "Lillebo", "Stenbroen")
#: How many talks of the seven weeks before each house noted; three houses stay small.
BEFORE = {"Birkely": 14, "Egernet": 13, "Kastanjen": 12, "Mosebo": 1, "Solgården": 1, "Ørnereden": 2, "Lillebo": 1}
INVENTED = json.loads((GOLDEN / "talks.json").read_text("utf-8"))
#: The second talk is quoted, since it praises the morning; this is what it says after the week was gathered.
CORRECTED = 1, "»Når vi må vinke fra det lave vindue, går afleveringen så let som aldrig før.« Far ville gerne sige tak."
FILLERS = ("tryghed", "beskeder", "mad", "personale", "tryghed", "søvn", "udeliv", "tryghed", "beskeder")


@dataclass(frozen=True)
class Made:
    """What is made of the week, as it is read."""

    page: str
    markdown: bytes
    pdf: bytes
    mail: tuple[str, str]

    def files(self) -> dict[str, bytes]:
        return {
            "week.txt": self.page.encode(),
            "week.md": self.markdown,
            "week.pdf.txt": pdf_text(self.pdf).encode(),
            "week.pdf.png": picture(self.pdf),
            "week.mail.txt": self.mail[0].encode(),
            "week.mail.html": self.mail[1].encode(),
        }


@contextmanager
def served(url: str, folder: Path, *, seed: int | None = None) -> Iterator[tuple[Any, str]]:
    """An application with the week in its empty, migrated database, at the time it is read; and the week's address."""
    app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": url})
    app.testing = True
    database = app.extensions["hoert.database"]
    with time_machine.travel(READ_AT, tick=False):
        area_id = fill(database, Random(seed) if seed is not None else None)
        yield app, f"/digests/{area_id}/{WEEK}"
    database.dispose()


def reader(app: Any) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in("omraade")
    return visitor


def read(app: Any, path: str, visitor: Visitor | None = None) -> Made:
    visitor = visitor or reader(app)
    page = visitor.get(path)
    [main] = page.all("main")
    return Made(_lines(main), visitor.get(f"{path}.md").data, visitor.get(f"{path}/pdf").data, mailed(app))


def mailed(app: Any) -> tuple[str, str]:
    """The week as its reader gets it by mail, as text and HTML; what is made at random is left out."""
    with post_office.opened() as office:
        post_office.joined(app, office, MAIL_QUOTES=True)
        with app.extensions["hoert.database"].writing() as session:
            session.execute(sa.update(Notice).where(col(Notice.about) == f"week:{WEEK}").values(delivered_at=None))
        post_office.delivered(app)
        [message] = [message for _to, message in office.kept if message["Subject"] == "Uge 47 er klar"]
    text, html = (re.sub(r"(unsubscribe/)[\w.-]+|(digests/)[\w-]{36}", r"\1\2…", part) for part in post_office.parts(message))
    return text, html


def fill(database: Database, random: Random | None) -> UUID:
    """The municipality, its weeks and their issues; the area's id. Every moment is fixed."""
    with database.writing() as session:
        place = _Place.of(session, random)
        for back in range(7, 0, -1):
            place.note_past(session, WEEK.plus(-back), nth=7 - back)
            digests.make_issue(session, place.area, WEEK.plus(-back), now=WEEK.plus(-back).ends_at())
        items = {at: place.note(session, at, said) for at, said in place.in_any_order(enumerate(INVENTED["talks"]))}
        digests.make_issue(session, place.area, WEEK, now=WEEK.ends_at())
        at, text = CORRECTED
        author = place.authors[INVENTED["talks"][at]["house"]]
        edit = make.edit(items[at], text)
        receipt = sync.accept(session, author, item=edit, now=WEEK.ends_at() + timedelta(hours=4))
        assert receipt.status == sync.Status.STORED, receipt
        return place.area.id


@dataclass
class _Place:
    random: Random | None
    area: Unit
    form: Form
    units: dict[str, Unit]
    authors: dict[str, Actor]
    themes: dict[str, Theme]

    @classmethod
    def of(cls, session: Session, random: Random | None) -> "_Place":
        kommune = people.add_unit(session, name="Nørreå Kommune", level=Level.MUNICIPALITY)
        area = people.add_unit(session, name="Område Syd", level=Level.AREA, parent=kommune, sector=Sector.NURSERY)
        make.person(session, email="omraade@hoert.example", role=Role.AREA_LEADER, unit=area, name="Sanne Holt")
        found = cls(random, area, make.form(session), {}, {}, {})
        for number, name in found.in_any_order(enumerate((*HEARD, *SILENT))):
            unit = found.units[name] = make.institution(session, area, name=name)
            email = f"hus{number}@hoert.example"
            found.authors[name] = make.person(session, email=email, role=Role.EMPLOYEE, unit=unit, name=f"Leder {number}")
        for position, one in found.in_any_order(enumerate(INVENTED["themes"])):
            names = {"da": one["name"], "en": one["name"]}
            theme = Theme(sector=Sector.NURSERY, position=position, name=names, definition=names, exclude=[], **_but(one, "name"))
            found.themes[theme.key] = theme
            session.add(theme)
        session.flush()
        return found

    def in_any_order(self, items: Iterable[Any]) -> list[Any]:
        kept = list(items)
        return self.random.sample(kept, len(kept)) if self.random else kept

    def note(self, session: Session, at: int, said: Mapping[str, Any]) -> dict[str, Any]:
        """Noted in the week; held in it too, or `ago` weeks before."""
        day = timedelta(days=at % 5, hours=9)
        held_at, now = WEEK.plus(-said["ago"]).starts_at() + day, WEEK.starts_at() + day + timedelta(hours=1)
        return self._log(
            session, said["house"], said["text"], said["themes"], held_at=held_at, now=now, quote_scope=said["scope"]
        )

    def note_past(self, session: Session, week: Week, *, nth: int) -> None:
        """Each house's share of an earlier week. The morning is hardly talked of, so that it can be so now."""
        share = [(at, name, n) for at, (name, count) in enumerate(BEFORE.items()) for n in range(count) if n % 7 == nth]
        for at_house, house, n in self.in_any_order(share):
            about = "aflevering" if n == 12 else FILLERS[(n + at_house) % len(FILLERS)]
            at = week.starts_at() + timedelta(days=n % 5, hours=8)
            text = f"»Her er noget, som blev sagt i {house} for {n + 1}. gang, og så ikke mere.«"
            self._log(session, house, text, {about: None}, held_at=at, now=at)

    def _log(
        self, session: Session, house: str, text: str, tones: Mapping[str, str | None], *, now: datetime, **more: Any
    ) -> dict[str, Any]:
        said = {key: tone for key, tone in tones.items() if tone}
        about = [self.themes[key] for key in tones]
        item = make.talk(self.form, self.units[house].id, text, confirmed=about, tones=said, **more)
        make.log_talk(session, self.authors[house], item, now=now)
        return item


def _but(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def _lines(main: Any) -> str:
    """What a reader reads on the page, an element a line."""
    blocks = {"h1", "h2", "h3", "p", "li", "dt", "dd", "blockquote", "figcaption", "td", "th", "summary"}
    texts = [lint.text_of(element) for element in main.iter() if element.tag in blocks]
    return "\n".join(text for text in texts if text) + "\n"
