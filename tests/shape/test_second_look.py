"""What the second look may and may not forgive: docs/CONVENTIONS.md, "Tests"."""

from pathlib import Path

import pytest

from tools.second_look import MOST, NEVER, may_look_again

BROWSER = Path(__file__).parents[1] / "browser"

VISIT = "tests/browser/test_every_page.py::test_the_page_says_what_it_is[en, leder: phone, in need of help]"
KEPT = ("a killed phone", "a release", "an answer", "somebody else", "an earlier schema", "a talk that waits")


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
        ["tests/browser/test_phone_releases.py::test_the_worker_may_be_killed"],
        ["tests/browser/test_phone_answers.py::test_no_answer_makes_it_sent[portal]"],
        ["tests/browser/test_phone_people.py::test_signed_out_one_goes_on"],
        ["tests/browser/test_phone_earlier.py::test_an_earlier_schema[3]"],
        ["tests/browser/test_phone.py::test_a_talk_waits"],
        ["tests/browser/test_nothing_is_lost.py::test_back"],
        [f"tests/browser/test_looks.py::test_{number}" for number in range(MOST + 1)],
    ],
    ids=["nothing", "no browser", "not only the browser", *KEPT, "words", "too many"],
)
def test_no_other_is(failed):
    assert not may_look_again(failed)


@pytest.mark.parametrize("name", NEVER)
def test_what_must_hold_every_time_is_there(name):
    """A test that was given another name would be forgiven."""
    assert [path for path in BROWSER.glob("test_*.py") if name in path.name or name in path.read_text("utf-8")]


def test_every_test_of_the_phone_must_hold_every_time_but_those_of_looks_and_news():
    """A new one is under NEVER, or stands here."""
    forgiven = [path.name for path in BROWSER.glob("test_phone*.py") if may_look_again([f"tests/browser/{path.name}::test_a"])]
    assert sorted(forgiven) == ["test_phone_by_hand.py", "test_phone_news.py", "test_phone_sets.py"]
