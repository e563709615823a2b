"""The phone in plain Python does what the real modules do: random days on both, over the same net, compared after every step.

So what the state machine finds of the one (test_state_machine.py) holds of the other.
"""

import asyncio
import json
import threading
from random import Random

import pytest

from domain.base import new_id
from tests.fault.chaos import Chaos, answer, document, page
from tests.fault.model_answers import NOW_MS, PERSONS, QUESTION, Net, words_of
from tests.fault.model_phone import Disk, Form
from tests.fault.model_tab import Tab
from tests.fault.phones import Phone
from tests.fault.soak import say, seeds

DAYS, STEPS = 60, 40
DAY_MS = 86_400_000
#: As often as each stands here.
EVENTS = (
    *("note",) * 6,
    *("open", "save", "save", "amend", "amend", "release", "undo", "withdraw", "again", "again", "drop"),
    *("kick",) * 8,
    *("begin", "hear", "hear", "look", "restart", "time", "time", "day", "other person", "epoch", "sign out"),
)


class Real:
    """The modules of the app in Node; its requests are answered by the net."""

    def __init__(self, phones, chaos, seed):
        self.net, self.arrived, self.go = Net(seed, "real"), threading.Event(), None
        line = chaos.line(seed)
        line.script = lambda _line, _request: self._say
        name = f"model-{new_id()}"
        self.phone = Phone(phones, name, person="leder", base=f"http://127.0.0.1:{line.port}", cookies={})
        self.phone.do("clock", stopped_at=NOW_MS)
        self.phone.restart()
        self.sending = None

    async def _say(self, way):
        body = way.request.data.partition(b"\r\n\r\n")[2]
        asked = json.loads(body) if body else {}
        items = asked.get("items")
        if items and self.go is not None:
            go, self.go = self.go, None
            self.arrived.set()
            while not go.is_set():
                await asyncio.sleep(0.001)
        said = self.net.says(way.request.path, items, asked.get("device", ""))
        if said.status == 0:
            return
        more = {"Retry_After": said.retry_after} if said.retry_after else {}
        status = f"{said.status} So"
        if said.json is None:
            await way.say(page(status, "Welcome", **more) if said.status == 200 else answer(status, **more))
        else:
            await way.say(document(status, said.json, **more))

    def kick(self):
        self.phone.do("kick", pressed=False)

    def begin(self):
        """Until its envelope is on its way; False: nothing left."""
        self.go, self.arrived = threading.Event(), threading.Event()
        self.waits, self.sending = self.go, self.phone.begin("kick")
        while not self.arrived.wait(0.002):
            if self.sending.done():
                self.go, self.sending = None, None
                return False
        return True

    def hear(self):
        self.waits.set()
        self.sending.result(60)
        self.sending = None

    def stands(self):
        look, back = self.phone.do("look"), self.phone.do("back_off") or {}
        outbox = sorted(look["outbox"], key=lambda one: one["n"])
        kept = {one["first"]: (one["owner"], [*one.get("earlier", []), one.get("item")]) for one in look["kept"]}
        return (
            [(one["first"], one["owner"], one["state"], one.get("status"), one.get("item")) for one in outbox],
            kept,
            (look["net"], back.get("obliged_until", 0), self.phone.do("held")),
        )


