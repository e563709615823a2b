"""What stands in a mail, and the message that is made of it. Each blueprint writes the kinds it knows (`can_write`).

A mail is read on locked screens, forwarded and kept: its subject tells nothing. Every link in it begins with `HOERT_BASE_URL`.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlmodel import Session

from domain import notices
from domain.notices import Kind, Message, Outcome
from domain.people import Actor

MOST_TOKEN_CHARACTERS = 300


@dataclass(frozen=True)
class Mail:
    """`html` and `text`: templates that say the same."""

    subject: str
    html: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


#: An Outcome where there is nothing to send: the person may not read it any more.
Write = Callable[[Session, Actor, Message], Mail | Outcome]


def can_write(kind: Kind, write: Write) -> None:
    """A blueprint tells what stands in the mails of a kind, so that whoever sends them need not know it."""
    _writers[kind] = write


_writers: dict[Kind, Write] = {}


def written(session: Session, actor: Actor, message: Message) -> Mail | Outcome:
    return _writers[message.kind](session, actor, message)


def short(to: Message, *, subject: str, sentence: str, button: str) -> Mail:
    """One sentence and a button to the notice's page."""
    values = {"sentence": sentence, "button_label": button, "button_url": address_of(to.path)}
    return Mail(subject, "mail/short.html", "mail/short.txt", values)


def address_of(path: str) -> str:
    """A page of this server as a mail names it: never by the name somebody asked for it under."""
    return f"{current_app.config['BASE_URL']}{path}"


def stop_path(person_id: uuid.UUID, kind: str) -> str:
    return f"/notices/unsubscribe/{stop_token(person_id, kind)}"


def stop_token(person_id: uuid.UUID, kind: str) -> str:
    """Whose mails of which kind. It holds no address and no date: the mails lie in a mailbox for years."""
    return _signer().dumps(f"{person_id.hex}.{kind}")


def read_stop_token(token: str) -> tuple[uuid.UUID, str] | None:
    if len(token) > MOST_TOKEN_CHARACTERS:
        return None
    try:
        person, _dot, kind = str(_signer().loads(token)).partition(".")
        found = uuid.UUID(person), kind
    except (BadSignature, ValueError):
        return None
    return found if kind in (notices.ALL_MAIL, *notices.CHOSEN_KINDS) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="mail-stop")


def message_of(mail: Mail, to: Message, *, at: datetime) -> EmailMessage:
    """The mail in the language of the request, as text and as HTML. Raises ValueError for a header with a line break in it."""
    name, address = current_app.config["MAIL_FROM"]
    stop = address_of(stop_path(to.person_id, to.kind))
    values = {"subject": mail.subject, "language": to.language, "stop_url": stop, "municipality": current_app.config["NAME"]}
    made = EmailMessage(policy.SMTP)
    made["From"] = Address(name, addr_spec=address)
    made["To"] = Address(addr_spec=to.email)
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(at)
    # The same at each try: whoever gets it twice sees that it is one.
    made["Message-ID"] = f"<{to.notice_id.hex}@{urlsplit(current_app.config['BASE_URL']).hostname}>"
    made["List-Unsubscribe"] = f"<{stop}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"  # Exchange: nobody's absence is told back
    made.set_content(_rendered(mail.text, {**values, **mail.values}), cte="quoted-printable")
    made.add_alternative(_rendered(mail.html, {**values, **mail.values}), subtype="html", cte="quoted-printable")
    made["Content-Language"] = to.language
    return made


def _rendered(template: str, values: Mapping[str, Any]) -> str:
    """Without the shell of a page: there is no visitor, and nothing is asked of the database for one."""
    return current_app.jinja_env.get_template(template).render(**values)


def why_not() -> str:
    """Why no mail can be sent, in a word; empty when it can."""
    config = current_app.config
    if not config["SMTP_URL"]:
        return "no_smtp_url"
    if not config["MAIL_FROM"]:
        return "no_mail_from"
    return "" if config["BASE_URL_IS_SET"] else "no_base_url"


def unreadable() -> Outcome:
    """The person may not read it any more: nothing is sent, and nothing is tried again."""
    return Outcome(notices.Status.PAST, "not_theirs")
