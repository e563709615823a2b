"""What is asked: question sets in versions that never change once published."""

from .rules import CHOOSING, MOST_CHARACTERS, TEXTUAL, Choice, Content, Fact, Form, Kind, Question
from .sheets import BadFile
from .store import (
    Published,
    add_set,
    add_version,
    all_versions,
    close_set,
    every_version,
    find_set,
    in_use,
    may_answer,
    newest_versions,
    publish,
    reopen_set,
    sets_by_id,
    version,
)
from .tables import QuestionSet, QuestionSetVersion
from .xlsform import FACE_WORDS, write_xlsform
from .xlsform_reading import Imported, Remark, Said, read_xlsform

__all__ = [
    "CHOOSING",
    "FACE_WORDS",
    "MOST_CHARACTERS",
    "TEXTUAL",
    "BadFile",
    "Choice",
    "Content",
    "Fact",
    "Form",
    "Imported",
    "Kind",
    "Published",
    "Question",
    "QuestionSet",
    "QuestionSetVersion",
    "Remark",
    "Said",
    "add_set",
    "add_version",
    "all_versions",
    "close_set",
    "every_version",
    "find_set",
    "in_use",
    "may_answer",
    "newest_versions",
    "publish",
    "read_xlsform",
    "reopen_set",
    "sets_by_id",
    "version",
    "write_xlsform",
]
