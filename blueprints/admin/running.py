"""*Opgaver*: what Hørt did by the clock, what waits and until when, what failed and why."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.shared import schedule, unit
from blueprints.shared.door import actor, requires
from blueprints.shared.schedule import Job
from blueprints.shared.talks import moment
from domain import jobs
from domain.base import now
from domain.jobs import JobRun, Ran, State
from domain.people import Permission

from .reminders import reminders
from .routes import LOG_DAYS, bp

#: What comes next is a line for each area at most, and not a second page.
MOST_COMING = 40
#: Classes of errors that are the store's fault (domain/base/faults.py), as rows name them.
STORE_AWAY = frozenset(
    {"Unreachable", "TooLong", "OperationalError", "InterfaceError", "TimeoutError", "Broken", "NoConnectionFree"}
)


@dataclass(frozen=True)
class Line:
    """One that is not done. `again_url` empty: it is at work right now."""

    title: str
    note: str
    is_at_work: bool
    again_url: str


@dataclass(frozen=True)
class Done:
    """A job and what it did; `runs` only where they have a name of their own."""

    title: str
    note: str
    runs: Sequence[tuple[str, str]]
    more: int


@bp.get("/admin/jobs")
@requires(Permission.RUN_JOBS)
def running() -> ResponseReturnValue:
    session, moment_now = unit.session(), now()
    ran = jobs.what_ran(session, actor(), since=moment_now - timedelta(days=LOG_DAYS), now=moment_now)
    told = _told(ran)
    return render_template(
        "admin/running.html",
        lines=[line for one in ran for line in _lines(one, told)],
        coming=list(_coming(moment_now)),
        done=[_done(one, told) for one in ran if one.times],
        days=LOG_DAYS,
        reminders=reminders(session, days=LOG_DAYS, now=moment_now),
        is_off=current_app.config["JOBS"] == "off",
    )


@bp.post("/admin/jobs/<uuid:run_id>/again")
@requires(Permission.RUN_JOBS)
def run_again(run_id: uuid.UUID) -> ResponseReturnValue:
    """It begins at the next tick, not within this request."""
    if not jobs.begin_anew(unit.session(), actor(), run_id=run_id, now=now()):
        abort(404)
    flash(_("Opgaven kører igen inden for et minut."), "success")
    return redirect(url_for("admin.running"))


def _told(ran: Sequence[Ran]) -> Mapping[tuple[str, str], str]:
    """Words for keys, by name and key; empty where a key is only a time."""
    found: dict[tuple[str, str], str] = {}
    for one in ran:
        job, keys = _job(one.name), [row.key for row in (*(row for _state, row in one.open), *one.newest)]
        if job is not None:
            found |= {(one.name, key): label for key, label in job.labels(unit.session(), keys).items()}
    return found


def _lines(one: Ran, told: Mapping[tuple[str, str], str]) -> Iterator[Line]:
    for state, row in one.open:
        title = " · ".join(filter(None, (_title(one.name), told.get((row.name, row.key), ""))))
        at_work = state is State.RUNNING
        again = "" if at_work else url_for("admin.run_again", run_id=row.id)
        yield Line(title, " ".join(_said(state, row)), at_work, again)


def _said(state: State, row: JobRun) -> Iterator[str]:
    """Sentences: what happened, how often it was tried, and what comes."""
    if state is State.RUNNING:
        yield _("I gang siden %(time)s.", time=_in_a_line(row.started_at))
        return
    if state is State.INTERRUPTED:
        yield _("Serveren stoppede, mens opgaven kørte.")
    elif row.failed_why:
        yield _why(row.failed_why)
    if row.attempts > 1:
        yield ngettext("Prøvet %(num)d gang.", "Prøvet %(num)d gange.", row.attempts)
    if row.next_try_at and row.next_try_at > now():
        yield _("Prøver selv igen %(time)s.", time=_in_a_line(row.next_try_at))
    else:
        yield _("Prøver selv igen inden for et minut.")


def _why(failed: str) -> str:
    kind = failed.split(" ")[0]
    if kind in STORE_AWAY:
        return _("Databasen kunne ikke nås.")
    if kind == "NotNow":
        return _("Andre var i gang, eller disken havde ikke plads.")
    return _("Der er en fejl i Hørt (%(what)s).", what=failed)


def _coming(moment_now: datetime) -> Iterator[tuple[str, str]]:
    """What has a time of its own, the soonest first."""
    found: list[tuple[datetime, str]] = []
    for job in _all().values():
        waiting = list(job.waits(unit.session(), moment_now))
        told = job.labels(unit.session(), [key for key, _at in waiting])
        found += [(at, told.get(key, _title(job.name))) for key, at in waiting]
    for at, label in sorted(found)[:MOST_COMING]:
        yield label, moment(at)


def _done(one: Ran, told: Mapping[tuple[str, str], str]) -> Done:
    runs = [(label, moment(row.done_at)) for row in one.newest if row.done_at and (label := told.get((row.name, row.key)))]
    last = _("Sidst %(time)s", time=_in_a_line(one.newest[0].done_at)) if one.newest and one.newest[0].done_at else ""
    times = ngettext("%(num)d gang", "%(num)d gange", one.times)
    return Done(_title(one.name), " · ".join(filter(None, (times, last))), runs, one.times - len(runs) if runs else 0)


def _in_a_line(at: datetime) -> str:
    """`i dag 6.00`: a moment after other words."""
    said = moment(at)
    return said[:1].lower() + said[1:]


def _title(name: str) -> str:
    job = _job(name)
    return str(job.title) if job is not None and str(job.title) else name


def _job(name: str) -> Job | None:
    """None: of another release."""
    return _all().get(name)


def _all() -> Mapping[str, Job]:
    app: Any = current_app
    return schedule.jobs_of(app)
