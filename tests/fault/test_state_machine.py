"""R3: phones, persons, tabs, houses, questions, erasures, those shut out and back-ups in any order; after every step each item is
somewhere, once, as it was written, and what is gone stays gone.

The phones are those of model_phone.py, the server is the domain itself (model_town.py), what must be true stands in
model_oracle.py.
"""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from domain import people, sync
from domain.base import local, new_id, open_database
from domain.conversations import Conversation
from tests import cast as everybody
from tests import make
from tests.fault.model_oracle import Oracle, Rows
from tests.fault.model_phone import Answer, Disk, Form, Tab
from tests.fault.model_town import Town, copied
from tests.fault.oracle import fingerprint
from tests.fault.soak import trials

EXAMPLES, STEPS = 200, 50
#: What fails is made smaller by hand: to do so takes hypothesis longer than a test may.
PHASES = (Phase.explicit, Phase.generate)
ON_POSTGRESQL = 8
TEN_YEARS_MS = 10 * 365 * 86_400_000
#: A copy on the phone outlives a back-up of this age by some days.
OLDEST_BACK_UP = timedelta(days=12)
#: Whose phone it is: two share the first, and one of them has the second too.
PHONES = (("leder", "medarbejder"), ("leder",), ("leder2",))
PERSONS = ("leder", "medarbejder", "leder2")

FAULTS = (*("none",) * 6, "lost", "lost answer", "doubled", "on its way", "too many", "portal", "too large")
LOST = Answer()
TOO_MANY = Answer(429, {"code": "too_many"}, "30")
PORTAL = Answer(200, None)
TOO_LARGE = Answer(413)

#: As often as each stands here.
ON_PHONES = (
    *("note",) * 8,
    *("write_on",) * 6,
    *("amend", "amend", "release", "undo", "take_back", "again", "again", "drop"),
    *("send",) * 14,
    *("look", "hear", "hear", "hear", "late_again", "late_again", "restart", *("sign_in",) * 5),
)
IN_TOWN = (
    *("publish", "close_sets", "reopen_sets", "reopen_sets", "index", "next_day", "settle", *("correct_in_the_browser",) * 3),
    *("move", "close", "merge", "split", "erase", "erase"),
)
SELDOM = (*("back_up",) * 3, *("restore",) * 4, "lose_a_phone", "disable")
#: At most so often in fifty steps, and not before the step: they cost the most, or end most.
MOST = Counter({"back_up": 2, "restore": 2, "lose_a_phone": 1, "disable": 1})
NOT_BEFORE = {"back_up": 6, "lose_a_phone": 25, "disable": 25}
#: Between a back-up and its restoring.
MEANWHILE = 6

picks = st.integers(0, 60)


class Phone:
    """A phone with two tabs and the cookie of whoever signed in last."""

    def __init__(self, clock, people_on_it):
        self.disk, self.persons, self.cookie = Disk(clock), people_on_it, None
        self.tabs = [Tab(self.disk), Tab(self.disk)]
        self.forms: list[Form] = []
        #: what waits for the answer to an envelope
        self.sending = None

    def restart(self):
        self.tabs, self.sending, self.forms = [Tab(self.disk), Tab(self.disk)], None, []


