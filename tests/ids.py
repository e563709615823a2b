"""Ids hold any digits by chance: those that are looked for and must stand nowhere, and those that are covered as a CPR number."""

import re
from uuid import UUID

#: With or without hyphens; a hash in hexadecimal is two of them.
_ID = re.compile(rb"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def without_ids(kept: bytes) -> bytes:
    return _ID.sub(b"", kept)


def in_letters(key: UUID) -> str:
    """Of an id that stands in a text: nothing of it is covered (one in 1,700 would be)."""
    return key.hex.translate(str.maketrans("0123456789", "ghijklmnop"))
