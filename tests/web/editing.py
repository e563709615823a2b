"""What tests of the editor do: begin a draft, press its buttons, read what stands in it."""

from typing import Any

from domain import questions
from domain.questions import Draft, Sketch
from tests import make
from tests.web.client import Answer, Visitor


def begun(town: Any) -> str:
    """The address of a draft of the nurseries' set, begun by the administrator."""
    with town.database.writing() as session:
        questions.begin(session, town.cast.admin, town.cast.form.question_set_id, now=make.NOW)
    return address(town)


def address(town: Any) -> str:
    return f"/questions/{town.cast.form.question_set_id}/draft"


def stored(town: Any) -> Draft | None:
    with town.database.reading() as session:
        return questions.draft_of(session, town.cast.admin, town.cast.form.question_set_id)


def sketch(town: Any) -> Sketch:
    found = stored(town)
    assert found
    return found.sketch


def press(visitor: Visitor, page: Answer, do: str, *, to: str = "", **texts: Any) -> Answer:
    """Presses a button of the editor on the page. texts: by the name of the field, with `__` for dots."""
    here = page.path.split("?")[0]
    kept = [pair for pair in page.fields(here) if pair[0] not in texts]
    filled = [(name, one) for name, value in texts.items() for one in ([value] if isinstance(value, str) else value)]
    return visitor.post(to or here, [*kept, *filled, ("do", do)])


def goes_on(visitor: Visitor, answer: Answer) -> Answer:
    assert answer.status == 302, (answer.status, answer.words)
    return visitor.get(answer.location.split("#")[0])
