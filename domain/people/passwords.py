"""Passwords: argon2id with the library's own parameters."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def is_password(stored: str | None, typed: str) -> bool:
    """Whether the typed password is the stored one. Takes as long when there is none, so that time does not tell who exists."""
    try:
        return _hasher.verify(stored or _nobodys_hash(), typed) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
