"""The contract with phones and other programs: envelopes of talks, what a phone needs to work offline, and its description."""

from .routes import bp

__all__ = ["bp"]
