"""Which addresses of push services Hørt speaks to. An endpoint comes from a browser, so anybody may have written it.

A list of names decides (`HOERT_PUSH_HOSTS`); that a permitted name leads to no address of the own network is looked at beside it.
"""

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Literal
from urllib.parse import urlsplit

MOST_CHARACTERS = 1000
#: The services of Chrome and most Android phones, of Firefox, of Edge on Windows, and of Safari.
DEFAULT_HOSTS = ("fcm.googleapis.com", "updates.push.services.mozilla.com", "*.notify.windows.com", "web.push.apple.com")

Problem = Literal["not_an_address", "not_permitted", "private"]

_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PERMITTED = re.compile(r"(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?")


def read_hosts(text: str) -> tuple[str, ...]:
    """The setting: names with commas between; `*.` before one permits all below it, a port after one that very host and port,
    wherever it leads (for tests); `off` permits none. Raises ValueError."""
    if text.strip().lower() == "off":
        return ()
    found = tuple(one.strip().lower() for one in text.split(",") if one.strip())
    if not found or not all(_PERMITTED.fullmatch(one) for one in found):
        raise ValueError
    return found


def problem_of(endpoint: str, hosts: Collection[str]) -> Problem | None:
    """What speaks against the address; None: nothing does."""
    if not (endpoint.isascii() and endpoint.isprintable() and len(endpoint) <= MOST_CHARACTERS) or set(endpoint) & set(' \\"<>#'):
        return "not_an_address"
    try:
        parts = urlsplit(endpoint)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return "not_an_address"
    if parts.scheme != "https" or "@" in parts.netloc or not name:
        return "not_permitted"
    if f"{name}:{port}" in hosts and parts.netloc == f"{name}:{port}":
        return None
    is_plain = parts.netloc.lower() in (name, f"{name}:443") and _NAME.fullmatch(name)
    if not is_plain or not any(_fits(name, one) for one in hosts):
        return "not_permitted"
    return "private" if leads_inside(name) else None


def leads_inside(name: str) -> bool:
    """Whether the name stands for any address that is not of the open internet. One that cannot be looked up stands for none."""
    try:
        found = socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return any(not is_open(str(address[0])) for *_kind, address in found)


def is_open(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip
    return ip.is_global and not ip.is_multicast


def _fits(name: str, permitted: str) -> bool:
    if permitted.startswith("*."):
        return name.endswith(permitted[1:]) and len(name) > len(permitted) - 1
    return name == permitted
