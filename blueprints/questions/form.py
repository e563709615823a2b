"""The editor's form read into a draft. Its fields are called as merging.py calls the places of a draft.

One language is shown at a time. The Danish form holds what is asked and in which order, the English one English texts alone.
What a form does not show stays as it was in the revision it was made of.
"""

import re
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from domain import questions
from domain.questions import Helper, Kind, Places, Power, Same, Sketch

Posted = MultiDict[str, str]

_KEY = re.compile(r"[\w-]{1,40}", re.ASCII)
_TEXT = re.compile(
    r"(?:title|promise|guidance|voice|(?:question|fact)\.[\w-]+\.(?:prompt|label|help|choice\.[\w-]+))\.(da|en)", re.ASCII
)
#: The rest are said in one breath: a line break is a slip.
_OF_MANY_LINES = ("promise.", "guidance.")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def read(form: Posted, base: Sketch) -> Sketch:
    """What cannot be of a draft is left out; texts are kept as they are, however long."""
    places = questions.laid_out(base)
    for name, text in form.items():
        if _TEXT.fullmatch(name) or (name in places and name.endswith((".da", ".en"))):
            places[name] = _clean(text, is_long=name.startswith(_OF_MANY_LINES))
    if form.get("structure"):
        _read_structure(form, places)
    return questions.put_together(places)


def _read_structure(form: Posted, places: Places) -> None:
    known = {code for path, codes in places.items() if path.endswith(".choices") for code in codes} | {*places["about"]}
    places["questions"] = _keys(key for key in form.getlist("questions") if _is_uuid(key))
    for key in places["questions"]:
        where = f"question.{key}"
        places[f"{where}.kind"] = _one_of(Kind, form.get(f"{where}.kind")) or Kind.LONG_TEXT
        places[f"{where}.required"] = f"{where}.required" in form
        places[f"{where}.same"] = _one_of(Same, form.get(f"{where}.same"))
        places[f"{where}.choices"] = _keys(form.getlist(f"{where}.choices"), known)
    places["about"] = _keys(form.getlist("about"), known)
    for key in places["about"]:
        places[f"fact.{key}.choices"] = _keys(form.getlist(f"fact.{key}.choices"), known)
    places["worded_by"] = tuple(one for one in Helper if one in form.getlist("worded_by"))
    for one in Power:
        places[f"power.{one}"] = _clean(form.get(f"power.{one}", ""))


def _keys(found: Iterable[str], known: Collection[str] = ()) -> tuple[str, ...]:
    """known: codes that came in some other way, with a command or in a package, and may hold any letters."""
    return tuple(dict.fromkeys(key for key in found if key in known or _KEY.fullmatch(key)))


def _is_uuid(key: str) -> bool:
    try:
        return str(uuid.UUID(key)) == key
    except ValueError:
        return False


def _one_of(kind: Any, value: str | None) -> Any:
    return kind(value) if value in set(kind) else None


def _clean(text: str, *, is_long: bool = False) -> str:
    """As it was typed, but for what nobody sees and no database takes."""
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if is_long else text.replace("\n", " ")
