"""Every route and what each role gets of it: the table that test_every_route_as_every_role.py holds the house to.

Objects belong to Mariehuset in Område Syd: to leder2 they are a neighbour's, to leder3 and omraade2 far away.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain import jobs, people, sync, themes
from domain.base import new_id
from tests import cast as cast_of
from tests import make
from tests.shape import routes_of_questions
from tests.shape.row import EVERYBODY, NOTERS, SIGNED_IN, Row, asset, to, to_all
from tests.web.client import Fields, Visitor
from tests.web.town import LAST_WEEK, Town


def week(rest: str = "", *, label: object = make.WEEK) -> Callable[[Town], str]:
    return lambda town: f"/digests/{town.cast.syd.id}/{label}{rest}"


def theme(key: str) -> Callable[[Town], str]:
    return lambda town: f"/digests/{town.cast.syd.id}/{make.WEEK}/themes/{town.cast.themes[key].id}"


def house_theme(key: str) -> Callable[[Town], str]:
    return lambda town: f"/digests/house/themes/{town.cast.themes[key].id}"


def talk(name: str, by: str, rest: str = "") -> Callable[[Town], str]:
    return lambda town: f"/conversations/{getattr(town.talks[name], by)}{rest}"


def boxed(rest: str = "") -> Callable[[Town], str]:
    """What has need of leder: a new one each time where it is to be let go."""

    def address(town: Town) -> str:
        if rest:
            _take(town, town.cast.talk("Noget, der ikke kan bruges", unit=town.cast.skovbrynet))
        with town.database.reading() as session:
            return f"/capture/help/{sync.waiting(session, town.cast.leder)[-1].key}{rest}"

    return address


def second(rest: str, *, is_settled: bool = False) -> Callable[[Town], str]:
    """What came second of a talk of leder's; one made for it where the matter is to be settled."""

    def address(town: Town) -> str:
        if is_settled and len(_seconds(town)) < 2:
            item = town.cast.talk("Noteret for at blive rettet to steder")
            for one in (item, make.edit(item), make.edit(item)):
                _take(town, one)
        return f"/capture/help/{_seconds(town)[-1 if is_settled else 0].key}{rest}"

    return address


def latest(town: Town, _visitor: Visitor, _who: str) -> dict[str, str]:
    """The revision that stands beside it."""
    with town.database.reading() as session:
        row = sync.stands_beside(session, town.cast.leder, _seconds(town)[-1])
    return {"latest": str(row.id) if row else ""}


def _seconds(town: Town) -> list[sync.Boxed]:
    with town.database.reading() as session:
        return [one for one in sync.waiting(session, town.cast.leder) if one.status is sync.Status.CONFLICT]


def own_talk(town: Town) -> str:
    """A talk of leder's own, made to be taken back."""
    item = town.cast.talk("Noteret for at blive taget tilbage")
    _take(town, item)
    return f"/conversations/{item['id']}/withdrawal"


def theme_page(key: str) -> Callable[[Town], str]:
    return lambda town: f"/themes/{town.cast.themes[key].id}"


def sorting(name: str, by: str, rest: str = "sort") -> Callable[[Town], str]:
    return lambda town: f"/themes/{rest}/{getattr(town.talks[name], by)}"


def recoded(rest: str) -> Callable[[Town], str]:
    """A new talk of leder's of which omraade said what it is not about: no page counts it. To be answered, it was
    objected to."""

    def address(town: Town) -> str:
        item = town.cast.talk("Noteret for at blive sorteret")
        _take(town, item)
        with town.database.writing() as session:
            marks = themes.Marks(rejected=(town.cast.themes["personale"].id,))
            key = themes.decide(session, town.cast.omraade, first_id=UUID(item["id"]), marks=marks, now=make.NOW)
            assert key
            if rest.endswith("answer"):
                themes.object_to(session, town.cast.leder, recoding_id=key, now=make.NOW)
        return f"/themes/recodings/{key}/{rest}"

    return address


