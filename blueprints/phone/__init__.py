"""The phone's app: its one anonymous page, the worker that keeps it at hand, and the manifest."""

from .routes import bp

__all__ = ["bp"]
