"""The sender of the mail channel: one connection for many notices, each mail written and checked at the moment it leaves."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g

from blueprints.shared import mails, unit
from domain import notices, people
from domain.base import now
from domain.notices import Carrier, Message, Outcome, Sender, Status, Taken

from . import short_mails  # noqa: F401 - it tells what it can write

log = logging.getLogger("hoert")

STATUSES = {Taken.SENT: Status.SENT, Taken.LATER: Status.LATER, Taken.NEVER: Status.REFUSED}


@contextmanager
def mail_sender(carrier: Carrier | None = None) -> Iterator[Sender]:
    """Inside an application context. `carrier`: a test's own. Where mail cannot be sent, it says at each notice why."""
    why = mails.why_not()
    if why:
        log.warning("no mail is sent: %s", why)
        yield lambda _message: Outcome(Status.LATER, why)
        return
    with carrier or Carrier(current_app.config["SMTP_URL"]) as open_carrier:
        yield lambda message: send(open_carrier, message)


def send(carrier: Carrier, message: Message) -> Outcome:
    """Written as for a request to the address that is set: whatever name Hørt was asked under stands nowhere."""
    with current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
        g.language = message.language
        mail = _mail(message)
        if isinstance(mail, Outcome):
            return mail
        made = mails.message_of(mail, message, at=now())
    answer = carrier.carry(made, sender=current_app.config["MAIL_FROM"][1], to=message.email)
    return Outcome(STATUSES[answer.taken], answer.why)


def _mail(message: Message) -> mails.Mail | Outcome:
    if not notices.is_address(message.email):
        return Outcome(Status.REFUSED, "no_address")
    with unit.database().reading() as session:
        if notices.is_stopped(session, message.person_id, message.kind):
            return Outcome(Status.NO_WAY, "stopped")
        actor = people.actor_for(session, message.person_id)
        return mails.written(session, actor, message) if actor else mails.unreadable()
