"""Who may do what, how far: one table of data (docs/access.md). Everything else asks it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from .tables import Unit


class Role(StrEnum):
    EMPLOYEE = "employee"  # medarbejder
    INSTITUTION_LEADER = "institution_leader"  # institutionsleder
    AREA_LEADER = "area_leader"  # områdeleder
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    NOTE_TALKS = "note_talks"  # write talks down, in units at or below one's own place
    READ_TALKS = "read_talks"  # the words of talks
    READ_CIRCUMSTANCES = "read_circumstances"  # the coarse facts and the time of a talk, beside its words
    CODE_TALKS = "code_talks"  # say what talks are about: in their stead who noted them, and with their objection
    REPLY = "reply"  # about a talk: to the one who noted it, or back to whoever replied
    READ_DIGESTS = "read_digests"
    READ_OWN_HOUSE = "read_own_house"  # the last eight weeks of one's own place, counted; its talks go by READ_TALKS
    CLOSE_PLACES = "close_places"  # say when units at or below one's own place are closed
    READ_REGISTERS = "read_registers"  # people, units, question sets, codebook: with counts, never words
    EDIT_QUESTIONS = "edit_questions"  # word what is asked, publish it, and say where
    READ_AUDIT_COUNTS = "read_audit_counts"
    RUN_JOBS = "run_jobs"  # see what is done by the clock, begin it anew, say when weeks are gathered
    MANAGE_OWN_SIGN_INS = "manage_own_sign_ins"
    CHOOSE_OWN_NOTICES = "choose_own_notices"  # what one is told by push and mail, and on which browsers
    SET_NOTICES = "set_notices"  # what everybody is told who has not chosen


class Reach(StrEnum):
    OWN = "own"  # what the person wrote
    PLACE = "place"  # that, and everything in units at or below the person's own place
    EVERYWHERE = "everywhere"


ACCESS: Mapping[Role, Mapping[Permission, Reach]] = MappingProxyType(
    {
        Role.EMPLOYEE: {
            Permission.NOTE_TALKS: Reach.PLACE,
            Permission.READ_TALKS: Reach.OWN,
            Permission.READ_CIRCUMSTANCES: Reach.OWN,
            Permission.REPLY: Reach.OWN,
            Permission.MANAGE_OWN_SIGN_INS: Reach.OWN,
            Permission.CHOOSE_OWN_NOTICES: Reach.OWN,
        },
        Role.INSTITUTION_LEADER: {
            Permission.NOTE_TALKS: Reach.PLACE,
            Permission.READ_TALKS: Reach.PLACE,
            Permission.READ_CIRCUMSTANCES: Reach.PLACE,
            Permission.CODE_TALKS: Reach.PLACE,
            Permission.REPLY: Reach.OWN,
            Permission.READ_OWN_HOUSE: Reach.PLACE,
            Permission.CLOSE_PLACES: Reach.PLACE,
            Permission.MANAGE_OWN_SIGN_INS: Reach.OWN,
            Permission.CHOOSE_OWN_NOTICES: Reach.OWN,
        },
        Role.AREA_LEADER: {
            Permission.NOTE_TALKS: Reach.PLACE,
            Permission.READ_TALKS: Reach.PLACE,
            Permission.READ_CIRCUMSTANCES: Reach.OWN,
            Permission.CODE_TALKS: Reach.PLACE,
            Permission.REPLY: Reach.PLACE,
            Permission.READ_DIGESTS: Reach.PLACE,
            Permission.CLOSE_PLACES: Reach.PLACE,
            Permission.MANAGE_OWN_SIGN_INS: Reach.OWN,
            Permission.CHOOSE_OWN_NOTICES: Reach.OWN,
        },
        Role.ADMINISTRATOR: {
            Permission.READ_REGISTERS: Reach.EVERYWHERE,
            Permission.EDIT_QUESTIONS: Reach.EVERYWHERE,
            Permission.READ_AUDIT_COUNTS: Reach.EVERYWHERE,
            Permission.SET_NOTICES: Reach.EVERYWHERE,
            Permission.RUN_JOBS: Reach.EVERYWHERE,
            Permission.MANAGE_OWN_SIGN_INS: Reach.OWN,
            Permission.CHOOSE_OWN_NOTICES: Reach.OWN,
        },
    }
)


@dataclass(frozen=True)
class Actor:
    """The one who acts: a person in a role at a place. What verbs take instead of a row or a cookie."""

    person_id: uuid.UUID
    name: str
    role: Role
    unit_id: uuid.UUID
    unit_path: str
    unit_name: str
    language: str
    sign_in_id: uuid.UUID | None = None

    def reach(self, permission: Permission) -> Reach | None:
        """How far the permission goes, or None when the role does not have it."""
        return ACCESS[self.role].get(permission)

    def may(self, permission: Permission) -> bool:
        return self.reach(permission) is not None


def units_within(actor: Actor, permission: Permission) -> sa.ColumnElement[bool]:
    """A condition on Unit: the units that the permission reaches. OWN reaches none as a whole."""
    match actor.reach(permission):
        case Reach.PLACE:
            return col(Unit.path).startswith(actor.unit_path, autoescape=True)
        case Reach.EVERYWHERE:
            return sa.true()
        case _:
            return sa.false()


def reaches(actor: Actor, permission: Permission, unit_path: str) -> bool:
    """The same of one unit whose path is known."""
    reach = actor.reach(permission)
    return reach is Reach.EVERYWHERE or (reach is Reach.PLACE and unit_path.startswith(actor.unit_path))


def visible_to(
    actor: Actor,
    permission: Permission,
    *,
    author: Mapped[uuid.UUID],
    unit: Mapped[uuid.UUID],
) -> sa.ColumnElement[bool]:
    """The condition that starts every query for rows with an author and a unit: those the actor may see, no others."""
    match actor.reach(permission):
        case None:
            return sa.false()
        case Reach.OWN:
            return author == actor.person_id
        case Reach.EVERYWHERE:
            return sa.true()
        case Reach.PLACE:
            within = select(Unit.id).where(units_within(actor, permission))
            return sa.or_(author == actor.person_id, unit.in_(within))
