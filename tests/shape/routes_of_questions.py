"""The rows of question sets and their editor, for the table in routes.py."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

from domain import exchange, questions
from tests import make
from tests.shape.row import Row, to
from tests.shape.tree import ROOT
from tests.web.client import Visitor
from tests.web.town import Town


def drafted(rest: str = "", *, is_open: bool = True, is_closed: bool = False) -> Callable[[Town], str]:
    """The nurseries' set: with a draft, or with one that was set aside; for POST rows closed or not."""

    def address(town: Town) -> str:
        admin, key = town.cast.admin, town.cast.form.question_set_id
        with town.database.writing() as session:
            if is_open and questions.draft_of(session, admin, key) is None:
                questions.begin(session, admin, key, now=make.NOW)
            elif not is_open:
                questions.begin(session, admin, key, now=make.NOW)
                questions.discard(session, admin, key, now=make.NOW)
            if rest.startswith("/closing"):
                (questions.close if is_closed else questions.reopen)(session, admin, key, now=make.NOW)
        return f"/questions/{key}{rest}"

    return address


def no_set(rest: str) -> Callable[[Town], str]:
    return lambda _town: f"/questions/{uuid4()}{rest}"


def new_set(_town: Town, _visitor: Visitor, _who: str) -> dict[str, str]:
    return {"sector": "nursery", "talk_type": "quick_note", "place": "", "beginning": ""}


def retitled(town: Town, _visitor: Visitor, _who: str) -> dict[str, str]:
    """What the draft holds, with another Danish title."""
    with town.database.reading() as session:
        draft = questions.draft_of(session, town.cast.admin, town.cast.form.question_set_id)
    return {"seen": str(draft.revision if draft else 1), "title.da": "Rettet", "do": "save"}


def form_file(_town: Town, _visitor: Visitor, _who: str) -> Any:
    path = ROOT / "tests" / "data" / "xlsform" / "one_language.xlsx"
    return [("sector", "nursery"), ("talk_type", "quick_note"), ("file", (path.open("rb"), path.name))]


def package_file(town: Town, _visitor: Visitor, _who: str) -> Any:
    with town.database.reading() as session:
        return [("file", (BytesIO(exchange.write_package(session)), "pakke.json"))]


ROWS = (
    Row("questions.sets", to("admin"), "/questions/"),
    Row("questions.version", to("admin"), lambda town: f"/questions/{town.cast.form.id}"),
    Row("questions.version", to(), lambda _town: f"/questions/{uuid4()}", "unknown"),
    Row("questions.new", to("admin"), "/questions/new"),
    Row("questions.add", to("admin", gives=302), "/questions/new", method="POST", fields=new_set),
    Row("questions.files", to("admin"), "/questions/files"),
    Row("questions.take_xlsform", to("admin"), "/questions/files", method="POST", fields=form_file),
    Row("questions.take_package", to("admin", gives=302), "/questions/files/package", method="POST", fields=package_file),
    Row("questions.fetch_package", to("admin"), "/questions/files/fetched", method="POST"),
    Row("questions.fetch_xlsform", to("admin"), lambda town: f"/questions/{town.cast.form.id}/xlsform", method="POST"),
    Row("questions.fetch_xlsform", to(), lambda _town: f"/questions/{uuid4()}/xlsform", "unknown", method="POST"),
    Row("questions.begin", to("admin", gives=302), drafted("/draft/beginning"), method="POST"),
    Row("questions.draft", to("admin"), drafted("/draft"), "of a set"),
    Row("questions.draft", to(), no_set("/draft"), "unknown"),
    Row(
        "questions.save_draft",
        to("admin", gives=302, strangers=401),
        drafted("/draft"),
        "of a set",
        method="POST",
        fields=retitled,
    ),
    Row("questions.save_draft", to(strangers=401), no_set("/draft"), "unknown", method="POST", fields=retitled),
    Row(
        "questions.publish_draft",
        to("admin", gives=302, strangers=401),
        drafted("/draft/publication"),
        method="POST",
        fields=retitled,
    ),
    Row("questions.phone", to("admin"), drafted("/draft/phone"), "of a set"),
    Row("questions.phone", to(), no_set("/draft/phone"), "unknown"),
    Row("questions.difference", to("admin"), drafted("/difference"), "of a set"),
    Row("questions.difference", to(), drafted("/difference?first=9&second=1"), "no such version"),
    Row("questions.difference", to(), no_set("/difference"), "unknown"),
    Row("questions.discarded", to("admin", gives=302), drafted("/draft/discarding"), "open"),
    Row("questions.discarded", to(), no_set("/draft/discarding"), "unknown"),
    Row("questions.discard", to("admin", gives=302), drafted("/draft/discarding"), method="POST"),
    Row(
        "questions.bring_back",
        to("admin", gives=302),
        drafted("/draft/discarding/undo", is_open=False),
        method="POST",
    ),
    Row("questions.offer", to("admin", gives=302), drafted("/place"), method="POST"),
    Row("questions.close", to("admin", gives=302), drafted("/closing"), method="POST"),
    Row("questions.reopen", to("admin", gives=302), drafted("/closing/undo", is_closed=True), method="POST"),
)
