"""An area is used through its front door: nobody outside `domain/<area>` imports one of its modules."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def imported(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.append(node.module)
    return found


def test_an_area_is_used_through_its_front_door():
    past = [
        f"{path.relative_to(ROOT)} imports {name}"
        for folder in ("domain", "blueprints")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in [*imported(path)]
        if name.startswith("domain.") and name.count(".") > 1 and name.split(".")[1] not in path.parts
    ]
    assert past == []
