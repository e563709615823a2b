"""A push service of the test's own, over TLS by a throw-away authority, that decrypts what it gets as a browser would.

Each browser it has answers as it is told: with a status, with headers, never, or not by TLS at all.
"""

import base64
import datetime as dt
import ipaddress
import json
import secrets
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from py_vapid import Vapid


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


@dataclass
class Browser:
    """What a browser keeps: its keys, and what came to it. `answer`: a status, or "hang"."""

    endpoint: str
    answer: int | str = 201
    headers: dict[str, str] = field(default_factory=dict)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    auth_bytes: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)
    came: list["Came"] = field(default_factory=list)

    @property
    def p256dh(self) -> str:
        form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return b64(self.key.public_key().public_bytes(*form))

    @property
    def auth(self) -> str:
        return b64(self.auth_bytes)

    @property
    def subscription(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": self.p256dh, "auth": self.auth}


@dataclass(frozen=True)
class Came:
    """A request as it came: `told` is what only the browser can read, `raw` everything else."""

    path: str
    headers: dict[str, str]
    body: bytes
    told: dict[str, str]

    @property
    def raw(self) -> str:
        return f"{self.path} {self.headers} {self.body!r}"


class PushService:
    def __init__(self, folder):
        self.ca, certificate = certificates(folder)
        self.browsers: dict[str, Browser] = {}
        self.heads: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                service.take(self)

            def do_GET(self):
                service.heads.append(f"GET {self.path}")
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_args):
                pass  # a client that does not trust us

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        """As it is permitted: this very port."""
        return f"localhost:{self.port}"

    def browser(self, answer: int | str = 201, **headers: str) -> Browser:
        name = secrets.token_hex(8)
        self.browsers[name] = Browser(
            f"https://{self.host}/send/{name}", answer, {k.replace("_", "-"): v for k, v in headers.items()}
        )
        return self.browsers[name]

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        browser = self.browsers[request.path.rsplit("/", 1)[1]]
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert Vapid.verify(headers["authorization"]), "not signed by the server's key"
        private = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth_bytes, version="aes128gcm")
        browser.came.append(Came(request.path, headers, body, json.loads(private)))
        if browser.answer == "hang":
            time.sleep(30)
            return
        request.send_response(int(browser.answer))
        for name, value in browser.headers.items():
            request.send_header(name, value)
        request.send_header("content-length", "0")
        request.end_headers()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def push_service(folder):
    service = PushService(folder)
    try:
        yield service
    finally:
        service.close()


@contextmanager
def no_tls():
    """The port of something that answers every handshake with other words."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"HTTP/1.1 201 Created\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # who waits in accept() would take one more
        listener.close()


def certificates(folder):
    """(the authority's certificate, a file with the server's own for localhost and its key)."""
    authority = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throw-away authority")])
    days = (dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))  # whatever time it is in the test
    of_ca = _certificate(name, name, authority, days).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    ca = of_ca.add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
    ca = ca.sign(authority, hashes.SHA256())
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    own = _certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), name, key, days)
    own = own.add_extension(x509.SubjectAlternativeName(names), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    signed = own.add_extension(issuer, critical=False).sign(authority, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(signed.public_bytes(pem) + private)
    return folder / "ca.pem", folder / "server.pem"


def _certificate(subject, issuer, key, days):
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return builder.serial_number(x509.random_serial_number()).not_valid_before(days[0]).not_valid_after(days[1])
