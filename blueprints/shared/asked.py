"""A question set as the phone's app takes it: in /sync/kit, and as the editor shows a draft."""

from typing import Any

from domain.base import Texts, markdown_to_html
from domain.questions import Content, Sketch

from .language import pick


def as_asked(content: Content | Sketch, *, key: str, version_id: str, number: int, sector: str) -> dict[str, Any]:
    """In the reader's language, else in Danish."""
    return {
        "id": key,
        "version_id": version_id,
        "version": number,
        "sector": sector,
        "title": pick(content.title),
        "promise": pick(content.promise),
        "guidance_html": markdown_to_html(pick(content.guidance)),
        "voice": pick(content.voice),
        "questions": [
            {
                "id": str(question.id),
                "kind": question.kind,
                "prompt": pick(question.prompt),
                "label": pick(question.label),
                "help": _maybe(question.help),
                "follows": str(question.follows) if question.follows else None,
                "required": question.required,
                "choices": [{"code": choice.code, "text": pick(choice.text)} for choice in question.choices],
            }
            for question in content.questions
        ],
        "about": {
            fact.field: [{"code": choice.code, "text": pick(choice.text)} for choice in fact.choices] for fact in content.about
        },
        "about_labels": {fact.field: pick(fact.label) for fact in content.about},
    }


def _maybe(texts: Texts | None) -> str | None:
    return pick(texts) if texts else None
