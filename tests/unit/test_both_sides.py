"""What the phone and the server must agree on to the letter: the fingerprint of an item, what is a CPR number, and which themes a
text may be about. The same thousands of cases go to both."""

import json
import subprocess
import uuid
from pathlib import Path
from random import Random
from typing import Any

import playwright
import pytest

from domain import guard
from domain.sync import fingerprint
from domain.themes.rules import Patterns, suggest

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(playwright.__file__).parent / "driver" / "node"
CASES = 3_000
#: What texts are made of: words, near-numbers, blanks of every kind, letters beyond the basic plane, combining marks.
PIECES = [
    *(
        "maden",
        "madras",
        "morgenaflevering",
        "MADEN,",
        "»maden«",
        "ﬁn",
        "İstanbul",
        "Straße",
        "et bad",
        "bad, et",
        "gule støvler",
    ),
    *("010190-1234", "0101901234", "31.02.90-1234", "290200-4123", "290200-1123", "610190-1234", "12-14-010190-1234", "12345678"),
    *(
        "010190",
        "1234",
        "-",
        "–",
        " ",
        "\u00a0",
        "\u2009",
        "\n",
        "\t",
        "(",
        ")",
        "/",
        ".",
        "9",
        "0",
        "٠١٠١٩٠-١٢٣٤",
        "０１０１９０",
    ),
    *("👵🏽", "𝟘𝟙", "e\u0301", "é", "ø", "Å", "å", "\u200b", "\ufeff", "\u0085", "\u2028", "\x1c", "'", '"', "«", "…", "—"),
]
CODEBOOK = [
    Patterns(uuid.UUID(int=1), ("mad", "et bad"), ("madras",)),
    Patterns(uuid.UUID(int=2), ("aflever", "strasse"), ()),
    Patterns(uuid.UUID(int=3), ("bad", "fin", "å"), ("badet",)),
    Patterns(uuid.UUID(int=4), ("støvle", "é", "οδοσ"), ()),
]


def a_text(random: Random) -> str:
    return random.choice(["", " "]).join(random.choices(PIECES, k=random.randrange(12)))


def a_value(random: Random, depth: int) -> Any:
    kinds = ["text", "number", "constant", "list", "object"] if depth else ["text", "number", "constant"]
    match random.choice(kinds):
        case "text":
            return random.choice(
                [a_text(random), a_text(random) + random.choice(["\ud83d", "\udc75", "\x00", "\x1f\\\b", "\u007f"])]
            )
        case "number":
            return random.choice(
                [0, -1, 7, 2**53 - 1, -(2**53) + 1, 2**53, 2**53 + 2, -(2**53), 2**60, 0.5, 1e21, random.getrandbits(40)]
            )
        case "constant":
            return random.choice([True, False, None])
        case "list":
            return [a_value(random, depth - 1) for _ in range(random.randrange(4))]
    return {a_text(random): a_value(random, depth - 1) for _ in range(random.randrange(5))}


@pytest.fixture(scope="module")
def cases() -> dict[str, Any]:
    random = Random(20261124)
    return {
        "items": [a_value(random, 3) for _ in range(CASES)],
        "texts": [a_text(random) for _ in range(CASES)],
        "talks": [[a_text(random) for _ in range(random.randrange(4))] for _ in range(CASES)],
        "rules": guard.RULES,
        "codebook": [{"id": str(one.theme), "patterns": {"include": one.include, "exclude": one.exclude}} for one in CODEBOOK],
    }


@pytest.fixture(scope="module")
def phone(cases: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [NODE, "tests/js/both_sides.mjs"],
        cwd=ROOT,
        input=json.dumps(cases).encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_both_sides_make_the_same_fingerprint(cases, phone):
    # An item reaches the server as JSON, where 1e21 and 2**53 are what a parser makes of them.
    here = [fingerprint(json.loads(json.dumps(item))) for item in cases["items"]]
    assert [
        (item, one) for item, one, other in zip(cases["items"], here, phone["fingerprints"], strict=True) if one != other
    ] == []
    assert CASES / 2 < sum(one is not None for one in here) < CASES


def test_both_sides_find_and_cover_the_same_cpr_numbers(cases, phone):
    found = [[[one.start, one.end] for one in guard.check(text)] for text in cases["texts"]]
    masked = [guard.mask(text)[0] for text in cases["texts"]]
    assert [one for one in zip(cases["texts"], found, phone["found"], strict=True) if one[1] != one[2]] == []
    assert [one for one in zip(cases["texts"], masked, phone["masked"], strict=True) if one[1] != one[2]] == []
    assert CASES / 4 < sum(map(bool, found)) < CASES


def test_both_sides_suggest_the_same_themes_in_the_same_order(cases, phone):
    here = [[str(one.theme) for one in suggest(talk, CODEBOOK)] for talk in cases["talks"]]
    assert [one for one in zip(cases["talks"], here, phone["suggested"], strict=True) if one[1] != one[2]] == []
    assert CASES / 4 < sum(map(bool, here)) < CASES
