"""Sending what is due. The scheduler and `flask notices deliver` call `deliver_due`; any number of processes may, at once."""

import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from blueprints.shared import unit
from blueprints.shared.opening import only_what_holds
from domain import notices
from domain.notices import Channel, PushSender, Sender, Senders
from domain.people import LANGUAGES

from . import keys
from .mailing import mail_sender

#: A push service that does not answer is waited for; others need not wait with it.
WORKERS = 4


def deliver_due(*, workers: int = WORKERS) -> Counter[str]:
    """Sends all that is due, in the application's context. Returns how many went by which end (`notices.deliver`)."""
    database = unit.database()
    with senders() as ways, ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(lambda _n: notices.deliver(database, ways), range(workers)), Counter())


def deliver_one(notice_id: uuid.UUID) -> Counter[str]:
    """Sends that one now, if nobody else does."""
    with senders() as ways:
        return notices.deliver(unit.database(), ways, only=notice_id)


@contextmanager
def senders() -> Iterator[Senders]:
    """By which ways notices leave here: a channel, and what takes a Message and answers with an Outcome. Mail is off until a mail
    server is set; connections to it end with the context."""
    with mail_sender() as mail:
        ways: dict[Channel, Sender] = {Channel.PUSH: push_sender()}
        ways |= {Channel.MAIL: mail} if current_app.config["SMTP_URL"] else {}
        database = unit.database()
        yield {channel: only_what_holds(database, sender) for channel, sender in ways.items()}


def push_sender() -> PushSender:
    base = current_app.config["BASE_URL"]
    return PushSender(
        private_key=keys.private_key(current_app.config["INSTANCE"]),
        contact=base if base.startswith("https://") else "mailto:hoert@localhost",
        hosts=current_app.config["PUSH_HOSTS"],
        titles={language: _title(language) for language in LANGUAGES},
    )


def _title(language: str) -> str:
    """All that a notice says, whatever it is about."""
    with force_locale(language):
        return _("Nyt i Hørt")
