"""`python -m bench [--quick] [--only start,weights,digest,search,sync,phone,notices,history,postgres]`: figures beside bars.

Exits with 1 when a bar is missed. Absolute figures belong to the machine; only ratios travel.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

from bench import history, notices, pages, phone, search, sync
from bench.figure import Figure, ratio
from bench.server import ROOT, Server, flask, served
from bench.slow import COMMIT_S

HEAVY = ("sklearn", "pandas", "numpy", "weasyprint", "pywebpush", "authlib", "webauthn", "alembic", "mako", "psycopg")


STARTS = 3


def start(server: Server, *, quick: bool) -> list[Figure]:
    """The quickest of three starts each, by turns: what the machine does beside it only makes them slower."""
    ours, bare = [server.started_in_s], []
    for _ in range(1 if quick else STARTS):
        with served(server.instance, app="bench.bare:app") as floor:
            bare.append(floor.started_in_s)
        with served(server.instance) as again:
            ours.append(again.started_in_s)
    ours_s, bare_s = min(ours), min(bare)
    met = ours_s <= max(1.5, 1.5 * bare_s)
    code = f"import sys; import app; app.create_app(); sys.exit(any(name in sys.modules for name in {HEAVY!r}))"
    heavy = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**_environment(server)}, check=False).returncode
    return [
        Figure(
            "start to first answer",
            f"{ours_s:.2f} s",
            f"bare Flask {bare_s:.2f} s",
            f"{ours_s / bare_s:.1f} x; <= 1.5 s or x",
            met,
            binding=False,
        ),
        Figure("heavy imports at start", "none" if not heavy else "some", "", "none", not heavy),
    ]


def _environment(server: Server) -> dict[str, str]:
    return {**os.environ, "HOERT_INSTANCE": str(server.instance)}


def weights(server: Server) -> list[Figure]:
    found = []
    for name, who, path in (
        ("sign-in", None, "/auth/sign-in"),
        ("home", "leder", "/"),
        ("form", "leder", "/capture/plain"),
        ("week", "omraade", pages.newest_issue(server)[1]),
    ):
        phone = server.sign_in(who or "leder")
        if who is None:
            phone.cookies.clear()
        kinds = pages.weight_kb(phone, path)
        code, whole = kinds["css"] + kinds["js"], sum(kinds.values())
        said = f"{code:.1f} kB CSS + JS, {kinds['fonts']:.0f} kB fonts"
        met = code <= 30 and kinds["fonts"] <= 60 and whole <= 100
        found.append(Figure(f"weight of {name}", said, f"{whole:.1f} kB in all, gzip", "<= 30, 60, 100 kB", met))
    return found


def talks(server: Server, folder: Path, *, quick: bool) -> list[Figure]:
    """All by turns in some rounds, of each the quickest: what else the machine does only makes them slower."""
    phone = server.sign_in("leder")
    notes, device = sync.Notes(json.loads(phone.ask("GET", "/sync/kit")[1])), str(uuid.uuid4())
    count, envelopes, rounds = (40, 8, 1) if quick else (200, 40, 5)  # fewer envelopes would tell of how it begins
    rows = [json.dumps(notes.item()).encode() for _ in range(400 if quick else 1_500)]

    def posted(items: int, times: int, clients: int) -> Callable[[], sync.Timed]:
        return lambda: sync.post_all(server, [notes.envelope(items, device) for _ in range(times)], clients=clients)

    works = {
        "raw_batches": lambda: sync.raw(folder, rows, per_commit=sync.BATCH),
        "batches": posted(sync.BATCH, envelopes, 4),
        "raw": lambda: sync.raw(folder, rows[:count], per_commit=1),
        "null": posted(0, count, 1),
        "one": posted(1, count, 1),
        "eight": posted(1, count, 8),
        "many": posted(1, count, 32),
    }
    sync.quickest(works, rounds=1)  # warm
    before = server.memory_mb()
    with served(server.instance, app="bench.bare:app") as bare, served(server.instance, app="bench.slow:create_app()") as slow:
        works["bare"] = lambda: sync.null(bare, notes.envelope(1, device), times=count)
        works["raw_slowly"] = lambda: sync.raw(folder, rows, per_commit=sync.BATCH, commit_s=COMMIT_S)
        works["slowly"] = lambda: sync.post_all(slow, [notes.envelope(sync.BATCH, device) for _ in range(envelopes)], clients=4)
        best = sync.quickest(works, rounds=rounds)
    floor = 1 / (best["null"].p50 + 1 / best["raw"].per_s)
    one, eight, many = best["one"], best["eight"], best["many"]
    cpu_ms, bare_ms, spread = one.cpu_s * 1000, best["bare"].cpu_s * 1000, many.p99 / many.p50
    found = [
        _batches("sync, batches of 100, 4 clients", best["batches"], best["raw_batches"]),
        _batches(f"the same, commits of {COMMIT_S * 1000:.1f} ms", best["slowly"], best["raw_slowly"]),
        ratio("sync, one by one, 1 client", one.per_s, floor, "items/s", 0.50),
        ratio("sync, one by one, 8 clients", eight.per_s, one.per_s, "items/s", 1.0, of="1 client"),
        ratio("sync, one by one, 32 clients", many.per_s, one.per_s, "items/s", 1.0, of="1 client"),
        Figure(
            "spread at 32 clients",
            f"p99 {many.p99 * 1000:.0f} ms",
            f"p50 {many.p50 * 1000:.0f} ms",
            f"{spread:.1f} x, <= 5 x",
            spread <= 5,
        ),
        Figure(
            "CPU a stored item, one by one",
            f"{cpu_ms:.2f} ms",
            f"null Flask POST {bare_ms:.2f} ms",
            f"<= 3 ms; {cpu_ms / bare_ms:.1f} x",
            cpu_ms <= 3,
            binding=False,
        ),
    ]
    next_s, wrong = sync.cut(server, notes)
    met = next_s <= 1 and not wrong
    found.append(Figure("64 connections cut, next answer", f"{next_s:.2f} s", f"{wrong} lost or doubled", "<= 1 s, 0", met))
    posted(sync.BATCH, 4 if quick else 40, 4)()
    after = server.memory_mb()
    growth = after.once / before.once - 1
    met = after.once <= 170 and growth <= 0.10
    found.append(
        Figure(
            "memory, 2 workers, loaded",
            f"{after.once:.0f} MB",
            f"{growth:+.1%} meanwhile",
            "<= 170 MB, <= 10 %",
            met,
            binding=False,
            note=f"shared pages counted once (PSS); counted in each process (RSS) {after.each:.0f} MB",
        )
    )
    return found


def _batches(name: str, measured: sync.Timed, limit: sync.Timed) -> Figure:
    return ratio(name, measured.per_s * sync.BATCH, limit.per_s, "items/s", 0.30, binding=False)


def digest(server: Server) -> list[Figure]:
    phone, week = pages.newest_issue(server)
    null, page = pages.seconds(phone, "/health/live"), pages.seconds(phone, week)
    times = page / null
    said = f"null {null * 1000:.1f} ms"
    return [Figure("an issued week", f"{page * 1000:.1f} ms", said, f"{times:.0f} x, <= 20 x", times <= 20)]


def main() -> int:
    reader = argparse.ArgumentParser(prog="bench")
    reader.add_argument("--quick", action="store_true", help="a tenth of the work: whether it runs, not how fast")
    reader.add_argument("--only", default="start,weights,digest,search,sync,phone,notices,history,postgres")
    chosen = reader.parse_args()
    wanted = chosen.only.split(",")
    # Not in memory: what is measured is what a disk costs.
    with tempfile.TemporaryDirectory(dir=ROOT / "instance") as kept:
        folder = Path(kept)
        flask(folder / "demo", "demo", "load")
        with served(folder / "demo") as server:
            found = start(server, quick=chosen.quick) if "start" in wanted else []
            found += weights(server) if "weights" in wanted else []
            found += digest(server) if "digest" in wanted else []
            found += talks(server, folder, quick=chosen.quick) if "sync" in wanted else []
        if "search" in wanted:
            found += search.figures(folder / "search", quick=chosen.quick)
        if "phone" in wanted:
            flask(folder / "phone", "demo", "load")
            phone.one_set_each(folder / "phone")
            found += phone.figures(folder / "phone", quick=chosen.quick)
        if "notices" in wanted:
            found += notices.figures(folder / "demo", quick=chosen.quick)
        if "history" in wanted:
            found += history.figures(folder, quick=chosen.quick)
        if "postgres" in wanted:
            found += history.figures(folder, quick=chosen.quick, postgres=True)
    for figure in found:
        print(figure.line())
    missed = [figure.name for figure in found if figure.binding and not figure.is_met]
    return 1 if missed and not chosen.quick else 0


if __name__ == "__main__":
    sys.exit(main())
