"""R8: the questions are published anew, or their set closed, while phones have no network. Each talk is stored under the version
it was begun in, and read under that version's texts; so is its correction, made afterwards."""

import copy
from random import Random

from sqlmodel import col, select

from domain import questions
from domain.base import now
from domain.questions import Content, QuestionSet
from tests import make
from tests.fault import oracle
from tests.fault.server import as_header, ask
from tests.fault.soak import say, seeds


def test_each_talk_stands_under_the_version_it_was_begun_in(worlds):
    world = worlds("sqlite", HOERT_LIMITS="off")
    for seed in seeds(50):
        say(seed)
        begun_offline(world, seed, Random(f"questions {seed}"))


def begun_offline(world, seed, chance):
    ask_anew(world, f"{seed} før")
    phone, line = world.phone("leder", seed=seed)
    line.script = lambda _line, _request: _lost
    begun = {phone.note(f"{seed} {n}"): f"{seed} før" for n in range(2)}
    kept_open = chance.choice(list(begun))
    phone.do("open_form", first=kept_open)
    for number in range(chance.randint(1, 3)):
        ask_anew(world, f"{seed} efter {number}")
        if chance.random() < 0.4:
            close(world)
    if chance.random() < 0.5:  # it hears of the new questions before it can send
        line.script = lambda _line, request: _lost if request.path == "/sync" else None
        phone.do("kit")
        if not is_closed(world):
            begun[phone.note(f"{seed} nye spørgsmål")] = f"{seed} efter {number}"
    phone.do("save_form", place=0, texts=[f"{seed} rettet"])
    phone.do("release", first=kept_open)
    line.quiet()
    phone.do("kick", pressed=True)
    phone.do("edit", first=next(iter(begun)), texts=[f"{seed} rettet bagefter"])  # also when it is asked no more
    phone.do("kick", pressed=True)
    assert oracle.complaints(world.database, [phone], people=world.people) == []
    items = {entry["id"]: entry for entry in phone.ledger()}
    rows = oracle.Rows.of(world.database).talks
    with world.database.reading() as session:
        for key, entry in items.items():
            form = questions.version(session, rows[key].question_set_version_id)
            assert form.content.title["da"] == begun[entry["first"]]
            assert {one["question"] for one in rows[key].answers} <= {str(one.id) for one in form.content.questions}
    for first, title in begun.items():
        page = ask(world.server.port, "GET", f"/conversations/{first}", headers={"Cookie": as_header(world.signed_in("leder"))})
        assert f"Om {title}".encode() in page.body, page.status
    phone.do("forget")


def ask_anew(world, title):
    """The set is open, and its newest version has texts of its own."""
    content = copy.deepcopy(make.content().model_dump(mode="json"))
    content["title"]["da"] = title
    for question in content["questions"]:
        question["label"]["da"] = question["prompt"]["da"] = f"Om {title}"
    with world.database.writing() as session:
        row = the_set(session)
        questions.reopen_set(session, question_set=row, now=now())
        questions.publish(session, question_set=row, content=Content.model_validate(content), now=now())


def close(world):
    with world.database.writing() as session:
        questions.close_set(session, question_set=the_set(session), now=now())


def is_closed(world):
    with world.database.reading() as session:
        return the_set(session).closed_at is not None


def the_set(session):
    return session.exec(select(QuestionSet).where(col(QuestionSet.sector) == "nursery")).one()


async def _lost(_way):
    """Nothing comes there."""
