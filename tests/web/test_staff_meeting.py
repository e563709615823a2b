"""*Tag med på personalemøde*: paper is passed on, so it holds what may be quoted, and nothing of who and when."""

import pytest

from tests.web.client import Visitor

SHEET = "/conversations/for-the-staff-meeting"


@pytest.fixture
def sheet(app, cast):
    with app.extensions["hoert.database"].writing() as session:
        cast.log(session, cast.leder, "Vi hang jakken op. »Hun fandt selv krogen med den blå bil i dag.«", quote_scope="area")
        cast.log(session, cast.leder, "Far vil ikke citeres. »Det her bliver mellem os to i dag, ikke?«", quote_scope="none")
        cast.log(session, cast.leder, "Ikke spurgt. »Vi glemte helt at tale om det der med citater.«", quote_scope=None)
    visitor = Visitor(app)
    visitor.sign_in("leder")
    return visitor.get(SHEET)


def test_the_sheet_holds_what_may_be_quoted(sheet):
    assert "Hun fandt selv krogen" in sheet.text


def test_the_sheet_leaves_out_what_may_not_be_quoted_and_says_how_many(sheet):
    assert "mellem os to" not in sheet.text
    assert "glemte helt" not in sheet.text
    assert "2 samtaler må ikke citeres" in sheet.text


def test_the_sheet_tells_neither_who_noted_a_talk_nor_when(sheet, cast):
    assert cast.leder.name not in sheet.text
    assert " kl. " not in sheet.text
