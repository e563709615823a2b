"""Themes over time, sorting talks into them, and the codebook."""

from .jobs import commands
from .routes import bp

__all__ = ["bp", "commands"]
