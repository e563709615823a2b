"""Addresses of many rows of one kind."""

import uuid
from collections.abc import Callable

from flask import url_for

_SOME_ID = uuid.UUID(int=0)


def of_each(endpoint: str, name: str, **values: object) -> Callable[[uuid.UUID], str]:
    """The address by the id that stands in it as `name`. Put together once: a week has dozens, and each takes as long as drawing
    its line."""
    before, after = url_for(endpoint, **{name: _SOME_ID}, **values).split(str(_SOME_ID))  # type: ignore[arg-type]
    return lambda key: f"{before}{key}{after}"
