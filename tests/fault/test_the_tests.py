"""The tests of the tests: every rule broken on purpose (broken.py) makes its fault test fail, for the reason it is there for."""

import pytest

from tests.fault import broken
from tests.fault.phones import Phones
from tests.fault.test_answers import answered, kept_waiting
from tests.fault.test_cut_connections import cuts
from tests.fault.test_faulty_net import (
    a_bad_day,
    asked_otherwise_meanwhile,
    corrected_after_a_lost_reply,
    corrected_then_taken_back,
)
from tests.fault.test_killed_server import killings
from tests.fault.test_races import changes_hands, double_tap, same_talks
from tests.fault.test_sealed import killed_while_it_is_sealed, taken_over, two_windows
from tests.fault.test_who_sends import about_what_is_not_theirs
from tests.fault.town import world

SMALL = {"owners": ("leder", "leder", "medarbejder"), "items": 12, "rounds": 4}


def bad_day(world):
    found = a_bad_day(world, 1, **SMALL)
    assert not found, "\n".join(found)


def story(of):
    def told(world):
        found = of(world, 1)
        assert not found, "\n".join(found)

    return told


def side_by_side(world):
    for seed in range(1, 9):
        two_windows(world, seed)


def killed(world):
    found, _starts, _ends = killings(world, 1, kills=2, places=["before_commit"])
    assert not found, "\n".join(found)


#: What is broken, the fault test that must find it (in a small size), in which words, and over which database.
FOUND_BY = {
    "select_then_insert": (lambda world: same_talks(world, 1), "busy", "postgresql"),
    "key_of_its_own": (bad_day, "stands [23] times", "sqlite"),
    "acknowledge_before_commit": (killed, "is lost", "sqlite"),
    "hash_of_the_answers": (bad_day, "is still offered", "sqlite"),
    "everybody_is_the_author": (story(about_what_is_not_theirs), "was corrected by one who is not its author", "sqlite"),
    "version_of_today": (story(asked_otherwise_meanwhile), "version is", "sqlite"),
    "transaction_left_open": (lambda world: cuts(world, 1), "transactions are open", "postgresql"),
    "any_200_is_sent": (lambda world: answered(world, "portal", 1), "let go of", "sqlite"),
    "removed_before_its_receipt": (bad_day, "is lost", "sqlite"),
    "receipt_without_hash": (lambda world: answered(world, "receipts of other words", 1), "let go of", "sqlite"),
    "receipt_of_anybody": (lambda world: answered(world, "receipts of others", 1), "let go of", "sqlite"),
    "retry_after_forgotten": (lambda world: kept_waiting(world, 1), "before its time", "sqlite"),
    "no_owner_check": (lambda world: changes_hands(world, 1), "other_person", "sqlite"),
    "changed_after_it_left": (story(corrected_after_a_lost_reply), "conflict", "sqlite"),
    "no_lock": (lambda world: double_tap(world, 1), "more than once", "sqlite"),
    "key_that_lies_nowhere": (lambda world: killed_while_it_is_sealed(world, 1), "a key that lies nowhere", "sqlite"),
    "sealed_for_nobody": (lambda world: killed_while_it_is_sealed(world, 1), "lies readable", "sqlite"),
    "secret_that_stays": (lambda world: taken_over(world, 1), "the secret stays", "sqlite"),
    "written_over_another_windows": (side_by_side, "sha256 is|conflict", "sqlite"),
    "taken_back_by_its_newest_revision": (story(corrected_then_taken_back), "was taken back", "sqlite"),
}


def test_everything_that_is_broken_has_a_test_that_finds_it():
    assert FOUND_BY.keys() == broken.SERVER.keys() | broken.PHONE.keys()


@pytest.mark.parametrize("name", FOUND_BY)
def test_a_fault_test_finds_what_is_broken(name, nursery, address_of, tmp_path):
    run, words, kind = FOUND_BY[name]
    phones = Phones(broken.PHONE.get(name))
    settings = {"HOERT_LIMITS": "off", "FAULT_BROKEN": name if name in broken.SERVER else ""}
    try:
        with (
            world(nursery, phones, tmp_path, address_of(kind, tmp_path), **settings) as made,
            pytest.raises(AssertionError, match=words),
        ):
            run(made)
    finally:
        phones.close()
