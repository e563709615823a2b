"""Rules about people and places that need no database."""

import re
from enum import StrEnum

#: A whole municipality may sit behind one address.
TRIES_PER_EMAIL = 10
TRIES_PER_ADDRESS = 200
WINDOW_SECONDS = 3_600
SHORTEST_PASSWORD = 12
#: What the interface speaks; the first one is everybody's until they choose.
LANGUAGES = ("da", "en")


class Level(StrEnum):
    MUNICIPALITY = "municipality"  # kommune
    AREA = "area"  # område, forvaltning
    INSTITUTION = "institution"


class Sector(StrEnum):
    NURSERY = "nursery"  # dagtilbud
    HOME_CARE = "home_care"  # hjemmepleje


class Label(StrEnum):
    """The local word for an institution."""

    HOUSE = "house"  # hus
    WARD = "ward"  # afdeling
    DISTRICT = "district"  # distrikt


def normal_email(typed: str) -> str:
    """As it is stored and looked up. PostgreSQL takes no NUL."""
    return typed.replace("\0", "").strip().casefold()


def initials(name: str) -> str:
    """First letters of the first and last name: »Lene Mose« → LM."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)


def device_name(user_agent: str) -> str:
    """»Chrome · Android«: enough for a person to know their own phone by, and no more than that."""
    found = [next((name for mark, name in table if re.search(mark, user_agent)), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(part for part in found if part)
