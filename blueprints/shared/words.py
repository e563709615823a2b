"""Keys of the domain as words of the interface: the domain returns keys and numbers, this turns them into Danish."""

from flask_babel import gettext as _

from domain.people import Label, Role, Sector


def role_name(role: str) -> str:
    return {
        Role.EMPLOYEE: _("medarbejder"),
        Role.INSTITUTION_LEADER: _("institutionsleder"),
        Role.AREA_LEADER: _("områdeleder"),
        Role.ADMINISTRATOR: _("administrator"),
    }[Role(role)]


def sector_name(sector: str | None) -> str:
    return {Sector.NURSERY: _("dagtilbud"), Sector.HOME_CARE: _("hjemmepleje")}[Sector(sector)] if sector else ""


def label_name(label: str | None) -> str:
    """The local word for an institution, one of them."""
    return {Label.HOUSE: _("hus"), Label.WARD: _("afdeling"), Label.DISTRICT: _("distrikt")}[Label(label or "house")]
