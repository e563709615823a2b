"""*Filer*: an XLSForm becomes a draft, with a report of what was understood; versions and packages go out, packages come in."""

import uuid
from io import BytesIO

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import exchange_words, unit
from blueprints.shared.door import actor, requires, takes
from blueprints.shared.language import pick
from blueprints.shared.words import sector_name
from domain import exchange, questions
from domain.base import now
from domain.people import Permission, Sector
from domain.questions import BadFile, Imported, NotTheirs, Said, TalkType

from .deeds import ALL
from .routes import bp
from .sets import newest_of_sets
from .words import talk_type_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Of a whole request: a little more than its reader takes, so that it is the reader that says so.
MOST_OF_A_FORM, MOST_OF_A_PACKAGE = 6 * 2**20, 9 * 2**20


@bp.get("/files")
@requires(Permission.EDIT_QUESTIONS)
def files() -> ResponseReturnValue:
    return _page(200)


@bp.post("/files")
@takes(MOST_OF_A_FORM)
@requires(Permission.EDIT_QUESTIONS)
def take_xlsform() -> ResponseReturnValue:
    """A draft, never a publication; its page says what the file held and what it did not."""
    read = questions.read_xlsform(_posted())
    if isinstance(read, BadFile):
        return _page(422, wrong_form=[exchange_words.bad_file(read)])
    session, into = unit.session(), request.form.get("into", "")
    try:
        draft, before = _taken_into(session, uuid.UUID(into), read) if into else (_new_set(session, read), 0)
    except (ValueError, NotTheirs, questions.NoDraft):
        abort(404)
    except questions.Outdated:
        return _page(409, wrong_form=[_("Kladden er ændret imens. Prøv igen.")])
    undo = f"{before} {ALL}" if before and draft.revision != before else None
    return render_template(
        "questions/understood.html",
        parts=[(said, [exchange_words.remark(one) for one in read.remarks if one.said is said]) for said in Said],
        draft_url=url_for(".draft", set_id=draft.question_set.id, undo=undo),
        title=pick(draft.sketch.title).strip() or _("Spørgsmål uden titel"),
    )


def _taken_into(session: Session, set_id: uuid.UUID, read: Imported) -> tuple[questions.Draft, int]:
    return questions.taken_into(session, actor(), set_id, content=read.content, now=now())


def _new_set(session: Session, read: Imported) -> questions.Draft:
    """Raises ValueError."""
    sector, talk_type = Sector(request.form.get("sector", "")), TalkType(request.form.get("talk_type", ""))
    sketch = questions.as_a_draft(read.content, {}, {})
    return questions.add(session, actor(), sector=sector, talk_type=talk_type, unit_id=None, sketch=sketch, now=now())


@bp.post("/<uuid:version_id>/xlsform")
@requires(Permission.EDIT_QUESTIONS)
def fetch_xlsform(version_id: uuid.UUID) -> ResponseReturnValue:
    form = questions.version(unit.session(), version_id)
    if form is None:
        abort(404)
    written = questions.write_xlsform(form)
    if isinstance(written, BadFile):
        return _page(422, wrong_form=[exchange_words.bad_file(written)])
    return _file(written, XLSX, f"version-{form.number}.xlsx")


@bp.post("/files/fetched")
@requires(Permission.EDIT_QUESTIONS)
def fetch_package() -> ResponseReturnValue:
    return _file(exchange.write_package(unit.session()), "application/json", "hoert-pakke.json")


@bp.post("/files/package")
@takes(MOST_OF_A_PACKAGE)
@requires(Permission.EDIT_QUESTIONS)
def take_package() -> ResponseReturnValue:
    """All of it that is not here yet, told to those whose questions change; where anything clashes, nothing."""
    package = exchange.read_package(_posted())
    if isinstance(package, BadFile):
        return _page(422, wrong_package=[exchange_words.bad_file(package)])
    taken = exchange.import_package(unit.session(), package, person_id=actor().person_id, now=now())
    if taken.clashes:
        return _page(409, wrong_package=exchange_words.clashes(taken.clashes))
    flash(" ".join(exchange_words.taken_in(taken)), "success")
    return redirect(url_for(".sets"))


def _posted() -> bytes:
    found = request.files.get("file")
    if found is None:
        return b""
    with found.stream:
        return found.read()


def _file(data: bytes, mimetype: str, name: str) -> Response:
    answer = send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name, etag=False)
    answer.headers.pop("Cache-Control")  # it lets a browser keep the file; the house's own headers do not
    return answer


def _page(status: int, *, wrong_form: list[str] | None = None, wrong_package: list[str] | None = None) -> ResponseReturnValue:
    page = render_template(
        "questions/files.html",
        wrong_form=wrong_form or [],
        wrong_package=wrong_package or [],
        has_errors=bool(wrong_form or wrong_package),
        sectors=[(one, sector_name(one).capitalize()) for one in Sector],
        talk_types=[(one, talk_type_name(one).capitalize()) for one in TalkType],
        sets=[(str(one.form.question_set_id), pick(one.form.content.title)) for one in newest_of_sets(unit.session())],
    )
    return page, status
