"""What was done and read, as counts only; and whether the server is alive and ready."""

from datetime import timedelta

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from blueprints.shared import unit
from blueprints.shared.door import public, requires
from blueprints.shared.words import deed_name
from domain import audit
from domain.base import now
from domain.people import Permission

bp = Blueprint("admin", __name__)

LOG_DAYS = 30


@bp.get("/admin/log")
@requires(Permission.READ_AUDIT_COUNTS)
def log() -> ResponseReturnValue:
    counted = audit.counts(unit.session(), since=now() - timedelta(days=LOG_DAYS))
    named = [(deed_name(verb), count) for verb, count in sorted(counted.items()) if count]
    return render_template("admin/log.html", counts=named, days=LOG_DAYS)


@bp.get("/health/live")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/health/ready")
@public
def ready() -> ResponseReturnValue:
    """The process answers and its database does."""
    if not unit.database().is_ready():
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok")
