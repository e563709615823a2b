"""The pair of keys by which push services know this server (VAPID): made at first need, in the instance folder, with mode 0600.

A browser is switched on for one public key. With another one all of them have to be switched on anew, which they do by themselves
the next time Hørt is opened there.
"""

import base64
import os
import tempfile
from pathlib import Path

NAME = "vapid.pem"


def private_key(instance: Path) -> str:
    """As PEM. Whole from the first moment, also when two processes make it at once. Raises OSError where it cannot be made."""
    path = instance / NAME
    if not path.exists():
        _make(path)
    return path.read_text("ascii")


def public_key(instance: Path) -> str:
    """As browsers take it: the point of the curve, in base64url."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - 8 MB, and few ask for it

    key = serialization.load_pem_private_key(private_key(instance).encode("ascii"), None)
    form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(key.public_key().public_bytes(*form)).decode("ascii").rstrip("=")


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made = ec.generate_private_key(ec.SECP256R1()).private_bytes(*form)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=NAME)  # with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:  # another process was first
        pass
    finally:
        Path(part).unlink()
