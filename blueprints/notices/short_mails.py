"""The mails that say no more than that there is something: one sentence, one button, no words of anybody."""

from flask_babel import gettext as _
from sqlmodel import Session

from blueprints.shared import mails
from domain.notices import Kind, Message
from domain.people import Actor

WEEKS = "/digests/"


def _short(_session: Session, _actor: Actor, message: Message) -> mails.Mail:
    subject, sentence, button = {
        Kind.REPLY: (_("Nyt svar i Hørt"), _("Der er et svar til dig om en samtale."), _("Læs svaret")),
        Kind.READ: (_("Nyt i Hørt"), _("En uge med samtaler, du har noteret, er læst."), _see(message)),
        Kind.QUESTIONS_PUBLISHED: (_("Nye spørgsmål i Hørt"), _("Spørgsmålene er ændret."), _("Se spørgsmålene")),
        Kind.NEEDS_HELP: (_("Nyt i Hørt"), _("En samtale har brug for dig."), _("Se den")),
        Kind.UNSENT: (_("Nyt i Hørt"), _("Der ligger samtaler på din telefon, som ikke er sendt."), _("Åbn Hørt")),
    }[message.kind]
    return mails.short(message, subject=subject, sentence=sentence, button=button)


def _see(message: Message) -> str:
    """For who may not read the week it leads to what is new."""
    return _("Se ugen") if message.path.startswith(WEEKS) else _("Se, hvad der er nyt")


for kind in (Kind.REPLY, Kind.READ, Kind.QUESTIONS_PUBLISHED, Kind.NEEDS_HELP, Kind.UNSENT):
    mails.can_write(kind, _short)
