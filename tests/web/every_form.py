"""A town in which every form of Hørt stands on some page, and the crawl that finds them."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from blueprints.shared import mails
from domain import jobs, people, questions
from domain.base import new_id
from domain.notices import Kind, PushSubscription
from domain.questions import QuestionSet
from tests import make
from tests.web import editing
from tests.web.controls import Form, Page
from tests.web.town import Town

WHO = ("anonymous", "leder", "medarbejder", "leder3", "omraade", "omraade2", "admin")
#: Of pages of one kind so many are read: the forms on them differ by what was done, not by whose they are.
OF_A_KIND = 8
SEARCH = "/conversations/search"
COPIES = ("/pdf", ".md")


@dataclass(frozen=True)
class Found:
    """A form, where it leads, and the first page it was met on."""

    endpoint: str
    who: str
    path: str
    form: Form


@dataclass
class Everything:
    """`pages`: an address of each kind of page, with who reads it."""

    town: Town
    forms: list[Found] = field(default_factory=list)
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, endpoint: str) -> list[Found]:
        return [one for one in self.forms if one.endpoint == endpoint]


def find(town: Town) -> Everything:
    """Every form by where it leads and by its fields, of every page that links lead each of them to."""
    found, known, starts = Everything(town), set(), _prepared(town)
    for who in WHO:
        for page in _pages(town, who, ["/", *starts.get(who, [])]):
            kind = endpoint_of(town, page.path)
            found.pages.setdefault(kind, (who, page.path))
            for form in page.forms:
                endpoint = endpoint_of(town, form.action, form.method)
                if (endpoint, form.key) not in known:
                    known.add((endpoint, form.key))
                    found.forms.append(Found(endpoint, who, page.path, form))
    return found


def endpoint_of(town: Town, path: str, method: str = "GET") -> str:
    """Empty where nothing is."""
    try:
        return town.app.url_map.bind("localhost").match(urlsplit(path).path, method)[0]
    except RequestRedirect as there:
        return endpoint_of(town, there.new_url, method)
    except HTTPException:
        return ""


def ask(town: Town, who: str, path: str, method: str = "GET", **more: Any) -> Any:
    visitor = town.browser(who)
    headers = {"User-Agent": visitor.agent, "Accept": "text/html", "Referer": f"{visitor.base_url}/", **more.pop("headers", {})}
    return visitor.http.open(path, method=method, base_url=visitor.base_url, headers=headers, buffered=True, **more)


def _pages(town: Town, who: str, waiting: list[str]) -> Iterator[Page]:
    seen: set[str] = set()
    read: Counter[str] = Counter()
    while waiting:
        path = waiting.pop(0)
        kind = endpoint_of(town, path)
        if path in seen or kind in ("", "assets.static") or path.endswith(COPIES) or read[kind] == OF_A_KIND:
            continue
        seen.add(path)
        read[kind] += 1
        answer = ask(town, who, path)
        if answer.status_code == 302:
            waiting.append(answer.headers["Location"])
        elif answer.mimetype == "text/html":
            page = Page(answer.get_data(as_text=True), path)
            waiting += page.links
            yield page


@contextmanager
def put_back(town: Town) -> Iterator[Any]:
    """Gives a function that makes everything as it was when this began: rows and cookies."""
    cookies = {who: visitor.cookie for who, visitor in town.visitors.items()}
    with closing(sqlite3.connect(town.database.engine.url.database or "")) as now, closing(sqlite3.connect(":memory:")) as then:
        now.backup(then)
        [seen] = now.execute("PRAGMA data_version").fetchone()

        def as_it_was() -> None:
            nonlocal seen
            for who, cookie in cookies.items():
                if cookie is None:
                    town.browser(who).forget_cookies()
                elif town.browser(who).cookie != cookie:
                    town.browser(who).cookie = cookie
            [changed] = now.execute("PRAGMA data_version").fetchone()
            if changed != seen:
                then.backup(now)
                [seen] = now.execute("PRAGMA data_version").fetchone()

        yield as_it_was


def _prepared(town: Town) -> dict[str, list[str]]:
    """What is done by hand so that the forms stand there, and the pages that no link leads to, by who reads them."""
    cast = town.cast
    town.new_browser("leder")  # a sign-in that can be ended
    with town.database.writing() as session:
        device = {"device_id": new_id(), "user_agent": "Android Chrome", "waiting": 2}
        people.see_device(session, cast.leder, now=make.NOW, **device)
        key = {"p256dh": "x", "auth": "y", "name": "Firefox"}
        session.add(
            PushSubscription(person_id=cast.leder.person_id, endpoint="https://push.example/x", created_at=make.NOW, **key)
        )
        begun = jobs.begin(session, "digests.weekly", f"{cast.syd.id}/{make.WEEK}", "holder", timedelta(minutes=2), make.NOW)
        jobs.fail(session, begun, why="ValueError store.py:41", first_pause=timedelta(minutes=10), now=make.NOW)
    aside, closed = cast.form_home_care.question_set_id, _closed_set(town)
    with town.database.writing() as session:
        questions.begin(session, cast.admin, aside, now=make.NOW)
        questions.discard(session, cast.admin, aside, now=make.NOW)
    editing.begun(town)
    with town.app.app_context():
        less_mail = mails.stop_path(cast.omraade.person_id, Kind.DIGEST_READY)
    return {
        "anonymous": [less_mail],
        "leder": [_removed_period(town), SEARCH],
        "omraade": [_sorted(town), SEARCH],
        "admin": [f"/questions/{closed}", f"/questions/{aside}/draft/discarding"],
    }


def _closed_set(town: Town) -> Any:
    with town.database.writing() as session:
        old = session.get_one(QuestionSet, town.cast.form.question_set_id)
        fresh = QuestionSet(key="lukket", sector=old.sector, talk_type=questions.TalkType.GROUP_TALK)
        session.add(fresh)
        session.flush()
        version = questions.publish(session, question_set=fresh, content=make.content(asked=2), now=make.NOW)
        questions.close(session, town.cast.admin, fresh.id, now=make.NOW)
        return version.id


def _removed_period(town: Town) -> str:
    """The page that offers one closed period back, and holds another."""
    leder, closed = town.browser("leder"), "/people/closed"
    for first in ("2026-12-21", "2027-07-12"):
        leder.submit(leder.get(closed), closed, first_on=first, last_on=first, note="Ferie")
    page = leder.get(closed)
    action = next(str(form.get("action")) for form in page.all("form") if str(form.get("action")).endswith("/removal"))
    return leder.submit(page, action).location


def _sorted(town: Town) -> str:
    """One recoding that was objected to, and the page that offers to undo another."""
    omraade, leder, answer = town.browser("omraade"), town.browser("leder"), None
    for name in ("late", "own"):
        address = f"/themes/sort/{town.talks[name].reference}"
        answer = omraade.submit(omraade.get(address), address, themes=[str(town.cast.themes["tryghed"].id)])
    page = leder.get(f"/conversations/{town.talks['late'].id}")
    action = next(str(form.get("action")) for form in page.all("form") if str(form.get("action")).endswith("/objection"))
    leder.submit(page, action)
    assert answer
    return answer.location
