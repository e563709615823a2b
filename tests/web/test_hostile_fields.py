"""Whatever is sent in whatever field of every form: no fault of ours, no word lost, nothing that runs, nothing in a log.

The forms are found by a crawl; a new one is found too, and has to be named here.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import unquote_plus, urlencode

import pytest
import time_machine

from tests import cast, make
from tests.fault.soak import SEED
from tests.web import every_form, hostile
from tests.web import town as towns
from tests.web.controls import Page
from tests.web.every_form import Everything, Found

pytestmark = pytest.mark.slow

#: Each view that a form posts to.
POSTED = (
    *("admin.run_again", "auth.begin_sign_in", "auth.choose_language", "auth.sign_out"),
    *("capture.keep_version", "capture.save", "capture.settle_help", "capture.use_version"),
    *("conversations.begin_search", "conversations.fetch", "conversations.reply", "conversations.withdraw"),
    *("digests.mark_read", "digests.rewrite_headline", "digests.set_times", "digests.unmark_read"),
    *("notices.choose", "notices.send_test", "notices.set_defaults", "notices.stop_mail", "notices.switch_off_one"),
    *("people.close", "people.end_sign_in", "people.remove_closing", "people.restore_closing", "people.revoke_device"),
    *("questions.add", "questions.begin", "questions.bring_back", "questions.close", "questions.discard"),
    *("questions.fetch_package", "questions.fetch_xlsform", "questions.offer", "questions.publish_draft", "questions.reopen"),
    *("questions.save_draft", "questions.take_package", "questions.take_xlsform"),
    *("themes.object_to", "themes.save", "themes.save_and_go_on", "themes.settle", "themes.undo"),
)
#: What only a program posts to.
FOR_PROGRAMS = {"sync.receive", "sync.secret", "notices.switch_on", "notices.switch_off"}
ASKED = {"capture.plain", "questions.difference", "themes.theme"}
#: Names that views look for in an address.
QUERY = (
    *("all", "at", "before", "first", "followed", "lang", "masked", "next", "order", "period", "promised", "removed", "s"),
    *("saved", "second", "stayed", "tone", "undo", "unready", "version"),
)
#: One that is searched for may stand in the address; so may a page to go to.
MEANT = {"auth.choose_language"}
#: What stands in the other fields, where an empty one is refused before the one that was changed is looked at.
FILLED = {
    "auth.begin_sign_in email": cast.email("leder2"),
    "auth.begin_sign_in password": make.PASSWORD,
    "capture.save answer_1": "Mor var glad i dag.",
    "conversations.begin_search q": "mor",
    "people.close first_on": "2026-12-24",
    "people.close last_on": "2026-12-24",
}
#: What was sent is stored, its stray control characters and the line ends of one-line fields left out, and shown from there.
KEPT_TIDY = {"questions.publish_draft"}
NEVER_BACK = {"password"}
MOST_BYTES = 1024 * 1024
#: In a form with at most so many fields, so many are changed at a time; in the editor of questions all, since it takes long
#: and tests/web/test_hostile_questions.py looks at each text of it.
TOGETHER, EVERY = ((4, 1), (8, 2), (25, 5)), 1_000


@dataclass
class Sent:
    """What went off and what came back, with a word on what it was."""

    what: str
    found: Found
    values: dict[str, str | bytes]
    size: int
    answer: Any
    text: str


@pytest.fixture(scope="module")
def everything(tmp_path_factory, town_template) -> Iterator[Everything]:
    with time_machine.travel(make.NOW, tick=False), towns.opened(tmp_path_factory.mktemp("hostile"), town_template) as town:
        yield every_form.find(town)


@pytest.fixture
def put_back(everything):
    with every_form.put_back(everything.town) as as_it_was:
        yield as_it_was


def test_no_form_is_left_out(everything):
    rules = everything.town.app.url_map.iter_rules()
    posted = {rule.endpoint for rule in rules if "POST" in (rule.methods or ())}
    assert posted - FOR_PROGRAMS == set(POSTED)
    met = {one.endpoint for one in everything.forms}
    assert met == {*POSTED, *ASKED}
    assert sum(len(one.form.names(typed=True)) for one in everything.forms) >= 60


@pytest.mark.timeout(600)
@pytest.mark.parametrize("endpoint", [*POSTED, *sorted(ASKED)])
def test_whatever_is_sent_in_a_form(everything, put_back, caplog, endpoint):
    caplog.set_level(logging.INFO, logger="hoert")
    dice, wrong = Random(f"{SEED} {endpoint}"), []
    for found in everything.of(endpoint):
        for what, values in _attempts(found, dice):
            caplog.clear()
            sent = _send(everything, found, what, values)
            wrong += [f"{what}: {one}" for one in (*_complaints(everything, sent), *_logged(caplog, values))]
            put_back()
    assert wrong == []


@pytest.mark.parametrize("name", list(hostile.CORE))
def test_whatever_stands_in_an_address(everything, put_back, caplog, name):
    caplog.set_level(logging.INFO, logger="hoert")
    wrong, value = [], hostile.CORE[name][:20_000]
    query = urlencode(dict.fromkeys(QUERY, value))
    for endpoint, (who, path) in everything.pages.items():
        answer = every_form.ask(everything.town, who, f"{path.split('?')[0]}?{query}")
        text = answer.get_data().decode() if answer.mimetype == "text/html" else ""
        wrong += [f"{endpoint}: {one}" for one in (*_of_an_answer(answer, text), *_logged(caplog, {"query": value}))]
        caplog.clear()
    put_back()
    assert wrong == []


def _attempts(found: Found, dice: Random) -> Iterator[tuple[str, dict[str, str | bytes]]]:
    """What to send in which fields: every string of the core in each of them, in company that changes each time, so that none
    hides what becomes of another; and some of all the strings in each by itself."""
    core = list(hostile.CORE)
    typed, others = found.form.names(typed=True), found.form.names(typed=False)
    together = next((many for most, many in TOGETHER if len(typed) + len(others) <= most), EVERY)
    for of in (typed, others):
        for turn in range(len(core)):
            chosen = {name: core[(place + turn) % len(core)] for place, name in enumerate(of)}
            mixed = dice.sample(of, len(of))
            for names in [mixed[at : at + together] for at in range(0, len(of), together)]:
                yield str({name: chosen[name] for name in names})[:300], {name: hostile.CORE[chosen[name]] for name in names}
    for name in (*typed, *others) if together < EVERY else ():
        for value in dice.sample(hostile.MORE, 3):
            yield f"{value!r} in {name}", {name: value}
    if not typed and not others:
        yield "nothing", {}


def _send(everything: Everything, found: Found, what: str, values: dict[str, str | bytes]) -> Sent:
    form = found.form
    kept = [(name, value or FILLED.get(f"{found.endpoint} {name}", "")) for name, value in form.sent()]
    pairs: list[tuple[str, str | bytes]] = [pair for pair in kept if pair[0] not in values]
    files = {one.name: values.get(one.name, "") for one in form.controls if one.kind == "file"}
    pairs += [(name, value) for name, value in values.items() if name not in files]
    body, kind = hostile.as_form(pairs), "application/x-www-form-urlencoded"
    if form.is_multipart:
        body, kind = (
            hostile.as_multipart(pairs, files, "hverken-her-eller-der"),
            "multipart/form-data; boundary=hverken-her-eller-der",
        )
    if form.method == "GET":
        path = f"{form.action.split('?')[0]}?{body.decode()}"
        answer = every_form.ask(everything.town, found.who, path)
    else:
        answer = every_form.ask(everything.town, found.who, form.action, "POST", data=body, headers={"Content-Type": kind})
    text = answer.get_data().decode() if answer.mimetype == "text/html" else ""
    return Sent(what, found, values, len(body), answer, text)


def _complaints(everything: Everything, sent: Sent) -> Iterator[str]:
    answer, found = sent.answer, sent.found
    yield from _of_an_answer(answer, sent.text)
    if 300 <= answer.status_code < 400:
        where = answer.headers["Location"]
        if found.endpoint not in MEANT:
            yield from (f"Location holds {one!r}" for one in _traces(sent.values) if one in unquote_plus(where))
        there = every_form.ask(everything.town, found.who, where)
        yield from (f"then {one}" for one in _of_an_answer(there, there.get_data(as_text=True)))
    elif 400 <= answer.status_code < 500 and found.form.method == "POST":
        yield from _of_a_refusal(sent)


def _of_an_answer(answer: Any, text: str) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    if answer.mimetype == "text/html":
        if hostile.SCRIPT in text:
            yield "a script of ours stands there to be run"
        if "<b onclick=" in text:
            yield "an element of ours stands there"
        if hostile.WORKED_OUT in text:
            yield "a template of ours was worked out"
    if "kvæk" in answer.headers.get("Set-Cookie", ""):
        yield "a header of ours was set"


def _of_a_refusal(sent: Sent) -> Iterator[str]:
    """A form that is shown again says what is wrong, and holds what was typed; what was typed is never answered without it."""
    found, page = sent.found, Page(sent.text, sent.found.path)
    typed = {name: value for name, value in sent.values.items() if name in found.form.typed() and name not in NEVER_BACK}
    again = [form for form in page.forms if form.action.split("?")[0] == found.form.action.split("?")[0]]
    if not again:
        if any(typed.values()) and sent.size <= MOST_BYTES:
            yield f"status {sent.answer.status_code}, and the words are gone"
        return
    if sent.answer.status_code in (400, 422) and not page.alerts:
        yield f"status {sent.answer.status_code} without a word on what is wrong"
    stands = {control.name: control.value for form in again for control in form.controls}
    for name, value in typed.items():
        stood, wanted = hostile.as_read(stands.get(name, "")), hostile.as_read(value)
        if found.endpoint in KEPT_TIDY:
            stood, wanted = _seen(stood), _seen(wanted)
        if stood != wanted:
            yield f"status {sent.answer.status_code}, {name} holds {stood[:40]!r}, typed was {wanted[:40]!r}"


def _seen(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() and letter not in " \ufffd")


def _traces(values: dict[str, str | bytes]) -> list[str]:
    return [one for value in values.values() if (one := hostile.trace(value))]


def _logged(caplog: Any, values: dict[str, str | bytes]) -> Iterator[str]:
    for record in caplog.records:
        said = f"{record.getMessage()} {record.args!r} {record.exc_text or ''}"
        if record.levelno >= logging.ERROR:
            yield said
        yield from (f"a log holds {one!r}: {said[:200]}" for one in _traces(values) if one in said or repr(one)[1:-1] in said)
