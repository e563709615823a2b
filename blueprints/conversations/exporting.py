"""*Hent samtaler som fil*: what the reader may read, as a table."""

import tempfile
import uuid

from flask import Blueprint, Response, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlmodel import Session
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice

from blueprints.shared import errors, language, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.forms import Form
from domain import digests, exchange, questions
from domain.base import Week, now
from domain.exchange import FileKind, Wanted
from domain.people import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportForm(Form):
    """What can be chosen is looked up when the page is shown; another value chooses nothing."""

    first = SelectField(lazy_gettext("Fra uge"), validate_choice=False, choices=[])
    last = SelectField(lazy_gettext("Til uge"), validate_choice=False, choices=[])
    question_set = SelectField(lazy_gettext("Spørgsmål"), validate_choice=False, choices=[])
    kind = RadioField(
        lazy_gettext("Slags fil"),
        choices=[
            SelectChoice(FileKind.XLSX.value, lazy_gettext("Regneark (Excel)")),
            SelectChoice(FileKind.CSV.value, lazy_gettext("CSV, til andre programmer")),
        ],
        default=FileKind.XLSX.value,
        validate_choice=False,
    )

    def offer(self, session: Session) -> None:
        weeks = [(str(week), _named(week)) for week in digests.weeks_to_choose(now())]
        self.first.choices = [("", _("Den første")), *weeks]
        self.last.choices = [("", _("Den nyeste")), *weeks]
        self.question_set.choices = [("", _("Alle spørgsmål")), *_sets(session)]
        for field in (self.first, self.last, self.question_set):
            field.data = field.data if field.data in dict(field.choices) else ""
        self.kind.data = self.kind.data if self.kind.data in list(FileKind) else FileKind.XLSX.value

    def wanted(self) -> Wanted:
        first, last = (Week.parse(field.data) if field.data else None for field in (self.first, self.last))
        return Wanted(first, last, uuid.UUID(self.question_set.data) if self.question_set.data else None)


def install(bp: Blueprint) -> None:
    bp.get("/export")(export)
    bp.post("/export")(fetch)


@requires(Permission.READ_TALKS)
def export() -> ResponseReturnValue:
    form = ExportForm(formdata=None)
    with unit.database().reading() as session:
        form.offer(session)
    return _page(form, 200)


@requires(Permission.READ_TALKS)
def fetch() -> ResponseReturnValue:
    """The file. It is made whole, in a file without a name, before a byte leaves: a fault gives an error, never half a table.

    The request's own session is left alone: on POST it would be the writer that the read log has to wait for.
    """
    form, database = ExportForm(request.form), unit.database()
    with database.reading() as session:
        form.offer(session)
    wanted, kind = form.wanted(), FileKind(form.kind.data)
    if wanted.first and wanted.last and wanted.last < wanted.first:
        form.last.errors = [_("Vælg en uge, der ikke ligger før den første.")]
        return _page(form, 422)
    target = tempfile.TemporaryFile(dir=current_app.config["INSTANCE"])  # noqa: SIM115 - the answer closes it
    try:
        exchange.begin(database, actor(), now=now(), limits=current_app.config["LIMITS"])
        exchange.export_talks(database, actor(), wanted=wanted, kind=kind, target=target, page=request.endpoint or "", now=now())
    except exchange.TooManyExports as error:
        target.close()
        return _too_often(error)
    except (exchange.NoTalks, exchange.TooManyForExcel) as error:
        target.close()
        form.kind.errors = [_why(error)]
        return _page(form, 422)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    mimetype = XLSX if kind is FileKind.XLSX else "text/csv"
    answer = send_file(target, mimetype, as_attachment=True, download_name=f"samtaler.{kind}", etag=False)
    answer.headers.pop("Cache-Control")  # it lets a browser keep the file; the house's own headers do not
    return answer


def _why(error: Exception) -> str:
    if isinstance(error, exchange.NoTalks):
        return _("Der er ingen samtaler at hente. Vælg flere uger eller andre spørgsmål.")
    return _("Der er flere samtaler, end et regneark kan holde. Hent dem som CSV.")


def _too_often(error: exchange.TooManyExports) -> Response:
    said = _("Du har hentet mange filer"), _("Man kan hente %(most)d filer i timen. Vent lidt.", most=exchange.MOST_AN_HOUR)
    return errors.page(429, code="too_many", retry_after_s=error.wait_s, said=said)


def _page(form: ExportForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "conversations/export.html", form=form, is_near=exchange.is_near(actor()), has_errors=bool(form.errors)
    )
    return page, status


def _sets(session: Session) -> list[tuple[str, str]]:
    """The question sets of the talks this reader may read, by their newest title."""
    keys = exchange.sets_of(session, actor())
    newest = [one.form for one in questions.newest_versions(session)]
    return [(str(form.question_set_id), language.pick(form.content.title)) for form in newest if form.question_set_id in keys]


def _named(week: Week) -> str:
    return f"{language.week_number(week)} · {language.week_span(week)}"
