"""*Opgaver*: what ran, what waits, what failed and why in plain Danish; *Kør igen*; and the time each area's week is gathered."""

from datetime import timedelta

import pytest

from blueprints.shared.notice_words import why
from domain import jobs, notices
from domain.base import Unreachable
from domain.notices import Channel, Kind, Outcome, Status
from tests import make
from tests.web import lint

PAGE, TIMES = "/admin/jobs", "/digests/times"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def database(app):
    return app.extensions["hoert.database"]


@pytest.fixture
def key(cast):
    return f"{cast.syd.id}/{make.WEEK}"


def begin(database, key, *, now=make.NOW, name="digests.weekly"):
    with database.writing() as session:
        return jobs.begin(session, name, key, "holder", 2 * MINUTE, now)


def fail(database, run, why="ValueError store.py:41", *, now=make.NOW):
    with database.writing() as session:
        jobs.fail(session, run, why=why, first_pause=10 * MINUTE, now=now)


def finish(database, run, *, now=make.NOW):
    with database.writing() as session:
        jobs.finish(session, run, now=now)


def rows(page):
    """Each item's title, note and button."""
    parts = ("item-title", "item-note", "button quiet")
    return [
        " ".join(lint.text_of(part).strip() for part in one.iter() if part.get("class") in parts)
        for one in page.all("li", css="item")
    ]


def test_before_anything_ran_it_says_so_and_what_comes(clock, signed_in):
    page = signed_in("admin").get(PAGE)
    assert (page.status, page.h1) == (200, "Opgaver")
    assert "Der er ikke kørt noget endnu." in page.words
    assert rows(page) == ["Område Nord, uge 47 23. november 6.00", "Område Syd, uge 47 23. november 6.00"]


def test_what_ran_is_told_by_area_and_week_and_what_recurs_by_number(clock, signed_in, database, key):
    finish(database, begin(database, key))
    for minute in range(3):
        finish(database, begin(database, f"2026-11-18T11:0{minute}", name="conversations.index"))
    page = signed_in("admin").get(PAGE)
    assert "Område Syd, uge 47" in page.words
    assert "3 gange · Sidst i dag 12.00" in page.words
    assert "Samtaler gøres klar til søgning" in page.words
    assert "2026-11-18T11" not in page.text
    clock.shift(timedelta(days=31))
    assert "Der er ikke kørt noget endnu." in signed_in("admin").get(PAGE).words


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("ValueError store.py:41", "Der er en fejl i Hørt (ValueError store.py:41)."),
        ("OperationalError db.py:128", "Databasen kunne ikke nås."),
        ("NotNow by_the_clock.py:30", "Andre var i gang, eller disken havde ikke plads."),
    ],
)
def test_what_failed_says_why_and_when_it_is_tried_again_and_runs_again_when_asked(
    clock, signed_in, database, key, cast, why, said
):
    run = begin(database, key)
    fail(database, run, why)
    admin = signed_in("admin")
    page = admin.get(PAGE)
    [row] = [row for row in rows(page) if "Kør igen" in row]
    assert row.startswith(f"Ugerne samles · Område Syd, uge 47 {said} Prøver selv igen i dag 12.10.")
    again = f"{PAGE}/{run.id}/again"
    answer = admin.submit(page, again)
    assert (answer.status, answer.location) == (302, PAGE)
    page = admin.get(PAGE)
    assert "Opgaven kører igen inden for et minut." in page.words
    assert "Prøver selv igen inden for et minut." in page.words
    with database.writing() as session:
        assert jobs.startable(session, "digests.weekly", [], now=make.NOW) == [key]
    assert "Opgaver, der er sat i gang igen" in admin.get("/admin/log").words


def test_what_is_at_work_or_done_is_not_begun_beside_it(clock, signed_in, database, key):
    run = begin(database, key)
    admin = signed_in("admin")
    page = admin.get(PAGE)
    assert "I gang siden i dag 12.00." in page.words
    assert "Kør igen" not in page.words
    assert admin.post(f"{PAGE}/{run.id}/again").status == 404
    finish(database, run)
    assert admin.post(f"{PAGE}/{run.id}/again").status == 404


def test_whatever_was_killed_is_told_as_stopped(clock, signed_in, database, key):
    begin(database, key, now=make.NOW - 10 * MINUTE)
    assert "Serveren stoppede, mens opgaven kørte." in signed_in("admin").get(PAGE).words


def test_a_key_of_another_release_breaks_no_page(clock, signed_in, database):
    fail(database, begin(database, "what/ever", name="digests.weekly"))
    fail(database, begin(database, "x", name="gone"))
    page = signed_in("admin").get(PAGE)
    assert page.status == 200
    assert [row.split()[0] for row in rows(page) if "Kør igen" in row] == ["Ugerne", "gone"]


def test_each_area_has_its_time_and_the_next_week_says_so(clock, signed_in, cast):
    admin = signed_in("admin")
    page = admin.get(TIMES)
    fields = dict(page.fields(TIMES))
    syd, nord = f"at_{cast.syd.id.hex}", f"at_{cast.nord.id.hex}"
    assert (fields[syd], fields[nord]) == ("06:00", "06:00")
    assert admin.submit(page, TIMES, **{syd: "9.45"}).location == TIMES
    assert dict(admin.get(TIMES).fields(TIMES))[syd] == "09:45"
    assert "Område Syd, uge 47 23. november 9.45" in rows(admin.get(PAGE))


