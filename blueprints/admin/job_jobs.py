"""`flask jobs …`: what comes by the clock, by hand; and the process of `make worker`."""

import os
import signal
import uuid
from datetime import timedelta
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from blueprints.shared import runner, schedule, unit
from domain import jobs
from domain.base import Unreachable, local, now

job_commands = AppGroup("jobs", help="What Hørt does by the clock.")

_AWAY = "The database did not answer. Nothing is lost; it is done at the next tick."


class Everything:
    """Whoever runs the server may see and begin what an administrator may."""

    person_id: uuid.UUID | None = None

    def may(self, _permission: Any) -> bool:
        return True


@job_commands.command("tick")
def tick() -> None:
    """Does all that is due now, here. For cron each minute where HOERT_JOBS is off; harmless beside a server that does it too."""
    failed = False
    try:
        for name, key, outcome in schedule.catch_up(_app()):
            click.echo(f"{name} {key}: {outcome}")
            failed |= outcome is schedule.Outcome.FAILED
    except Unreachable as error:
        raise click.ClickException(_AWAY) from error
    if failed:
        raise SystemExit(1)


@job_commands.command("status")
@click.option("--days", type=click.IntRange(1), default=30, show_default=True, help="How far back.")
def status(days: int) -> None:
    """What was done, what failed and why, and what comes next."""
    moment = now()
    with unit.database().reading() as session:
        for ran in jobs.what_ran(session, Everything(), since=moment - timedelta(days=days), now=moment):
            last = f", last {local(ran.newest[0].done_at):%Y-%m-%d %H:%M}" if ran.newest and ran.newest[0].done_at else ""
            click.echo(f"{ran.name}: done {ran.times} times{last}")
            for state, row in ran.open:
                click.echo(f"  {row.key}: {state}, tries {row.attempts}{_more(row)}")
        for job in schedule.jobs_of(_app()).values():
            for key, at in job.waits(session, moment):
                click.echo(f"next: {job.name} {key} at {local(at):%Y-%m-%d %H:%M}")


@job_commands.command("run")
@click.argument("name")
@click.argument("key")
def run(name: str, key: str) -> None:
    """Does one now, whether or not it is due or was done before: each is harmless a second time."""
    try:
        schedule.job_of(_app(), name).check(key)
        outcome = schedule.perform(_app(), name, key, anyway=True)
    except ValueError as error:
        raise click.BadParameter(f"{name} knows no such key; flask jobs status shows some", param_hint="KEY") from error
    except schedule.UnknownJob as error:
        known = ", ".join(schedule.jobs_of(_app()))
        raise click.BadParameter(f"there is no job {name}; there are {known}", param_hint="NAME") from error
    except Unreachable as error:
        raise click.ClickException(_AWAY) from error
    if outcome is schedule.Outcome.FAILED:
        raise click.ClickException(f"{name} {key} failed; flask jobs status says why.")
    click.echo(f"{name} {key}: " + ("done" if outcome is schedule.Outcome.DONE else "another process is doing it"))


@job_commands.command("work")
def work() -> None:
    """A process that does nothing else, until it is told to stop (SIGTERM or Ctrl-C). `make worker` starts WORKERS of them."""
    told_out, told_in = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        # A handler may come in the midst of another, or of a lock: it takes none itself.
        signal.signal(number, lambda _number, _frame: os.write(told_in, b"."))
    worker = runner.Runner(_app()).start()
    os.read(told_out, 1)
    worker.stop()


def _more(row: jobs.JobRun) -> str:
    again = f", next {local(row.next_try_at):%Y-%m-%d %H:%M}" if row.next_try_at else ""
    return again + (f", {row.failed_why}" if row.failed_why else "")


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]
