"""How heavy pages are on the wire, and how long the week takes beside a request that does nothing."""

import gzip
import re
import statistics
import time

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


def _kb(body: bytes) -> float:
    return len(gzip.compress(body, 6)) / 1000
