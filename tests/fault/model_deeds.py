"""What persons do with their phones in the state machine, and what befalls an envelope on its way."""

from dataclasses import replace
from datetime import UTC, datetime

from domain.base import new_id
from tests.fault.model_net import Answer
from tests.fault.model_phone import Disk, Form
from tests.fault.model_tab import Tab

FAULTS = (*("none",) * 6, "lost", "lost answer", "doubled", "on its way", "too many", "portal", "too large")
LOST = Answer()
TOO_MANY = Answer(429, {"code": "too_many"}, "30")
PORTAL = Answer(200, None)
TOO_LARGE = Answer(413)


class Phone:
    """A phone with two tabs and the cookie of whoever signed in last."""

    def __init__(self, clock, people_on_it):
        self.disk, self.persons, self.cookie = Disk(clock), people_on_it, None
        self.tabs = [Tab(self.disk), Tab(self.disk)]
        self.forms: list[Form] = []
        #: what waits for the answer to an envelope
        self.sending = None

    def restart(self):
        self.disk.wake()
        self.tabs, self.sending, self.forms = [Tab(self.disk), Tab(self.disk)], None, []


class OnPhones:
    """Deeds by name; `pick` says which of those there are. The machine has `town`, `oracle`, `phones`, `history` and `number`."""

    # On the phones

    def _text(self):
        self.number += 1
        return f"Om maden: ord{self.number:06}"

    def _person(self, phone, pick):
        """Whose talks the tab shows."""
        tab = phone.tabs[pick % 2]
        return tab, tab.person

    def _firsts(self, phone, person):
        lying = [one.first for one in phone.disk.in_order() if one.owner == person]
        return list(dict.fromkeys([*lying, *(one.first for one in phone.disk.kept.values() if one.owner == person)]))

    def note(self, phone, pick):
        tab, person = self._person(phone, pick)
        if not tab.kit or not tab.kit["question_sets"] or not tab.kit["units"]:
            return
        asked = tab.kit["question_sets"][0]
        first = str(new_id())
        at = datetime.fromtimestamp(phone.disk.clock() / 1000, UTC)
        form = self._answered(
            {
                "id": first,
                "kind": "conversation",
                "revision": 1,
                "replaces": None,
                "unit": tab.kit["units"][0] if pick % 5 else str(self.town.units[pick % len(self.town.units)]),
                "question_set_version": asked["version_id"],
                "held_at": at.isoformat(),
                "answers": [{"question": asked["questions"][0], "text": ""}],
                "about": {},
                "quote_scope": None,
                "themes": {"confirmed": [], "rejected": [], "tones": {}},
            },
            first,
            person,
        )
        phone.disk.save(form)
        if pick % 3:
            phone.disk.release(first)

    def _answered(self, item, first, person):
        return Form({**item, "answers": [{**item["answers"][0], "text": self._text()}]}, first, person)

    def write_on(self, phone, pick):
        """*Ret*, in one tab; or the form that was opened some time ago is saved, whatever became of its talk meanwhile."""
        if phone.forms and pick % 3:
            form = phone.forms.pop(pick % len(phone.forms))
            phone.disk.save(self._answered(form.item, form.first, form.owner))
            if pick % 2:
                phone.disk.release(form.first)
            return
        tab, first = phone.tabs[pick % 2], self._talk(phone, pick)
        form = first and phone.disk.correct(first)
        if form and tab.kit["units"]:  # put right
            form.item = {**form.item, "unit": tab.kit["units"][0]}
        phone.forms += [form] if form else []

    def _talk(self, phone, pick):
        """One of those the tab shows."""
        _tab, person = self._person(phone, pick)
        firsts = self._firsts(phone, person)
        return firsts[pick // 2 % len(firsts)] if firsts else None

    def amend(self, phone, pick):
        first = self._talk(phone, pick)
        if first:
            phone.disk.amend(first, {"quote_scope": ("none", "area", "municipality")[pick % 3]})

    def release(self, phone, pick):
        first = self._talk(phone, pick)
        phone.disk.release(first)

    def undo(self, phone, pick):
        first = self._talk(phone, pick)
        self._let_go(phone.disk, phone.disk.lying(first), lambda: phone.forms.extend(filter(None, [phone.disk.undo(first)])))

    def take_back(self, phone, pick):
        first = self._talk(phone, pick)
        if first and phone.disk.latest(first):
            self.oracle.taken_back.add(first)
            phone.disk.take_back(first)

    def again(self, phone, pick):
        stuck = self._stuck(phone)
        if stuck:
            phone.disk.again(stuck[pick % len(stuck)].id)

    def drop(self, phone, pick):
        stuck = self._stuck(phone)
        if stuck:
            one = stuck[pick % len(stuck)]
            self._let_go(phone.disk, [one], lambda: phone.disk.drop(one.id))

    def _stuck(self, phone):
        return [one for one in phone.disk.in_order() if one.state == "stuck"]

    def _let_go(self, disk, items, deed):
        """What is gone after it went by its person's own word."""
        keys = [one.id for one in items]
        deed()
        self.oracle.let_go |= {key for key in keys if disk.by_id(key) is None}

    # On the way

    def restart(self, phone, _pick):
        phone.restart()

    def send(self, phone, pick, fault):
        if phone.sending is None:
            self._run(phone, phone.tabs[pick % 2].kick(pressed=pick % 3 == 0), fault)

    def look(self, phone, pick):
        """A tab asks for the kit, also while another one sends."""
        self._run(phone, phone.tabs[pick % 2].fetch_kit())

    def hear(self, phone, pick):
        """What was on its way arrives, or never does."""
        if phone.sending:
            (talking, request, cookie), phone.sending = phone.sending, None
            answer = self._ask(cookie, request) if pick % 3 else LOST
            self._go_on(phone, talking, answer if pick % 2 else LOST, "none")

    def late_again(self, _phone, pick):
        """An envelope of before comes once more."""
        if self.history:
            self._ask(*self.history[pick % len(self.history)])

    def _run(self, phone, talking, fault="none"):
        self._go_on(phone, talking, None, fault)

    def _go_on(self, phone, talking, answer, fault):
        try:
            while True:
                request = replace(talking.send(answer), device=phone.disk.device)
                if request.path == "/sync" and request.items:
                    self.oracle.look_at([phone.disk])
                    if fault == "on its way":
                        phone.sending = (talking, request, phone.cookie)
                        return
                    answer, fault = self._envelope(phone.cookie, request, fault), "none"
                else:
                    answer = self._ask(phone.cookie, request)
        except StopIteration:
            # What was open in a form that is locked now was kept as a draft, and is opened with it.
            phone.forms = [form for form in phone.forms if not phone.disk.is_locked(form.owner)]
            return

    def _envelope(self, cookie, request, fault):
        if fault in ("lost", "too many", "portal", "too large"):
            return {"lost": LOST, "too many": TOO_MANY, "portal": PORTAL, "too large": TOO_LARGE}[fault]
        answer = self._ask(cookie, request)
        if fault == "doubled":
            answer = self._ask(cookie, request)
        return LOST if fault == "lost answer" else answer

    def _ask(self, cookie, request):
        if request.items:
            self.history = [*self.history[-7:], (cookie, request)]
            self.rows = None
        return self.town.answer(cookie, request)

    def sign_in(self, phone, pick):
        self._sign_in(phone, phone.persons[pick % len(phone.persons)])

    def _sign_in(self, phone, name):
        if (str(getattr(self.town.cast, name).person_id), None) not in self.oracle.out:
            phone.cookie = self.town.sign_in(name)
