"""R3: phones, persons, tabs, houses, questions, erasures, those shut out and back-ups in any order; after every step each item is
somewhere, once, as it was written, and what is gone stays gone.

The phones are those of model_phone.py, the server is the domain itself (model_town.py), what must be true stands in
model_oracle.py.
"""

import copy
import shutil
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from domain import people, sync
from domain.base import local, open_database
from domain.conversations import Conversation
from tests import cast as everybody
from tests import make
from tests.fault.model_deeds import FAULTS, OnPhones, Phone
from tests.fault.model_oracle import Oracle, Rows
from tests.fault.model_town import Town, copied
from tests.fault.oracle import fingerprint
from tests.fault.soak import IS_CHOSEN, SEED, say, trials

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
HOUSES = 4

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


class Reality(OnPhones, RuleBasedStateMachine):
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
        self._change("moves", people.move_unit, self._house(pick), self.town.areas[1 - pick // 4 % 2])

    def close(self, _phone, pick):
        closed = self._change("closures", people.close_for_good, self._house(pick), on=self._day(pick))
        if closed:
            self.oracle.tree.close(*closed, on=self._day(pick))

    def merge(self, _phone, pick):
        pair = self._house(pick), self._house(pick + 1 + pick // 4 % 3)
        merged = self._change("merges", people.merge_units, *pair, on=self._day(pick))
        if merged:
            self.oracle.tree.close(*merged, on=self._day(pick))

    def split(self, _phone, pick):
        self._change("splits", people.split_unit, self._house(pick), name="Et nyt")

    def _house(self, pick):
        """One of those where the persons of the phones note, or two beside them of the same sector."""
        return self.town.units[pick % HOUSES]

    def _change(self, what, change, *units, **more):
        """The units, where it was really done."""
        changed = self.town.change_tree(change, *units, **more)
        self.happened[what] += bool(changed)
        return changed

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
        self.oracle.tree_of_back_up = copy.deepcopy(self.oracle.tree)
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
    **{"closures": 10, "merges": 10, "splits": 10, "moves": 25},
}
A_LITTLE = {"stored": 0.5}


def run(new_town, examples, has_to_happen):
    happened = Counter()
    machine = type("Reality", (Reality,), {"new_town": new_town, "happened": happened})
    if IS_CHOSEN:  # else hypothesis draws the same in every run
        say(SEED)
        machine = seeded(SEED)(machine)
    run_state_machine_as_test(machine, settings=limits(examples))
    print(f"{examples} examples of {STEPS} steps: {dict(sorted(happened.items()))}")
    assert [what for what, most in has_to_happen.items() if happened[what] < int(examples / most)] == []


def test_whatever_happens_in_any_order_nothing_is_lost_doubled_or_back(cast_on_disk, tmp_path):
    template, cast = cast_on_disk
    examples = trials(EXAMPLES)
    has_to_happen = AT_LEAST if examples >= EXAMPLES else A_LITTLE  # in fewer, chance leaves something out
    run(lambda _self: Town(copied(template, tmp_path), tmp_path, cast), examples, has_to_happen)


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

    run(new_town, examples, A_LITTLE)
