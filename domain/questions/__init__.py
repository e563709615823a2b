"""What is asked: question sets in versions that never change once published."""

from .rules import CHOOSING, MOST_CHARACTERS, TEXTUAL, Choice, Content, Fact, Form, Kind, Question
from .store import (
    Published,
    add_set,
    close_set,
    every_version,
    find_set,
    in_use,
    may_answer,
    newest_versions,
    publish,
    reopen_set,
    version,
)
from .tables import QuestionSet, QuestionSetVersion

__all__ = [
    "CHOOSING",
    "MOST_CHARACTERS",
    "TEXTUAL",
    "Choice",
    "Content",
    "Fact",
    "Form",
    "Kind",
    "Published",
    "Question",
    "QuestionSet",
    "QuestionSetVersion",
    "add_set",
    "close_set",
    "every_version",
    "find_set",
    "in_use",
    "may_answer",
    "newest_versions",
    "publish",
    "reopen_set",
    "version",
]
