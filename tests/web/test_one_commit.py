"""The unit of work: what a view did is stored when it answered well, and undone when it answered with an error."""

from flask import abort
from sqlmodel import select

from blueprints.shared import unit
from domain import audit
from domain.audit import Deed
from domain.base import now


def note_a_deed():
    audit.record_deed(unit.session(), person_id=None, verb="tried", at=now())


def deeds(app) -> list[str]:
    with app.extensions["hoert.database"].reading() as session:
        return list(session.exec(select(Deed.verb)).all())


def with_view(app, view):
    """The sign-out route, with another view behind it."""
    view.door = app.view_functions["auth.sign_out"].door
    app.view_functions["auth.sign_out"] = view
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["csrf"].protect = lambda **_more: None
    return app.test_client().post("/auth/sign-out")


def test_a_good_answer_stores_what_was_done(app):
    def view():
        note_a_deed()
        return "ok"

    assert with_view(app, view).status_code == 200
    assert deeds(app) == ["tried"]


def test_an_error_answer_undoes_what_was_done(app):
    def view():
        note_a_deed()
        return "no", 422

    assert with_view(app, view).status_code == 422
    assert deeds(app) == []


def test_an_abort_undoes_what_was_done(app):
    def view():
        note_a_deed()
        abort(409)

    assert with_view(app, view).status_code == 409
    assert deeds(app) == []
