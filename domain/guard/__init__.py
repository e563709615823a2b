"""Finds personal data in what people write. So far: CPR numbers, which are masked before anything is stored."""

from .rules import Finding, check, mask

__all__ = ["Finding", "check", "mask"]
