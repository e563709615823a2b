"""A file of talks, from the first look at the database to the last cell."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO

from domain import audit
from domain.base import Database
from domain.people import Actor

from .cells import Cell
from .files import MOST_COLUMNS, MOST_ROWS, Sheet, write_csv, write_xlsx
from .talks import Table, Wanted, rows, table


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class NoTalks(Exception):
    """There is none that this reader may see in these weeks."""


class TooManyForExcel(Exception):
    """A sheet takes 1,048,576 rows and 16,384 columns; CSV takes any number."""


@dataclass(frozen=True)
class Exported:
    """`cut`: texts that were longer than a cell of Excel, each of which says so."""

    talks: int
    cut: int


def export_talks(
    database: Database, actor: Actor | None, *, wanted: Wanted, kind: FileKind, target: IO[bytes], page: str, now: datetime
) -> Exported:
    """Writes the talks that the actor may read. Every one is in the read log, under `page`, before its words are in the file.

    `actor` None: all of them, as those above a house see them; whoever runs the server answers for it (docs/exchange.md).
    Raises NoTalks, TooManyForExcel, audit.Unlogged.
    """

    def log(keys: Sequence[uuid.UUID]) -> None:
        if actor is not None:
            audit.record_read(database, person_id=actor.person_id, page=page, conversations=keys, at=now)

    with database.reading() as session:
        found = table(session, actor, wanted)
        if not found.total:
            raise NoTalks
        if kind is FileKind.XLSX and (found.total + 2 > MOST_ROWS or len(found.named) > MOST_COLUMNS):
            raise TooManyForExcel
        written = _Counted(rows(session, found, log=log))
        if kind is FileKind.CSV:
            write_csv(target, _with_headings([[f"{title} [{key}]" for title, key in found.named]], written))
            return Exported(written.n, 0)
        headings: list[list[Cell]] = [[title for title, _key in found.named], [key for _title, key in found.named]]
        sheets = (
            Sheet("Samtaler", _with_headings(headings, written), headings=2),
            Sheet("Koder", _codes(found)),
            Sheet("Kolonner", _columns(found)),
        )
        cut = write_xlsx(target, sheets)
        return Exported(written.n, cut)


class _Counted:
    """Rows, and how many went by."""

    def __init__(self, rows: Iterator[list[Cell]]) -> None:
        self.rows, self.n = rows, 0

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            self.n += 1
            yield row


def _with_headings(headings: Sequence[Sequence[Cell]], rows: _Counted) -> Iterator[Sequence[Cell]]:
    yield from headings
    yield from rows


def _codes(found: Table) -> Iterator[list[Cell]]:
    """What the codes in the cells mean."""
    yield ["Kolonne", "Spørgsmål", "Kode", "Dansk", "Engelsk"]
    for column in found.columns:
        for choice in column.choices:
            yield [column.key, column.title, choice.code, choice.text.get("da"), choice.text.get("en")]


def _columns(found: Table) -> Iterator[list[Cell]]:
    titles = {form.question_set_id: form.content.title.get("da", "") for form in found.forms.values()}
    yield ["Kolonne", "Spørgsmål", "Spørgsmålssæt", "Titel", "Første version", "Ny betydning af"]
    for column in found.columns:
        follows = str(column.follows) if column.follows else None
        yield [column.key, column.title, str(column.set_id), titles.get(column.set_id), column.first_version, follows]
