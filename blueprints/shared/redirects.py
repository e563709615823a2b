"""Where to go after signing in: a page of this house, never somebody else's."""

import re

from flask import url_for

#: One slash, then no second one or backslash (browsers read both as another host), and nothing that is not printable ASCII.
_LOCAL = re.compile(r"/(?![/\\])[\x21-\x7e]*")


def local_path(wanted: str | None) -> str:
    """`wanted` when it is a path of our own, else the home page."""
    if wanted and "\\" not in wanted and _LOCAL.fullmatch(wanted):
        return wanted
    return url_for("capture.home")
