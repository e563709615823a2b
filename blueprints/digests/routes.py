"""The weeks of one's area: the list, one week as a page and as Markdown, and all the talks behind each line of it."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from blueprints.shared import errors, news, sealed, talks, unit, words
from blueprints.shared.door import actor, requires
from blueprints.shared.language import week_span
from blueprints.shared.sign_in_page import ask_with
from domain import conversations, digests, sync
from domain.base import Week, now
from domain.people import Permission

from . import paper
from .forms import HeadlineForm, headline_form
from .page import WeekPage, all_talks_note, late_groups, made_headline, markdown_safe, theme_names
from .period_links import periods_of
from .quotations import may_have_left, talks_are_gone

HEADLINE = "headline"

bp = Blueprint("digests", __name__, url_prefix="/digests")
bp.add_app_template_filter(markdown_safe, "md")


@bp.get("/")
@requires(Permission.READ_DIGESTS)
def weeks() -> ResponseReturnValue:
    listed = digests.listed(unit.session(), actor(), now=now())
    heard = news.lines(news.news(unit.session(), actor(), now=now()))
    return render_template(
        "digests/weeks.html",
        listed=listed,
        running=talks.this_week(),
        span=week_span,
        news=heard,
        needs_help=sync.count_waiting(unit.session(), actor()),
        periods_of=periods_of,
    )


@bp.get("/<uuid:area_id>/<label>")
@requires(Permission.READ_DIGESTS)
def week(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    return render_template("digests/week.html", layout="page.html", page=_page(area_id, label), all_talks_note=all_talks_note)


@bp.get("/<uuid:area_id>/<label>/headline")
@requires(Permission.READ_DIGESTS)
def headline(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    return _headline_page(area_id, label, None, 200)


@bp.post("/<uuid:area_id>/<label>/headline")
@requires(Permission.READ_DIGESTS, own_answer=True)
def rewrite_headline(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    """A person's own headline; an empty one gives the made one back. With every error the words are given back."""
    if not current_user.is_authenticated:
        return ask_with(sealed.of_request(HEADLINE, ("text",), area_id=str(area_id), label=label))
    form = headline_form(request.form.get("text", ""))
    if sealed.owner_of(request.form.get("owner", "")) not in (None, actor().person_id):
        form.text.errors = [_("Formularen blev åbnet af en anden. Tryk Gem igen, hvis det er din overskrift.")]
        return _headline_page(area_id, label, form, 422)
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        form.text.errors = [_("Siden har været åben længe. Din overskrift er her stadig; tryk Gem igen.")]
        return _headline_page(area_id, label, form, 419)
    if not form.is_fine():
        return _headline_page(area_id, label, form, 422)
    text = form.text.data or ""
    if " ".join(text.split()) == made_headline(_edition(area_id, label), theme_names(unit.session())):
        text = ""  # the made one, saved as it was: it goes on following the reader's language
    if not digests.rewrite(unit.session(), actor(), area_id=area_id, week=_week(label), text=text, now=now()):
        abort(404)
    return redirect(url_for(".week", area_id=area_id, label=label))


def _headline_page(
    area_id: uuid.UUID, label: str, form: HeadlineForm | None, status: int, *, resumed: bool = False
) -> ResponseReturnValue:
    """It shows no talk, so nothing is logged as read."""
    edition = _edition(area_id, label)
    if edition.made_at is None:
        abort(404)
    made = made_headline(edition, theme_names(unit.session()))
    written = digests.written_headline(unit.session(), actor(), area_id=area_id, week=edition.week)
    form = form or headline_form(written.text if written else made)
    text = render_template(
        "digests/headline.html",
        edition=edition,
        form=form,
        made=made,
        is_written=written is not None,
        has_errors=bool(form.errors),
        resumed=resumed,
    )
    return text, status


def _resume(waiting: sealed.Sealed) -> ResponseReturnValue:
    """Shown by the answer to the sign-in itself."""
    if not actor().may(Permission.READ_DIGESTS):
        abort(404)
    fields = dict(waiting.fields)
    form = headline_form(fields["text"])
    return _headline_page(uuid.UUID(fields["area_id"]), fields["label"], form, 200, resumed=True)


sealed.can_resume(HEADLINE, _resume)


