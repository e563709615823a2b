"""The one verb behind both doors: each item is judged by itself, taken once, and answered by a receipt that is true."""

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from domain import sync
from domain.audit import Deed
from domain.base import new_id
from domain.conversations import Conversation
from domain.sync import Status, fingerprint
from domain.themes import Coding, Theme
from tests import make
from tests.ids import without_ids


def accept(session, actor, item, now=make.NOW):
    return sync.accept(session, actor, item=item, now=now)


def told(receipt) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in receipt.problems]


def stored(session) -> list[Conversation]:
    return list(session.exec(select(Conversation)).all())


def test_a_talk_is_stored_as_it_was_sent(database, cast):
    item = cast.talk(("Første svar", "", "Tredje 😀"), about={"relation": ["mother", "father"]}, quote_scope="municipality")
    with database.writing() as session:
        receipt = accept(session, cast.leder, item)
    assert (receipt.status, receipt.sha256, receipt.sequence, receipt.problems) == (Status.STORED, fingerprint(item), 1, ())
    with database.reading() as session:
        (row,) = stored(session)
        (deed,) = session.exec(select(Deed)).all()
    assert (str(row.id), row.first_id, row.revision, row.replaced_by_id) == (item["id"], row.id, 1, None)
    assert row.answers == item["answers"]
    assert row.about == {"relation": ["mother", "father"]}
    assert (row.author_id, row.unit_id, row.quote_scope) == (cast.leder.person_id, cast.mariehuset.id, "municipality")
    assert (row.held_at.isoformat(), row.held_week, row.received_at) == (item["held_at"], "2026-W47", make.NOW)
    assert row.sha256 == receipt.sha256
    assert (deed.verb, deed.person_id, deed.object_id, deed.facts) == ("items_taken", cast.leder.person_id, None, {"talks": 1})


def test_the_reference_is_random_and_tells_no_time(session, cast):
    row = cast.log(session, cast.leder)
    assert row.reference != row.id
    assert row.reference.version == 4


def test_the_week_of_a_talk_is_counted_in_copenhagen(session, cast):
    assert cast.log(session, cast.leder, held_at=make.WEEK.ends_at()).held_week == "2026-W48"


@pytest.mark.parametrize("name", ["leder", "medarbejder"])
def test_people_of_a_house_note_talks_there(session, cast, name):
    assert accept(session, getattr(cast, name), cast.talk()).status == Status.STORED


def test_an_area_leader_notes_talks_in_any_house_of_the_area(session, cast):
    assert accept(session, cast.omraade, cast.talk()).status == Status.STORED
    assert accept(session, cast.omraade2, cast.talk(unit=cast.havnen)).status == Status.STORED


def test_the_same_item_again_is_a_duplicate_also_with_its_names_in_another_order(session, cast):
    item = cast.talk()
    first = accept(session, cast.leder, item)
    again = accept(session, cast.leder, dict(reversed(item.items())))
    assert (again.id, again.status, again.sha256, again.sequence) == (first.id, Status.DUPLICATE, first.sha256, None)
    assert len(stored(session)) == 1
    assert len(session.exec(select(Deed)).all()) == 1
    assert sync.waiting(session, cast.leder) == []


@pytest.mark.parametrize("other", [{"quote_scope": "none"}, {"mood": 1}, {"revision": 2}, {"answers": None}, {"x": 0.5}])
def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(session, cast, other):
    item = cast.talk()
    accept(session, cast.leder, item)
    before = stored(session)[0].model_dump()
    receipt = accept(session, cast.leder, {**item, **other})
    assert (receipt.status, receipt.sha256, receipt.sequence) == (Status.CONFLICT, fingerprint({**item, **other}), None)
    session.expire_all()
    assert [row.model_dump() for row in stored(session)] == [before]


