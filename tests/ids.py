"""Where digits are looked for that must stand nowhere: an id may hold them by chance."""

import re

#: With or without hyphens; a hash in hexadecimal is two of them.
_ID = re.compile(rb"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def without_ids(kept: bytes) -> bytes:
    return _ID.sub(b"", kept)