@bp.post("/<uuid:area_id>/<label>/reading")
@requires(Permission.READ_DIGESTS)
def mark_read(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    """*Markér ugen som læst*: those who noted its talks hear of it."""
    if not digests.mark_read(unit.session(), actor(), area_id=area_id, week=_week(label), now=now()):
        abort(404)
    flash(_("Ugen er markeret som læst. De, der har noteret samtalerne, kan se det."), "success")
    return redirect(url_for(".week", area_id=area_id, label=label, _anchor="finish"))


@bp.post("/<uuid:area_id>/<label>/reading/undo")
@requires(Permission.READ_DIGESTS)
def unmark_read(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    if not digests.unmark_read(unit.session(), actor(), area_id=area_id, week=_week(label), now=now()):
        abort(404)
    return redirect(url_for(".week", area_id=area_id, label=label, _anchor="finish"))


@bp.get("/<uuid:area_id>/<label>.md")
@requires(Permission.READ_DIGESTS)
def week_as_markdown(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    text = render_template("digests/week.md", page=_page(area_id, label))
    return Response(text, mimetype="text/markdown")


@bp.get("/<uuid:area_id>/<label>/pdf")
@requires(Permission.READ_DIGESTS)
def week_as_pdf(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    """The page as it would be printed, from the same template and words."""
    if not paper.can_be_made():
        return _no_pdf()
    page = _page(area_id, label)
    html = render_template("digests/week.html", layout="print.html", page=page, all_talks_note=all_talks_note)
    unit.end_reading()
    try:
        made = paper.pdf(html)
    except paper.NotHere:
        return _no_pdf()
    except paper.Busy:
        said = _("Der bliver lavet andre PDF'er lige nu"), _("Prøv igen om lidt.")
        return errors.page(503, retry_after_s=errors.RETRY_AFTER_S, said=said)
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{page.week}.pdf"'})


def _no_pdf() -> ResponseReturnValue:
    return errors.page(404, said=(_("Her er ingen PDF"), _("Hent ugen som tekst, eller udskriv siden.")))


@bp.get("/<uuid:area_id>/<label>/talks")
@requires(Permission.READ_DIGESTS)
def week_talks(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    """All talks of the week as they are, those that came later last."""
    edition = _edition(area_id, label, with_talks=True)
    counted = edition.content.talks + edition.content.late
    return _talks_page(edition, [("", edition.talks)], late=edition.late, counted=counted)


@bp.get("/<uuid:area_id>/<label>/without-theme")
@requires(Permission.READ_DIGESTS)
def week_without_theme(area_id: uuid.UUID, label: str) -> ResponseReturnValue:
    """The talks nobody gave a theme, as they are."""
    edition = _edition(area_id, label)
    if not edition.content.without_theme:
        abort(404)
    return _talks_page(edition, [("", edition.content.without_theme)], title=_("Uden tema"))


@bp.get("/<uuid:area_id>/<label>/themes/<uuid:theme_id>")
@requires(Permission.READ_DIGESTS)
def week_theme(area_id: uuid.UUID, label: str, theme_id: uuid.UUID) -> ResponseReturnValue:
    """*Læs alle 5*: every talk of the week with this theme."""
    edition = _edition(area_id, label)
    found = next((theme for theme in edition.content.themes if theme.theme == theme_id), None)
    if found is None:
        abort(404)
    return _talks_page(edition, [("", found.talks)], title=WeekPage.theme_name(unit.session(), theme_id))


def _edition(area_id: uuid.UUID, label: str, *, with_talks: bool = False) -> digests.Edition:
    edition = digests.read(unit.session(), actor(), area_id=area_id, week=_week(label), now=now(), with_talks=with_talks)
    if edition is None:
        abort(404)
    return edition


def _week(label: str) -> Week:
    try:
        return Week.parse(label)
    except ValueError:
        abort(404)


def _page(area_id: uuid.UUID, label: str) -> WeekPage:
    return WeekPage.of(unit.session(), actor(), _edition(area_id, label))


def _talks_page(
    edition: digests.Edition,
    groups: list[tuple[str, Sequence[uuid.UUID]]],
    *,
    late: tuple[uuid.UUID, ...] = (),
    title: str = "",
    counted: int | None = None,
) -> ResponseReturnValue:
    """`counted`: how many talks the line that led here said; else those named in `groups`."""
    session = unit.session()
    keys = [*(key for _name, keys in groups for key in keys), *late]
    found = conversations.by_ids(session, actor(), keys)
    rows = [found[key] for key in keys if key in found]
    gone = (len(keys) if counted is None else counted) - len(rows)
    came_late = [found[key] for key in late if key in found]
    groups = [*groups, *late_groups(came_late, year=edition.week.year, is_issued=edition.made_at is not None)]
    shown = dict(zip([row.first_id for row in rows], talks.show(session, actor(), rows), strict=True))
    return render_template(
        "digests/talks.html",
        edition=edition,
        groups=[(name, [shown[key] for key in keys if key in shown]) for name, keys in groups],
        late_weeks=words.late_weeks(edition.content, year=edition.week.year),
        title=title or _("Alle samtaler"),
        gone=talks_are_gone(gone, may_have_left=may_have_left(session, edition)()) if gone > 0 else "",
    )
