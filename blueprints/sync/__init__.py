"""The contract with phones and other programs: envelopes of talks, what a phone needs to work offline, what seals
it there, and its description."""

from . import secret  # noqa: F401 - it adds its route
from .routes import bp

__all__ = ["bp"]
