"""Sending what is due. The scheduler and `flask notices deliver` call `deliver_due`; any number of processes may, at once."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from blueprints.shared import unit
from domain import notices
from domain.notices import Channel, PushSender, Senders
from domain.people import LANGUAGES

from . import keys

#: A push service that does not answer is waited for; others need not wait with it.
WORKERS = 4


def deliver_due(*, workers: int = WORKERS) -> Counter[str]:
    """Sends all that is due, in the application's context. Returns how many went by which end (`notices.deliver`)."""
    database, ways = unit.database(), senders()
    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(lambda _n: notices.deliver(database, ways), range(workers)), Counter())


def deliver_one(notice_id: uuid.UUID) -> Counter[str]:
    """Sends that one now, if nobody else does."""
    return notices.deliver(unit.database(), senders(), only=notice_id)


def senders() -> Senders:
    """By which ways notices leave here. The seam for others: a channel, and what takes a Message and answers with an Outcome."""
    return {Channel.PUSH: push_sender()}


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
