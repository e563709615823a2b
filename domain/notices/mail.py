"""One connection to the mail server and what became of each message. It knows nothing of what stands in them.

An answer never holds an address or a server's own words, which may quote one: only what it was, in a word, and a code.
"""

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from urllib.parse import unquote, urlsplit

#: A server that says nothing for so long is given up on, and the message goes later.
LONGEST_WAIT_S = 20
#: After so many messages a new connection is made: many servers take a hundred.
MOST_ON_ONE_CONNECTION = 100
#: The server hung up before anything of the message was sent.
GONE_BEFORE = "gone_before"
#: Within the machine nobody listens.
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Taken(StrEnum):
    SENT = "sent"  # the server has it, and answers for it from here on
    LATER = "later"  # nothing is wrong with the message: it may be tried again
    NEVER = "never"  # the server will not have it, however often it is asked


@dataclass(frozen=True)
class Answer:
    """`why`: a word of ours (`greylisted`, `no_answer`), with the server's code where it gave one (`refused 550`)."""

    taken: Taken
    why: str = ""


SENT = Answer(Taken.SENT)


class NoServer(ValueError):
    """It is no address of a mail server."""


@dataclass(frozen=True)
class MailServer:
    """`tls`: from the first byte (`smtps`), asked for and insisted on (`starttls`), or none, where the address asks for that
    or the server is on this machine."""

    host: str
    port: int
    tls: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """`smtp://user:password@host:587`, `smtps://host`, `smtp://host:25?tls=off`. Raises NoServer, without a word of it."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise NoServer from error
        if parts.scheme not in ("smtp", "smtps") or not host or parts.path.strip("/") or parts.query not in ("", "tls=off"):
            raise NoServer
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if parts.scheme == "smtps":
            return cls(host, port or 465, "smtps", user, password)
        is_open = parts.query == "tls=off" or host in HERE
        return cls(host, port or (587 if user else 25), "none" if is_open else "starttls", user, password)


class _Unready(Exception):
    """No connection could be made; `answer` says why. Nothing was sent."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.why)
        self.answer = answer


class Carrier:
    """Carries messages one after the other over one connection, made when the first one comes and closed with the context."""

    def __init__(
        self, server: MailServer, *, longest_wait_s: float = LONGEST_WAIT_S, trusts: ssl.SSLContext | None = None
    ) -> None:
        self.server = server
        self._longest_wait_s = longest_wait_s
        self._trusts = trusts
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0
        self._rests_until = 0.0
        self._unready: Answer | None = None

    def __enter__(self) -> "Carrier":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def carry(self, message: EmailMessage, *, sender: str, to: str) -> Answer:
        """Sends the message to one recipient. Never raises for what the network, the server or the address did."""
        if not is_address(to):
            return Answer(Taken.NEVER, "no_address")
        if self._carried >= MOST_ON_ONE_CONNECTION:
            self.close()
        is_used = self._smtp is not None
        answer = self._once(message, sender, to)
        if answer.why == GONE_BEFORE and is_used:  # it had closed while nothing was sent: nothing of this message reached it
            answer = self._once(message, sender, to)
        return answer

    def _once(self, message: EmailMessage, sender: str, to: str) -> Answer:
        started = False
        try:
            smtp = self._ready()
            code, _said = smtp.mail(sender)
            if code != 250:
                return self._refused(code, "sender_refused", sender=True)
            code, _said = smtp.rcpt(to)
            if code not in (250, 251):
                return self._refused(code, "recipient_refused")
            started = True
            code, _said = smtp.data(message.as_bytes(policy=policy.SMTP))
            if code != 250:
                return self._refused(code, "content_refused")
        except _Unready as unready:
            return unready.answer
        except smtplib.SMTPResponseException as error:  # DATA itself was refused
            return self._refused(error.smtp_code, "content_refused")
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
                return Answer(Taken.LATER, "no_answer")
            return Answer(Taken.LATER, "dropped" if started else GONE_BEFORE)
        self._carried += 1
        return SENT

    def _refused(self, code: int, why: str, *, sender: bool = False) -> Answer:
        """A server that will not have our sender would refuse everybody's: that is to be put right, and no message's fault."""
        if code == 421:
            self._drop()
        else:
            self._start_over()
        if 400 <= code < 500:
            return Answer(Taken.LATER, f"not_now {code}")
        return Answer(Taken.LATER if sender or code < 500 else Taken.NEVER, f"{why} {code}")

    def _start_over(self) -> None:
        try:
            if self._smtp:
                self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _ready(self) -> smtplib.SMTP:
        """The open connection, or a new one. One that could not be made is not tried again for a while: each try waits."""
        if self._smtp is not None:
            return self._smtp
        if self._unready and time.monotonic() < self._rests_until:
            raise _Unready(self._unready)
        try:
            self._smtp, self._carried, self._unready = self._connected(), 0, None
        except _Unready as unready:
            self._unready, self._rests_until = unready.answer, time.monotonic() + self._longest_wait_s
            raise
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._opened()
            smtp.ehlo_or_helo_if_needed()
            if self.server.tls == "starttls":
                smtp.starttls(context=self._context())
                smtp.ehlo()
            if self.server.user:
                smtp.login(self.server.user, self.server.password)
        except (OSError, smtplib.SMTPException) as error:
            if smtp:
                smtp.close()
            raise _Unready(Answer(Taken.LATER, _why(error))) from None  # the server's words may hold the user's name
        return smtp

    def _opened(self) -> smtplib.SMTP:
        where = self.server
        if where.tls == "smtps":
            return smtplib.SMTP_SSL(where.host, where.port, timeout=self._longest_wait_s, context=self._context())
        return smtplib.SMTP(where.host, where.port, timeout=self._longest_wait_s)

    def _context(self) -> ssl.SSLContext:
        return self._trusts or ssl.create_default_context()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp:
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()


def _why(error: Exception) -> str:
    """Why there is no connection, in a word. The more particular kinds first: most are OSError too."""
    match error:
        case ssl.SSLCertVerificationError():
            return "certificate"
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return f"sign_in_refused {code}"
        case smtplib.SMTPNotSupportedError():
            return "no_tls_or_sign_in"
        case smtplib.SMTPResponseException(smtp_code=code):
            return f"not_now {code}"
        case socket.gaierror():
            return "no_such_host"
        case TimeoutError():
            return "no_answer"
        case ssl.SSLError():
            return "tls"
        case ConnectionRefusedError():
            return "nobody_there"
        case _:
            return "dropped"


def is_address(text: str) -> bool:
    """Whether it is one plain e-mail address and nothing else: no line break, no second one, no name. Few servers take letters
    other than ASCII."""
    return _ADDRESS.fullmatch(text) is not None
