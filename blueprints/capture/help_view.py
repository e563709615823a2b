"""An item that needs help, as its sender sees it: what it is, what is wrong with it, and every word of it."""

import uuid
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from blueprints.shared import words
from blueprints.shared.talks import moment
from domain.conversations import Span, spans
from domain.sync import Boxed, Status

from .prefill import strings

MOST_TITLE_LETTERS = 60


@dataclass(frozen=True)
class HelpView:
    key: uuid.UUID
    url: str
    export_url: str
    title: str
    when: str
    reasons: list[str]
    texts: list[list[Span]]
    is_second: bool
    is_withdrawal: bool


def help_view(boxed: Boxed) -> HelpView:
    content = boxed.content if isinstance(boxed.content, dict) else {"answers": boxed.content}
    is_withdrawal = content.get("kind") == "withdrawal"
    texts = strings(content.get("answers"))
    is_second = boxed.status is Status.CONFLICT
    problems = list(dict.fromkeys(words.problem(one.code) for one in boxed.problems))
    return HelpView(
        key=boxed.key,
        url=url_for("capture.help_with", key=boxed.key),
        export_url=url_for("capture.export_help", key=boxed.key),
        title=_("En samtale, der skulle tages tilbage") if is_withdrawal else _short(texts),
        when=moment(boxed.received_at),
        reasons=[_("Der er to udgaver.")] if is_second else problems,
        texts=[spans(text) for text in texts],
        is_second=is_second,
        is_withdrawal=is_withdrawal,
    )


def _short(texts: list[str]) -> str:
    whole = " ".join(" ".join(texts).split())
    if not whole:
        return _("En samtale uden ord")
    return whole if len(whole) <= MOST_TITLE_LETTERS else whole[:MOST_TITLE_LETTERS].rsplit(" ", 1)[0] + " …"
