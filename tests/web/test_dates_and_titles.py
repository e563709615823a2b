"""Dates that no calendar knows harm no page and no job, and the browser's history holds no words."""

import pytest

from domain import sync
from tests import make
from tests.web.client import Visitor

FORM = "/capture/plain"


@pytest.fixture
def leder(app, cast):
    visitor = Visitor(app)
    visitor.sign_in("leder")
    return visitor


@pytest.mark.parametrize("opened_at", ["8999-12-31T12:00:00+00:00", "9999-12-31T23:59:59+00:00", "1900-01-01T00:00:00+00:00"])
def test_a_moment_that_was_tampered_with_becomes_now(app, cast, leder, opened_at):
    page = leder.submit(leder.get(FORM), FORM, answer_1="Mor var glad.", opened_at=opened_at, held_on="")
    assert page.status == 302
    assert leder.get("/conversations/").status == 200
    made = app.test_cli_runner().invoke(args=["digests", "weekly"])
    assert made.exit_code == 0, made.output


@pytest.mark.parametrize("held_at", ["8999-12-31T23:59:59+00:00", "1901-01-01T00:00:00+14:00"])
def test_the_first_and_last_moments_that_are_taken_have_a_week(app, cast, leder, held_at):
    with app.extensions["hoert.database"].writing() as session:
        receipt = sync.accept(session, cast.leder, item={**cast.talk(), "held_at": held_at}, now=make.NOW)
    assert receipt.status == "stored"
    assert leder.get("/conversations/").status == 200


def test_a_title_holds_no_words(app, cast, leder):
    with app.extensions["hoert.database"].writing() as session:
        row = cast.log(session, cast.leder, "Vandtårnet lyste hele natten, sagde far.")
    page = leder.get(f"/conversations/{row.id}")
    assert "Vandtårnet" in page.words
    assert "Vandtårnet" not in page.title


def test_one_areas_fault_keeps_no_other_area_waiting(app, cast, monkeypatch):
    from domain import digests

    make_issue = digests.make_issue

    def fail_in_syd(session, area, week, *, now):
        if area.id == cast.syd.id:
            raise RuntimeError("words of somebody")
        return make_issue(session, area, week, now=now)

    monkeypatch.setattr(digests, "make_issue", fail_in_syd)
    made = app.test_cli_runner().invoke(args=["digests", "weekly"])
    assert made.exit_code != 0
    assert f"{cast.nord.name}: " in made.output
    assert "issued" in made.output
    assert "words of somebody" not in made.output


def test_a_bad_setting_ends_the_start_with_a_sentence(tmp_path):
    from app import create_app
    from blueprints.shared.settings import BadSetting

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOERT_DATABASE_URL", "nonsense")
        with pytest.raises(BadSetting, match="HOERT_DATABASE_URL takes"):
            create_app({"INSTANCE": tmp_path / "instance"})
    assert issubclass(BadSetting, SystemExit)
