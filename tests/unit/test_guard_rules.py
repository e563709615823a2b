"""CPR numbers are found in every way people write them; phones, case numbers and dates are left alone."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.guard import check, mask

MASK = "••••••-••••"

FORMS = [
    "0101901234",
    "010190-1234",
    "010190 1234",
    "010190  1234",
    "010190 - 1234",
    "010190- 1234",
    "010190 -1234",
    "010190\u00a01234",
    "010190.1234",
    "010190/1234",
    "010190–1234",
    "010190—1234",
    "010190\u20101234",
    "010190\u20111234",
    "010190 – 1234",
    "01.01.90-1234",
    "01.01.90 1234",
    "01.01.90.1234",
    "01 01 90 1234",
    "01 01 90-1234",
    "01-01-90-1234",
    "01-01-90 1234",
    "01/01/90-1234",
    "01\u00a001\u00a090\u00a01234",
    "(010190) 1234",
    "(010190)-1234",
    "010190 (1234)",
    "010190-(1234)",
    "[010190-1234]",
    "[010190] [1234]",
    "(010190-1234)",
]

NOT_CPR = [
    "12345678",
    "12 34 56 78",
    "+45 12 34 56 78",
    "12 34 56 78 og 11 12 13 14",
    "0045 12345678",
    "2014-123456",
    "sag 2014-123456",
    "sag 2012-010190",
    "sag 1912-121212",
    "18-11-2026 08:12",
    "18.11.2026 kl. 0812",
    "18.11.26 kl. 08.12",
    "2026-11-18T08:12:00",
    "20261118",
    "2014-2017",
    "01011990",
    "01019012345",
    "00101901234",
    "12345678901234567890",
    "5790000123456",
    "DK50 0040 0440 1162 43",
    "320190-1234",
    "011390-1234",
    "000190-1234",
    "010090-1234",
    "600190-1234",
    "920190-1234",
    "310490-1234",
    "010190-123",
    "01019-01234",
    "010190 12 34",
    "",
]


@pytest.mark.parametrize("written", FORMS)
def test_a_number_is_found_however_it_is_written(written):
    masked, count = mask(f"Han hedder noget, {written}, og bor her.")
    assert count == 1
    assert not any(letter.isdigit() for letter in masked)
    assert masked.startswith("Han hedder noget, ")
    assert masked.endswith(", og bor her.")


@pytest.mark.parametrize("text", NOT_CPR)
def test_what_is_no_number_is_left_alone(text):
    assert mask(text) == (text, 0)


@pytest.mark.parametrize("around", ["{}", "cpr{}", "CPR:{}.", "({})", "»{}«", "a{}b", "\n{}\n", "-{}-", "nr.{},"])
def test_what_stands_around_a_number_does_not_hide_it(around):
    assert mask(around.format("010190-1234")) == (around.format(MASK), 1)


@pytest.mark.parametrize("day", ["61", "75", "91"])
def test_a_replacement_number_has_sixty_added_to_the_day(day):
    assert mask(f"{day}0190-1234")[1] == 1


@pytest.mark.parametrize(
    ("number", "is_born"),
    [
        ("290200-1234", False),  # 1900 was no leap year
        ("290200-4234", True),  # 2000 was
        ("290200-5234", True),
        ("290200-9234", True),
        ("290236-4234", True),  # 2036
        ("290237-4234", False),  # 1937
        ("290240-9234", True),  # 1940
        ("290257-5234", False),  # 2057
        ("290256-8234", True),  # 2056
        ("290258-6234", False),  # 1858
        ("290260-7234", True),  # 1860
        ("290204-0234", True),  # 1904
        ("290201-3234", False),  # 1901
        ("890296-1234", True),  # a replacement number, 29 February 1996
        ("890295-1234", False),
    ],
)
def test_the_seventh_digit_tells_the_century_and_so_whether_the_day_existed(number, is_born):
    assert bool(check(number)) is is_born


def test_several_numbers_are_covered_each_by_itself():
    text = "Far 010190-1234, mor (020291) 2345 og barnet 0303201234."
    assert mask(text) == (f"Far {MASK}, mor ({MASK} og barnet {MASK}.", 3)


def test_a_finding_tells_where_in_code_points_after_an_emoji_too():
    (found,) = check("😀 ✍️ 010190-1234!")
    assert ("😀 ✍️ 010190-1234!"[found.start : found.end], found.kind, found.severity) == ("010190-1234", "cpr", "mask")


def test_the_mask_tells_neither_the_length_nor_a_digit():
    assert {mask(written)[0].strip("()[] ") for written in ("0101901234", "010190 - 1234", "01.01.90-1234")} == {MASK}


numbers = st.builds(
    lambda day, month, year, serial: f"{day:02}{month:02}{year:02}{serial:04}",
    st.integers(1, 28) | st.integers(61, 88),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(0, 9999),
)
crowded = st.text(alphabet="0123456789 -./()[]\u00a0–x", max_size=60)
prose = st.text(alphabet=st.characters(exclude_categories=("Nd", "Cs")), max_size=30)


@given(prose, numbers, st.sampled_from(["", "-", " ", " - ", "–", ".", ") ("]), st.sampled_from(["", ".", " ", "-", "/"]), prose)
def test_every_date_that_exists_is_covered_in_any_text(before, number, between, inside, after):
    day, month, year, serial = number[:2], number[2:4], number[4:6], number[6:]
    assume(not before.endswith(tuple("0123456789")))
    masked, count = mask(f"{before}{day}{inside}{month}{inside}{year}{between}{serial}{after}")
    assert count == 1
    assert masked.startswith(before)
    assert masked.endswith(after)
    assert serial not in masked


@given(st.lists(crowded | numbers | prose, max_size=6).map("".join))
def test_masking_twice_is_masking_once_and_leaves_no_number(text):
    masked, count = mask(text)
    assert check(masked) == []
    assert mask(masked) == (masked, 0)
    assert masked.count(MASK) - text.count(MASK) == count


@given(st.lists(crowded | numbers | prose, max_size=6).map("".join))
def test_masking_touches_nothing_but_what_was_found(text):
    found = check(text)
    masked, count = mask(text)
    assert count == len(found)
    assert len(masked) == len(text) - sum(one.end - one.start for one in found) + len(MASK) * len(found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(prose)
def test_a_text_without_digits_comes_back_as_it_was(text):
    assert mask(text) == (text, 0)
