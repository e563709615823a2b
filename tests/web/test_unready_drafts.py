"""What is in the way of publishing is said beside the field it is of, whichever language is open."""

import pytest

from domain import questions
from domain.questions import Content, Kind, Same, Sketch, SketchFact, TalkType
from tests import make
from tests.web import editing
from tests.web.editing import goes_on, press


@pytest.fixture
def admin(own_town):
    return own_town.browser("admin")


def drafted(town, **changed):
    """A draft of the nurseries' set that holds this."""
    editing.begun(town)
    draft = editing.stored(town)
    sketch = draft.sketch.model_copy(update=changed)
    with town.database.writing() as session:
        questions.save(session, town.cast.admin, draft.question_set.id, seen=draft.revision, sketch=sketch, now=make.NOW)
    return sketch


def with_first(town, **changed):
    first, *rest = questions.sketch_of(town.cast.form.content).questions
    return drafted(town, questions=(first.model_copy(update=changed), *rest))


def published_from(admin, town, lang):
    page = admin.get(f"{editing.address(town)}?lang={lang}")
    refused = press(admin, page, "", to=f"{editing.address(town)}/publication")
    assert refused.status == 422
    return refused


def links(page):
    [summary] = page.all("div", css="error-summary")
    return [one.get("href") for one in summary.iter("a")]


def lead_to_a_field(admin, page):
    """Every one of them: here, or on the page that it opens."""
    for link in links(page):
        there = page if link.startswith("#") else admin.get(link.split("#")[0])
        field = link.split("#")[1]
        assert field in {one.get("id") for tag in ("input", "textarea", "select", "button") for one in there.all(tag)}, link
        folds = [one for one in there.all("details") if field in {inside.get("id") for inside in one.iter()}]
        assert all(one.get("open") is not None for one in folds), link
        if not field.startswith("add."):
            assert [one for one in there.all("p") if one.get("id") == f"{field}-error"], link


def lang_of(page):
    return dict(page.fields(page.path.removesuffix("/publication")))["lang"]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_language_of_the_first_one_is_opened_and_every_link_leads_to_a_field(own_town, admin, lang):
    first = own_town.cast.form.content.questions[0]
    with_first(own_town, prompt={"da": "Noget helt andet?", "en": "x" * 301})
    refused = published_from(admin, own_town, lang)
    assert (lang_of(refused), links(refused)[0]) == ("en", f"#question.{first.id}.prompt.en")
    assert len(links(refused)) == 2
    lead_to_a_field(admin, refused)
    shorter = {f"question.{first.id}.prompt.en": "Something else?"}
    texts = [pair for pair in refused.fields(editing.address(own_town)) if pair[0] not in shorter]
    goes_on(admin, admin.post(editing.address(own_town), [*texts, *shorter.items()]))
    refused = published_from(admin, own_town, lang)
    assert (lang_of(refused), links(refused)) == ("da", [f"#question.{first.id}.same"])
    lead_to_a_field(admin, refused)


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"title": {"da": ""}, "voice": {"da": "x", "en": "x" * 61}},
        {"guidance": {"en": "x" * 10_001}},
        {"questions": ()},
        {"power": {"aim": "x" * 501}, "promise": {"da": "Løfte", "en": "x" * 1_001}},
        {"about": tuple(SketchFact(field=f"f{n}", label={"da": "Fakta"}) for n in range(5))},
    ],
    ids=["texts", "english", "no question", "power", "facts"],
)
def test_whatever_is_in_the_way(own_town, admin, wrong, lang):
    wanted = Sketch.model_validate(wrong)
    drafted(own_town, **{name: getattr(wanted, name) for name in wrong})
    lead_to_a_field(admin, published_from(admin, own_town, lang))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_is_folded_is_unfolded(own_town, admin, lang):
    with_first(own_town, help={"da": "x" * 301, "en": "x" * 301})
    lead_to_a_field(admin, published_from(admin, own_town, lang))


def test_another_kind_of_answer_that_was_said_to_be_the_same(own_town, admin):
    first = own_town.cast.form.content.questions[0]
    with_first(own_town, kind=Kind.NUMBER, same=Same.WORDING)
    refused = published_from(admin, own_town, "en")
    assert links(refused) == [f"#question.{first.id}.kind"]
    lead_to_a_field(admin, refused)


VOICES = "En gruppesamtale skal spørge, hvor mange stemmer der var."


def test_a_group_talk_without_its_number_of_voices_is_warned_of(own_town, admin):
    content = Content.model_validate(own_town.cast.form.content.model_dump())
    with own_town.database.writing() as session:
        draft = questions.add(
            session, own_town.cast.admin, sector="nursery", talk_type=TalkType.GROUP_TALK, unit_id=None,
            sketch=questions.copy_of(content), now=make.NOW,
        )  # fmt: skip
    here = f"/questions/{draft.question_set.id}/draft"
    for lang in ("da", "en"):
        assert VOICES in admin.get(f"{here}?lang={lang}").words
    first = draft.sketch.questions[0].id
    page = goes_on(admin, press(admin, admin.get(here), "save", **{f"question.{first}.kind": "number"}))
    assert VOICES in page.words, "it must be answered"
    page = goes_on(admin, press(admin, page, "save", **{f"question.{first}.required": "1"}))
    assert VOICES not in page.words
    editing.begun(own_town)
    assert VOICES not in admin.get(editing.address(own_town)).words, "another kind of talk"
