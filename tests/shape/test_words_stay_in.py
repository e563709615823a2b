"""Words of citizens stand in no log, no exception, no address and no name of a row (QUALITY S13)."""

import logging

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import SQLModel

from domain import sync
from domain.base import open_database
from domain.conversations import Conversation
from domain.people import Person
from domain.sync import Item
from tests import cast as people
from tests import make
from tests.shape.test_every_route_as_every_role import EVERYBODY, TABLE
from tests.web.client import Visitor
from tests.web.pages import FORM, SIGN_IN, open_form
from tests.web.town import revoke, rows

pytestmark = pytest.mark.slow

PLANTED = "blåbærgrød under vandtårnet"
TEXT = f"Hun sagde: »vi spiste {PLANTED} hver eneste dag i ugen« og »{PLANTED}«"
LOGGERS = ("", "hoert", "werkzeug", "flask_wtf.csrf", "sqlalchemy")


class Everything(logging.Handler):
    """Keeps every record as it would be written, and as it came."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{self.format(record)} {record.msg!r} {record.args!r} {record.__dict__.get('exc_text')}")


@pytest.fixture
def log():
    """All that is logged by anything: at the most talkative setting, the database engine with every statement."""
    handler, before = Everything(), {name: logging.getLogger(name).level for name in LOGGERS}
    logging.getLogger().addHandler(handler)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO if name == "sqlalchemy" else logging.DEBUG)
    yield handler.lines
    logging.getLogger().removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def planted(own_town, log):
    """A town where the sentence stands in every answer of talks that all may meet, quoted and not."""
    cast = own_town.cast
    with own_town.database.writing() as session:
        for actor in (cast.leder, cast.medarbejder, cast.leder2, cast.leder3):
            theme = [] if actor is cast.leder3 else [cast.themes["mad"]]
            cast.log(session, actor, [TEXT, TEXT, TEXT], confirmed=theme, tones={"mad": "praise"} if theme else None)
    assert log  # it does listen
    return own_town


def lines_with_words(log):
    return [line for line in log if any(part in line for part in (PLANTED, "vandtårnet", "vandt\\xe5rnet", "vandt%C3%A5rnet"))]


def addresses(answer):
    return [*answer.links(), answer.path] if answer.is_html and answer.status == 200 else [answer.headers.get("Location", "")]


def test_no_page_anybody_looks_at_leaves_words_in_the_log_or_in_an_address(planted, log):
    seen = 0
    for who in EVERYBODY:
        for row in TABLE:
            if row.method == "GET":
                answer = planted.browser(who).get(row.address(planted), json=who == "program")
                seen += answer.text.count("vandtårnet") if answer.is_html else 0
                assert [link for link in addresses(answer) if "vandt" in link] == []
    assert seen > 20
    assert lines_with_words(log) == []


def test_not_even_the_database_engine_at_its_most_talkative_quotes_a_row(planted, log):
    """SQLAlchemy's `hide_parameters` hides what goes in; what comes out (»Row (…)«) is logged at DEBUG all the same."""
    engine = logging.getLogger("sqlalchemy.engine")
    [handler] = [one for one in logging.getLogger().handlers if isinstance(one, Everything)]
    engine.addHandler(handler)
    engine.propagate = False
    engine.setLevel(logging.DEBUG)
    try:
        planted.browser("leder").get("/conversations/")
    finally:
        engine.setLevel(logging.NOTSET)
        engine.propagate = True
        engine.removeHandler(handler)
    assert log
    assert not lines_with_words(log)


def post_badly(visitor, cast):
    """Every way the form can come back."""
    page = open_form(visitor)
    words = {"answer_1": TEXT, "answer_2": TEXT, "answer_3": TEXT}
    wrong = (
        {"answer_2": TEXT * 200},
        {"held_on": PLANTED},
        {"unit": PLANTED},
        {"about_relation": PLANTED},
        {"themes": PLANTED},
        {"quote_scope": PLANTED},
        {"version": PLANTED},
        {"item": PLANTED},
        {"owner": PLANTED},
        {"tone": PLANTED},
    )
    for one in wrong:
        yield visitor.post(FORM, {**dict(page.fields(FORM)), **words, **one})
    yield visitor.post(FORM, {**dict(page.fields(FORM)), **words}, token=None)
    yield visitor.submit(page, FORM, **words)
    yield visitor.submit(page, FORM, **words)
    yield visitor.submit(page, FORM, answer_1=f"Andet: {TEXT}")


def test_no_form_that_comes_back_leaves_words_in_the_log_or_in_an_address(planted, log):
    visitor = planted.browser("leder")
    answers = list(post_badly(visitor, planted.cast))
    assert {answer.status for answer in answers} >= {302, 409, 419, 422}
    assert [answer.location for answer in answers if answer.status == 302 and "vandt" in answer.location] == []
    assert lines_with_words(log) == []


