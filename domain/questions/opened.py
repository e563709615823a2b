"""An opened form of the editor, by which it knows again what it stored: an answer may be lost while more is typed.

The id of a revision says which form it came from: the form's own digits, how often that form had sent by then, the revision.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .merging import Places, is_order, laid_out, put_together
from .sketches import Sketch

_KEY = re.compile(r"[0-9a-f]{16}")
_DEED = 2**31


@dataclass(frozen=True)
class Opened:
    """key: 16 random hexadecimal digits. nth: how often it had sent, where it counts. is_deed: what a button did is stored, which
    the form does not hold until it has the answer."""

    key: str
    nth: int = 0
    is_deed: bool = False

    def id_of(self, revision: int) -> uuid.UUID:
        return uuid.UUID(hex=f"{self.key}{self.nth + _DEED * self.is_deed:08x}{revision:08x}")


@dataclass(frozen=True)
class Stored:
    """A revision as it lies there."""

    id: uuid.UUID
    by: uuid.UUID
    content: dict[str, Any]


@dataclass(frozen=True)
class Since:
    """What was stored since a form was opened. base: what it was made from, with what it has sent itself.

    own: places that nobody but the form itself changed. by: who else saved last. is_late: the form has stored something that it
    sent later than this.
    """

    base: Sketch
    own: frozenset[str] = frozenset()
    by: uuid.UUID | None = None
    is_late: bool = False


def opened(key: str, nth: int = 0) -> Opened | None:
    """As it was posted; None where it is none of ours."""
    return Opened(key, nth) if _KEY.fullmatch(key) and 0 <= nth < _DEED else None


def since(base: Sketch, rows: Sequence[Stored], form: Opened | None) -> Since:
    """rows: every revision after `base`, oldest first."""
    sent = [_sent(row.id, form) for row in rows]
    by = next((row.by for row, known in zip(reversed(rows), reversed(sent), strict=True) if known is None), None)
    if form is None or not any(sent):
        return Since(base, by=by)
    typed, before = laid_out(base), laid_out(base)
    places: dict[bool, set[str]] = {True: set(), False: set()}
    for row, known in zip(rows, sent, strict=True):
        stored = laid_out(Sketch.model_validate(row.content))
        differing = _differing(before, stored)
        places[known is not None] |= differing
        if known and not known.is_deed:
            typed |= {path: stored[path] for path in differing if path in stored and not is_order(path)}
        before = stored
    is_late = any(known.nth > form.nth for known in sent if known)
    return Since(put_together(typed), frozenset(places[True] - places[False]), by, is_late)


def _sent(row_id: uuid.UUID, form: Opened | None) -> Opened | None:
    """Of which post of this form a revision is; None: of no post of it."""
    if form is None or row_id.hex[:16] != form.key:
        return None
    nth = int(row_id.hex[16:24], 16)
    return Opened(form.key, nth % _DEED, nth >= _DEED)


def _differing(before: Places, after: Places) -> set[str]:
    return {path for path in (*before, *after) if before.get(path) != after.get(path)}
