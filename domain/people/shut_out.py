"""Who was shut out, carried from a database to a back-up of it that takes its place."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from .departures import Gone, tell
from .tables import Device, Person, SignIn


@dataclass(frozen=True)
class Barred:
    """`persons`: who was disabled, and when; `phones`: (person, device) that were revoked; `passwords`: what each person's
    password is now: one that was given up must not open the door again."""

    persons: Mapping[uuid.UUID, datetime]
    phones: Mapping[tuple[uuid.UUID, uuid.UUID], datetime]
    passwords: Mapping[uuid.UUID, str | None]


def shut_out(session: Session) -> Barred:
    people = session.exec(select(Person.id, Person.disabled_at, Person.password_hash)).all()
    phones = session.exec(select(Device.person_id, Device.device_id, Device.revoked_at)).all()
    return Barred(
        persons={key: at for key, at, _hash in people if at},
        phones={(person, device): at for person, device, at in phones if at},
        passwords={key: one for key, _at, one in people},
    )


def shut_out_again(session: Session, before: Barred) -> int:
    """Disables and revokes here what was disabled and revoked there, and gives each their password of today. Returns how many
    persons and phones were not shut out here."""
    n = 0
    for person in session.exec(select(Person)).all():
        if person.id in before.persons and person.disabled_at is None:
            person.disabled_at = before.persons[person.id]
            tell(session, Gone(person.id))
            n += 1
        person.password_hash = before.passwords.get(person.id, person.password_hash)
        session.add(person)
    known = set(session.exec(select(Person.id)).all())
    for (person_id, device_id), at in before.phones.items():
        if person_id in known:
            n += _revoke(session, person_id, device_id, at)
    session.flush()
    return n


def end_all_sign_ins(session: Session, *, now: datetime) -> None:
    """Everybody signs in anew, on every browser: one that was ended may stand open in a back-up."""
    session.execute(sa.update(SignIn).where(col(SignIn.ended_at).is_(None)).values(ended_at=now))


def _revoke(session: Session, person_id: uuid.UUID, device_id: uuid.UUID, at: datetime) -> int:
    """Also a phone that the back-up has not seen: it must not come in as a new one."""
    row = session.exec(select(Device).where(Device.person_id == person_id, Device.device_id == device_id)).first()
    if row is None:
        row = Device(person_id=person_id, device_id=device_id, first_seen_at=at, last_seen_at=at)
    elif row.revoked_at is not None:
        return 0
    row.revoked_at = at
    session.add(row)
    tell(session, Gone(person_id, device_id=device_id))
    return 1
