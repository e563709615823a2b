"""What is moved, added and taken away in a draft, place by place (merging.py names the places).

What can be moved or taken away: `question.<id>`, `fact.<field>`, `question.<id>.choice.<code>`. Its order is the place that
lists it.
"""

import re
from typing import Any

from domain.base import new_id

from .merging import Places, laid_out, put_together
from .rules import Kind
from .sketches import Sketch

_ITEM = re.compile(r"(?:(question|fact)\.[\w-]+\.)?(question|fact|choice)\.([\w-]+)")
_ORDER = re.compile(r"questions|about|(?:question|fact)\.[\w-]+\.choices")


class NoSuchPlace(Exception):
    """Nothing of a draft is called so, or it is not there any more."""


def moved(sketch: Sketch, path: str, by: int) -> Sketch:
    """One place up (-1) or down (1); at the end of its row it stays. Raises NoSuchPlace."""
    places = laid_out(sketch)
    order, key = order_of(path)
    row = _row(places, order)
    if key not in row:
        raise NoSuchPlace
    row.insert(max(0, row.index(key) + by), row.pop(row.index(key)))
    return put_together(places | {order: tuple(row)})


def without(sketch: Sketch, path: str) -> Sketch:
    """Raises NoSuchPlace."""
    places = laid_out(sketch)
    order, key = order_of(path)
    row = _row(places, order)
    if key not in row:
        raise NoSuchPlace
    return put_together(places | {order: tuple(one for one in row if one != key)})


def with_another(sketch: Sketch, order: str) -> tuple[Sketch, str]:
    """With an empty question, coarse fact or choice last in its row, and its path. Raises NoSuchPlace."""
    places = laid_out(sketch)
    row = _row(places, order)
    made: Places = {}
    if order == "questions":
        key = str(new_id())
        path, made = f"question.{key}", {f"question.{key}.kind": Kind.LONG_TEXT}
    else:
        key = new_id().hex[-10:]
        path = f"fact.{key}" if order == "about" else f"{order.removesuffix('choices')}choice.{key}"
    return put_together(places | made | {order: (*row, key)}), path


def put_back(sketch: Sketch, path: str, earlier: Sketch) -> Sketch:
    """With what an earlier revision held at the path, at the place it had there. Raises NoSuchPlace."""
    places, before = laid_out(sketch), laid_out(earlier)
    order, key = order_of(path)
    row, was = _row(places, order), _row(before, order)
    if key not in was or key in row:
        raise NoSuchPlace
    row.insert(was.index(key), key)
    found = {name: value for name, value in before.items() if name.startswith(f"{path}.")}
    return put_together(places | found | {order: tuple(row)})


def order_of(path: str) -> tuple[str, str]:
    """`question.1.choice.a` → `question.1.choices`, `a`. Raises NoSuchPlace."""
    found = _ITEM.fullmatch(path)
    if found is None or (found[2] == "choice") != bool(found[1]):
        raise NoSuchPlace
    key = found[3]
    if found[2] == "choice":
        return path[: -len(f"choice.{key}")] + "choices", key
    return {"question": "questions", "fact": "about"}[found[2]], key


def _row(places: Places, order: str) -> list[Any]:
    if not _ORDER.fullmatch(order) or order not in places:
        raise NoSuchPlace
    return list(places[order])
