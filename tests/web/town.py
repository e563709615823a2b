"""A town with a past: four issued weeks, a running one, a named house and three small ones, and a browser for everybody.

It is made once a worker. Most tests look at one copy of it together (`town`); one that changes things gets its own (`own_town`).
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from app import create_app
from domain import actions, digests, people, sync
from domain.base import Database, Week, new_id, open_database
from domain.conversations import Conversation
from domain.people import Actor, Role
from tests import cast as cast_of
from tests import make
from tests.cast import Cast
from tests.web.client import Visitor

#: Tuesday 17 November at 7.43 in Copenhagen: a moment that stands nowhere else.
HELD_AT = datetime(2026, 11, 17, 6, 43, tzinfo=UTC)
RECEIVED_AT = datetime(2026, 11, 17, 7, 58, tzinfo=UTC)
LAST_WEEK = Week(2026, 46)
#: Coarse facts as a page would show them, and the names of those who noted talks.
FACTS = ("Grandparent", "2_6_months")
AUTHORS = ("Lene Mose", "Mads Bang", "Karin Juhl", "Ulla Frost", "Ib Kaas")
#: Everything Markdown and HTML could take for a sign of their own.
SIGNS = "# <b>fed</b> [her](http://evil.example) *a* _b_ `c` ~d~ | 1. e & &amp; ![f](g) \\* {{ 7*7 }} <script>x()</script>"
QUOTES = {
    "own": make.QUOTE,
    "colleague": "Der var en, der kendte hende, og så gik det hele meget bedre",
    "elsewhere": "Vi fik aldrig noget at vide om, hvem der skulle tage imod os",
    "signs": SIGNS,
    "late": "Det var først ugen efter, at nogen fortalte os om maden",
    "havnen": "Hun kommer altid på et andet tidspunkt, end de har lovet os",
}


@dataclass(frozen=True)
class Town:
    app: Any
    cast: Cast
    talks: Mapping[str, Conversation]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.app.extensions["hoert.database"]

    def browser(self, who: str) -> Visitor:
        """The browser that one of the cast is signed in with, or nobody's, or one whose sign-in was ended elsewhere."""
        if who not in self.visitors:
            self.visitors[who] = self.new_browser(who)
        return self.visitors[who]

    def new_browser(self, who: str) -> Visitor:
        visitor = Visitor(self.app)
        if who == "revoked":
            visitor.sign_in("leder")
            revoke(self.database, self.cast.leder, newest=True)
        elif who not in ("anonymous", "program"):
            visitor.sign_in(who)
        return visitor


def revoke(database: Database, actor: Actor, *, newest: bool = False) -> None:
    """Ends the person's open sign-ins, or only the one begun last."""
    with database.writing() as session:
        rows = sorted(people.open_sign_ins(session, actor), key=lambda row: row.id, reverse=True)
        for row in rows[: 1 if newest else None]:
            people.end_sign_in(session, actor, sign_in_id=row.id, now=make.NOW)


@dataclass(frozen=True)
class Template:
    """A database to copy from, and what was made in it."""

    path: Path
    cast: Cast
    talks: Mapping[str, Conversation] = field(default_factory=dict)

    def copy(self, folder: Path) -> str:
        """The address of a copy in the folder."""
        shutil.copyfile(self.path, folder / "hoert.sqlite")
        return f"sqlite:///{folder / 'hoert.sqlite'}"


def with_cast(folder: Path, migrated: Path, *, and_talks: bool = False) -> Template:
    """`migrated`: an SQLite file with every table and no row."""
    path = folder / "template.sqlite"
    shutil.copyfile(migrated, path)
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        cast = cast_of.gather(session)
        talks = _talks(session, cast) if and_talks else {}
    database.dispose()
    return Template(path, cast, talks)


@contextmanager
def opened(folder: Path, template: Template) -> Iterator[Town]:
    app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": template.copy(folder)})
    app.testing = True
    town = Town(app, template.cast, template.talks)
    yield town
    town.database.dispose()


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that stands in every table."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(sa.select(table).order_by(table.c.id)).all()]
            for table in SQLModel.metadata.sorted_tables
        }


def _talks(session: Session, cast: Cast) -> dict[str, Conversation]:
    ulla = _leader_of(session, cast, "Åhaven", "Ulla Frost")
    ib = _leader_of(session, cast, "Regnbuen", "Ib Kaas")
    for back in (4, 3, 2, 1):
        week = make.WEEK.plus(-back)
        at = week.starts_at() + timedelta(hours=9, minutes=17)
        cast.log(session, cast.leder, f"Far sagde: »{QUOTES['colleague']}«", held_at=at, now=at, confirmed=[cast.themes["mad"]])
        _issue(session, cast, week)
    told = {"aflevering": "trouble"}
    about = {"relation": ["grandparent"], "time_here": ["2_6_months"]}
    when: dict[str, Any] = {"held_at": HELD_AT, "now": RECEIVED_AT, "about": about}
    drop_off = {"confirmed": [cast.themes["aflevering"]], "tones": told}
    found = {
        "own": _corrected(session, cast, held_at=HELD_AT, about=about, **drop_off),
        "colleague": cast.log(session, cast.medarbejder, _said("colleague"), **when),
        "elsewhere": cast.log(session, cast.leder2, _said("elsewhere"), **when, **drop_off),
        "signs": cast.log(session, ulla, _said("signs"), unit=cast.units["Åhaven"], confirmed=[cast.themes["tryghed"]], **when),
        "small": cast.log(session, ib, "Mor var glad i dag.", unit=cast.units["Regnbuen"], quote_scope=None, **when),
        "late": cast.log(
            session,
            cast.leder,
            _said("late"),
            held_at=Week(2026, 45).starts_at() + timedelta(hours=7, minutes=43),
            now=RECEIVED_AT,
            confirmed=[cast.themes["mad"]],
        ),
        "havnen": cast.log(session, cast.leder3, _said("havnen"), held_at=HELD_AT, now=RECEIVED_AT),
    }
    for actor, text in ((cast.omraade, "Tak for den."), (cast.leder, "Selv tak. Vi taler om det på mødet.")):
        actions.reply(session, actor, talk=found["own"], key=new_id(), text=text, now=RECEIVED_AT)
    digests.mark_read(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK.plus(-2), now=RECEIVED_AT)
    return found


def _corrected(session: Session, cast: Cast, **more: Any) -> Conversation:
    """A talk that was corrected once, without a word of it changed; beside it an edit that came second and waits in the box."""
    item = cast.talk(_said("own"), **more)
    row = make.log_talk(session, cast.leder, item, now=RECEIVED_AT)
    edits = [make.edit(item), make.edit(item, "Ord, der kom bagefter")]
    receipts = sync.take(session, cast.leder, items=edits, now=RECEIVED_AT)
    assert [one.status for one in receipts] == ["stored", "conflict"]
    session.refresh(row)
    return row


def _said(name: str) -> str:
    return f"Vi talte ved lågen. »{QUOTES[name]}«"


def _leader_of(session: Session, cast: Cast, house: str, name: str) -> Actor:
    email = f"{name.split()[0].lower()}@hoert.example"
    return make.person(session, email=email, role=Role.INSTITUTION_LEADER, unit=cast.units[house], name=name)


def _issue(session: Session, cast: Cast, week: Week) -> None:
    for area in (cast.syd, cast.nord):
        digests.make_issue(session, area, week, now=week.ends_at() + timedelta(hours=4))


def item_ids(town: Town) -> list[UUID]:
    """The id of every talk in the town."""
    with town.database.reading() as session:
        return list(session.execute(sa.select(Conversation.__table__.c.id)).scalars())
