"""Fixtures that every kind of test shares."""

import pytest

from app import create_app


@pytest.fixture
def app(tmp_path):
    app = create_app({"INSTANCE": tmp_path / "instance"})
    app.testing = True
    yield app
    app.extensions["hoert.database"].dispose()
