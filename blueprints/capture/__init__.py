"""Home of those who note talks, and the plain form that works without JavaScript."""

from .routes import bp

__all__ = ["bp"]