def test_what_is_searched_for_stands_in_no_log_and_no_address(planted, log):
    for who in ("leder", "medarbejder", "omraade"):
        visitor = planted.browser(who)
        answers = [visitor.post("/conversations/search", {"q": words}) for words in (PLANTED, f"»{PLANTED}«", PLANTED * 20)]
        assert [answer.status for answer in answers] == [302, 302, 422]
        found = [visitor.get(answer.location.split("#")[0]) for answer in answers[:2]]
        assert all("vandtårnet</mark>" in page.text for page in found)
        assert [link for page in (*answers, *found) for link in addresses(page) if "vandt" in link or "bl%C3" in link] == []
        assert [page.title for page in found] == ["Søg i samtaler – Hørt"] * 2
    assert lines_with_words(log) == []


def test_an_ended_sign_in_leaves_no_words_in_the_log_or_in_an_address(planted, log):
    visitor = planted.new_browser("leder")
    page = open_form(visitor)
    revoke(planted.database, planted.cast.leder)
    asked = visitor.submit(page, FORM, answer_1=TEXT)
    assert (asked.status, "vandt" in asked.everything) == (401, False)
    back = visitor.submit(asked, SIGN_IN, email=people.email("leder"), password=make.PASSWORD)
    assert "vandtårnet" in back.text
    assert lines_with_words(log) == []


def test_words_typed_as_an_address_or_a_password_are_not_logged(planted, log):
    visitor = Visitor(planted.app)
    visitor.submit(visitor.get(SIGN_IN), SIGN_IN, email=PLANTED, password=PLANTED)
    visitor.submit(visitor.get(SIGN_IN), SIGN_IN, email=people.email("leder"), password=PLANTED)
    assert lines_with_words(log) == []


@pytest.mark.parametrize("verb", ["domain.sync.accept", "domain.conversations.newest", "domain.questions.version"])
def test_a_fault_of_ours_leaves_no_words_in_the_log(planted, log, monkeypatch, verb):
    visitor = planted.browser("leder")
    page = open_form(visitor)

    def fail(*_args, **_more):
        raise RuntimeError(f"cannot take {TEXT!r}") from ValueError(TEXT)

    monkeypatch.setattr(verb, fail)
    answers = [visitor.submit(page, FORM, answer_1=TEXT), visitor.get("/conversations/"), visitor.get("/")]
    assert 500 in {answer.status for answer in answers}
    assert any("RuntimeError" in line for line in log)
    assert lines_with_words(log) == []


def test_a_store_that_fails_leaves_no_words_in_the_log(planted, log):
    visitor = planted.browser("leder")
    page = open_form(visitor)
    with planted.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE conversation ADD COLUMN needed TEXT NOT NULL DEFAULT ''")
        session.connection().exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON conversation BEGIN SELECT RAISE(ABORT, 'no more'); END"
        )
    assert visitor.submit(page, FORM, answer_1=TEXT).status in (500, 503)
    assert any("hoert" in line or "unhandled" in line or "unreachable" in line for line in log)
    assert lines_with_words(log) == []


def test_a_store_out_of_reach_leaves_no_words_in_the_log(planted, log, tmp_path):
    visitor = planted.browser("leder")
    page = open_form(visitor)
    planted.app.extensions["hoert.database"] = open_database(f"sqlite:////{tmp_path}/no-such-folder/hoert.sqlite")
    assert visitor.submit(page, FORM, answer_1=TEXT).status == 503
    assert visitor.get("/conversations/").status == 503
    assert any("unreachable" in line for line in log)
    assert lines_with_words(log) == []


def test_no_row_tells_its_words_by_its_name(planted):
    with planted.database.reading() as session:
        found = [row for table in (Conversation, Person) for row in session.execute(sa.select(table)).scalars()]
    assert len(found) > 15
    spoken = "".join(f"{row} {row!r} {row!s} {[row]} {dict(enumerate([row]))}" for row in found)
    assert "vandt" not in spoken
    assert "Lene" not in spoken
    assert "vandt" in str(rows(planted.database)["conversation"])


def test_every_table_has_rows_that_are_named_by_their_key():
    named = {table.name for table in SQLModel.metadata.sorted_tables}
    own = {mapper.class_.__tablename__ for mapper in Conversation._sa_registry.mappers if "__repr__" not in vars(mapper.class_)}
    assert own == named


def test_no_exception_of_ours_tells_the_words(planted):
    cast = planted.cast
    bad = {**cast.talk(TEXT), "about": {"relation": PLANTED}, "held_at": PLANTED}
    with planted.database.session(writes=True) as session:
        receipt = sync.accept(session, cast.leder, item=bad, now=make.NOW)
    assert receipt.problems
    assert "vandt" not in repr(receipt)
    with pytest.raises(ValidationError) as raised:
        Item.model_validate(bad)
    assert "vandt" not in repr(raised.value.errors(include_input=False, include_url=False, include_context=False))


def test_a_database_that_refuses_a_row_does_not_quote_it(planted):
    with planted.database.reading() as session:
        row = session.execute(sa.select(Conversation)).scalars().first()
    twin = Conversation(**{**row.model_dump(), "answers": [{"text": TEXT}]})
    with pytest.raises(sa.exc.IntegrityError) as raised, planted.database.writing() as session:
        session.add(twin)
    told = f"{raised.value} {raised.value!r} {raised.value.__cause__} {raised.value.__context__!r} {raised.value.orig!r}"
    assert "vandt" not in told
