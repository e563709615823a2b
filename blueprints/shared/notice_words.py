"""Why a notice waits or did not leave, in words: of codes alone (`notices.standing`), never of whom."""

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _

_UNREACHED = frozenset({"no_such_host", "nobody_there", "no_answer", "dropped", "gone_before"})
_UNSAFE = frozenset({"certificate", "tls", "no_tls_or_sign_in"})
_NOT_SET_UP = frozenset({"no_sender", "no_smtp_url", "no_mail_from", "no_base_url"})
_NO_BROWSER = frozenset({"gone", "no_phone", "not_permitted", "bad_keys"})
_NO_SERVICE = frozenset({"bad_tls", "timed_out", "unreachable"})
_REFUSED_PUSH = frozenset({"400", "401", "403"})
#: Nothing is wrong where these stand.
AS_IT_SHOULD = frozenset({"not_theirs", "settled", "not_wanted", "stopped", "shut_out", "gone", "no_phone"})


def why_each(counts: Mapping[str, int]) -> str:
    """`3: Mailserveren afviser brugernavnet eller adgangskoden · 1: …`, the most frequent first."""
    found: dict[str, int] = {}
    for code, n in counts.items():
        said = why(code)
        found[said] = found.get(said, 0) + n
    return " · ".join(f"{n}: {said}" for said, n in sorted(found.items(), key=lambda one: (-one[1], one[0])))


def why(code: str) -> str:
    """Codes with a number behind them (`refused 550`) by their word."""
    word = code.split(" ")[0]
    return next(filter(None, (*_of_mail(word), *_of_push(word), *_of_itself(word))), "") or _("Andet (%(what)s)", what=code)


def _of_mail(word: str) -> Iterator[str]:
    yield {
        "sign_in_refused": _("Mailserveren afviser brugernavnet eller adgangskoden"),
        "sender_refused": _("Mailserveren afviser afsenderen"),
        "recipient_refused": _("Mailserveren afviser modtagerens adresse"),
        "no_address": _("Modtagerens adresse kan ikke bruges"),
        "content_refused": _("Mailserveren afviser indholdet"),
        "not_now": _("Mailserveren beder Hørt vente"),
    }.get(word, "")
    yield _("Mailserveren kan ikke nås") if word in _UNREACHED else ""
    yield _("Forbindelsen til mailserveren er ikke sikker") if word in _UNSAFE else ""
    yield _("E-mail er ikke sat op") if word in _NOT_SET_UP else ""


def _of_push(word: str) -> Iterator[str]:
    yield _("Enheden kan ikke længere nås") if word in _NO_BROWSER else ""
    yield _("Beskeden er for stor til enhedens tjeneste") if word in ("413", "too_large") else ""
    yield _("Enhedens tjeneste afviser Hørt (%(code)s)", code=word) if word in _REFUSED_PUSH else ""
    yield _("Enhedens tjeneste kan ikke nås") if word in _NO_SERVICE else ""
    yield _("Enhedens tjeneste har en fejl (%(code)s)", code=word) if word.isdecimal() else ""


def _of_itself(word: str) -> Iterator[str]:
    yield {
        "too_old": _("Kunne ikke sendes inden for en uge"),
        "not_theirs": _("Siden er ikke længere modtagerens"),
        "settled": _("Klaret i mellemtiden"),
        "not_wanted": _("Fravalgt af modtageren"),
        "stopped": _("Fravalgt af modtageren"),
        "shut_out": _("Modtageren er lukket ude"),
        "fault": _("Der er en fejl i Hørt"),
    }.get(word, "")
