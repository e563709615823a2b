"""What somebody wrote, as a cell of a table that a spreadsheet opens: text that stays text."""

import re
import unicodedata

#: A cell of Excel takes so many, counted as UTF-16 counts them.
MOST_IN_A_CELL = 32_767

Cell = str | int | None

#: With these a spreadsheet begins a formula. What looks like them (＝, ﹣) is taken for them by NFKC.
_FORMULA = frozenset("=+-@\u2212")
#: What no XML can hold, or nobody can see.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

#: What a spreadsheet may take for the end of a cell.
_BETWEEN = re.compile("([;\t\n])")


def harmless(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula.

    So has one that begins with an apostrophe: whoever takes one away wherever it stands first has the text as it was.
    """
    text = readable(text)
    return f"'{text}" if _looks_like_a_formula(text) else text


def harmless_in_csv(text: str) -> str:
    """The same of each piece that a spreadsheet may take for a cell: with another separator (`;` in a Danish Excel, a tab) it
    sees neither our commas nor our quotes. Who takes an apostrophe away wherever one begins a piece has the text as it was."""
    return "".join(piece if place % 2 else harmless(piece) for place, piece in enumerate(_BETWEEN.split(readable(text))))


def readable(text: str) -> str:
    """Line ends as LF; NUL, control characters and halves of letters as \ufffd: they are told, not left out."""
    return _UNREADABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _looks_like_a_formula(text: str) -> bool:
    if text[:1] in ("\t", "\n", "'"):
        return True
    if text[:1].isalnum():
        return False
    first = next((letter for letter in text if _is_seen(letter)), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA if first else False


def _is_seen(letter: str) -> bool:
    return not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf")


def fitted(text: str) -> tuple[str, bool]:
    """The text as a cell of Excel takes it, and whether it had to be cut: then its end says so and how long it was."""
    if len(text) * 2 <= MOST_IN_A_CELL or _length(text) <= MOST_IN_A_CELL:
        return text, False
    told = f" … [Skåret af: teksten er på {len(text)} tegn og står hel i CSV-filen.]"
    room = (MOST_IN_A_CELL - len(told)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + told, True


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
