"""What mail needs to be set, and what is told where it is not."""

import pytest

from blueprints.shared import settings
from blueprints.shared.settings import BadSetting
from tests import post_office
from tests.web.mailing import of, office, tell

__all__ = ["office"]


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ({"BASE_URL_IS_SET": False}, "no_base_url"),
        ({"SMTP_URL": None}, "no_smtp_url"),
        ({"MAIL_FROM": None}, "no_mail_from"),
    ],
)
def test_without_a_setting_no_mail_leaves_and_the_reason_is_told(own_town, office, missing, why, caplog):
    post_office.joined(own_town.app, office, **missing)
    tell(own_town, own_town.cast.omraade)
    assert post_office.delivered(own_town.app) == {"later": 1}
    assert of(own_town, own_town.cast.omraade).failed_why == why
    assert f"no mail is sent: {why}" in caplog.text
    assert office.kept == []


def test_the_reason_stands_in_the_status_and_on_nobodys_page(own_town, office):
    post_office.joined(own_town.app, office, BASE_URL_IS_SET=False)
    tell(own_town, own_town.cast.omraade)
    post_office.delivered(own_town.app)
    said = own_town.app.test_cli_runner().invoke(args=["notices", "status"], catch_exceptions=False).output
    assert said.splitlines() == ["mail no_base_url", "waiting 1", "  tried, no_base_url 1"]
    assert "no_base_url" not in own_town.new_browser("omraade").get("/notices/settings").text


def test_the_settings_say_whether_mail_is_sent_and_lead_to_less_of_it(own_town, office):
    visitor = own_town.new_browser("omraade")
    assert "kommer det som e-mail" in visitor.get("/notices/settings").words
    own_town.app.config["SMTP_URL"] = None
    page = visitor.get("/notices/settings")
    assert "Hørt sender ikke e-mail her endnu." in page.words
    [path] = [link for link in page.links() if "/unsubscribe/" in link]
    assert visitor.get(path).h1 == "Færre mails"


def test_the_command_sends_by_the_mail_server_that_is_set(own_town, office):
    for who in ("omraade", "omraade2"):
        tell(own_town, getattr(own_town.cast, who))
    done = own_town.app.test_cli_runner().invoke(args=["notices", "deliver"])
    assert done.output.strip() == "mail 2"
    assert sorted(to for to, _message in office.kept) == ["omraade2@hoert.example", "omraade@hoert.example"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("SMTP_URL", "http://u:hemmeligt@post.example"), ("MAIL_FROM", "Hørt"), ("MAIL_FROM", "a@x.example\nBcc: b@x.example")],
)
def test_a_setting_that_cannot_be_read_stops_the_start_and_shows_no_password(tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(f"HOERT_{name}", value)
    with pytest.raises(BadSetting, match=f"HOERT_{name} takes") as caught:
        settings.load({"INSTANCE": tmp_path / "i"})
    assert "hemmeligt" not in str(caught.value)


def test_the_settings_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("HOERT_SMTP_URL", "smtps://u:p@post.example")
    monkeypatch.setenv("HOERT_MAIL_FROM", "Hørt i Strandby <hoert@strandby.example>")
    chosen = settings.load({"INSTANCE": tmp_path / "i"})
    assert chosen["SMTP_URL"].host == "post.example"
    assert chosen["MAIL_FROM"] == ("Hørt i Strandby", "hoert@strandby.example")
    assert chosen["MAIL_QUOTES"] is False
    assert chosen["BASE_URL_IS_SET"] is False
    monkeypatch.setenv("HOERT_BASE_URL", "https://hoert.strandby.example/")
    assert settings.load({"INSTANCE": tmp_path / "i"})["BASE_URL_IS_SET"] is True
