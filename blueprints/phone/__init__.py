"""The phone's app: its one anonymous page, the worker that keeps it at hand, and the manifest."""

from . import told  # noqa: F401 - it tells what still lies on a phone
from .routes import bp

__all__ = ["bp"]
