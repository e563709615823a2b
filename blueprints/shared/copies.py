"""What needs somebody's help, in a file: as the phone's own copy (static/js/phone/copies.js), which can bring it in again."""

import json
from collections.abc import Sequence

from sqlmodel import Session

from domain import sync
from domain.people import Actor
from domain.sync import Boxed

SCHEMA = "hoert.copy/1"


def copy_of(session: Session, owner: Actor, boxed: Sequence[Boxed]) -> bytes:
    """The items as JSON, whatever they are. Readable where it can be: half a character is no text in any file."""
    items = []
    for one in boxed:
        stands = sync.stands_beside(session, owner, one)
        first = stands.first_id if stands else one.item_id
        items.append({"first": str(first), "item": one.content, "saved_at": one.received_at.isoformat()})
    copy = {"schema": SCHEMA, "owner": str(owner.person_id), "items": items}
    try:
        return json.dumps(copy, ensure_ascii=False, indent=2).encode()
    except UnicodeEncodeError:
        return json.dumps(copy, indent=2).encode()
