"""Where two wrote otherwise in a draft, place by place, with what both had seen before."""

from dataclasses import dataclass

from domain.questions import Clashing, Sketch

from . import words


@dataclass(frozen=True)
class ClashView:
    path: str
    name: str
    base: str
    theirs: str
    mine: str


def views(error: Clashing, mine: Sketch) -> list[ClashView]:
    theirs = error.theirs.sketch
    return [
        ClashView(
            one.path,
            words.place_name(one.path, mine, theirs),
            words.value(one.path, one.base, theirs),
            words.value(one.path, one.theirs, theirs),
            words.value(one.path, one.mine, mine),
        )
        for one in error.merged.clashes
    ]
