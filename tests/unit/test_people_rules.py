"""Small rules about people: e-mails, initials, and what a browser is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import initials
from domain.people.passwords import hash_password, is_password
from domain.people.rules import device_name, normal_email
from tests import make


@pytest.mark.parametrize("typed", ["leder@demo.example", "  Leder@Demo.Example\n", "LEDER@DEMO.EXAMPLE"])
def test_an_email_is_the_same_however_it_is_typed(typed):
    assert normal_email(typed) == "leder@demo.example"


@given(st.text(max_size=40))
def test_an_email_settles_at_once(typed):
    assert normal_email(normal_email(typed)) == normal_email(typed)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Lene Mose", "LM"), ("Lene Marie af Mose", "LM"), ("Østen ørsted", "ØØ"), ("Lene", "L"), ("  ", ""), ("", "")],
)
def test_initials_are_of_the_first_and_the_last_name(name, letters):
    assert initials(name) == letters


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/130.0 Mobile Safari/537.36", "Chrome · Android"),
        (f"Mozilla/5.0 (Linux; Android 13) {WEBKIT} SamsungBrowser/25.0 Chrome/121.0 Mobile", "Samsung Internet · Android"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {WEBKIT} Version/18.1 Safari/604.1", "Safari · iPhone"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18 Safari/605", "Safari · Mac"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_browser_and_system_and_nothing_more(user_agent, name):
    assert device_name(user_agent) == name


@given(st.text(max_size=3_000))
def test_no_user_agent_leaves_words_of_its_own_in_the_name(user_agent):
    assert len(device_name(user_agent)) <= 60
    assert {*device_name(user_agent).split(" · ")} <= {
        *("", "Edge", "Firefox", "Samsung Internet", "Chrome", "Safari"),
        *("iPhone", "iPad", "Android", "Windows", "Mac", "Linux"),
    }


def test_a_password_is_known_again_and_another_is_not():
    stored = hash_password("hemmeligt æøå")
    assert stored.startswith("$argon2id$")
    assert "hemmeligt" not in stored
    assert is_password(stored, "hemmeligt æøå")
    assert not is_password(stored, "Hemmeligt æøå")
    assert not is_password(stored, "")


def test_nobody_signs_in_where_no_password_is_set():
    assert not is_password(None, "nobody has this password")
    assert not is_password(None, "")
    assert not is_password("no hash at all", "x")


def test_the_casts_password_opens_its_hash():
    assert is_password(make.PASSWORD_HASH, make.PASSWORD)
