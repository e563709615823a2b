"""One's own profile, when places are closed, and the register of people and places for administrators."""

from . import closed
from .routes import bp

__all__ = ["bp", "closed"]
