"""Puts the house together: settings, database, blueprints, headers and error pages. Nothing else imports everything."""

from collections.abc import Mapping
from typing import Any

from blueprints import admin, auth, capture, conversations, digests, notices, people, phone, questions, sync, themes
from blueprints.shared import assets, headers, schedule, settings
from blueprints.shared.application import Hoert
from blueprints.shared.demo_flag import DemoFlag
from domain.base import open_database

BLUEPRINTS = (
    assets.bp,
    auth.bp,
    capture.bp,
    conversations.bp,
    digests.bp,
    notices.bp,
    people.bp,
    phone.bp,
    questions.bp,
    themes.bp,
    sync.bp,
    admin.bp,
)
COMMANDS = (
    admin.backup_commands,
    admin.database_commands,
    admin.demo_commands,
    admin.guard_commands,
    admin.job_commands,
    admin.privacy_commands,
    conversations.commands,
    digests.commands,
    notices.commands,
    people.commands,
    questions.commands,
    themes.commands,
)
SCHEDULED = (*digests.scheduled, *notices.scheduled, *conversations.scheduled, *admin.scheduled)


def create_app(overrides: Mapping[str, Any] | None = None) -> Hoert:
    """The application. `overrides` (tests) are settings by their name without `HOERT_`. Raises BadSetting."""
    chosen = settings.load(overrides)
    app = Hoert(chosen, open_database(chosen["DATABASE_URL"], ledger=chosen["LEDGER"]))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for commands in COMMANDS:
        app.cli.add_command(commands)
    app.extensions["hoert.jobs"] = schedule.by_name(SCHEDULED)
    app.extensions["hoert.demo"] = DemoFlag(app.extensions["hoert.database"])
    app.wsgi_app = headers.Headers(app.wsgi_app, https=app.is_https)  # type: ignore[method-assign]
    return app
