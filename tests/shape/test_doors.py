"""Every route says who may come through its door (docs/ARCHITECTURE.md, rule 4)."""

from blueprints.shared.door import Door


def test_every_route_is_guarded(app):
    unguarded = [name for name, view in app.view_functions.items() if not isinstance(getattr(view, "door", None), Door)]
    assert unguarded == []
