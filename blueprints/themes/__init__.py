"""Themes over time, sorting talks into them, and the codebook."""

from .routes import bp

__all__ = ["bp"]