@pytest.mark.parametrize("name", ["leder2", "leder3", "medarbejder", "omraade", "omraade2", "admin"])
@pytest.mark.parametrize("same", [True, False])
def test_somebody_elses_id_shows_nothing_of_what_stands_there(session, cast, name, same):
    item = cast.talk("En hemmelig sætning")
    accept(session, cast.leder, item)
    sent = item if same else {"id": item["id"]}
    receipt = accept(session, getattr(cast, name), sent)
    assert receipt == sync.Receipt(
        uuid.UUID(item["id"]), Status.NEEDS_HELP, fingerprint(sent), problems=(sync.rules.Problem("id", "taken"),)
    )
    assert len(stored(session)) == 1


@pytest.mark.parametrize("item", [None, 7, "x", [], {}, {"id": None}, {"id": 7}, {"id": "7"}, {"id": ["x"]}, {"answers": []}])
def test_an_item_without_a_valid_id_is_unusable(session, cast, item):
    receipt = accept(session, cast.leder, item)
    assert (receipt.id, receipt.status, receipt.sequence) == (None, Status.UNUSABLE, None)
    assert receipt.sha256 == fingerprint(item)
    assert stored(session) == []


PROBLEMS = {
    "nothing written": (lambda cast: cast.talk(""), [("answers", "nothing_written")]),
    "no answers": (lambda cast: cast.talk(()), [("answers", "nothing_written")]),
    "too long": (lambda cast: cast.talk("😀" * 5_001), [(lambda cast: f"answers.{first(cast)}", "too_long")]),
    "unknown choice": (lambda cast: cast.talk(about={"relation": ["aunt"]}), [("about.relation", "unknown_choice")]),
    "unknown fact": (lambda cast: cast.talk(about={"age": ["7"]}), [("about.age", "unknown_choice")]),
    "unknown consent": (lambda cast: cast.talk(quote_scope="all"), [("quote_scope", "unknown_choice")]),
    "another leader's house": (lambda cast: cast.talk(unit=cast.skovbrynet), [("unit", "unknown_unit")]),
    "another area's house": (lambda cast: cast.talk(unit=cast.havnen), [("unit", "unknown_unit")]),
    "the area itself": (lambda cast: cast.talk(unit=cast.syd), [("unit", "unknown_unit")]),
    "no unit": (lambda cast: {**cast.talk(), "unit": str(new_id())}, [("unit", "unknown_unit")]),
    "no version": (
        lambda cast: {**cast.talk(), "question_set_version": str(new_id())},
        [("question_set_version", "unknown_version")],
    ),
    "another sector": (
        lambda cast: make.talk(cast.form_home_care, cast.mariehuset.id),
        [("question_set_version", "other_sector")],
    ),
    "theme of another sector": (
        lambda cast: cast.talk(confirmed=[cast.themes_home_care["besøg"]]),
        [("themes", "unknown_theme")],
    ),
    "theme both ways": (
        lambda cast: cast.talk(confirmed=[cast.themes["mad"]], rejected=[cast.themes["mad"]]),
        [("themes", "contradiction")],
    ),
    "unknown tone": (lambda cast: cast.talk(confirmed=[cast.themes["mad"]], tones={"mad": "joy"}), [("themes", "unknown_tone")]),
    "tone without its theme": (
        lambda cast: cast.talk(themes={"tones": {str(cast.themes["mad"].id): "praise"}}),
        [("themes", "unknown_tone")],
    ),
    "time without a zone": (lambda cast: {**cast.talk(), "held_at": "2026-11-18T08:12:00"}, [("held_at", "malformed")]),
    "no time": (lambda cast: {name: one for name, one in cast.talk().items() if name != "held_at"}, [("held_at", "malformed")]),
    "another kind": (lambda cast: cast.talk(kind="poem"), [("kind", "malformed")]),
    "answers of another shape": (lambda cast: cast.talk(answers={"a": 1}), [("answers", "malformed")]),
    "a fraction": (lambda cast: cast.talk(weight=0.5), [("", "no_canonical_form")]),
    "half a letter": (lambda cast: cast.talk(mood="\ud800"), [("", "no_canonical_form")]),
    "half a letter in an answer": (lambda cast: cast.talk("\ud800"), [("", "no_canonical_form")]),
}


def first(cast) -> uuid.UUID:
    return cast.form.content.questions[0].id


