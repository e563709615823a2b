"""Who may do what, how far: the table of docs/access.md, written out here a second time by hand."""

import uuid

import pytest

from domain.people import ACCESS, Actor, Permission, Reach, Role

O, P, E, _ = Reach.OWN, Reach.PLACE, Reach.EVERYWHERE, None  # noqa: E741

COLUMNS = (Role.EMPLOYEE, Role.INSTITUTION_LEADER, Role.AREA_LEADER, Role.ADMINISTRATOR)
TABLE = {
    Permission.NOTE_TALKS: (P, P, P, _),
    Permission.READ_TALKS: (O, P, P, _),
    Permission.READ_CIRCUMSTANCES: (O, P, O, _),
    Permission.CODE_TALKS: (_, P, P, _),
    Permission.REPLY: (O, O, P, _),
    Permission.READ_DIGESTS: (_, _, P, _),
    Permission.READ_OWN_HOUSE: (_, P, _, _),
    Permission.CLOSE_PLACES: (_, P, P, _),
    Permission.READ_REGISTERS: (_, _, _, E),
    Permission.EDIT_QUESTIONS: (_, _, _, E),
    Permission.READ_AUDIT_COUNTS: (_, _, _, E),
    Permission.RUN_JOBS: (_, _, _, E),
    Permission.MANAGE_OWN_SIGN_INS: (O, O, O, O),
    Permission.CHOOSE_OWN_NOTICES: (O, O, O, O),
    Permission.SET_NOTICES: (_, _, _, E),
}


def actor(role: Role) -> Actor:
    unit = uuid.uuid4()
    return Actor(uuid.uuid4(), "Lene Mose", role, unit, f"/{unit.hex}/", "Mariehuset", "da")


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_each_role_reaches_exactly_as_far_as_the_interface_says(role, permission):
    assert actor(role).reach(permission) == TABLE[permission][COLUMNS.index(role)]


def test_an_administrator_has_nothing_that_shows_words():
    words = {
        Permission.READ_TALKS,
        Permission.READ_CIRCUMSTANCES,
        Permission.REPLY,
        Permission.READ_DIGESTS,
        Permission.READ_OWN_HOUSE,
        Permission.CODE_TALKS,
    }
    assert not words & set(ACCESS[Role.ADMINISTRATOR])


def test_may_means_reaching_anything_at_all():
    assert actor(Role.EMPLOYEE).may(Permission.READ_TALKS)
    assert not actor(Role.EMPLOYEE).may(Permission.READ_DIGESTS)
    assert not actor(Role.ADMINISTRATOR).may(Permission.READ_TALKS)


def test_the_table_cannot_be_changed_while_the_program_runs():
    with pytest.raises(TypeError):
        ACCESS[Role.EMPLOYEE] = {}  # type: ignore[index]
