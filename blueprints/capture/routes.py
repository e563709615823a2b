from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from blueprints.shared.door import requires
from domain.people import Permission

bp = Blueprint("capture", __name__)


@bp.get("/")
@requires(Permission.MANAGE_OWN_SIGN_INS)
def home() -> ResponseReturnValue:
    return redirect(url_for("people.me"))
