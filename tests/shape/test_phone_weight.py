"""What the phone's app may weigh, measured as `make bench` does: gzipped file by file, as it comes over the net."""

import re

import pytest

from bench import pages
from blueprints.phone.routes import kept_files


class Anonymous:
    """Asks as bench's phones do, without a server."""

    def __init__(self, client):
        self.client = client

    def ask(self, _method, path):
        answer = self.client.get(path, buffered=True)
        assert answer.status_code == 200, path
        return answer.status_code, answer.data


@pytest.fixture
def phone(app):
    return Anonymous(app.test_client())


def test_the_form_comes_with_at_most_30_kb_of_style_and_code(phone):
    assert sum(pages.form_kb(phone).values()) <= 30


def test_the_worker_keeps_at_most_60_kb_besides_icons_and_fonts(phone):
    kept = pages.kept_kb(phone)
    assert kept["html"] + kept["css"] + kept["js"] <= 60


def test_the_worker_keeps_at_most_60_kb_of_fonts(phone):
    assert 0 < pages.kept_kb(phone)["fonts"] <= 60


def test_no_module_waits_for_another_to_name_it(phone):
    """What the modules import stands in the page already, so that all of it is asked for at once."""
    html = phone.ask("GET", "/phone/")[1].decode()
    named = set(re.findall(r'(?:href|src)="/static/[^/]+/([^"#]+\.js)"', html))
    assert named
    imported = {name.split("/", 3)[3] for name in pages.form_files(phone) if name.endswith(".js")}
    assert imported == named
    assert named <= set(kept_files())
