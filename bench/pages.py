"""How heavy pages are on the wire, and how long the week takes beside a request that does nothing."""

import gzip
import json
import re
import statistics
import time
from urllib.parse import urljoin

from bench.server import Phone, Server


def weight_kb(phone: Phone, path: str) -> dict[str, float]:
    """Gzipped kilobytes of a page and of what it asks for, by kind."""
    html = phone.ask("GET", path)[1]
    kinds = {"html": _kb(html), "css": 0.0, "js": 0.0, "fonts": 0.0, "icons": 0.0}
    names = set(re.findall(rb'(?:href|src)="(/static/[^"#]+)', html))
    waiting, seen = [name.decode() for name in names], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name.endswith(".png"):
            continue
        seen.add(name)
        body = phone.ask("GET", name)[1]
        ending = name.rsplit(".", 1)[1]
        kind = {"css": "css", "js": "js", "woff2": "fonts", "svg": "icons"}[ending]
        kinds[kind] += len(body) / 1000 if kind == "fonts" else _kb(body)
        if kind == "js":
            folder = name.rsplit("/", 1)[0]
            for module in re.findall(rb'data-module="([^"]+)"', html) if name.endswith("main.js") else []:
                waiting += [f"{folder}/modules/{one}.js" for one in module.decode().split()]
    return kinds


def seconds(phone: Phone, path: str, *, times: int = 30) -> float:
    """Median of so many requests, one after the other."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        status, _body = phone.ask("GET", path)
        took.append(time.perf_counter() - began)
        assert status == 200, (path, status)
    return statistics.median(took)


def newest_issue(server: Server) -> tuple[Phone, str]:
    """The area leader, and the address of the newest issued week."""
    phone = server.sign_in("omraade")
    listed = phone.ask("GET", "/digests/")[1].decode()
    weeks = re.findall(r'href="(/digests/[0-9a-f-]{36}/\d{4}-W\d{2})"', listed)
    return phone, weeks[-1]


def form_kb(phone: Phone) -> dict[str, float]:
    """Gzipped kilobytes of CSS and JavaScript that come before the app's form can be used."""
    kinds = {"css": 0.0, "js": 0.0}
    for name, body in form_files(phone).items():
        kinds[name.rsplit(".", 1)[1]] += _kb(body)
    return kinds


def form_files(phone: Phone) -> dict[str, bytes]:
    """The style and the modules that the app's page names, and what the modules among them import at once."""
    html = phone.ask("GET", "/phone/")[1].decode()
    waiting, found = re.findall(r'(?:href|src)="(/static/[^"#]+\.(?:css|js))"', html), dict[str, bytes]()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = phone.ask("GET", name)[1]
        if name.endswith(".js"):
            waiting += [urljoin(name, other) for other in re.findall(r'\b(?:from|import)\s*"(\.[^"]+)"', found[name].decode())]
    return found


def kept_kb(phone: Phone) -> dict[str, float]:
    """Gzipped kilobytes of the app's page and of every file its worker keeps, by kind; fonts and pictures as they are."""
    told = json.loads(re.findall(rb"self\.hoert = (\{.*?\});\n", phone.ask("GET", "/sw.js")[1])[0])
    kinds = {"html": _kb(phone.ask("GET", told["shell"])[1]), "css": 0.0, "js": 0.0, "fonts": 0.0, "icons": 0.0}
    for name in told["files"]:
        kind = {"css": "css", "js": "js", "woff2": "fonts"}.get(name.rsplit(".", 1)[1], "icons")
        body = phone.ask("GET", name)[1]
        kinds[kind] += _kb(body) if kind in ("css", "js") else len(body) / 1000
    return kinds


def _kb(body: bytes) -> float:
    return len(gzip.compress(body, 6)) / 1000
