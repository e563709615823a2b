"""Who notes in the fault tests, and what is asked. Three persons with two phones each make six phones."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, select

from domain import questions
from domain.base import Database, new_id, now, open_database
from domain.people import Role, Unit
from domain.questions import QuestionSet
from tests import cast as people
from tests import make
from tests.fault.chaos import Chaos, Line
from tests.fault.phones import Phone, Phones
from tests.fault.server import Nursery, Server, served, sign_in
from tests.ids import in_letters

#: Beyond plain Danish: what must come through to the letter.
LETTERS = ("æøå ÆØÅ", "👵🏽 og 👩‍👩‍👧", "é é", "»citat«", "linje\nto", 'tab\tog \\ "', "\u2028", "𝟘𝟙", "ﬁn İ ß", "<b>&amp;</b>")


@dataclass(repr=False)
class World:
    """A served municipality, its people and their phones; `database` is the test's own way to it."""

    server: Server
    chaos: Chaos
    phones: Phones
    database: Database
    #: person's id by name
    people: dict[str, uuid.UUID]
    cookies: dict[str, dict[str, str]]

    def signed_in(self, person: str) -> dict[str, str]:
        """A session that this person's phones share: signing in is not what is tried here."""
        if person not in self.cookies:
            self.cookies[person] = sign_in(self.server.port, person)
        return dict(self.cookies[person])

    def phone(
        self, person: str, *, seed: object = 0, haste: float = 1, awake: bool = False, script: Any = None
    ) -> tuple[Phone, Line]:
        """A phone with its first kit, on a line that is good until it is told otherwise. `script`: for its first requests too."""
        name = f"{person}-{uuid.uuid4().hex[:8]}"
        line = self.chaos.line(f"{seed} {name.rpartition('-')[0]}")
        line.script = script or line.script
        base = f"http://127.0.0.1:{line.port}"
        phone = Phone(self.phones, name, person=person, base=base, cookies=self.signed_in(person), haste=haste)
        phone.restart(awake=awake)
        phone.fetch_kit()
        return phone, line

    def publish(self) -> None:
        """A newer version of every question set: what was begun before stays under its own."""
        with self.database.writing() as session:
            for question_set in session.exec(select(QuestionSet)).all():
                questions.publish(session, question_set=question_set, content=make.content(), now=now())


@contextmanager
def world(nursery: Nursery, phones: Phones, folder: Path, database_url: str, *, crowd: int = 0, **more: Any) -> Iterator[World]:
    """`crowd`: so many leaders more, named crowd0, crowd1, … `more`: settings of the server."""
    database = open_database(database_url)
    with database.writing() as session:
        cast = people.gather(session)
        found = {name: actor.person_id for name, actor in cast.everybody().items()}
        for number in range(crowd):
            found[f"crowd{number}"] = _leader(session, f"crowd{number}", cast.mariehuset)
    (folder / "instance").mkdir()
    try:
        with served(nursery, folder, database_url, **more) as server:
            chaos = Chaos(server.port)
            try:
                yield World(server, chaos, phones, database, found, {})
            finally:
                chaos.close()
    finally:
        database.dispose()


def _leader(session: Session, name: str, unit: Unit) -> uuid.UUID:
    return make.person(session, email=people.email(name), role=Role.INSTITUTION_LEADER, unit=unit, name=name).person_id


def copy_of(template: Path, folder: Path) -> str:
    """An SQLite database of one's own."""
    path = folder / "hoert.sqlite"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def words(chance: Random) -> str:
    """A text that no other is equal to."""
    return f"{chance.choice(LETTERS)} maden {chance.choice(LETTERS)} {in_letters(new_id())}"
