"""How reminders stand, on *Opgaver*: the job that sends them is done also when none of them came through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import mails
from blueprints.shared.notice_words import AS_IT_SHOULD, why_each
from domain import notices

#: What is to be set, by what `mails.why_not` says.
_SETTINGS = {"no_smtp_url": "HOERT_SMTP_URL", "no_mail_from": "HOERT_MAIL_FROM", "no_base_url": "HOERT_BASE_URL"}

#: Those of the invented municipality were never to be sent.
_INVENTED = "invented"


@dataclass(frozen=True)
class Line:
    """So many, and why each."""

    title: str
    note: str
    is_trouble: bool


@dataclass(frozen=True)
class Reminders:
    """`missing`: the setting without which no mail leaves; empty when it does."""

    lines: list[Line]
    missing: str


def reminders(session: Session, *, days: int, now: datetime) -> Reminders:
    found = notices.standing(session, since=now - timedelta(days=days))
    return Reminders(list(_lines(found, days)), _SETTINGS.get(mails.why_not(), ""))


def _lines(found: notices.Standing, days: int) -> Iterator[Line]:
    if found.waiting:
        yield _line(_("%(num)d venter", num=found.waiting), found.waiting_why)
    if n := sum(found.refused.values()):
        yield _line(_("%(num)d gik som e-mail i stedet på %(days)d dage", num=n, days=days), found.refused)
    given_up = {code: n for code, n in found.given_up.items() if code != _INVENTED}
    if n := sum(given_up.values()):
        yield _line(_("%(num)d blev ikke sendt på %(days)d dage", num=n, days=days), given_up)


def _line(title: str, why: Mapping[str, int]) -> Line:
    return Line(title, why_each(why), any(code not in AS_IT_SHOULD for code in why))
