"""*Søg i samtaler*: its form, where the query travels, and what was found with the words that were looked for marked.

What is looked for may be a citizen's words, and those stand in no address. So the form is posted, and leads on to an address that
holds the query sealed with the server's key, for this person only: the page can be gone back to, and nobody reads it in a log.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlmodel import Session
from wtforms import SelectField, StringField

from blueprints.shared import language, sealed, unit
from blueprints.shared.door import actor
from blueprints.shared.forms import Form
from blueprints.shared.talks import TalkView
from domain import conversations, digests, people, themes
from domain.base import Unreachable, Week, now
from domain.conversations import Conversation, Query, Span
from domain.people import Permission

SEARCH = "search"
A_PAGE = 20
_FIELDS = ("q", "theme", "house", "week")


class SearchForm(Form):
    """What a filter may be is looked up when the page is shown; another value chooses nothing."""

    q = StringField(lazy_gettext("Søg efter ord"))
    theme = SelectField(lazy_gettext("Tema"), validate_choice=False, choices=[])
    house = SelectField(lazy_gettext("Sted"), validate_choice=False, choices=[])
    week = SelectField(lazy_gettext("Uge"), validate_choice=False, choices=[])

    @property
    def query(self) -> Query:
        return Query.of(self.q.data or "")

    @property
    def has_filters(self) -> bool:
        return any((self.theme.data, self.house.data, self.week.data))

    def is_fine(self) -> bool:
        """Whether it can be looked for; else the field says what is wrong."""
        if self.query.is_too_long:
            self.q.errors = [_("Søg med færre ord, højst %(most)d tegn.", most=conversations.MOST_CHARACTERS)]
        return not self.q.errors

    def sealed(self) -> str:
        """The query as it stands in the address. CPR numbers are covered before they get there."""
        fields = [(name, self[name].data or "") for name in _FIELDS[1:]]
        return sealed.seal(sealed.Sealed(SEARCH, actor().person_id, [("q", self.query.text), *fields]))

    def offer(self, session: Session) -> None:
        """Fills the filters with what this reader can choose; what cannot be chosen is let go."""
        houses = digests.houses_to_choose(session, actor())
        for field, everything, offered in (
            (self.theme, _("Alle temaer"), _themes(session)),
            (self.house, _("Alle steder"), [(str(house.id), house.name) for house in houses]),
            (self.week, _("Alle uger"), [(str(week), _named(week)) for week in digests.weeks_to_choose(now())]),
        ):
            field.choices = [("", everything), *offered]
            field.data = field.data if field.data in dict(offered) else ""


@dataclass(frozen=True)
class Piece:
    """A span of an answer, in parts that were looked for or not."""

    kind: str
    parts: list[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """A talk that was found, and the notes in which the words stand; all of them where none has them by itself."""

    talk: TalkView
    answers: list[tuple[str, list[Piece]]]


def new_form(token: str | None = None) -> SearchForm:
    """The form, filled in when the address holds a query of this person's."""
    form = SearchForm(formdata=None)
    opened = sealed.unseal(token) if token else None
    if opened and opened.kind == SEARCH and opened.owner == actor().person_id:
        for name, value in opened.fields:
            form[name].data = value
    return form


def catch_up() -> None:
    """Indexes what came in just now, in a transaction of its own. While the store takes nothing, what was indexed is found."""
    with unit.database().reading() as session:
        is_behind = conversations.is_behind(session)
    if not is_behind:
        return
    try:
        with unit.database().writing() as session:
            conversations.index(session, now=now())
    except Unreachable:
        return


def found(session: Session, form: SearchForm, *, before: Conversation | None) -> list[Conversation]:
    """One more than a page, when there are more."""
    return digests.find(
        session,
        actor(),
        query=form.query,
        theme=uuid.UUID(form.theme.data) if form.theme.data else None,
        house=uuid.UUID(form.house.data) if form.house.data else None,
        week=Week.parse(form.week.data) if form.week.data else None,
        now=now(),
        before=before,
        limit=A_PAGE + 1,
    )


def hits(shown: Sequence[TalkView], query: Query) -> list[Hit]:
    return [Hit(talk, _with_hits(talk, query)) for talk in shown]


def how_many(n: int, *, is_first_page: bool) -> str:
    """Never counted further than the page."""
    if not is_first_page:
        return _("Flere samtaler")
    if n > A_PAGE:
        return _("Mere end %(most)d samtaler", most=A_PAGE)
    return ngettext("%(num)d samtale", "%(num)d samtaler", n)


def _with_hits(talk: TalkView, query: Query) -> list[tuple[str, list[Piece]]]:
    answers = [
        (answer.label, [Piece(span.kind, _parts(span, None if answer.is_chosen else query)) for span in answer.spans])
        for answer in talk.answers
    ]
    hit = [one for one in answers if any(is_hit for piece in one[1] for _text, is_hit in piece.parts)]
    return hit or answers


def _parts(span: Span, query: Query | None) -> list[tuple[str, bool]]:
    return conversations.marked(span.text, query)


def _themes(session: Session) -> list[tuple[str, str]]:
    """The codebook of the sectors the actor notes talks in."""
    houses = people.institutions_within(session, actor(), Permission.NOTE_TALKS)
    sectors = sorted({house.sector for house in houses if house.sector})
    return [(str(theme.id), language.pick(theme.name)) for theme in themes.codebook(session, sectors)]


def _named(week: Week) -> str:
    return f"{language.week_number(week)} · {language.week_span(week)}"
