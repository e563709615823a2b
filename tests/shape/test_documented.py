"""What an administrator can set, run or grant is written down (docs/ARCHITECTURE.md, rule 10)."""

import re

import click
import pytest

from blueprints.shared.settings import ROOT, SETTINGS
from domain.people import ACCESS, Permission, Role

SETTING = re.compile(r"\bHOERT_([A-Z_]+)\b")


def page(name):
    path = ROOT / "docs" / name
    assert path.is_file(), f"docs/{name} is missing"
    return path.read_text("utf-8")


def commands(group, *above):
    """Every command below the group, as it is typed after `flask`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield " ".join((*above, name)), command


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting):
    assert re.search(rf"\bHOERT_{setting.name}\b", page("operations.md"))


def test_no_setting_is_documented_that_is_not_there():
    """Those of the server alone are read by what starts it."""
    files = [path for path in (ROOT / "tools").iterdir() if path.is_file()]
    of_the_server = {name for path in files for name in set(SETTING.findall(path.read_text("utf-8")))}
    assert set(SETTING.findall(page("operations.md"))) <= {setting.name for setting in SETTINGS} | of_the_server


def test_every_command_is_documented(app):
    ours = dict(commands(app.cli))
    assert len(ours) >= 6
    text = page("operations.md")
    assert [name for name in ours if not re.search(rf"(`|flask |app ){name}\b(?!-)", text)] == []


def test_every_option_of_a_command_is_documented(app):
    """But for those that are asked for on the way (a password)."""
    text = page("operations.md")
    options = {
        f"{name} {option}"
        for name, command in commands(app.cli)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.prompt
        for option in parameter.opts
    }
    assert sorted(pair for pair in options if pair.split()[-1] not in text) == []


def test_every_command_says_what_it_does(app):
    assert [name for name, command in commands(app.cli) if not (command.help or "").strip()] == []


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_documented(permission):
    assert f"`{permission}`" in page("access.md")


def test_the_table_of_permissions_is_the_one_in_force():
    """docs/access.md, "The table": a row a permission, a column a role."""
    lines = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in page("access.md").splitlines() if "|" in line]
    head = next(cells for cells in lines if cells[0] == "permission" and len(cells) == len(Role) + 1)
    rows = {cells[0]: dict(zip(head[1:], cells[1:], strict=True)) for cells in lines if len(cells) == len(head)}
    written = {role: {permission: rows[permission][role] for permission in Permission} for role in Role}
    assert written == {role: {permission: ACCESS[role].get(permission, "–") for permission in Permission} for role in Role}
