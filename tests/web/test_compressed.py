"""What is the same for everybody, and the kit, goes compressed to those who take that; pages with words never do."""

import gzip

import pytest

from blueprints.shared.assets import FOLDER, fingerprint

PACKED = f"/static/{fingerprint()}/css/packed.css"
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def leder(signed_in):
    return signed_in("leder")


@pytest.mark.parametrize("path", [PACKED, PACKED.replace("css/packed.css", "js/phone.packed.js"), "/phone/"])
def test_text_is_compressed_for_those_who_take_it(visitor, path):
    plain, small = visitor.get(path), visitor.get(path, headers=GZIP)
    assert (small.headers["Content-Encoding"], small.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(small.raw) == plain.raw
    assert len(small.raw) < 0.6 * len(plain.raw)
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "deflate, gzip;q=0"])
def test_nobody_gets_what_they_do_not_take(visitor, accepted):
    answer = visitor.get(PACKED, headers={"Accept-Encoding": accepted})
    assert answer.data == (FOLDER / "css/packed.css").read_bytes()


def test_the_kit_is_compressed_and_known_again(leder):
    plain, small = leder.get("/sync/kit"), leder.get("/sync/kit", headers=GZIP)
    assert len(small.raw) < 0.6 * len(plain.raw)
    assert gzip.decompress(small.raw) == plain.raw
    again = leder.get("/sync/kit", headers={**GZIP, "If-None-Match": small.headers["ETag"]})
    assert (again.status, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["fonts/ibm-plex-sans.woff2", "img/icon-192.png"])
def test_what_is_small_already_is_left_as_it_is(visitor, name):
    answer = visitor.get(f"/static/{fingerprint()}/{name}", headers=GZIP)
    assert answer.data == (FOLDER / name).read_bytes()
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/conversations/", "/capture/plain", "/people/me"])
def test_no_page_of_a_person_is(leder, path):
    """Beside a secret of the page, its length would tell of the secret."""
    assert "Content-Encoding" not in leder.get(path, headers=GZIP).headers


def test_a_first_visit_asks_for_the_kit_at_once_and_the_kept_page_does_not(visitor):
    assert visitor.get("/phone/", headers={"Sec-Fetch-Dest": "document"}).headers["Link"].startswith("</sync/kit>")
    assert "Link" not in visitor.get("/phone/", headers={"Sec-Fetch-Dest": "empty"}).headers
