"""What two make of a draft at once is put together place by place; nothing is lost unseen."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from domain.questions import Choice, Kind, Sketch, SketchFact, SketchQuestion, differences, merge, sketch_of
from domain.questions.merging import laid_out, put_together
from tests import make

KEYS = [uuid.UUID(int=number) for number in range(1, 6)]
texts = st.dictionaries(st.sampled_from(["da", "en"]), st.sampled_from(["Hvad?", "Hvordan?", "Hvornår?"]), max_size=2)
choices = st.lists(st.sampled_from("abcd"), unique=True, max_size=4).flatmap(
    lambda codes: st.tuples(*(st.builds(Choice, code=st.just(code), text=texts) for code in codes))
)


@st.composite
def sketches(draw):
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4))
    asked = tuple(
        SketchQuestion(
            id=key,
            kind=draw(st.sampled_from([Kind.LONG_TEXT, Kind.ONE_CHOICE])),
            prompt=draw(texts),
            label=draw(texts),
            help=draw(texts) or None,
            required=draw(st.booleans()),
            choices=draw(choices),
        )
        for key in keys
    )
    fields = draw(st.lists(st.sampled_from(["relation", "how"]), unique=True))
    about = tuple(SketchFact(field=one, label=draw(texts), choices=draw(choices)) for one in fields)
    return Sketch(title=draw(texts), promise=draw(texts), questions=asked, about=about, power=draw(powers))


powers = st.dictionaries(st.sampled_from(["aim", "subjects"]), st.sampled_from(["Et mål", "To mål"]), max_size=2)


@given(sketches())
def test_a_draft_laid_out_and_put_together_is_the_same(sketch):
    assert put_together(laid_out(sketch)) == sketch


@given(sketches(), sketches())
def test_what_only_one_changed_is_taken_whole(base, changed):
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert (merged.sketch, merged.clashes, merged.kept) == (changed, (), ())


@given(sketches(), sketches(), sketches())
def test_each_text_of_the_outcome_was_written_by_one_of_the_two(base, theirs, mine):
    merged = merge(base, theirs, mine)
    both = (laid_out(theirs), laid_out(mine))
    for path, value in laid_out(merged.sketch).items():
        if path.endswith((".da", ".en")):
            assert value in {places.get(path, "") for places in both}, path


@given(sketches(), sketches(), sketches())
def test_nothing_that_was_written_since_is_lost_unseen(base, theirs, mine):
    """It stands in the outcome, or in a clash; a whole question or fact that somebody changed is there."""
    merged = merge(base, theirs, mine)
    outcome, clashes = laid_out(merged.sketch), {one.path: one for one in merged.clashes}
    known = laid_out(base)
    for places in (laid_out(theirs), laid_out(mine)):
        for path, value in places.items():
            if not path.endswith((".da", ".en")) or not value or value == known.get(path, ""):
                continue
            seen = {outcome.get(path), *((clashes[path].theirs, clashes[path].mine) if path in clashes else ())}
            assert value in seen, path


@given(sketches(), sketches(), sketches(), st.data())
def test_what_somebody_chose_is_taken(base, theirs, mine, data):
    clashes = merge(base, theirs, mine).clashes
    chosen = {one.path: data.draw(st.sampled_from(["mine", "theirs"])) for one in clashes}
    merged = merge(base, theirs, mine, chosen)
    assert merged.clashes == ()
    places = laid_out(merged.sketch)
    for one in clashes:
        if one.path in places:
            assert places[one.path] == getattr(one, chosen[one.path])


def test_the_differences_name_the_places():
    before = sketch_of(make.content())
    first = before.questions[0]
    after = before.model_copy(update={"title": {"da": "Ny"}, "questions": before.questions[1:]})
    found = {path: (was, now) for path, was, now in differences(before, after)}
    assert found["title.da"] == (before.title["da"], "Ny")
    assert found[f"question.{first.id}.prompt.da"] == (first.prompt["da"], None)
    assert differences(before, before) == []