class Plain:
    """The phone in Python."""

    def __init__(self, seed):
        self.net, self.at = Net(seed, "plain"), NOW_MS
        self.disk = Disk(lambda: self.at)
        self.tab, self.forms, self.sending = Tab(self.disk), [], None

    def run(self, talking, said=None, *, until_sent=False):
        try:
            while True:
                request = talking.send(said)
                if until_sent and request.items:
                    self.sending = (talking, request)
                    return True
                said = self.net.says(request.path, request.items, self.disk.device)
        except StopIteration:
            return False

    def locked_elsewhere(self):
        """Another window signed out, and this one hears of it."""
        if self.tab.person is None and not self.disk.open:
            self.disk.secret = None
        else:
            self.disk.lock()
            self.tab.net = "signed_out"

    def hear(self):
        (talking, request), self.sending = self.sending, None
        self.run(talking, self.net.says(request.path, request.items))

    def note(self, text, hold):
        key = str(new_id())
        item = {"id": key, "kind": "conversation", "revision": 1, "replaces": None, "quote_scope": None}
        item["answers"] = [{"question": QUESTION, "text": text}]
        self.disk.save(Form(item, key, self.tab.person))
        if not hold:
            self.disk.release(key)
        return key

    def save_form(self, place, text):
        form = self.forms.pop(place)
        self.disk.save(Form({**form.item, "answers": [{"question": QUESTION, "text": text}]}, form.first, form.owner))

    def stands(self):
        hidden = self.disk.is_locked
        seen = {one.n: (None, None) if hidden(one.owner) else (one.status, one.item) for one in self.disk.in_order()}
        outbox = [(one.first, one.owner, one.state, *seen[one.n]) for one in self.disk.in_order()]
        kept = {first: (one.owner, [None] if hidden(one.owner) else one.items) for first, one in self.disk.kept.items()}
        return outbox, kept, (self.tab.net, self.disk.obliged_until, self.disk.secret)


