"""Fixtures of the web and the shape tests: it is Wednesday noon in week 47, and everybody has a browser."""

import pytest
import time_machine
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from blueprints.shared.application import Hoert
from tests import make
from tests.web import town as towns
from tests.web.client import Visitor


@pytest.fixture(scope="session", autouse=True)
def templates(tmp_path_factory):
    """Each worker compiles a template once, not once for every test's own application (measured: half the time of the suite)."""
    before = Hoert.jinja_options
    Hoert.jinja_options = {**before, "bytecode_cache": FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))}
    yield
    Hoert.jinja_options = before


@pytest.fixture(scope="session", autouse=True)
def addresses():
    """Each worker compiles the building of an address once, not once for every test's own application (measured: a sixth of the
    suite). What is compiled knows nothing of the application."""
    compile_anew, made = Rule._compile_builder, {}

    def compile_once(rule, append_unknown=True):
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_anew(rule, append_unknown)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture(autouse=True)
def clock():
    """The time of day stands still at `make.NOW`; `clock.move_to` and `clock.shift` move it."""
    with time_machine.travel(make.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def visitor(app, cast):
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def signed_in(app, cast):
    """Makes a browser of one of the cast: `signed_in("leder")`."""

    def begin(name, **more):
        visitor = Visitor(app, **more)
        visitor.sign_in(name)
        return visitor

    return begin


@pytest.fixture
def database(app):
    return app.extensions["hoert.database"]


@pytest.fixture(scope="session")
def settled(tmp_path_factory, migrated_sqlite):
    """A database with the cast in it, to copy from."""
    with time_machine.travel(make.NOW, tick=False):
        return towns.with_cast(tmp_path_factory.mktemp("settled"), migrated_sqlite)


@pytest.fixture
def sqlite_url(settled, tmp_path):
    return settled.copy(tmp_path)


@pytest.fixture
def cast(settled):
    """The named people; they stand in the application's database from the start."""
    return settled.cast


@pytest.fixture(scope="session")
def town_template(tmp_path_factory, migrated_sqlite):
    with time_machine.travel(make.NOW, tick=False):
        return towns.with_cast(tmp_path_factory.mktemp("town-template"), migrated_sqlite, and_talks=True)


@pytest.fixture(scope="session")
def town(tmp_path_factory, town_template):
    """The town with a past, to look at only."""
    with time_machine.travel(make.NOW, tick=False), towns.opened(tmp_path_factory.mktemp("town"), town_template) as town:
        yield town


@pytest.fixture
def own_town(tmp_path, town_template):
    """A town of the test's own, to change."""
    (tmp_path / "town").mkdir()
    with towns.opened(tmp_path / "town", town_template) as town:
        yield town
