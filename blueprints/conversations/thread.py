"""The replies about a talk as its page shows them, and the form of a new one."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlmodel import Session
from wtforms import HiddenField, TextAreaField

from blueprints.shared import sealed, words
from blueprints.shared.door import actor
from blueprints.shared.forms import Form
from blueprints.shared.talks import moment, sees_circumstances
from domain import actions, people
from domain.base import new_id, tidy
from domain.conversations import Conversation


class ReplyForm(Form):
    """`reply`: the id it is stored under, made when the form was shown. `owner`: whose form it is."""

    text = TextAreaField(lazy_gettext("Dit svar"))
    reply = HiddenField()
    owner = HiddenField()

    def is_fine(self) -> bool:
        """Whether it can be stored; else the field says what is wrong."""
        text = self.text.data or ""
        problem = actions.problem_of(text)
        if problem is None:
            return True
        over = len(tidy(text)) - actions.MOST_CHARACTERS
        said = {
            "nothing_written": _("Skriv et svar."),
            "unreadable": words.problem("unreadable"),
            "too_long": ngettext("Svaret er %(num)d tegn for langt.", "Svaret er %(num)d tegn for langt.", over),
        }
        self.text.errors = [said[problem]]
        return False

    def key(self) -> uuid.UUID:
        """A hidden field that was tampered with is made anew."""
        try:
            return uuid.UUID(self.reply.data or "")
        except ValueError:
            return new_id()


@dataclass(frozen=True)
class Said:
    """One reply. `when` is empty for those above the institution: no date stands beside a text there."""

    who: str
    text: str
    when: str


@dataclass(frozen=True)
class Thread:
    """`form` None: one reads it only. `unread`: why nobody would read a reply, instead of the form."""

    said: list[Said]
    form: ReplyForm | None
    to_author: bool
    unread: str


def new_form(posted: Mapping[str, str] | None = None) -> ReplyForm:
    form = ReplyForm(formdata=None)
    form.text.data = (posted or {}).get("text", "")
    form.reply.data = (posted or {}).get("reply") or str(new_id())
    form.owner.data = sealed.owner_mark(actor().person_id)
    return form


def thread(session: Session, row: Conversation, form: ReplyForm | None = None) -> Thread:
    """`form`: with what was written in it, when there was something wrong."""
    replies = actions.thread(session, actor(), row)
    names = people.names_by_id(session, [reply.author_id for reply in replies])
    near = sees_circumstances(actor(), row)
    said = [
        Said(
            who=_who(reply.author_id, row, names[reply.author_id]),
            text=reply.text,
            when=moment(reply.written_at) if near else "",
        )
        for reply in replies
    ]
    may = actions.may_reply(session, actor(), row)
    reaches = may and actions.is_read(session, actor(), row)
    asked = form or (new_form() if reaches else None)
    unread = author_is_gone() if may and not asked else ""
    return Thread(said, asked if may else None, to_author=row.author_id != actor().person_id, unread=unread)


def author_is_gone() -> str:
    return _("Den, der noterede samtalen, er her ikke længere.")


def _who(author: uuid.UUID, row: Conversation, name: str) -> str:
    """To those above, the one who noted the talk has no name."""
    if author == actor().person_id:
        return _("Dig")
    return _("Den, der noterede samtalen") if author == row.author_id else name
