"""The fingerprint of an item is that of RFC 8785, so that a phone and the server agree on it letter by letter."""

import hashlib
import json
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.base import new_id
from domain.questions import Form
from domain.sync import Item, fingerprint
from domain.sync.rules import item_id
from tests import make

FORM = Form(id=new_id(), question_set_id=new_id(), number=1, sector="nursery", content=make.content())


def sha256(canonical: str) -> str:
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def test_names_are_sorted_as_the_standard_sorts_them():
    """RFC 8785, 3.2.3: by UTF-16 code units, so that the emoji comes before U+FB33."""
    item = json.loads(
        r"""{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
             "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"""
    )
    canonical = (
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",'
        '"\u20ac":"Euro Sign","\U0001f600":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    )
    assert fingerprint(item) == sha256(canonical)


def test_strings_and_literals_are_written_as_the_standard_writes_them():
    """RFC 8785, 3.2.2, its example without the fractions, which an item never has."""
    item = json.loads(r"""{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}""")
    canonical = r"""{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"""
    assert fingerprint(item) == sha256(canonical)


@pytest.mark.parametrize(
    ("item", "canonical"),
    [
        ({}, "{}"),
        ({"b": 1, "a": -0}, '{"a":0,"b":1}'),
        ({"a": {"z": [], "b": [3, 1, 2]}}, '{"a":{"b":[3,1,2],"z":[]}}'),
        ({"æ": "ø", "å": ""}, '{"å":"","æ":"ø"}'),
        ({"a\u030a": "decomposed stays so"}, '{"a\u030a":"decomposed stays so"}'),
        ({"n": 2**53 - 1}, '{"n":9007199254740991}'),
    ],
)
def test_the_canonical_form_is_what_is_hashed(item, canonical):
    assert fingerprint(item) == sha256(canonical)


@pytest.mark.parametrize(
    "item",
    [
        {"a": 1.5},
        {"a": 1.0},
        {"a": [{"b": [2e3]}]},
        {"a": float("inf")},
        {"a": float("nan")},
        {"a": 2**53 + 1},
        {"a": "\ud800"},
        {"\udfff": "a"},
        {"a": ["\ude00\ud83d"]},
    ],
)
def test_what_has_no_canonical_form_has_no_fingerprint(item):
    assert fingerprint(item) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_names_and_the_way_of_writing_do_not_count(item, random):
    names = list(item)
    random.shuffle(names)
    again = json.loads(json.dumps({name: item[name] for name in names}, indent=random.choice([None, 3]), ensure_ascii=False))
    assert fingerprint(again) == fingerprint(item)
    assert len(fingerprint(item)) == 64


@given(st.dictionaries(st.text(), json_values, max_size=4), st.text(), json_values)
def test_any_other_content_has_another_fingerprint(item, name, value):
    other = {**item, name: value}
    assert (fingerprint(other) == fingerprint(item)) == (json.dumps(other, sort_keys=True) == json.dumps(item, sort_keys=True))


def test_the_order_of_answers_counts():
    assert fingerprint({"answers": [1, 2]}) != fingerprint({"answers": [2, 1]})


@pytest.mark.parametrize("raw", [None, 1, "x", [], [{"id": 1}], {}, {"id": None}, {"id": 7}, {"id": "7"}, {"id": ["x"]}])
def test_an_item_without_a_uuid_has_no_id(raw):
    assert item_id(raw) is None


def test_an_item_is_known_by_its_uuid():
    assert item_id({"id": "0193A9C0-0000-7000-8000-000000000001"}) == UUID("0193a9c0-0000-7000-8000-000000000001")


def test_an_item_of_the_interface_becomes_a_draft():
    raw = make.talk(FORM, new_id(), ("Godt", "Madpakken"), about={"relation": ["mother", "father"]})
    draft = Item.model_validate(raw).draft()
    assert [(str(answer.question), answer.text) for answer in draft.answers] == [
        (answer["question"], answer["text"]) for answer in raw["answers"]
    ]
    assert draft.about == {"relation": ("mother", "father")}
    assert (str(draft.id), draft.quote_scope, draft.held_at.isoformat()) == (raw["id"], "area", raw["held_at"])


def test_members_of_a_later_release_are_let_through():
    raw = make.talk(FORM, new_id(), mood="😀", themes={"confirmed": [], "weight": 3})
    assert Item.model_validate({**raw, "answers": [{**raw["answers"][0], "draft": 2}]}).answers[0].text == make.WORDS


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "withdrawal"},
        {"kind": None},
        {"revision": 2},
        {"replaces": str(new_id())},
        {"unit": "Mariehuset"},
        {"held_at": "2026-11-18T08:12:00"},
        {"held_at": "i går"},
        {"held_at": None},
        {"answers": None},
        {"answers": "Godt"},
        {"answers": [{"text": "Godt"}]},
        {"answers": [{"question": str(new_id()), "number": "7"}]},
        {"answers": [{"question": str(new_id()), "choices": "a"}]},
        {"answers": [{"question": str(new_id()), "text": 7}]},
        {"about": {"relation": "mother"}},
        {"about": ["mother"]},
        {"quote_scope": 1},
        {"themes": None},
        {"themes": {"confirmed": ["mad"]}},
    ],
)
def test_a_member_of_another_shape_is_refused(wrong):
    with pytest.raises(ValidationError):
        Item.model_validate({**make.talk(FORM, new_id()), **wrong})


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(st.characters(codec="utf-8"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_the_fast_way_and_the_library_agree_to_the_byte(value):
    try:
        expected = hashlib.sha256(rfc8785.dumps(value)).hexdigest()
    except rfc8785.CanonicalizationError:
        expected = None
    assert fingerprint(value) == expected
