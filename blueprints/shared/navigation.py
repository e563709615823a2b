"""What every page's shell needs: who is here, where they can go, and nothing that does not work."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _

from domain.people import Actor, Permission, initials

from . import charts, language
from .assets import asset
from .door import actor_or_none


@dataclass(frozen=True)
class Link:
    url: str
    label: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Person:
    """The signed-in person as the shell shows them."""

    name: str
    initials: str
    place: str


def links(actor: Actor) -> list[Link]:
    """At most four."""
    found = []
    if actor.may(Permission.READ_DIGESTS):
        found += [
            ("digests.weeks", _("Ugen"), "calendar"),
            ("themes.overview", _("Temaer"), "tag"),
            ("conversations.all_talks", _("Samtaler"), "message-circle"),
        ]
    elif actor.may(Permission.NOTE_TALKS):
        found += [("capture.home", _("Hjem"), "house"), ("conversations.all_talks", _("Samtaler"), "message-circle")]
    if actor.may(Permission.READ_REGISTERS):
        found += [
            ("people.register", _("Brugere og steder"), "users"),
            ("questions.sets", _("Spørgsmål"), "circle-help"),
            ("themes.codebook", _("Temaer"), "tag"),
        ]
    if actor.may(Permission.READ_AUDIT_COUNTS):
        found += [("admin.log", _("Log"), "list")]
    here = (request.endpoint or "").split(".")[0]
    return [Link(url_for(end), label, icon, end.split(".")[0] == here) for end, label, icon in found]


def install(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=asset,
        drawn_cells=charts.cells,
        drawn_dots=charts.dots,
        pick=language.pick,
        clock=language.clock,
        date_of=language.date_of,
        day=language.day,
        days_between=language.days_between,
    )

    @app.context_processor
    def shell() -> dict[str, object]:
        actor = actor_or_none()
        return {
            "lang": language.language(),
            "municipality": language.municipality(),
            "actor": Person(actor.name, initials(actor.name), actor.unit_name) if actor else None,
            "nav": links(actor) if actor else [],
            "home_url": url_for("capture.home"),
            "profile_url": url_for("people.me"),
            "sign_out_url": url_for("auth.sign_out"),
            "demo": current_app.extensions.get("hoert.demo", lambda: False)(),
            "has_errors": False,
            "wide": False,
        }