class Reality(RuleBasedStateMachine):
    #: how often what came to be, over all examples
    happened: Counter

    @initialize(skews=st.lists(st.sampled_from([0, TEN_YEARS_MS, -TEN_YEARS_MS, 40_000]), min_size=3, max_size=3))
    def begin(self, skews):
        self.town, self.oracle = self.new_town(), Oracle()
        self.town.took = self._took
        self.phones = [Phone(self._clock(skew), names) for skew, names in zip(skews, PHONES, strict=True)]
        self.steps, self.backed_up_at_step = 0, 0
        self.number, self.history, self.backed_up, self.rows = 0, [], None, None
        self.seldom = Counter(MOST)
        self.is_sound = True
        for phone in self.phones:
            self._sign_in(phone, phone.persons[0])
            self._run(phone, phone.tabs[0].kick(pressed=True))
            phone.restart()  # the other tab knows the kit too

    def _took(self, actor, device, items, receipts):
        self.oracle.took(str(actor.person_id), str(device), items)
        self.happened.update(str(one.status) for one in receipts)

    def _clock(self, skew):
        self.later_ms = 0
        return lambda: int(self.town.at.timestamp() * 1000) + self.later_ms + skew

    def teardown(self):
        if not hasattr(self, "town"):
            return
        try:
            if self.is_sound:
                self.all_send()
        finally:
            self.town.close()

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

    @rule(
        deed=st.sampled_from((*ON_PHONES, *IN_TOWN, *SELDOM)),
        phone=st.sampled_from([0, 0, 1, 2]),
        pick=picks,
        fault=st.sampled_from(FAULTS),
    )
    def step(self, deed, phone, pick, fault):
        """One rule for all: left to itself, hypothesis leaves out whole rules in most examples, and then nothing is sent."""
        self.later_ms += 1000 * (1 + pick % 7)
        self.steps += 1
        if (deed in MOST and self.seldom[deed] == 0) or self.steps < NOT_BEFORE.get(deed, 0):
            return
        self.seldom[deed] -= 1
        if deed in IN_TOWN:
            self.rows = None
        getattr(self, deed)(self.phones[phone], pick, **({"fault": fault} if deed == "send" else {}))

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

    # In the town

    def publish(self, _phone, _pick):
        self.town.publish()

    def close_sets(self, _phone, _pick):
        self.town.close_sets()

    def reopen_sets(self, _phone, _pick):
        self.town.reopen_sets()

    def index(self, _phone, _pick):
        self.town.index()

    def next_day(self, _phone, pick):
        self.town.next_day(1 + pick % 3)

    def move(self, _phone, pick):
        self.town.change_tree(people.move_unit, 3 + pick % 4, 1 + pick // 4 % 2)

    def close(self, _phone, pick):
        self.town.change_tree(people.close_for_good, 3 + pick % 4, on=self._day(pick))

    def merge(self, _phone, pick):
        self.town.change_tree(people.merge_units, 3 + pick % 4, 3 + pick // 4 % 4, on=self._day(pick))

    def split(self, _phone, pick):
        self.town.change_tree(people.split_unit, 3 + pick % 4, name="Et nyt")

    def _day(self, pick):
        return local(self.town.at).date() - timedelta(days=pick % 4)

    def settle(self, _phone, pick):
        """Their person is done with all that lies in the box."""
        self.oracle.settled |= {(key, fingerprint(content)) for key, content in self.town.settle(PERSONS[pick % 3])}

    def correct_in_the_browser(self, _phone, pick):
        """By the plain form: no phone knows it."""
        with self.town.database.writing() as session:
            query = select(Conversation).where(col(Conversation.replaced_by_id).is_(None)).order_by(col(Conversation.sequence))
            rows = session.exec(query).all()
            row = rows[pick % len(rows)] if rows else None
            actor = people.actor_for(session, row.author_id) if row else None
            if row is None or actor is None:
                return
            form = self._answered(make.edit(sync.item_of(session, row)), str(row.first_id), str(row.author_id))
            self.oracle.wrote(form.item, first=form.first, owner=form.owner, device="", is_web=True)
            assert sync.accept(session, actor, item=form.item, now=self.town.at).status == "stored"

    def lose_a_phone(self, phone, _pick):
        rows = self._rows()
        self.town.revoke(UUID(phone.disk.device))
        self.happened["phones lost"] += 1
        with self.town.database.reading() as session:
            gone = session.exec(select(people.Device).where(col(people.Device.revoked_at).is_not(None))).all()
            for row in gone:
                if (str(row.person_id), str(row.device_id)) not in self.oracle.out:
                    self.oracle.shut_out(str(row.person_id), str(row.device_id), rows)

    def disable(self, _phone, pick):
        name = PERSONS[pick % 3]
        rows = self._rows()
        self.happened["disabled"] += 1
        self.town.disable(name)
        self.oracle.shut_out(str(getattr(self.town.cast, name).person_id), None, rows)

    def erase(self, _phone, pick):
        """By the command, at a citizen's wish; any revision names the talk."""
        self.oracle.look_at(self.disks)
        keys = [key for key, one in self.oracle.written.items() if one.is_talk]
        key = keys[pick % len(keys)] if keys else None
        if key and self.town.erase(UUID(key)):
            self.oracle.erased.add(self.oracle.written[key].first)
            self.happened["erased by the command"] += 1

    def back_up(self, _phone, _pick):
        self.town.back_up()
        self.backed_up, self.backed_up_at_step = self.town.at, self.steps

    def restore(self, _phone, _pick):
        is_too_old = self.backed_up and self.town.at - self.backed_up > OLDEST_BACK_UP
        if self.backed_up is None or is_too_old or self.steps < self.backed_up_at_step + MEANWHILE:
            self.seldom["restore"] += 1
            return
        self.oracle.look_at(one.disk for one in self.phones)
        self.town.restore()
        self.rows = None
        self.oracle.restored(self._rows())
        self.happened.update({"restores": 1, "set back": len(self.oracle.set_back)})

    # What must be true

    def _rows(self):
        if self.rows is None:
            with self.town.database.reading() as session:
                self.rows = Rows(session)
        return self.rows

    @property
    def disks(self):
        return [one.disk for one in self.phones]

    @invariant()
    def nothing_is_lost_doubled_or_back(self):
        if not hasattr(self, "town"):
            return
        self.is_sound = False
        self.oracle.look_at(self.disks)
        assert self.oracle.complaints(self._rows(), self.disks) == []
        self.is_sound = True

    def all_send(self):
        """A quiet evening: each signs in, and each phone sends until nothing more leaves."""
        self.later_ms += 60_000
        for phone in self.phones:
            for name in phone.persons:
                self._sign_in(phone, name)
                phone.restart()
                for _ in range(2):
                    self._run(phone, phone.tabs[0].kick(pressed=True))
        self.rows = None
        self.nothing_is_lost_doubled_or_back()
        assert self.oracle.unfinished(self._rows(), self.disks) == []


@pytest.fixture(scope="module")
def cast_on_disk(migrated_sqlite, tmp_path_factory):
    """A migrated SQLite file with the cast in it, to copy from."""
    path = tmp_path_factory.mktemp("town") / "hoert.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        cast = everybody.gather(session)
    database.dispose()
    return path, cast


def limits(examples):
    return settings(
        deadline=None,
        max_examples=examples,
        stateful_step_count=STEPS,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        phases=PHASES,
    )


#: What must have come to be, at least as often as once in so many examples: else the machine tries nothing.
AT_LEAST = {
    **{"stored": 0.2, "duplicate": 4, "conflict": 50, "needs_help": 5, "erased": 100},
    **{"erased by the command": 25, "restores": 4, "set back": 10, "phones lost": 20, "disabled": 20},
}


def run(new_town, examples, has_to_happen):
    happened = Counter()
    machine = type("Reality", (Reality,), {"new_town": new_town, "happened": happened})
    run_state_machine_as_test(machine, settings=limits(examples))
    print(f"{examples} examples of {STEPS} steps: {dict(sorted(happened.items()))}")
    assert [what for what, most in has_to_happen.items() if happened[what] < int(examples / most)] == []


def test_whatever_happens_in_any_order_nothing_is_lost_doubled_or_back(cast_on_disk, tmp_path):
    template, cast = cast_on_disk
    run(lambda _self: Town(copied(template, tmp_path), tmp_path, cast), trials(EXAMPLES), AT_LEAST)


def test_whatever_happens_in_any_order_over_postgresql(postgresql_url, postgres_server, tmp_path):
    """Fewer, for emptying, backing up and restoring take longer there."""
    examples = trials(ON_POSTGRESQL)
    print(f"PostgreSQL: {examples} examples (SQLite: {trials(EXAMPLES)})")

    def new_town(_self):
        postgres_server.empty("hoert")
        database = open_database(postgresql_url)
        with database.writing() as session:
            cast = everybody.gather(session)
        database.dispose()
        return Town(postgresql_url, tmp_path, cast)

    run(new_town, examples, has_to_happen={"stored": 0.5})