@pytest.mark.parametrize(("item", "problems"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_an_item_that_cannot_be_used_needs_help_and_is_kept_for_it(session, cast, item, problems):
    sent = item(cast)
    receipt = accept(session, cast.leder, sent)
    assert told(receipt) == [(field(cast) if callable(field) else field, code) for field, code in problems]
    assert (str(receipt.id), receipt.status, receipt.sequence) == (sent["id"], Status.NEEDS_HELP, None)
    assert receipt.sha256 == fingerprint(sent)
    assert stored(session) == []
    assert session.exec(select(Coding)).all() == []
    assert [deed.facts for deed in session.exec(select(Deed)).all()] == [{"kept": 1}]
    [kept] = sync.waiting(session, cast.leder)
    assert (kept.item_id, kept.status, kept.problems) == (receipt.id, Status.NEEDS_HELP, receipt.problems)
    assert kept.content == sent


def test_an_unknown_question_and_one_answered_twice_are_named(session, cast):
    stranger = str(new_id())
    answers = [{"question": str(first(cast)), "text": "Ja"}, {"question": str(first(cast)), "text": "Nej"}]
    receipt = accept(session, cast.leder, cast.talk(answers=[*answers, {"question": stranger, "text": "Måske"}]))
    assert told(receipt) == [("answers", "twice"), (f"answers.{stranger}", "unknown_question")]


def test_an_administrator_notes_no_talks(session, cast):
    assert told(accept(session, cast.admin, cast.talk())) == [("unit", "unknown_unit")]


def test_what_needed_help_is_taken_when_it_comes_again_put_right(session, cast):
    item = cast.talk("")
    assert accept(session, cast.leder, item).status == Status.NEEDS_HELP
    item["answers"][0]["text"] = "Nu med ord"
    assert accept(session, cast.leder, item).status == Status.STORED


def test_a_bad_item_does_not_spoil_the_good_one_after_it(database, cast):
    with database.writing() as session:
        statuses = [accept(session, cast.leder, item).status for item in (cast.talk(""), cast.talk(), {"id": "x"}, cast.talk())]
    assert statuses == ["needs_help", "stored", "unusable", "stored"]
    with database.reading() as session:
        assert len(stored(session)) == 2


def test_members_of_a_later_release_are_left_out_but_count_in_the_fingerprint(session, cast):
    item = cast.talk(mood="😀", themes={"confirmed": [], "weight": 3})
    receipt = accept(session, cast.leder, item)
    assert receipt.status == Status.STORED
    assert receipt.sha256 == fingerprint(item) != fingerprint({name: one for name, one in item.items() if name != "mood"})
    assert "😀" not in str(stored(session)[0].model_dump())


def test_an_answer_of_exactly_five_thousand_emoji_is_kept_whole(database, cast):
    with database.writing() as session:
        assert accept(session, cast.leder, cast.talk("😀" * 5_000)).status == Status.STORED
    with database.reading() as session:
        assert stored(session)[0].answers[0]["text"] == "😀" * 5_000


def test_themes_that_were_suggested_confirmed_rejected_and_added_are_stored_apart(session, cast):
    themes = cast.themes
    row = cast.log(
        session,
        cast.leder,
        "Mad i garderoben, og hun er tryg",  # suggests mad, aflevering, tryghed
        confirmed=[themes["mad"], themes["personale"]],
        rejected=[themes["aflevering"]],
        tones={"mad": "trouble", "personale": "praise"},
    )
    keys = {theme.id: key for key, theme in themes.items()}
    codings = session.exec(select(Coding).where(Coding.conversation_id == row.id)).all()
    assert {keys[one.theme_id]: (one.suggested, one.decision, one.tone) for one in codings} == {
        "mad": (True, "confirmed", "trouble"),
        "personale": (False, "confirmed", "praise"),
        "aflevering": (True, "rejected", None),
        "tryghed": (True, None, None),
    }
    for one in codings:
        decided = (cast.leder.person_id, make.NOW) if one.decision else (None, None)
        assert (one.decided_by_id, one.decided_at) == decided


def suggested(session, cast, item):
    keys = {theme.id: key for key, theme in cast.themes.items()}
    codings = session.exec(select(Coding).where(Coding.conversation_id == uuid.UUID(item["id"]), Coding.suggested)).all()
    return {keys[one.theme_id] for one in codings}


def test_what_is_suggested_follows_a_codebook_that_changed_between_two_talks(database, cast):
    text = "Mad i garderoben, og hun er tryg"
    before, after = cast.talk(text), cast.talk(text)
    with database.writing() as session:
        accept(session, cast.leder, cast.talk(text))  # this process knows the codebook now
        accept(session, cast.leder, before)
        mad = session.get_one(Theme, cast.themes["mad"].id)
        mad.include = ["spaghetti"]
        session.add(mad)
        session.flush()
        accept(session, cast.leder, after)
        assert suggested(session, cast, before) == {"mad", "aflevering", "tryghed"}
        assert suggested(session, cast, after) == {"aflevering", "tryghed"}


def test_of_two_texts_under_one_id_the_stored_one_is_looked_through(database, cast):
    first = cast.talk("Mad i garderoben")
    second = {**first, "answers": cast.talk("Hun er tryg")["answers"]}
    with database.writing() as session:
        accept(session, cast.leder, cast.talk("Intet"))
        receipts = sync.take(session, cast.leder, items=[first, second], now=make.NOW)
        assert [one.status for one in receipts] == [Status.STORED, Status.CONFLICT]
        assert suggested(session, cast, first) == {"mad", "aflevering"}


NUMBER = "170385-2391"


def everything(database, server) -> bytes:
    """All bytes the database keeps, on disk."""
    if database.engine.dialect.name == "sqlite":
        path = Path(database.engine.url.database)
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    with server.connect() as connection:
        connection.execute("CHECKPOINT")
    places = [server.folder / "data" / place for place in ("base", "pg_wal")]
    return b"".join(file.read_bytes() for place in places for file in place.rglob("*") if file.is_file())


def test_a_cpr_number_is_covered_before_it_is_stored_and_stands_nowhere(database, cast, request):
    item = cast.talk(("Hun sagde »jeg er 170385-2391, sagde jeg jo til dem«", f"Igen: {NUMBER} og (170385) 2391", "Ukendt xyzzy"))
    with database.writing() as session:
        receipt = accept(session, cast.leder, item)
    questions = [question.id for question in cast.form.content.questions]
    assert (receipt.status, receipt.sha256) == (Status.STORED, fingerprint(item))
    assert told(receipt) == [(f"answers.{key}", "cpr_masked") for key in questions[:2]]
    with database.reading() as session:
        texts = [answer["text"] for answer in stored(session)[0].answers]
    assert texts == ["Hun sagde »jeg er ••••••-••••, sagde jeg jo til dem«", "Igen: ••••••-•••• og (••••••-••••", "Ukendt xyzzy"]
    server = request.getfixturevalue("postgres_server") if database.engine.dialect.name == "postgresql" else None
    kept = without_ids(everything(database, server))
    assert b"Ukendt xyzzy" in kept
    assert b"170385" not in kept
    assert b"85-2391" not in kept


def test_the_same_number_again_is_a_duplicate_since_the_fingerprint_is_of_what_was_sent(session, cast):
    item = cast.talk(f"Han hedder {NUMBER}")
    accept(session, cast.leder, item)
    assert accept(session, cast.leder, item).status == Status.DUPLICATE
    assert accept(session, cast.leder, {**item, "answers": stored(session)[0].answers}).status == Status.CONFLICT


def test_a_store_that_refuses_keeps_no_half_of_a_talk(database, cast):
    with pytest.raises(ZeroDivisionError), database.writing() as session:  # noqa: PT012
        accept(session, cast.leder, cast.talk("mad", confirmed=[cast.themes["mad"]]))
        _ = 1 / 0
    with database.reading() as session:
        for table in (Conversation, Coding, Deed):
            assert session.exec(select(sa.func.count()).select_from(table)).one() == 0