def phone(town: Town) -> str:
    """A phone of leder's."""
    device, seen = new_id(), {"user_agent": "", "waiting": 0, "now": make.NOW}
    with town.database.writing() as session:
        people.see_device(session, town.cast.leder, device_id=device, **seen)
    with town.database.reading() as session:
        [row] = [row for row in people.own_devices(session, town.cast.leder) if row.device_id == device]
    return f"/people/me/devices/{row.id}/revoke"


def _take(town: Town, item: dict[str, Any]) -> None:
    with town.database.writing() as session:
        sync.take(session, town.cast.leder, items=[item], now=make.NOW)


def failed_run(town: Town) -> str:
    """A new one, for each time."""
    lease, key = timedelta(minutes=2), str(uuid4())
    with town.database.writing() as session:
        run = jobs.begin(session, "digests.weekly", f"{town.cast.syd.id}/{make.WEEK}#{key}", key, lease, make.NOW)
        assert run
        jobs.fail(session, run, why="ValueError", first_pause=lease, now=make.NOW)
    return f"/admin/jobs/{run.id}/again"


def note(town: Town, visitor: Visitor, who: str) -> Fields:
    """A new talk in Mariehuset, in the form that this visitor gets; those who get none send what it would hold."""
    answer = visitor.get("/capture/plain")
    is_form = 'action="/capture/plain"' in answer.text  # else a choice of sets, which other rows added
    kept = [pair for pair in answer.fields("/capture/plain") if pair[0] not in ("unit", "answer_1")] if is_form else []
    if not kept:
        kept = [("item", str(new_id())), ("version", str(town.cast.form.id)), ("opened_at", make.NOW.isoformat())]
    return [*kept, ("unit", str(town.cast.mariehuset.id)), ("answer_1", f"Sagt til {who}")]


def words(_town: Town, _visitor: Visitor, _who: str) -> dict[str, str]:
    return {"text": "Tak for den. Vi ser på det.", "reply": str(new_id())}


def summer(town: Town, _visitor: Visitor, _who: str) -> dict[str, str]:
    """A closed period of Mariehuset."""
    return {"unit": str(town.cast.mariehuset.id), "first_on": "2027-07-12", "last_on": "2027-07-30", "note": "Sommerlukket"}


def closing(rest: str) -> Callable[[Town], str]:
    """A closed period of Mariehuset."""

    def address(town: Town) -> str:
        days = {"first_on": date(2027, 7, 12), "last_on": date(2027, 7, 30)}
        with town.database.writing() as session:
            key = people.close_unit(session, town.cast.leder, unit_id=town.cast.mariehuset.id, note="", now=make.NOW, **days)
        return f"/people/closed/{key}{rest}"

    return address


def credentials(_town: Town, _visitor: Visitor, _who: str) -> dict[str, str]:
    return {"email": cast_of.email("leder"), "password": make.PASSWORD}


def other_device(town: Town) -> str:
    """Another open sign-in of leder's."""
    town.new_browser("leder")
    with town.database.reading() as session:
        newest = max(people.open_sign_ins(session, town.cast.leder), key=lambda row: row.id)
    return f"/people/me/sign-ins/{newest.id}/end"


__all__ = ["EVERYBODY", "OF_ONE_OBJECT", "SIGNED_IN", "TABLE", "Row"]

