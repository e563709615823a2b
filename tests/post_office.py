"""A real mail server for tests, on this machine: it keeps what it takes, and fails where it is told to."""

import asyncio
import socket
import ssl
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from blueprints.notices.mailing import mail_sender
from domain import notices
from domain.notices import Channel, MailServer

USER, PASSWORD = "hoert", "et-kodeord: med/tegn@"


@dataclass
class PostOffice:
    """`refused`: recipients it does not know; `later`: how many messages it asks to wait; `drops`: how many connections it ends
    amid a message; `hangs_up_after`: messages after which it closes; `silent_s`: how long it says nothing first."""

    refused: set[str] = field(default_factory=set)
    later: int = 0
    drops: int = 0
    silent_s: float = 0.0
    refuses_content: bool = False
    refuses_sender: bool = False
    hangs_up_after: int = 0
    kept: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipient, message in self.kept if recipient == address]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuses_sender:
            return "550 5.7.1 not from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return f"550 5.1.1 nobody here is called {address}"
        if self.later:
            self.later -= 1
            return "451 4.7.1 greylisted, try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drops:
            self.drops -= 1
            server.transport.abort()
            return "250 never said"
        if self.silent_s:
            await asyncio.sleep(self.silent_s)
        if self.refuses_content:
            return "554 5.7.1 looks like spam"
        assert isinstance(envelope.content, bytes)
        for address in envelope.rcpt_tos:
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.kept.append((address, message))
        if self.hangs_up_after and len(self.kept) % self.hangs_up_after == 0:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return "250 OK"


@contextmanager
def opened(*, certificate: ssl.SSLContext | None = None, signs_in: bool = False, **more: Any) -> Iterator[PostOffice]:
    """`certificate`: with it STARTTLS is offered. `signs_in`: only who signs in is served."""
    office = PostOffice(**more)

    class Counting(SMTP):
        def connection_made(self, transport: Any) -> None:
            if self.transport is None:  # not the second time, inside TLS
                office.connections += 1
            super().connection_made(transport)

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _kind: str, who: LoginPassword) -> AuthResult:
        return AuthResult(success=who.login == USER.encode() and who.password == PASSWORD.encode(), handled=False)

    listening = socket.create_server(("127.0.0.1", 0))
    office.port = listening.getsockname()[1]

    class Desk(Controller):
        def _create_server(self) -> Any:
            return self.loop.create_server(self._factory_invoker, sock=listening)

        def factory(self) -> SMTP:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it takes a password without TLS: nobody listens here
                return Counting(
                    self.handler,
                    tls_context=certificate,
                    authenticator=authenticate if signs_in else None,
                    auth_required=signs_in,
                    auth_require_tls=False,
                    hostname="post.example",
                )

    desk = Desk(office, hostname="127.0.0.1", port=office.port, ready_timeout=30)
    desk.start()
    office.connections = 0  # the controller itself knocks once
    try:
        yield office
    finally:
        desk.stop()


def certificate(folder: Path, *, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A self-signed certificate for a host: what the server shows, and what a client that trusts it takes."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(cert, private)
    return shown, ssl.create_default_context(cafile=str(cert))


def joined(app: Any, office: PostOffice, **settings: Any) -> None:
    """The application sends its mail to this office, and is known by an address that nobody in the tests asks for."""
    chosen = {
        "SMTP_URL": MailServer.of(office.url),
        "MAIL_FROM": ("Hørt", "hoert@strandby.example"),
        "BASE_URL": "https://hoert.strandby.example",
        "BASE_URL_IS_SET": True,
    }
    app.config.update({**chosen, **settings})


def delivered(app: Any) -> Counter[str]:
    """What is due leaves by mail alone; how many went by which end."""
    with app.app_context(), mail_sender() as send:
        return notices.deliver(app.extensions["hoert.database"], {Channel.MAIL: send})


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a mail."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")
