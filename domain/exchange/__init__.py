"""What leaves and enters Hørt as files: talks as tables, and packages of questions and themes."""

from .export import Exported, FileKind, NoTalks, TooManyForExcel, export_talks
from .package import Clash, Package, TakenIn, import_package, read_package, write_package
from .talks import MOST_AN_HOUR, VERB, TooManyExports, Wanted, begin, is_near, sets_of

__all__ = [
    "MOST_AN_HOUR",
    "VERB",
    "Clash",
    "Exported",
    "FileKind",
    "NoTalks",
    "Package",
    "TakenIn",
    "TooManyExports",
    "TooManyForExcel",
    "Wanted",
    "begin",
    "export_talks",
    "import_package",
    "is_near",
    "read_package",
    "sets_of",
    "write_package",
]
