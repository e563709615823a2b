"""Shorthand for what many web tests do with the plain form, and what they look for afterwards."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from domain.base import Database
from domain.conversations import Conversation
from tests.web.client import Answer, Visitor

FORM = "/capture/plain"
SIGN_IN = "/auth/sign-in"


def open_form(visitor: Visitor) -> Answer:
    answer = visitor.get(FORM)
    assert answer.status == 200
    return answer


def note(visitor: Visitor, text: str, **more: Any) -> Answer:
    """Opens the form, writes one answer and sends it."""
    return visitor.submit(open_form(visitor), FORM, answer_1=text, **more)


def filled(cast: Any, **more: Any) -> dict[str, Any]:
    """Something in every field of the form."""
    themes = [str(cast.themes[key].id) for key in ("aflevering", "tryghed")]
    chosen = {
        "answer_1": "Mor fortalte: »vi stod længe i garderoben, før nogen så os«",
        "answer_2": "Æblegrød\r\n& <b>rugbrød</b>",
        "answer_3": "  At nogen siger godmorgen 🌧️",
        "themes": themes,
        "tone": "trouble",
        "quote_scope": "area",
        "about_relation": ["mother", "father"],
        "about_time_here": ["1_month"],
        "held_on": "2026-11-16",
    }
    return {**chosen, **more}


def shown(page: Answer, *names: str) -> dict[str, Any]:
    """What the form on the page holds now, in the shape of `filled`."""
    found: dict[str, Any] = {}
    for name, value in page.fields(FORM):
        found.setdefault(name, []).append(value)
    many = ("themes", "about_relation", "about_time_here")
    return {name: found.get(name, []) if name in many else found.get(name, [""])[0] for name in names}


def talks(database: Database) -> list[Conversation]:
    """Every talk, in the order of arrival."""
    with database.reading() as session:
        return list(session.exec(select(Conversation).order_by(sa.text("sequence"))).all())


def texts(talk: Conversation) -> list[str]:
    return [answer["text"] for answer in talk.answers]


def files(database: Database) -> bytes:
    """Everything that lies in the folder of an SQLite database, its journal included."""
    folder = Path(database.engine.url.database).parent
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
