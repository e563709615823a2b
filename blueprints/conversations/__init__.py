"""Reading talks: one's own, and those of one's place."""

from .routes import bp

__all__ = ["bp"]
