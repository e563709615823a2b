"""The sender of the mail channel: a connection for many notices, each mail written and checked at the moment it leaves."""

import logging
import threading
from types import TracebackType

from flask import Flask, current_app, g

from blueprints.shared import mails, unit
from domain import notices, people
from domain.base import now
from domain.notices import Carrier, Message, Outcome, Status, Taken

from . import short_mails  # noqa: F401 - it tells what it can write

log = logging.getLogger("hoert")

STATUSES = {Taken.SENT: Status.SENT, Taken.LATER: Status.LATER, Taken.NEVER: Status.REFUSED}


class MailSender:
    """Takes a Message and answers with an Outcome, in any number of threads: each has a connection of its own, closed with the
    context. Where mail cannot be sent, it says why at each notice, and keeps them for later."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        with app.app_context():
            self._why_not = mails.why_not()
        self._here = threading.local()
        self._carriers: list[Carrier] = []

    def __enter__(self) -> "MailSender":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        while self._carriers:
            self._carriers.pop().close()

    def __call__(self, message: Message) -> Outcome:
        """Written as for a request to the address that is set: whatever name Hørt was asked under stands nowhere."""
        if self._why_not:
            log.warning("no mail is sent: %s", self._why_not)
            return Outcome(Status.LATER, self._why_not)
        with self._app.test_request_context(base_url=self._app.config["BASE_URL"]):
            g.language = message.language
            mail = _mail(message)
            if isinstance(mail, Outcome):
                return mail
            made = mails.message_of(mail, message, at=now())
        answer = self._carrier().carry(made, sender=self._app.config["MAIL_FROM"][1], to=message.email)
        return Outcome(STATUSES[answer.taken], answer.why)

    def _carrier(self) -> Carrier:
        found: Carrier | None = getattr(self._here, "carrier", None)
        if found is None:
            found = self._here.carrier = Carrier(self._app.config["SMTP_URL"])
            self._carriers.append(found)
        return found


def mail_sender() -> MailSender:
    """In an application context; a context of its own."""
    return MailSender(current_app._get_current_object())  # type: ignore[attr-defined]


def _mail(message: Message) -> mails.Mail | Outcome:
    if not notices.is_address(message.email):
        return Outcome(Status.REFUSED, "no_address")
    with unit.database().reading() as session:
        if notices.is_stopped(session, message.person_id, message.kind):
            return Outcome(Status.NO_WAY, "stopped")
        actor = people.actor_for(session, message.person_id)
        return mails.written(session, actor, message) if actor else mails.unreadable()
