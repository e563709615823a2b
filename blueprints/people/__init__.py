"""One's own profile, and the register of people and places for administrators."""

from .routes import bp

__all__ = ["bp"]
