"""Home of those who note talks, the plain form that works without JavaScript, *Har brug for dig* and *To udgaver*."""

from . import helping, told
from .routes import bp

__all__ = ["bp", "helping", "told"]
