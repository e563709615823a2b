"""Words that met an expired sign-in: sealed into the sign-in form, bound to the person who wrote them, given back afterwards.

The server keeps nothing: the words travel in a hidden field that only it can open, and only for that person.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Sealed:
    """`kind` names who can take the form up again; `fields` are its names and values as they were posted.

    `owner` None: the form's mark could not be read (it was signed with an earlier key). Then the next who signs in in that
    browser, where the words were just posted from, gets them back.
    """

    kind: str
    owner: uuid.UUID | None
    fields: list[tuple[str, str]]


Resume = Callable[[Sealed], ResponseReturnValue]


def can_resume(kind: str, resume: Resume) -> None:
    """A blueprint tells how its form is shown again, so that `auth` need not know it."""
    _resumes[kind] = resume


_resumes: dict[str, Resume] = {}


def owner_mark(person_id: uuid.UUID) -> str:
    """Whose form it is: a signed hidden field, put in when the form is shown."""
    return URLSafeSerializer(current_app.secret_key or "", salt="form-owner").dumps(person_id.hex)


def owner_of(mark: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(URLSafeSerializer(current_app.secret_key or "", salt="form-owner").loads(mark))
    except (BadSignature, ValueError, TypeError):
        return None


def of_request(kind: str, names: Sequence[str], **more: str) -> Sealed:
    """What was posted under these names, bound to the one whose form it was (its field `owner`), and what else is to be known."""
    posted = [(name, request.form.get(name, "")) for name in names]
    return Sealed(kind, owner_of(request.form.get("owner", "")), [*more.items(), *posted])


def seal(sealed: Sealed) -> str:
    content = {"kind": sealed.kind, "owner": sealed.owner.hex if sealed.owner else None, "fields": sealed.fields}
    return _box().encrypt(json.dumps(content).encode()).decode("ascii")


def unseal(token: str) -> Sealed | None:
    """None for what was not sealed here (or by an earlier secret key)."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as in `_box`

    try:
        content = json.loads(_box().decrypt(token.encode("ascii")))
    except (InvalidToken, ValueError):
        return None
    owner = uuid.UUID(content["owner"]) if content["owner"] else None
    return Sealed(content["kind"], owner, [(name, value) for name, value in content["fields"]])


def resume(sealed: Sealed) -> ResponseReturnValue:
    return _resumes[sealed.kind](sealed)


def _box() -> "Fernet":
    from cryptography.fernet import Fernet  # noqa: PLC0415 - 8 MB, and words meet an expired sign-in rarely

    key = hashlib.sha256(b"hoert sealed form\0" + (current_app.secret_key or "").encode()).digest()  # type: ignore[union-attr]
    return Fernet(base64.urlsafe_b64encode(key))
