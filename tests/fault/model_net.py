"""What a phone of the model asks, what it may be answered, and what it makes of that."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Request:
    path: str
    items: list[dict[str, Any]] | None = None
    waiting: int = 0
    token: str = ""
    #: set by whoever carries it
    device: str = ""


@dataclass(frozen=True)
class Answer:
    """`status` 0: none came."""

    status: int = 0
    json: Any = None
    retry_after: str | None = None


Talking = Generator[Request, Answer, Any]


def ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def is_signed_out(answer: Answer) -> bool:
    return answer.status == 401 and (answer.json or {}).get("code") == "not_signed_in"


def why_signed_out() -> Talking:
    kind = judge((yield Request("/sync", [])), 0)
    if kind == "ended":  # somebody may have signed in anew meanwhile
        return kind if is_signed_out((yield Request("/sync/token"))) else "signed_out"
    return "revoked" if kind == "revoked" else "signed_out"


def judge(answer: Answer, count: int) -> str:
    """What an answer to an envelope means; "not": not sent."""
    json = answer.json if isinstance(answer.json, dict) else {}
    receipts = json.get("receipts")
    if (
        answer.status == 200
        and json.get("schema") == "hoert.receipts/1"
        and isinstance(receipts, list)
        and len(receipts) == count
    ):
        return "receipts"
    if is_signed_out(answer):
        return "ended" if json.get("ended") is True else "signed_out"
    if answer.status == 403 and json.get("code") == "revoked":
        return "revoked"
    if answer.status == 413 or (answer.status == 400 and json.get("code") == "malformed"):
        return "split"
    return "token" if answer.status == 419 else "not"
