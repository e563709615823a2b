"""The invented municipality: places, people, questions, codebooks and talks, to try Hørt with."""

from .rules import PASSWORD, Size
from .store import NotEmpty, is_loaded, load, loaded_at

__all__ = ["PASSWORD", "NotEmpty", "Size", "is_loaded", "load", "loaded_at"]