@pytest.mark.parametrize("wrong", ["", "kl. seks", "25:00", "6", "06:77", "-1:00"])
def test_a_time_that_cannot_be_read_is_said_and_nothing_is_changed(clock, signed_in, cast, wrong):
    admin = signed_in("admin")
    syd, nord = f"at_{cast.syd.id.hex}", f"at_{cast.nord.id.hex}"
    answer = admin.submit(admin.get(TIMES), TIMES, **{syd: wrong, nord: "08:00"})
    assert (answer.status, answer.errors()) == (422, ["Skriv et klokkeslæt, for eksempel 06:00."])
    assert dict(admin.get(TIMES).fields(TIMES))[nord] == "06:00"


def test_tick_status_and_run_by_hand(clock, app, cast, database, key):
    runner = app.test_cli_runner()
    with database.writing() as session:
        cast.log(session, cast.leder)
    assert "digests.weekly" not in runner.invoke(args=["jobs", "tick"]).output
    clock.move_to(make.WEEK.ends_at() + timedelta(hours=6))
    assert f"digests.weekly {key}: done" in runner.invoke(args=["jobs", "tick"]).output
    assert runner.invoke(args=["jobs", "tick"]).output == ""
    assert "digests.weekly: done 1 times, last 2026-11-23 06:00" in runner.invoke(args=["jobs", "status"]).output
    assert runner.invoke(args=["jobs", "run", "digests.weekly", key]).output == f"digests.weekly {key}: done\n"
    for wrong in (["digests.weekly", "x"], ["nothing", key]):
        assert runner.invoke(args=["jobs", "run", *wrong]).exit_code == 2


def test_a_job_that_fails_is_a_red_tick_and_keeps_no_other_waiting(clock, app, cast, database, monkeypatch):
    def fall(_database):
        raise Unreachable

    monkeypatch.setattr("domain.privacy.scrub", fall)
    clock.shift(timedelta(hours=15, minutes=30))  # half past three at night
    done = app.test_cli_runner().invoke(args=["jobs", "tick"])
    assert done.exit_code == 1
    assert "privacy.scrub 2026-11-19: failed" in done.output
    assert "jobs.forget 2026-11-19: done" in done.output


def deliver(database, who, outcome, *, kind=Kind.REPLY, now=make.NOW):
    with database.writing() as session:
        notices.write(session, kind=kind, to=[one.person_id for one in who], about="a:1", path="/", now=now)
    return notices.deliver(database, {Channel.MAIL: lambda _message: outcome}, clock=lambda: now)


def test_reminders_that_wait_and_fail_are_told_with_their_reason_while_their_job_is_done(clock, app, signed_in, database, cast):
    """As with a wrong password of the mail server: the job that sends is done each minute, and nobody gets anything."""
    deliver(database, [cast.leder, cast.leder2], Outcome(Status.LATER, "sign_in_refused 535"))
    deliver(database, [cast.leder3], Outcome(Status.REFUSED, "recipient_refused 550"), kind=Kind.READ)
    app.config |= {"SMTP_URL": notices.MailServer("smtp.example", 25, "none"), "MAIL_FROM": ("Hørt", "h@x.example")}
    app.config |= {"BASE_URL_IS_SET": True}
    page = signed_in("admin").get(PAGE)
    assert "2 venter 2: Mailserveren afviser brugernavnet eller adgangskoden" in rows(page)
    assert "1 blev ikke sendt på 30 dage 1: Mailserveren afviser modtagerens adresse" in rows(page)
    assert "Hørt sender ikke e-mail" not in page.words
    assert not any(said in page.text for said in ("Lene", "leder@", "leder2@", "a:1"))


def test_what_push_refused_and_mail_took_is_seen(clock, signed_in, database, cast):
    with database.writing() as session:
        keys = {"p256dh": "B", "auth": "A"}
        notices.subscribe(session, cast.leder, endpoint="https://push.example/1", now=make.NOW, **keys)
        notices.write(session, kind=Kind.REPLY, to=[cast.leder.person_id], about="a:1", path="/", now=make.NOW)
    refused, sent = Outcome(Status.REFUSED, "413"), Outcome(Status.SENT)
    ways = {Channel.PUSH: lambda _message: refused, Channel.MAIL: lambda _message: sent}
    assert notices.deliver(database, ways, clock=lambda: make.NOW) == {"mail": 1}
    said = "1 gik som e-mail i stedet på 30 dage 1: Beskeden er for stor til enhedens tjeneste"
    assert said in rows(signed_in("admin").get(PAGE))


def test_without_a_mail_server_it_says_what_is_to_be_set(clock, app, signed_in):
    admin = signed_in("admin")
    assert "Hørt sender ikke e-mail: HOERT_SMTP_URL er ikke sat." in admin.get(PAGE).words
    assert "Ingen venter." in admin.get(PAGE).words
    app.config |= {"SMTP_URL": notices.MailServer("smtp.example", 25, "none"), "MAIL_FROM": None}
    assert "Hørt sender ikke e-mail: HOERT_MAIL_FROM er ikke sat." in admin.get(PAGE).words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sign_in_refused 535", "Mailserveren afviser brugernavnet eller adgangskoden"),
        ("certificate", "Forbindelsen til mailserveren er ikke sikker"),
        ("nobody_there", "Mailserveren kan ikke nås"),
        ("403", "Enhedens tjeneste afviser Hørt (403)"),
        ("503", "Enhedens tjeneste har en fejl (503)"),
        ("gone", "Enheden kan ikke længere nås"),
        ("too_old", "Kunne ikke sendes inden for en uge"),
        ("odd", "Andet (odd)"),
    ],
)
def test_each_reason_has_words(app, code, said):
    with app.test_request_context():
        assert why(code) == said
