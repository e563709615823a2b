"""One's own profile with its open sign-ins; for administrators the register of people and places, with counts and no words."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from blueprints.shared.talks import moment
from blueprints.shared.words import role_name, sector_name
from domain import conversations, people
from domain.base import now
from domain.people import Permission

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/me")
@requires(Permission.MANAGE_OWN_SIGN_INS)
def me() -> ResponseReturnValue:
    return render_template(
        "people/me.html",
        sign_ins=people.open_sign_ins(unit.session(), actor()),
        devices=people.own_devices(unit.session(), actor()),
        here=actor().sign_in_id,
        closes=actor().may(Permission.CLOSE_PLACES),
        role=role_name(actor().role),
        moment=moment,
    )


@bp.post("/me/sign-ins/<uuid:sign_in_id>/end")
@requires(Permission.MANAGE_OWN_SIGN_INS)
def end_sign_in(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    if not people.end_sign_in(unit.session(), actor(), sign_in_id=sign_in_id, now=now()):
        abort(404)
    flash(_("Der er logget ud på den enhed."), "success")
    return redirect(url_for("people.me"))


@bp.post("/me/devices/<uuid:row_id>/revoke")
@requires(Permission.MANAGE_OWN_SIGN_INS)
def revoke_device(row_id: uuid.UUID) -> ResponseReturnValue:
    """Shuts out a phone that is lost: it sends nothing any more. What lies on it stays there."""
    if not people.revoke_device(unit.session(), actor(), row_id=row_id, now=now()):
        abort(404)
    flash(_("Telefonen er spærret."), "success")
    return redirect(url_for("people.me"))


@bp.get("/")
@requires(Permission.READ_REGISTERS)
def register() -> ResponseReturnValue:
    session = unit.session()
    return render_template(
        "people/register.html",
        units=people.tree(session, actor()),
        persons=people.everybody(session, actor()),
        counts=conversations.count_by_unit(session, actor()),
        role_name=role_name,
        sector_name=sector_name,
    )
