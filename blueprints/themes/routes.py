"""*Temaer*: what talks are about, over the weeks; sorting them; and the administrator's codebook."""

import uuid
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.shared import recodings, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.words import sector_name
from domain import conversations, themes
from domain.base import now
from domain.conversations import Conversation
from domain.people import Permission, Sector
from domain.themes import Outcome

from . import over_time, sorting

bp = Blueprint("themes", __name__, url_prefix="/themes")


@bp.get("/")
@requires(Permission.CODE_TALKS)
def overview() -> ResponseReturnValue:
    """Every theme of the place with its dots; no talk stands here."""
    by_count = request.args.get("order") == "count"
    return render_template(
        "themes/overview.html",
        sectors=over_time.lines(unit.session(), actor(), by_count=by_count),
        by_count=by_count,
        weeks=[week.number for week in over_time.weeks_shown()],
        place=sorting.place(unit.session(), None),
        where=actor().unit_name,
    )


@bp.get("/<uuid:theme_id>")
@requires(Permission.CODE_TALKS)
def theme(theme_id: uuid.UUID) -> ResponseReturnValue:
    """One theme over time, with every talk about it."""
    session = unit.session()
    found = next((one for one in over_time.codebook(session, actor()) if one.id == theme_id), None)
    if found is None:
        abort(404)
    form = over_time.filter_form()
    page = over_time.theme_page(session, actor(), found, form, before=request.args.get("before", ""))
    return render_template("themes/theme.html", page=page, form=form, where=actor().unit_name)


@bp.get("/codebook")
@requires(Permission.READ_REGISTERS)
def codebook() -> ResponseReturnValue:
    """What each theme means, which words suggest it, and how many talks it was found in."""
    session = unit.session()
    found = themes.codebook(session, list(Sector))
    sectors = [(sector, list(these)) for sector, these in groupby(found, key=lambda theme: theme.sector)]
    counts = themes.counts(session, actor())
    return render_template("themes/codebook.html", sectors=sectors, counts=counts, sector_name=sector_name)


@bp.get("/sort")
@requires(Permission.CODE_TALKS)
def sort() -> ResponseReturnValue:
    """The first talk without a theme; none: that all have one. `?all=1`: the first of them then."""
    session = unit.session()
    row = sorting.first(session, of_all="all" in request.args)
    if row:
        return _sorting_page(row)
    saved = recodings.just_saved(session, actor())
    return render_template("themes/all_sorted.html", place=sorting.place(session, None), saved=saved)


@bp.get("/sort/<uuid:key>")
@requires(Permission.CODE_TALKS)
def sort_talk(key: uuid.UUID) -> ResponseReturnValue:
    return _sorting_page(sorting.find(unit.session(), key))


@bp.post("/sort/<uuid:key>")
@requires(Permission.CODE_TALKS)
def save_and_go_on(key: uuid.UUID) -> ResponseReturnValue:
    session = unit.session()
    row = sorting.find(session, key)
    after = sorting.place(session, row).next_url or url_for(".sort")
    saved = sorting.save(session, row)
    return redirect(f"{after}?saved={saved}" if saved else after)


@bp.get("/talks/<uuid:key>")
@requires(Permission.CODE_TALKS)
def talk(key: uuid.UUID) -> ResponseReturnValue:
    """*Ret temaer*: the same form for one talk, which leads back to it."""
    session = unit.session()
    row = sorting.find(session, key)
    return render_template(
        "themes/sort.html",
        talk=sorting.talk_view(session, row),
        choices=sorting.choices(session, row),
        place=None,
        saved=None,
        back_url=url_for("conversations.talk", key=key),
        post_url=url_for("themes.save", key=key),
    )


@bp.post("/talks/<uuid:key>")
@requires(Permission.CODE_TALKS)
def save(key: uuid.UUID) -> ResponseReturnValue:
    session = unit.session()
    saved = sorting.save(session, sorting.find(session, key))
    return redirect(url_for("conversations.talk", key=key, saved=saved))


@bp.post("/recodings/<uuid:recoding_id>/undo")
@requires(Permission.CODE_TALKS)
def undo(recoding_id: uuid.UUID) -> ResponseReturnValue:
    """*Fortryd*: leads to the talk as it is again, among those to sort where one came from there."""
    session = unit.session()
    first_id = themes.may_undo(session, actor(), recoding_id)
    try:
        undone = themes.undo(session, actor(), recoding_id=recoding_id, now=now())
    except themes.NotTheirs:
        abort(404)
    if not undone or first_id is None:
        flash(_("Det kan ikke fortrydes længere. Temaerne er rettet igen siden."), "warning")
        return redirect(url_for(".overview"))
    flash(_("Fortrudt. Temaerne er, som de var."), "success")
    row = conversations.by_ids(session, actor(), [first_id])[first_id]
    return redirect(url_for(".sort_talk" if request.form.get("back") == "sort" else "conversations.talk", key=_address(row)))


@bp.post("/recodings/<uuid:recoding_id>/objection")
@requires(Permission.READ_TALKS)
def object_to(recoding_id: uuid.UUID) -> ResponseReturnValue:
    """*Jeg er ikke enig*: of the one who noted the talk."""
    session = unit.session()
    try:
        first_id = themes.object_to(session, actor(), recoding_id=recoding_id, now=now())
    except themes.NotTheirs:
        abort(404)
    return redirect(url_for("conversations.talk", key=first_id, _anchor="recodings"))


@bp.post("/recodings/<uuid:recoding_id>/objection/answer")
@requires(Permission.CODE_TALKS)
def settle(recoding_id: uuid.UUID) -> ResponseReturnValue:
    """Puts the themes back, or keeps them; the one who noted the talk is told."""
    wanted = request.form.get("outcome", "")
    if wanted not in set(Outcome):
        abort(400)
    try:
        row = themes.settle(unit.session(), actor(), recoding_id=recoding_id, outcome=Outcome(wanted), now=now())
    except themes.NotTheirs:
        abort(404)
    flash(_("Temaerne er sat tilbage.") if wanted == Outcome.PUT_BACK else _("Temaerne er beholdt."), "success")
    return redirect(url_for("conversations.talk", key=_address(row)))


def _address(row: Conversation) -> uuid.UUID:
    return conversations.address(actor(), row)


def _sorting_page(row: Conversation) -> ResponseReturnValue:
    session = unit.session()
    return render_template(
        "themes/sort.html",
        talk=sorting.talk_view(session, row),
        choices=sorting.choices(session, row),
        place=sorting.place(session, row),
        saved=recodings.just_saved(session, actor()),
        back_url=url_for("themes.overview"),
        post_url=url_for("themes.save_and_go_on", key=_address(row)),
    )
