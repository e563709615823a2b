"""The codebook, read-only so far, with counts and no words."""

from .routes import bp

__all__ = ["bp"]
