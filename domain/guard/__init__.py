"""Finds personal data in what people write. So far: CPR numbers, which are masked before anything is stored."""

from .rules import RULES, Finding, check, mask

__all__ = ["RULES", "Finding", "check", "mask"]
