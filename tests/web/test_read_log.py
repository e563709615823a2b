"""Every page that shows words says in the read log whose, to whom and where, before it leaves; where that fails it shows none."""

from datetime import UTC

import pytest
import sqlalchemy as sa
from sqlmodel import select

from domain.audit import Reading
from tests import make
from tests.web import lint
from tests.web.town import QUOTES, Town


def readings(town: Town) -> list[Reading]:
    with town.database.reading() as session:
        return list(session.exec(select(Reading).order_by(Reading.at, Reading.id)).all())


def new(town, ask):
    """What the log says more after this."""
    before = {row.id for row in readings(town)}
    answer = ask()
    return answer, [row for row in readings(town) if row.id not in before]


def ids(town, *names):
    return sorted(str(town.talks[name].id) for name in names)


SYD = ("own", "colleague", "elsewhere", "signs", "small", "late")
#: Who, where, and the talks whose words stand there (for lists: of those that the town names).
PAGES = {
    "home": ("medarbejder", lambda town: "/", ("colleague",)),
    "saved": ("leder", lambda town: f"/capture/saved/{town.talks['own'].id}", ("own",)),
    "a talk": ("leder", lambda town: f"/conversations/{town.talks['colleague'].id}", ("colleague",)),
    "a talk by reference": ("omraade", lambda town: f"/conversations/{town.talks['small'].reference}", ("small",)),
    "correcting": ("leder", lambda town: f"/capture/plain/{town.talks['own'].id}", ("own",)),
    "earlier versions": ("leder", lambda town: f"/conversations/{town.talks['own'].id}/history", ("own",)),
    "list": ("leder2", lambda town: "/conversations/", ("elsewhere",)),
    "staff meeting": ("leder2", lambda town: "/conversations/for-the-staff-meeting", ("elsewhere",)),
    "week's talks": ("omraade", lambda town: f"/digests/{town.cast.syd.id}/{make.WEEK}/talks", SYD),
    "theme": (
        "omraade",
        lambda town: f"/digests/{town.cast.syd.id}/{make.WEEK}/themes/{town.cast.themes['aflevering'].id}",
        ("own", "elsewhere"),
    ),
    "week": ("omraade", lambda town: f"/digests/{town.cast.syd.id}/{make.WEEK}", ("own", "elsewhere", "signs")),
    "week as Markdown": ("omraade", lambda town: f"/digests/{town.cast.syd.id}/{make.WEEK}.md", ("own", "elsewhere", "signs")),
    "week as PDF": ("omraade", lambda town: f"/digests/{town.cast.syd.id}/{make.WEEK}/pdf", ("own", "elsewhere", "signs")),
}
WORDLESS = {
    "form": ("leder", lambda town: "/capture/plain"),
    "before": ("leder", lambda town: "/capture/before"),
    "weeks": ("omraade", lambda town: "/digests/"),
    "profile": ("leder", lambda town: "/people/me"),
    "register": ("admin", lambda town: "/people/"),
    "log": ("admin", lambda town: "/admin/log"),
    "foreign": ("leder2", lambda town: f"/conversations/{town.talks['own'].id}"),
    "stranger": ("anonymous", lambda town: f"/conversations/{town.talks['own'].id}"),
    "health": ("anonymous", lambda town: "/health/ready"),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("who", "path", "shows"), PAGES.values(), ids=PAGES)
def test_a_page_with_words_writes_one_row_with_exactly_those_it_shows(town, who, path, shows, method):
    visitor = town.browser(who)
    answer, rows = new(town, lambda: visitor.open(method, path(town)))
    assert answer.status == 200
    [row] = rows
    assert row.person_id == getattr(town.cast, who).person_id
    assert sorted(row.conversations) == ids(town, *shows)
    assert row.at.astimezone(UTC) == make.NOW
    assert row.page
    if method == "GET":
        assert [name for name in QUOTES if QUOTES[name] in answer.text and name not in shows] == []


@pytest.mark.parametrize(("who", "path"), WORDLESS.values(), ids=WORDLESS)
def test_a_page_without_words_writes_none(town, who, path):
    visitor = town.browser(who)
    _answer, rows = new(town, lambda: visitor.get(path(town)))
    assert rows == []


def read_only(connection, _record, _proxy):
    connection.execute("PRAGMA query_only=ON")


@pytest.mark.parametrize(("who", "path", "shows"), PAGES.values(), ids=PAGES)
def test_where_the_log_cannot_be_written_no_words_are_shown(own_town, who, path, shows):
    """A disk gone read-only: everything can be read, nothing written."""
    visitor, address = own_town.browser(who), path(own_town)
    sa.event.listen(own_town.database.engine, "checkout", read_only)
    answer = visitor.get(address)
    assert (answer.status, answer.headers.get("Retry-After")) == (503, "5")
    spoken = [*QUOTES.values(), "Vi talte ved lågen", "Mor var glad", "Aflevering"]
    assert [words for words in spoken if words in answer.everything] == []


def test_words_given_back_after_signing_in_are_ones_own_and_no_reading(own_town):
    """The writer's own unsent words are shown to the writer: nothing stored is read."""
    visitor = own_town.new_browser("leder")
    _answer, rows = new(own_town, lambda: visitor.post("/capture/plain", {"answer_1": "x", "held_on": "aldrig"}))
    assert rows == []


def test_what_pages_are_called_in_the_log_tells_them_apart(town):
    names = set()
    for who, path, _shows in PAGES.values():
        _answer, [row] = new(town, lambda who=who, path=path: town.browser(who).get(path(town)))
        names.add(row.page)
    assert {"capture.home", "capture.saved", "conversations.talk", "conversations.all_talks", "digests.week"} <= names
    assert "digests.week_talks" in names
    assert "digests.week_theme" in names
    assert {"digests.week_as_markdown", "digests.week_as_pdf"} <= names


def test_administrators_see_how_much_was_read_and_by_nobody(town):
    admin = town.browser("admin")
    town.browser("leder2").get("/conversations/")
    page, seen = admin.get("/admin/log"), str(len(readings(town)))
    assert seen in [lint.text_of(value) for value in page.all("dd")]
    assert [name for name in ("Karin Juhl", "Lene Mose") if name in page.words] == []
