"""Endpoints come from browsers, so anybody may have written them: only permitted push services are spoken to."""

import socket

import pytest

from domain.notices import DEFAULT_HOSTS, problem_of, read_hosts
from domain.notices.hosts import is_open, leads_inside

SERVICES = (
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://db5p.notify.windows.com/w/?token=abc%2b",
    "https://web.push.apple.com/QABC",
    "https://fcm.googleapis.com:443/fcm/send/abc",
)


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    """Names are looked up nowhere: each is of the open internet, but for those a test says otherwise of."""
    inside = {}

    def look_up(name, *_args, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside.get(name, "142.250.74.10"), 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return inside


@pytest.mark.parametrize("endpoint", SERVICES)
def test_the_push_services_of_browsers_are_permitted(endpoint):
    assert problem_of(endpoint, DEFAULT_HOSTS) is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "ftp://fcm.googleapis.com/",
        "file:///etc/passwd",
        "https://127.0.0.1/",
        "https://127.0.0.1:8443/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://localhost/",
        "https://localhost:5432/",
        "https://evil.example/",
        "https://fcm.googleapis.com.evil.example/",
        "https://fcm.googleapis.com.evil.example/fcm.googleapis.com",
        "https://evilfcm.googleapis.com/",
        "https://notify.windows.com/",
        "https://xnotify.windows.com/",
        "https://.notify.windows.com/",
        "https://db5p.notify.windows.com.evil.example/",
        "https://user@fcm.googleapis.com/",
        "https://user:word@fcm.googleapis.com/",
        "https://fcm.googleapis.com@evil.example/",
        "https://evil.example#@fcm.googleapis.com/",
        "https://evil.example\\@fcm.googleapis.com/",
        "https://fcm.googleapis.com\\.evil.example/",
        "https://fcm.googleapis.com./fcm/send/abc",
        "https://fcm.googleapis.com../",
        "https://fcm.googleapis.com:8443/",
        "https://fcm.googleapis.com:0443/",
        "https://fcm.googleapis.com:/",
        "https://fcm.googleapis.com:99999/",
        "https://fcm.googleapis.com:443:443/",
        "https://fcm.googleapis.com%2eevil.example/",
        "https://fcm。googleapis。com/",
        "https://ｆcm.googleapis.com/",
        "https://fcm.googleapıs.com/",
        "https://fcm.googleapis.com/\r\nHost: evil.example",
        "https://fcm.googleapis.com/ x",
        "https://fcm.googleapis.com/\t",
        " https://fcm.googleapis.com/",
        "https:///fcm.googleapis.com/",
        "https:fcm.googleapis.com",
        "//fcm.googleapis.com/",
        "javascript:alert(1)",
        "https://[fcm.googleapis.com/",
        "",
        "https://fcm.googleapis.com/" + "a" * 1000,
    ],
)
def test_nothing_else_is(endpoint):
    assert problem_of(endpoint, DEFAULT_HOSTS) is not None


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"]
)
def test_a_permitted_name_that_leads_inside_is_not_spoken_to(outside, address):
    outside["fcm.googleapis.com"] = address
    assert problem_of(SERVICES[0], DEFAULT_HOSTS) == "private"


@pytest.mark.parametrize("address", ["::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "::", "ff02::1"])
def test_addresses_of_the_own_network_are_told_by_their_kind(address):
    assert not is_open(address)
    assert is_open("2a00:1450:400f:80c::200a")


def test_a_name_that_is_not_known_leads_nowhere(monkeypatch):
    def unknown(*_args, **_more):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not leads_inside("fcm.googleapis.com")


def test_a_setting_with_a_port_permits_that_very_service_for_tests():
    hosts = read_hosts("fcm.googleapis.com, localhost:8443")
    assert problem_of("https://localhost:8443/send/1", hosts) is None
    for other in (
        "https://localhost/send/1",
        "https://localhost:8444/send/1",
        "http://localhost:8443/",
        "https://x@localhost:8443/",
    ):
        assert problem_of(other, hosts) is not None


def test_push_can_be_off():
    assert read_hosts("off") == ()
    assert problem_of(SERVICES[0], ()) == "not_permitted"


@pytest.mark.parametrize("text", ["", " , ", "https://fcm.googleapis.com", "*", "a b", "user@host", "*.*.x/"])
def test_the_setting_takes_names_and_nothing_else(text):
    with pytest.raises(ValueError, match=r"^$"):
        read_hosts(text)
