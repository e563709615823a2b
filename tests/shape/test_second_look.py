"""What the second look may and may not forgive: docs/CONVENTIONS.md, "Tests"."""

import pytest

from tools.second_look import MOST, may_look_again

VISIT = "tests/browser/test_every_page.py::test_the_page_says_what_it_is[en, leder: phone, in need of help]"


def test_a_failure_of_the_browser_is_looked_at_again():
    assert may_look_again([VISIT])


def test_all_sizes_of_one_page_are_one():
    sizes = [f"tests/browser/test_every_page.py::test_x[da, leder: home-{size} px-dark-axe]" for size in range(3 * MOST)]
    assert may_look_again(sizes)


@pytest.mark.parametrize(
    "failed",
    [
        [],
        ["tests/store/test_sync.py::test_a"],
        [VISIT, "tests/unit/test_access_table.py::test_a"],
        ["tests/browser/test_phone_killed.py::test_killed_right_after_saved[3]"],
        ["tests/browser/test_nothing_is_lost.py::test_back"],
        [f"tests/browser/test_looks.py::test_{number}" for number in range(MOST + 1)],
    ],
    ids=["nothing", "no browser", "not only the browser", "a killed phone", "words", "too many"],
)
def test_no_other_is(failed):
    assert not may_look_again(failed)