class Both:
    """The two side by side; what one is told the other is told too. `names`: the real one's ids, by those of the other."""

    def __init__(self, phones, chaos, seed):
        self.chance, self.real, self.plain = Random(f"day {seed}"), Real(phones, chaos, seed), Plain(seed)
        self.names, self.number = {}, 0
        self.real.phone.do("kit")
        self.plain.run(self.plain.tab.fetch_kit())

    def text(self):
        self.number += 1
        return f"tekst {self.number}"

    def step(self):
        self.pass_ms(1)  # ids of one step are younger than those of the step before, on both sides
        event = self.chance.choice(EVENTS)
        getattr(self, f"do_{event.replace(' ', '_')}")()
        self.compare(event)

    def talk(self, *, state=None):
        """One of the person's talks, or None; with `state`: an item in it."""
        outbox, kept, _net = self.plain.stands()
        mine = self.plain.tab.person
        if state:
            some = [item["id"] for _first, owner, its, _status, item in outbox if owner == mine and its == state]
        else:
            some = [one[0] for one in outbox if one[1] == mine] + [first for first, one in kept.items() if one[0] == mine]
        return self.chance.choice(some) if some else None

    def do_note(self):
        if self.plain.tab.kit is None:
            return
        text, hold = self.text(), self.chance.random() < 0.3
        real = self.real.phone.note(text, hold=hold)
        self.pair(self.plain.note(text, hold), real)

    def do_open(self):
        first = self.talk()
        if first:
            form = self.plain.disk.correct(first)
            assert self.real.phone.do("open_form", first=self.names[first]) == (form is not None)
            self.plain.forms += [form] if form else []

    def do_save(self):
        # A form that is locked is taken from the screen (views/talk.js); what stood in it was kept.
        for place in reversed(range(len(self.plain.forms))):
            if self.plain.disk.is_locked(self.plain.forms[place].owner):
                self.plain.forms.pop(place)
                self.real.phone.do("drop_form", place=place)
        if self.plain.forms:
            place, text = self.chance.randrange(len(self.plain.forms)), self.text()
            self.plain.save_form(place, text)
            self.real.phone.do("save_form", place=place, texts=[text])

    def do_amend(self):
        first, scope = self.talk(), self.chance.choice(["none", "area", "municipality"])
        if first:
            self.plain.disk.amend(first, {"quote_scope": scope})
            self.plain.disk.release(first)
            self.real.phone.do("amend", first=self.names[first], answers={"quote_scope": scope})

    def do_release(self):
        first = self.talk()
        if first:
            self.plain.disk.release(first)
            self.real.phone.do("release", first=self.names[first])

    def do_undo(self):
        first = self.talk()
        if first:
            form = self.plain.disk.undo(first)
            self.plain.forms += [form] if form else []
            assert self.real.phone.do("undo", first=self.names[first]) == (form is not None)

    def do_withdraw(self):
        first = self.talk()
        if first:
            self.plain.disk.take_back(first)
            self.real.phone.do("withdraw", first=self.names[first])

    def do_again(self):
        key = self.talk(state="stuck")
        if key:
            self.plain.disk.again(key)
            self.real.phone.do("again", id=self.names[key])

    def do_drop(self):
        key = self.talk(state="stuck")
        if key and self.chance.random() < 0.5:
            self.plain.disk.drop(key)
            self.real.phone.do("drop", id=self.names[key])

    def do_kick(self):
        if not self.plain.sending:
            self.plain.run(self.plain.tab.kick())
            self.real.kick()

    def do_begin(self):
        if not self.plain.sending:
            left = self.plain.run(self.plain.tab.kick(), until_sent=True)
            assert self.real.begin() == left

    def do_hear(self):
        if self.plain.sending:
            self.plain.hear()
            self.real.hear()

    def do_look(self):
        if not self.plain.sending:
            self.plain.run(self.plain.tab.fetch_kit())
            self.real.phone.do("kit")

    def do_restart(self):
        self.do_hear()
        self.plain.disk.wake()
        self.plain.tab, self.plain.forms = Tab(self.plain.disk), []
        self.real.phone.restart()

    def do_time(self):
        self.pass_ms(self.chance.choice([1_000, 4_000, 11_000, 31_000, 4_000_000]))

    def pass_ms(self, later):
        self.plain.at += later
        self.real.phone.do("clock", stopped_at=self.plain.at)

    def do_day(self):
        for net in self.nets:
            net.at_ms += 4 * DAY_MS

    def do_other_person(self):
        who = self.chance.choice(PERSONS)
        for net in self.nets:
            net.person = who

    def do_sign_out(self):
        """On purpose: here, or in another window."""
        if self.plain.sending or self.chance.random() < 0.5:
            return
        if self.chance.random() < 0.5:
            self.plain.tab.shut_out("ended")
            self.real.phone.do("lock")
        elif self.plain.tab.person is None or self.plain.tab.person in self.plain.disk.sealed:
            self.plain.locked_elsewhere()
            self.real.phone.do("locked_elsewhere")

    def do_epoch(self):
        for net in self.nets:
            net.epoch += 1

    @property
    def nets(self):
        return self.real.net, self.plain.net

    def pair(self, plain, real):
        """The same item under its two names."""
        if plain not in self.names:
            self.names[plain] = real
            self.plain.net.ids.append(plain)
            self.real.net.ids.append(real)
        assert self.names[plain] == real

    def compare(self, event):
        real, plain = self.real.stands(), self.plain.stands()
        assert self.real.net.asked == self.plain.net.asked, event
        assert [_shape(*one) for one in real[0]] == [_shape(*one) for one in plain[0]], event
        for (first, *_, item), (its_first, *_, its_item) in zip(plain[0], real[0], strict=True):
            self.same(item, its_item)
            self.pair(first, its_first)
        assert {self.names[first] for first in plain[1]} == set(real[1]), event
        for first, (owner, items) in plain[1].items():
            its_owner, its_items = real[1][self.names[first]]
            assert (owner, [words_of(one) for one in items]) == (its_owner, [words_of(one) for one in its_items]), event
            for item, its_item in zip(items, its_items, strict=True):
                self.same(item, its_item)
        assert real[2] == plain[2], event

    def same(self, item, its_item):
        """And they speak of the same others."""
        if item is None:
            return
        self.pair(item["id"], its_item["id"])
        for name in ("replaces", "of"):
            assert (item.get(name) is None) == (its_item.get(name) is None)
            if item.get(name):
                self.pair(item[name], its_item[name])


def _shape(_first, owner, state, status, item):
    return owner, state, status, words_of(item)


@pytest.fixture(scope="module")
def chaos():
    chaos = Chaos(0)
    yield chaos
    chaos.close()


def test_both_do_the_same(phones, chaos):
    for seed in seeds(DAYS):
        say(seed)
        both = Both(phones, chaos, seed)
        for _ in range(STEPS):
            both.step()
        both.do_hear()
        both.real.phone.do("forget")
