"""The administrator's codebook: what each theme means, which words suggest it, and how many talks it was found in."""

from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from blueprints.shared.words import sector_name
from domain import themes
from domain.people import Permission, Sector

bp = Blueprint("themes", __name__, url_prefix="/themes")


@bp.get("/")
@requires(Permission.READ_REGISTERS)
def codebook() -> ResponseReturnValue:
    session = unit.session()
    found = themes.codebook(session, list(Sector))
    sectors = [(sector, list(these)) for sector, these in groupby(found, key=lambda theme: theme.sector)]
    counts = themes.counts(session, actor())
    return render_template("themes/codebook.html", sectors=sectors, counts=counts, sector_name=sector_name)
