"""The week of tests/golden_week.py as page, Markdown and PDF: the same as the files, on either database, filled in any order.

Something is meant to look otherwise? `.venv/bin/python -m tools.goldens`, and look at what changed.
"""

import pytest

from tests import golden_week
from tests.golden_week import GOLDEN
from tests.paper import difference, pages

pytestmark = pytest.mark.slow

FILES = ("week.txt", "week.md", "week.pdf.txt", "week.pdf.png", "week.mail.txt", "week.mail.html")
#: Of 255. A line of text more or less makes about 3; another release of Pango makes less than 1.
FARTHEST = 2.0


@pytest.fixture(scope="module")
def golden():
    return {name: (GOLDEN / name).read_bytes() for name in FILES}


def plain(text: bytes) -> str:
    """Lines may break elsewhere by another release of Pango."""
    return " ".join(text.decode().split())


@pytest.mark.parametrize("seed", [None, 1])
def test_the_week_is_the_same_for_every_reader_wherever_and_in_whatever_order_it_is_stored(database_url, tmp_path, seed, golden):
    with golden_week.served(database_url, tmp_path, seed=seed) as (app, path):
        made = golden_week.read(app, path)
    files = made.files()
    assert files["week.md"] == golden["week.md"], "byte for byte"
    assert files["week.txt"].decode() == golden["week.txt"].decode()
    assert files["week.mail.txt"].decode() == golden["week.mail.txt"].decode()
    assert files["week.mail.html"].decode() == golden["week.mail.html"].decode()
    assert plain(files["week.pdf.txt"]) == plain(golden["week.pdf.txt"])
    assert difference(files["week.pdf.png"], golden["week.pdf.png"]) < FARTHEST
    assert len(pages(made.pdf)) == 2


def test_the_picture_would_tell(golden, tmp_path, sqlite_url):
    """A line more is a difference that the comparison finds."""
    with golden_week.served(sqlite_url, tmp_path) as (app, path):
        visitor = golden_week.reader(app)
        visitor.post(f"{path}/headline", {"text": "En ganske anden overskrift, som er skrevet af et menneske i en fart"})
        found = golden_week.read(app, path, visitor).files()
    assert difference(found["week.pdf.png"], golden["week.pdf.png"]) > FARTHEST
