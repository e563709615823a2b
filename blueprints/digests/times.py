"""*Hvornår ugen samles*: for administrators, a time of Monday for each area."""

import re
import uuid
from collections.abc import Mapping
from datetime import time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from blueprints.shared import unit
from blueprints.shared.door import actor, requires
from blueprints.shared.forms import Form
from domain import digests
from domain.base import now
from domain.people import Permission

from .routes import bp

_CLOCK = re.compile(r"\s*(\d{1,2})[:.](\d{2})(?::\d{2})?\s*")


class Clock(StringField):
    """A time as the browser's own field sends it, or as people write it: `06:00`, `6.00`."""

    at: time | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        found = _CLOCK.fullmatch(self.data or "")
        try:
            self.at = time(int(found[1]), int(found[2])) if found else None
        except ValueError:
            self.at = None
        if self.at is None:
            raise ValueError(_("Skriv et klokkeslæt, for eksempel 06:00."))


@bp.get("/times")
@requires(Permission.RUN_JOBS)
def times() -> ResponseReturnValue:
    return _page(_form(), 200)


@bp.post("/times")
@requires(Permission.RUN_JOBS)
def set_times() -> ResponseReturnValue:
    form = _form(request.form)
    if not form.validate():
        return _page(form, 422)
    moment = now()
    for field in form:
        if isinstance(field, Clock) and field.at is not None:
            key = uuid.UUID(field.name.removeprefix("at_"))
            digests.set_issue_time(unit.session(), actor(), area_id=key, at=field.at, now=moment)
    flash(_("Tiderne er gemt."), "success")
    return redirect(url_for(".times"))


def _form(posted: Mapping[str, str] | None = None) -> Any:
    """A field for each area."""
    areas = digests.issue_times(unit.session(), actor())
    fields = {f"at_{area.id.hex}": Clock(area.name, default=f"{at:%H:%M}") for area, at in areas}
    return type("TimesForm", (Form,), fields)(MultiDict(dict(posted)) if posted is not None else None)


def _page(form: Any, status: int) -> ResponseReturnValue:
    fields = [field for field in form if isinstance(field, Clock)]
    return render_template("digests/times.html", form=form, fields=fields, has_errors=bool(form.errors)), status
