"""What a phone needs to work without a network: whom it belongs to, where and what one may ask, and what it must forget."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlmodel import Session

from blueprints.shared.asked import as_asked
from blueprints.shared.language import pick
from blueprints.shared.news import ABOUT_THEMES, news
from domain import guard, people, questions, sync, themes
from domain.base import local, now
from domain.people import Actor, Permission, Unit


def kit(session: Session, actor: Actor) -> dict[str, Any]:
    """Everything but the server's time, in the person's language. It holds no talk; replies may repeat words of one's own."""
    units = people.institutions_within(session, actor, Permission.NOTE_TALKS, open_on=local(now()).date())
    forms = questions.in_use(session, actor)
    codebook = themes.codebook(session, sorted({form.sector for form in forms}))
    heard = news(session, actor, now=now())
    return {
        "person": {"id": str(actor.person_id), "name": actor.name, "role": actor.role},
        "language": actor.language,
        "units": [{"id": str(unit.id), "name": unit.name, "label": unit.label, "sector": unit.sector} for unit in units],
        "question_sets": [_question_set(form, units) for form in forms],
        "themes": [
            {
                "id": str(theme.id),
                "name": pick(theme.name),
                "sector": theme.sector,
                "patterns": {"include": theme.include, "exclude": theme.exclude},
            }
            for theme in codebook
        ],
        "guard": guard.RULES,
        "forget": [str(key) for key in sync.forget_list(session, actor)],
        "needs_help": sync.count_waiting(session, actor),
        "news": [one.as_json() for one in heard if one.kind not in ABOUT_THEMES],
        "recodings": [one.as_json() for one in heard if one.kind in ABOUT_THEMES],  # apart: an app of before knows none
        "epoch": str(sync.epoch(session)),
        "demo": current_app.extensions["hoert.demo"](),
    }


def etag(found: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:32]


def _question_set(form: questions.Form, units: Sequence[Unit]) -> dict[str, Any]:
    """`units`: where it is asked, of the person's; null: everywhere in its sector."""
    asked = as_asked(
        form.content,
        key=str(form.question_set_id),
        version_id=str(form.id),
        number=form.number,
        sector=form.sector,
    )
    where = [str(unit.id) for unit in units if questions.is_asked_in(form, unit)] if form.unit_id else None
    return {**asked, "talk_type": form.talk_type, "units": where}
