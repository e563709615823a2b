"""Kinds and ways of notices in the words of the interface."""

from flask_babel import gettext as _
from flask_babel import ngettext

from domain.notices import CHOSEN_KINDS, Channel, Kind
from domain.people import Actor, Permission

_OF_READERS = (Kind.DIGEST_READY, Kind.DIGEST_UNREAD)
#: In this order on the page.
ORDER = tuple(sorted(CHOSEN_KINDS, key=lambda kind: (kind not in _OF_READERS, CHOSEN_KINDS.index(kind))))


def kinds_of(actor: Actor) -> list[Kind]:
    """What somebody in this role can hear of."""
    reads, notes = actor.may(Permission.READ_DIGESTS), actor.may(Permission.NOTE_TALKS)
    return [kind for kind in ORDER if (reads if kind in _OF_READERS else notes)]


def kind_name(kind: Kind) -> str:
    return {
        Kind.DIGEST_READY: _("Ugen er klar"),
        Kind.DIGEST_UNREAD: _("Ugen er ikke læst efter tre dage"),
        Kind.REPLY: _("Svar på en samtale"),
        Kind.READ: _("Ugen med dine samtaler er læst"),
        Kind.QUESTIONS_PUBLISHED: _("Nye spørgsmål"),
        Kind.NEEDS_HELP: _("En samtale har brug for dig"),
        Kind.UNSENT: _("Samtaler har ligget usendt et døgn"),
    }[kind]


def way_name(channel: Channel) -> str:
    return {Channel.PUSH: _("På telefonen"), Channel.MAIL: _("E-mail"), Channel.NONE: _("Ikke")}[channel]


def outcome_of_test(end: str, served: int, missed: int) -> tuple[str, str]:
    """(category, sentence) of a test that was sent: the way it went, as `notices.deliver` calls it; how many devices took it, and
    how many did not."""
    later = end == "later"
    if served:
        sent = ngettext("Prøven er sendt til %(num)d enhed.", "Prøven er sendt til %(num)d enheder.", served)
        return ("wait", f"{sent} {_missed(missed, later)}") if missed else ("success", sent)
    if later:
        return "wait", _("Prøven kunne ikke sendes lige nu. Hørt prøver igen.")
    return "bad", _("Prøven kunne ikke sendes. Slå påmindelser til på enheden igen.")


def _missed(n: int, later: bool) -> str:
    said = ngettext("%(num)d enhed fik den ikke.", "%(num)d enheder fik den ikke.", n)
    return f"{said} {_('Hørt prøver igen.') if later else _('Slå påmindelser til på enheden igen.')}"
