"""Notices as they leave, and how people stop them."""

from .unsubscribing import bp as unsubscribing

__all__ = ["unsubscribing"]
