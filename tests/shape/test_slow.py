"""`slow` keeps `make check` short and hides nothing: `make test` runs all, and of every area something runs in both."""

import ast
from functools import cache
from pathlib import Path

import pytest

from blueprints.shared.settings import ROOT

SCRIPT = (ROOT / "tools" / "test.sh").read_text("utf-8")
#: What `make check` runs: the folders named in its one line.
CHECKED = ("unit", "store", "web", "shape")
AREAS = sorted(path.name for path in (ROOT / "domain").iterdir() if (path / "__init__.py").exists())
#: These run in `make test` alone, so that marking a test there would only look as if it did something.
NEVER = ("fault", "browser")


def is_slow(node: ast.expr) -> bool:
    return ast.unparse(node) == "pytest.mark.slow"


def marks_all(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark" and is_slow(node.value)
        for node in tree.body
    )


def quick(tree: ast.Module) -> list[str]:
    """The tests of a file that `make check` runs."""
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [] if marks_all(tree) else [node.name for node in tests if not any(map(is_slow, node.decorator_list))]


def used(tree: ast.Module) -> set[str]:
    """The areas of the domain a file names in its imports."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "domain":
            found |= {node.module.split(".")[1]} if "." in node.module else {name.name for name in node.names}
    return found & set(AREAS)


@cache
def trees(folder: str) -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "tests" / folder).glob("test_*.py"))}


@cache
def areas_of_quick_files() -> set[str]:
    return {area for folder in CHECKED for one in trees(folder).values() if quick(one) for area in used(one)}


@pytest.mark.parametrize("folder", NEVER)
def test_nothing_is_slow_where_the_mark_would_hide_nothing(folder):
    files = sorted((ROOT / "tests" / folder).rglob("*.py"))
    assert files
    assert [path.name for path in files if "mark.slow" in path.read_text("utf-8")] == []


@pytest.mark.parametrize("folder", CHECKED)
def test_every_folder_of_the_inner_loop_keeps_more_files_than_it_leaves_out(folder):
    kept = [path for path, tree in trees(folder).items() if quick(tree)]
    assert len(kept) > len(trees(folder)) / 2


@pytest.mark.parametrize("area", AREAS)
def test_the_inner_loop_runs_tests_of_every_area(area):
    assert area in areas_of_quick_files()


def test_the_inner_loop_leaves_out_the_slow_and_nothing_else_does():
    asked = [line.strip() for line in SCRIPT.splitlines() if "bin/pytest" in line]
    short = [line for line in asked if "-m " in line]
    assert len(asked) > len(short) == 1
    assert '-m "not slow"' in short[0]
    assert short[0].split("tests/")[1:] == [f"{name} " for name in CHECKED[:-1]] + [CHECKED[-1]]
    assert "addopts" not in SCRIPT