#: Here the row is looked for behind the token.
OF_ONE_OBJECT = (
    "admin.run_again",
    "conversations.fetch",
    *("questions.take_xlsform", "questions.fetch_xlsform", "questions.fetch_package"),
    "people.end_sign_in",
    "people.revoke_device",
    "notices.switch_off_one",
    "capture.settle_help",
    "capture.keep_version",
    "capture.use_version",
    "conversations.withdraw",
    "digests.mark_read",
    "digests.unmark_read",
    "people.remove_closing",
    "people.restore_closing",
    "themes.save",
    "themes.save_and_go_on",
    "themes.undo",
    "themes.object_to",
    "themes.settle",
)
CLOSERS = ("leder", "leder2", "leder3", "omraade", "omraade2")
CODERS = ("leder", "leder2", "leder3", "omraade", "omraade2")
AREA = ("omraade",)
TABLE = (
    *routes_of_questions.ROWS,
    Row("assets.static", to_all(200), asset("css/base.css"), "a file"),
    Row("assets.static", to_all(404), asset("css/none.css"), "no file"),
    Row("auth.sign_in", to(*SIGNED_IN, gives=302, strangers=200), "/auth/sign-in"),
    Row("auth.begin_sign_in", to_all(302), "/auth/sign-in", method="POST", fields=credentials),
    Row(
        "auth.choose_language",
        to_all(302),
        "/auth/language",
        method="POST",
        fields=lambda _town, _visitor, _who: {"language": "da", "next": "/people/me"},
    ),
    Row("auth.sign_out", to_all(302), "/auth/sign-out", method="POST"),
    Row(
        "capture.home",
        to("medarbejder", "leder", "leder2", "leder3", others=302),
        "/",
    ),
    Row("capture.before", to(*NOTERS), "/capture/before"),
    Row("capture.plain", to(*NOTERS), "/capture/plain"),
    Row(
        "capture.save",
        {**to("medarbejder", "leder", "omraade", gives=302, others=422, strangers=401), "admin": 404},
        "/capture/plain",
        method="POST",
        fields=note,
    ),
    Row("capture.edit", to("leder"), lambda town: f"/capture/plain/{town.talks['own'].id}", "by id"),
    Row("capture.edit", to("medarbejder"), lambda town: f"/capture/plain/{town.talks['colleague'].id}", "a colleague's"),
    Row("capture.edit", to(), lambda town: f"/capture/plain/{town.talks['own'].reference}", "by reference"),
    Row("capture.needs_help", to(*NOTERS), "/capture/help"),
    Row("capture.help_with", to("leder"), boxed()),
    Row("capture.help_with", to(), lambda _town: f"/capture/help/{uuid4()}", "unknown"),
    Row("capture.export_help", to("leder"), second("/export"), "of leder"),
    Row("capture.export_help", to(), lambda _town: f"/capture/help/{uuid4()}/export", "unknown"),
    Row("capture.merge_versions", to("leder"), second("/merge"), "two versions"),
    Row("capture.merge_versions", to(), lambda _town: f"/capture/help/{uuid4()}/merge", "unknown"),
    Row("capture.keep_version", to("leder", gives=302), second("/keep", is_settled=True), method="POST", fields=latest),
    Row("capture.use_version", to("leder", gives=302), second("/use", is_settled=True), method="POST", fields=latest),
    Row("capture.settle_help", to("leder", gives=302), boxed("/settle"), method="POST"),
    Row("capture.saved", to("leder"), lambda town: f"/capture/saved/{town.talks['own'].id}", "by id"),
    Row("capture.saved", to(), lambda town: f"/capture/saved/{town.talks['own'].reference}", "by reference"),
    Row("capture.saved", to(), lambda town: f"/capture/saved/{uuid4()}", "unknown"),
    Row("conversations.all_talks", to(*NOTERS), "/conversations/"),
    Row("conversations.search", to(*NOTERS), "/conversations/search"),
    Row(
        "conversations.begin_search",
        to(*NOTERS, gives=302),
        "/conversations/search",
        method="POST",
        fields=lambda _town, _visitor, _who: {"q": "lågen"},
    ),
    Row("conversations.export", to(*NOTERS), "/conversations/export"),
    Row(
        "conversations.fetch",
        to("medarbejder", "leder", "leder2", "leder3", "omraade", "omraade2"),
        "/conversations/export",
        method="POST",
        fields=lambda _town, _visitor, _who: {"kind": "csv"},
    ),
    Row(
        "conversations.for_the_staff_meeting",
        to("medarbejder", "leder", "leder2", "leder3"),
        "/conversations/for-the-staff-meeting",
    ),
    Row("conversations.talk", to("leder"), talk("own", "id"), "by id"),
    Row("conversations.talk", to("omraade"), talk("own", "reference"), "by reference"),
    Row("conversations.talk", to("medarbejder", "leder"), talk("colleague", "id"), "a colleague's"),
    Row("conversations.talk", to("leder2"), talk("elsewhere", "id"), "a neighbour's"),
    Row("conversations.talk", to("leder3"), talk("havnen", "id"), "far away"),
    Row("conversations.talk", to("omraade2"), talk("havnen", "reference"), "far away by reference"),
    Row("conversations.talk", to(), lambda town: f"/conversations/{uuid4()}", "unknown"),
    Row("conversations.history", to("leder"), talk("own", "id", "/history"), "by id"),
    Row("conversations.history", to(), talk("own", "reference", "/history"), "by reference"),
    Row("conversations.history", to(), talk("colleague", "id", "/history"), "never corrected"),
    Row(
        "conversations.reply",
        to("omraade", gives=302, strangers=401),
        talk("own", "reference", "/replies"),
        "by reference",
        method="POST",
        fields=words,
    ),
    Row(
        "conversations.reply", to(strangers=401), talk("late", "id", "/replies"), "nothing to answer", method="POST", fields=words
    ),
    Row(
        "conversations.reply",
        to("omraade2", gives=302, strangers=401),
        talk("havnen", "reference", "/replies"),
        "far away",
        method="POST",
        fields=words,
    ),
    Row("conversations.withdraw", to("leder", gives=302), own_talk, method="POST"),
    Row("digests.weeks", to("omraade", "omraade2"), "/digests/"),
    Row("digests.week", to(*AREA), week(), "running"),
    Row("digests.week", to(*AREA), week(label=LAST_WEEK), "issued"),
    Row("digests.week", to(), week(label="2026-W20"), "never issued"),
    Row("digests.week", to(), week(label="2026-W99"), "no week"),
    Row("digests.week", to(), lambda town: f"/digests/{town.cast.mariehuset.id}/{make.WEEK}", "of a house"),
    Row("digests.week", to(), lambda _town: f"/digests/{uuid4()}/{make.WEEK}", "unknown"),
    Row("digests.headline", to(*AREA), week("/headline", label=LAST_WEEK), "issued"),
    Row("digests.headline", to(), week("/headline"), "running"),
    Row(
        "digests.rewrite_headline",
        {**to(*AREA, gives=302, strangers=401)},
        week("/headline", label=LAST_WEEK),
        "issued",
        method="POST",
        fields=words,
    ),
    Row("digests.rewrite_headline", to(strangers=401), week("/headline"), "running", method="POST", fields=words),
    Row("digests.mark_read", to(*AREA, gives=302), week("/reading", label=LAST_WEEK), "issued", method="POST"),
    Row("digests.mark_read", to(), week("/reading"), "running", method="POST"),
    Row("digests.unmark_read", to(*AREA, gives=302), week("/reading/undo", label=LAST_WEEK), "issued", method="POST"),
    Row("digests.unmark_read", to(), week("/reading/undo", label="2026-W99"), "no week", method="POST"),
    Row("digests.week_as_markdown", to(*AREA), week(".md")),
    Row("digests.week_as_markdown", to(), week(".md", label="2026-W99"), "no week"),
    Row("digests.week_as_pdf", to(*AREA), week("/pdf")),
    Row("digests.week_as_pdf", to(), week("/pdf", label="2026-W99"), "no week"),
    Row("digests.week_talks", to(*AREA), week("/talks")),
    Row("digests.week_talks", to(), week("/talks", label="2026-W20"), "never issued"),
    Row("digests.week_without_theme", to(*AREA), week("/without-theme")),
    Row("digests.week_without_theme", to(), week("/without-theme", label=LAST_WEEK), "a week where all have one"),
    Row("digests.week_theme", to(*AREA), theme("aflevering")),
    Row("digests.week_theme", to(), theme("personale"), "a theme nobody spoke of"),
    Row("digests.month", to(*AREA), week(label="month/2026-11"), "issued"),
    Row("digests.month", to(), week(label="month/2026-09"), "nothing issued"),
    Row("digests.month", to(), week(label="month/2026-13"), "no month"),
    Row("digests.year", to(*AREA), week(label="year/2026"), "issued"),
    Row("digests.year", to(), week(label="year/2026-11"), "no year"),
    Row("digests.house", to("leder", "leder2", "leder3"), "/digests/house"),
    Row("digests.house_talks", to("leder", "leder2", "leder3"), "/digests/house/talks"),
    Row("digests.house_theme", to("leder", "leder2"), house_theme("aflevering"), "one they spoke of"),
    Row("digests.house_theme", to(), house_theme("personale"), "one nobody spoke of"),
    Row("phone.shell", to_all(200), "/phone/"),
    Row("phone.worker", to_all(200), "/sw.js"),
    Row("phone.manifest", to_all(200), "/manifest.webmanifest"),
    Row("people.me", to(*SIGNED_IN), "/people/me"),
    Row("people.end_sign_in", to("leder", gives=302), other_device, method="POST"),
    Row("people.revoke_device", to("leder", gives=302), phone, method="POST"),
    Row("people.closed", to(*CLOSERS), "/people/closed"),
    Row(
        "people.close",
        {**to("leder", "omraade", gives=302, strangers=401), **dict.fromkeys(("leder2", "leder3", "omraade2"), 422)},
        "/people/closed",
        method="POST",
        fields=summer,
    ),
    Row("people.remove_closing", to("leder", "omraade", gives=302), closing("/removal"), method="POST"),
    Row("people.restore_closing", to("leder", "omraade", gives=302), closing("/removal/undo"), method="POST"),
    Row("people.register", to("admin"), "/people/"),
    Row("themes.overview", to(*CODERS), "/themes/"),
    Row("themes.theme", to("leder", "leder2", "omraade"), theme_page("aflevering"), "of nurseries"),
    Row("themes.theme", to("leder", "leder2", "omraade"), theme_page("personale"), "nobody spoke of it"),
    Row("themes.theme", to(), lambda _town: f"/themes/{uuid4()}", "unknown"),
    Row("themes.codebook", to("admin"), "/themes/codebook"),
    Row("themes.sort", to(*CODERS), "/themes/sort"),
    Row("themes.sort_talk", to("leder"), sorting("own", "id"), "by id"),
    Row("themes.sort_talk", to("omraade"), sorting("own", "reference"), "by reference"),
    Row("themes.sort_talk", to("leder"), sorting("colleague", "id"), "a colleague's"),
    Row("themes.talk", to("leder"), sorting("own", "id", "talks"), "by id"),
    Row("themes.talk", to("omraade"), sorting("own", "reference", "talks"), "by reference"),
    Row("themes.talk", to("omraade2"), sorting("havnen", "reference", "talks"), "far away"),
    Row("themes.save_and_go_on", to("omraade", gives=302), sorting("own", "reference"), method="POST"),
    Row("themes.save", to("leder", gives=302), sorting("colleague", "id", "talks"), method="POST"),
    Row("themes.undo", to("omraade", gives=302), recoded("undo"), method="POST"),
    Row("themes.object_to", to("leder", gives=302), recoded("objection"), method="POST"),
    Row(
        "themes.settle",
        to("omraade", gives=302),
        recoded("objection/answer"),
        method="POST",
        fields=lambda _town, _visitor, _who: {"outcome": "kept"},
    ),
    Row("sync.description", to_all(200), "/openapi.json"),
    Row("sync.token", to(*SIGNED_IN, strangers=401), "/sync/token"),
    Row("sync.offline_kit", to(*NOTERS, strangers=401), "/sync/kit"),
    Row("sync.receive", to(*NOTERS, gives=419, strangers=401), "/sync", "without the header", method="POST"),
    Row("sync.secret", to(*NOTERS, gives=419, strangers=401), "/sync/secret", "without the header", method="POST"),
    Row("digests.times", to("admin"), "/digests/times"),
    Row(
        "digests.set_times",
        to("admin", gives=302),
        "/digests/times",
        method="POST",
        fields=lambda town, _visitor, _who: {f"at_{unit.id.hex}": "07:30" for unit in (town.cast.syd, town.cast.nord)},
    ),
    Row("admin.log", to("admin"), "/admin/log"),
    Row("admin.running", to("admin"), "/admin/jobs"),
    Row("admin.run_again", to("admin", gives=302), failed_run, "failed", method="POST"),
    Row("admin.run_again", to(), lambda _town: f"/admin/jobs/{uuid4()}/again", "unknown", method="POST"),
    Row("admin.live", to_all(200), "/health/live"),
    Row("admin.ready", to_all(200), "/health/ready"),
)
