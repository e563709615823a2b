"""A row of the table of routes (routes.py): an address, what it is of, and what each of us gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.web.client import Fields, Visitor
from tests.web.town import Town

NOTERS = ("medarbejder", "leder", "leder2", "leder3", "omraade", "omraade2")
EVERYBODY = ("anonymous", "program", "revoked", *NOTERS, "admin")
SIGNED_IN = (*NOTERS, "admin")


def to(*who: str, gives: int = 200, others: int = 404, strangers: int | None = None) -> dict[str, int]:
    """The answers of a route that is for these people."""
    asked_in = {"anonymous": strangers or 302, "program": strangers or 401, "revoked": strangers or 302}
    return {**asked_in, **{one: gives if one in who else others for one in SIGNED_IN}}


def to_all(status: int) -> dict[str, int]:
    return dict.fromkeys(EVERYBODY, status)


@dataclass(frozen=True)
class Row:
    """`path` and `fields` are made of the town; `of` says what object it is when a route has several rows."""

    endpoint: str
    expected: Mapping[str, int]
    path: str | Callable[[Town], str]
    of: str = ""
    method: str = "GET"
    fields: Callable[[Town, Visitor, str], Fields | dict[str, str]] = field(default=lambda _town, _visitor, _who: {})

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}{f' ({self.of})' if self.of else ''}"

    def address(self, town: Town) -> str:
        return self.path if isinstance(self.path, str) else self.path(town)


def asset(name: str) -> Callable[[Town], str]:
    return lambda town: f"/static/{town.app.extensions['hoert.release']}/{name}"
