"""What stands in a draft, what is wrong with it and what it changes, in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.shared.language import SOURCE
from blueprints.shared.words import kind_name, sector_name
from domain.questions import Change, Hard, Helper, Power, Problem, Same, Sketch, TalkType


def talk_type_name(key: str) -> str:
    return {
        TalkType.PARENT_TALK: _("forældresamtale"),
        TalkType.CITIZEN_INTERVIEW: _("borgerinterview"),
        TalkType.RELATIVE_TALK: _("pårørendesamtale"),
        TalkType.CHILDREN_TALK: _("børnesamtale"),
        TalkType.GROUP_TALK: _("gruppesamtale"),
        TalkType.QUICK_NOTE: _("hurtig note"),
    }[TalkType(key)]


def other_sector(sector: str) -> str:
    return _("Det sted hører ikke til %(sector)s. Vælg et, der gør, eller alle steder.", sector=sector_name(sector))


def change_name(change: Change | None) -> tuple[str, str]:
    """With the kind of its pill. None: nobody has said yet."""
    return {
        Change.UNCHANGED: (_("Uændret"), ""),
        Change.WORDING: (_("Kun stavning"), "info"),
        Change.MEANING: (_("Nyt spørgsmål"), "voice"),
        Change.NEW: (_("Nyt spørgsmål"), "voice"),
        None: (_("Rettet"), "wait"),
    }[change]


def helper_name(key: str) -> str:
    return {
        Helper.CITIZENS: _("borgere"),
        Helper.PARENTS_BOARD: _("forældrebestyrelse"),
        Helper.STAFF: _("medarbejdere"),
    }[Helper(key)]


def power_question(key: str) -> str:
    """Of who decides what can be said at all."""
    return {
        Power.PARTICIPANTS: _("Hvem får lov at være med?"),
        Power.SUBJECTS: _("Hvad må der tales om?"),
        Power.AIM: _("Hvad er formålet, og hvem har sat det?"),
        Power.KNOWLEDGE: _("Hvilken viden tæller?"),
    }[Power(key)]


def place_name(path: str, *sketches: Sketch) -> str:
    """`Spørgsmål 2: det, du siger`. sketches: where the place is looked for, the first one first."""
    first, _dot, rest = path.partition(".")
    if first == "power":
        return power_question(rest)
    if first not in ("question", "fact"):
        return _in(_WHOLE[first](), rest)
    key, _dot, rest = rest.partition(".")
    rows = [[str(one.id) if first == "question" else one.field for one in _row(sketch, first)] for sketch in sketches]
    number = next((row.index(key) + 1 for row in rows if key in row), 0)
    said = _("Spørgsmål %(number)d", number=number) if first == "question" else _("Faktum %(number)d", number=number)
    part, _dot, rest = rest.partition(".")
    if part == "choice":
        return _in(f"{said}: {_('valg')}", rest.rpartition(".")[2])
    return _in(f"{said}: {_PART[part]()}", rest)


def _row(sketch: Sketch, first: str) -> Any:
    return sketch.questions if first == "question" else sketch.about


def _in(name: str, lang: str) -> str:
    return _("%(place)s, på engelsk", place=name) if lang == "en" else name


_WHOLE = {
    "title": lambda: _("Titel"),
    "promise": lambda: _("Det, der siges først"),
    "voice": lambda: _("Hvis ord står i »…«"),
    "guidance": lambda: _("Vejledning"),
    "questions": lambda: _("Spørgsmålene og deres rækkefølge"),
    "about": lambda: _("Fakta og deres rækkefølge"),
    "worded_by": lambda: _("Hvem har hjulpet med ordene?"),
}
_PART = {
    "prompt": lambda: _("det, du siger"),
    "label": lambda: _("over feltet"),
    "help": lambda: _("hjælp"),
    "kind": lambda: _("slags svar"),
    "required": lambda: _("skal besvares"),
    "same": lambda: _("det samme spørgsmål som før"),
    "follows": lambda: _("det samme spørgsmål som før"),
    "choices": lambda: _("valg"),
}


def value(path: str, found: Any, sketch: Sketch) -> str:
    """What stands at a place that is no text."""
    part = path.rpartition(".")[2]
    if part == "kind":
        return kind_name(found) if found else ""
    if part == "required":
        return "" if found is None else _("ja") if found else _("nej")
    if part == "same":
        return {Same.WORDING: _("ja, regn videre"), Same.MEANING: _("nej, start forfra")}.get(found, "")
    if part == "worded_by":
        return ", ".join(helper_name(one) for one in found or ())
    if path == "questions":
        return " / ".join(one.prompt.get(SOURCE, "") for one in sketch.questions)
    if path == "about":
        return " / ".join(one.label.get(SOURCE, "") for one in sketch.about)
    if part == "choices":
        return " / ".join(text for code in found or () if (text := _choice(path, code, sketch)))
    return found if isinstance(found, str) else ""


def _choice(path: str, code: str, sketch: Sketch) -> str:
    owner = path.split(".")[1]
    rows = [one.choices for one in sketch.questions if str(one.id) == owner]
    rows += [one.choices for one in sketch.about if one.field == owner]
    return next((one.text.get(SOURCE, "") for row in rows for one in row if one.code == code), "")


def problem(found: Problem, sketch: Sketch) -> str:
    """What is wrong, and where."""
    said = {
        "missing": _("skriv noget her"),
        "too_long": _("gør det kortere"),
        "too_few": _("lav mindst to valg"),
        "same_or_not": _("vælg ja eller nej"),
        "other_kind": _("et svar af en anden slags er et nyt spørgsmål"),
    }
    if found.code in said:
        return f"{place_name(found.path, sketch)}: {said[found.code]}."
    if found.code == "none":
        return _("Tilføj mindst ét spørgsmål.")
    return _("Der er for mange: %(place)s.", place=place_name(found.path, sketch))


def hard(found: Hard) -> str:
    """Why a text may be hard to follow; no stop."""
    said = []
    if found.lix is not None and found.lix >= 40:
        said.append(_("Svært at følge, når det siges højt (LIX %(lix)d). Prøv kortere sætninger.", lix=found.lix))
    if found.words:
        words = ", ".join(f"»{word}«" for word in found.words)
        said.append(ngettext("Langt ord: %(words)s.", "Lange ord: %(words)s.", len(found.words), words=words))
    return " ".join(said)
