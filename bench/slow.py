"""Hørt on a disk whose commits take COMMIT_S: what a commit costs differs a thirtyfold from disk to disk, and with it how much
of the raw rate can be reached at all. The wait stands where the disk's would, while the writer's turn is held."""

import time

import sqlalchemy as sa

from app import create_app as create_hoert
from blueprints.shared.application import Hoert

#: A disk that commits 180 times a second.
COMMIT_S = 0.0055


def create_app() -> Hoert:
    app = create_hoert()
    engine = app.extensions["hoert.database"].engine

    @sa.event.listens_for(engine, "commit")
    def wait(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("hoert_writes"):
            time.sleep(COMMIT_S)

    return app
