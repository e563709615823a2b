"""Two who edit a draft at once: what each changed since they both saw it, put together place by place.

A draft is laid out as places: `title.da`, `questions` (their order), `question.<id>.prompt.da`, `question.<id>.choices`,
`question.<id>.choice.<code>.da`, `fact.<field>.label.en`, `power.<key>` … What only one changed is taken; where both wrote
otherwise, somebody chooses. Nothing is lost unseen: what one took away and the other changed meanwhile stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .rules import Choice
from .sketches import Power, Sketch, SketchFact, SketchQuestion

_TEXTS = ("title", "promise", "guidance", "voice")
_OF_QUESTION = ("kind", "required", "same", "follows")

Places = dict[str, Any]


@dataclass(frozen=True)
class Clash:
    """A place where both wrote otherwise. Values are texts, or codes."""

    path: str
    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Merged:
    """What comes of it; where they clash, `sketch` holds mine. kept: ids of questions and fields of facts that one took away."""

    sketch: Sketch
    clashes: tuple[Clash, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass
class _Work:
    base: Places
    theirs: Places
    mine: Places
    chosen: Mapping[str, str]
    clashes: list[Clash] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def merge(base: Sketch, theirs: Sketch, mine: Sketch, chosen: Mapping[str, str] | None = None) -> Merged:
    """chosen: path → "theirs" or "mine", where somebody has decided."""
    work = _Work(laid_out(base), laid_out(theirs), laid_out(mine), chosen or {})
    paths = list(dict.fromkeys((*work.mine, *work.theirs)))
    merged: Places = {path: _order(work, path) for path in paths if is_order(path)}
    for path in paths:
        if not is_order(path):
            merged[path] = _value(work, path)
    for key in merged["questions"]:
        if _was_said_of_other_words(work, f"question.{key}"):
            merged[f"question.{key}.same"] = None
    return Merged(put_together(merged), tuple(work.clashes), tuple(dict.fromkeys(work.kept)))


def differences(before: Sketch, after: Sketch) -> list[tuple[str, Any, Any]]:
    """Each place that differs, with both values; a place that is not there is None.

    A question of a new meaning stands beside the one it follows, under that one's id.
    """
    was, is_now = laid_out(before), laid_out(_under_old_ids(before, after))
    paths = dict.fromkeys((*is_now, *was))
    return [(path, was.get(path), is_now.get(path)) for path in paths if was.get(path) != is_now.get(path)]


def _under_old_ids(before: Sketch, after: Sketch) -> Sketch:
    known, there = {one.id for one in before.questions}, {one.id for one in after.questions}
    asked = tuple(one.model_copy(update={"id": one.follows}) if one.follows in known - there else one for one in after.questions)
    return after.model_copy(update={"questions": asked})


def laid_out(sketch: Sketch) -> Places:
    places: Places = {}
    for name in _TEXTS:
        _lay_texts(places, name, getattr(sketch, name))
    places["worded_by"] = tuple(sorted(sketch.worded_by))
    for key in Power:
        places[f"power.{key}"] = sketch.power.get(key, "")
    places["questions"] = tuple(str(one.id) for one in sketch.questions)
    for question in sketch.questions:
        where = f"question.{question.id}"
        for name in _OF_QUESTION:
            places[f"{where}.{name}"] = getattr(question, name)
        for name in ("prompt", "label", "help"):
            _lay_texts(places, f"{where}.{name}", getattr(question, name) or {})
        _lay_choices(places, where, question.choices)
    places["about"] = tuple(one.field for one in sketch.about)
    for fact in sketch.about:
        _lay_texts(places, f"fact.{fact.field}.label", fact.label)
        _lay_choices(places, f"fact.{fact.field}", fact.choices)
    return places


def put_together(places: Places) -> Sketch:
    return Sketch(
        **{name: _texts_at(places, name) for name in _TEXTS},
        worded_by=places.get("worded_by", ()),
        power={Power(path.removeprefix("power.")): text for path, text in places.items() if path.startswith("power.") and text},
        questions=tuple(_question_at(places, key) for key in places.get("questions", ())),
        about=tuple(_fact_at(places, key) for key in places.get("about", ())),
    )


def _lay_texts(places: Places, where: str, texts: Mapping[str, str]) -> None:
    for lang in ("da", "en"):
        places[f"{where}.{lang}"] = texts.get(lang, "")


def _lay_choices(places: Places, where: str, choices: Sequence[Choice]) -> None:
    places[f"{where}.choices"] = tuple(one.code for one in choices)
    for one in choices:
        _lay_texts(places, f"{where}.choice.{one.code}", one.text)


def _texts_at(places: Places, where: str) -> dict[str, str]:
    return {lang: text for lang in ("da", "en") if (text := places.get(f"{where}.{lang}"))}


def _choices_at(places: Places, where: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(code=code, text=_texts_at(places, f"{where}.choice.{code}")) for code in places.get(f"{where}.choices", ())
    )


def _question_at(places: Places, key: str) -> SketchQuestion:
    where = f"question.{key}"
    more = {name: places[f"{where}.{name}"] for name in _OF_QUESTION if f"{where}.{name}" in places}
    texts = {name: _texts_at(places, f"{where}.{name}") for name in ("prompt", "label")}
    help_texts = _texts_at(places, f"{where}.help") or None
    return SketchQuestion.model_validate({"id": key, **more, **texts, "help": help_texts, "choices": _choices_at(places, where)})


def _fact_at(places: Places, key: str) -> SketchFact:
    where = f"fact.{key}"
    return SketchFact(field=key, label=_texts_at(places, f"{where}.label"), choices=_choices_at(places, where))


def is_order(path: str) -> bool:
    return path in ("questions", "about") or path.endswith(".choices")


def _was_said_of_other_words(work: _Work, where: str) -> bool:
    """Whether one of us said that it is the same question as before, or another, while the other one gave it other words."""

    def changed(places: Places, *, by_word: bool) -> bool:
        parts = (
            [f"{where}.same"] if by_word else [path for path in places if path.startswith(f"{where}.") and not _is_aside(path)]
        )
        return any(places.get(path) != work.base.get(path) for path in parts)

    if f"{where}.kind" not in work.base:
        return False
    pairs = ((work.mine, work.theirs), (work.theirs, work.mine))
    return any(
        changed(said, by_word=True) and not changed(other, by_word=True) and changed(other, by_word=False)
        for said, other in pairs
    )


def _is_aside(path: str) -> bool:
    """What changes no meaning."""
    return path.endswith((".same", ".required", ".follows", ".help.da", ".help.en"))


def _value(work: _Work, path: str) -> Any:
    base, theirs, mine = (places.get(path, _nothing(path)) for places in (work.base, work.theirs, work.mine))
    if path not in work.mine:
        return theirs  # of something that I took away, or that they added
    if path not in work.theirs or theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    if path in work.chosen:
        return theirs if work.chosen[path] == "theirs" else mine
    work.clashes.append(Clash(path, base, theirs, mine))
    return mine


def _nothing(path: str) -> Any:
    return () if path == "worded_by" else "" if path.endswith((".da", ".en")) or path.startswith("power.") else None


def _order(work: _Work, path: str) -> tuple[str, ...]:
    """Mine, or theirs when only they changed it; what the other added comes in behind what it stood behind."""
    if path not in work.mine or path not in work.theirs:  # of something that one of us took away, or added
        return tuple(work.mine.get(path) or work.theirs.get(path) or ())
    base, theirs, mine = (tuple(places.get(path) or ()) for places in (work.base, work.theirs, work.mine))
    first, second = (theirs, mine) if mine == base else (mine, theirs)
    order = [one for one in first if one in second or one not in base or _was_changed(work, path, one, by=first is mine)]
    for place, one in enumerate(second):
        if one in order or (one in base and not _was_changed(work, path, one, by=second is mine)):
            continue
        behind = next((order.index(before) + 1 for before in reversed(second[:place]) if before in order), 0)
        order.insert(behind, one)
    return tuple(order)


def _was_changed(work: _Work, path: str, one: str, *, by: bool) -> bool:
    """Whether what the other took away was changed here meanwhile; then it stays. by: by me."""
    places = work.mine if by else work.theirs
    start = _start_of(path, one)
    changed = any(places[key] != work.base.get(key, _nothing(key)) for key in places if key.startswith(start))
    if changed:
        work.kept.append(one)
    return changed


def _start_of(path: str, one: str) -> str:
    if path == "questions":
        return f"question.{one}."
    return f"fact.{one}." if path == "about" else f"{path.removesuffix('choices')}choice.{one}."
