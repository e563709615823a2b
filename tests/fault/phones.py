"""Phones that run the real modules of the app in Node (phones.mjs), driven from Python."""

import itertools
import json
import os
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import playwright

#: Playwright's wheel carries a current Node.
NODE = Path(playwright.__file__).parent / "driver" / "node"
HOST = Path(__file__).with_name("phones.mjs")
LONGEST_DEED_S = 60
#: Of what is only the way to what is tried.
TRIES = 3


class PhoneFailed(Exception):
    """The phone's own code raised."""


class Phones:
    """One Node process with any number of phones. `broken`: {module: [[from, to]]}, for the tests of the tests."""

    def __init__(self, broken: dict[str, list[list[str]]] | None = None) -> None:
        environment = {**os.environ, "FAULT_BROKEN": json.dumps(broken or {}), "NODE_NO_WARNINGS": "1", "TZ": "Europe/Copenhagen"}
        command = [NODE, "--experimental-vm-modules", HOST]
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.numbers = itertools.count(1)
        self.asked: dict[int, Future[Any]] = {}
        self.lock = threading.Lock()
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()

    def begin(self, phone: str, do: str, **more: Any) -> "Future[Any]":
        """Tells a phone to do something; the future holds what it says."""
        future: Future[Any] = Future()
        with self.lock:
            number = next(self.numbers)
            self.asked[number] = future
            assert self.process.stdin
            self.process.stdin.write(json.dumps({"n": number, "phone": phone, "do": do, **more}) + "\n")
            self.process.stdin.flush()
        return future

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            heard = json.loads(line)
            future = self.asked.pop(heard["n"], None)
            if future is None:
                self._break(heard.get("failed", "an answer to nothing"))
            elif "failed" in heard:
                future.set_exception(PhoneFailed(heard["failed"]))
            else:
                future.set_result(heard["said"])
        self._break("the phones are gone")

    def _break(self, why: str) -> None:
        for number in list(self.asked):
            self.asked.pop(number).set_exception(PhoneFailed(why))

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.listening.join(30)
        self.process.stdout.close()


class Phone:
    """One phone. What it is told to do is done when the call returns; `begin` does not wait."""

    def __init__(
        self,
        phones: Phones,
        name: str,
        *,
        person: str,
        base: str,
        cookies: dict[str, str],
        haste: float = 1,
        beside: str | None = None,
    ) -> None:
        """`beside`: another window on that phone."""
        self.phones, self.name, self.person, self.line = phones, name, person, ""
        self.do("make", base=base, cookies=cookies, haste=haste, beside=beside)

    def begin(self, do: str, **more: Any) -> "Future[Any]":
        return self.phones.begin(self.name, do, **more)

    def do(self, do: str, **more: Any) -> Any:
        return self.begin(do, **more).result(LONGEST_DEED_S)

    def note(self, *texts: str, **more: Any) -> str:
        """The id of a talk that is on the disk."""
        return self.do("note", texts=texts, **more)

    def fetch_kit(self) -> None:
        """As the app does: where no answer comes in time, it tries again."""
        for _ in range(TRIES):
            said = self.do("kit")
            if said == "ok":
                return
        raise PhoneFailed(f"no kit: {said}, {self.do('look')['asked'][-2 * TRIES :]}")

    def outbox(self) -> list[dict[str, Any]]:
        return self.do("look")["outbox"]

    def ledger(self) -> list[dict[str, Any]]:
        """All that ever lay in the outbox, as the disk knows it (disk.mjs)."""
        return self.do("ledger")

    def restart(self, **how: Any) -> None:
        """Killed, and opened again."""
        self.do("start", **how)
