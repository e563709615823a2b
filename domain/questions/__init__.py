"""What is asked: question sets in versions that never change once published."""

from .rules import CHOOSING, MOST_CHARACTERS, TEXTUAL, Choice, Content, Fact, Form, Kind, Question
from .store import Published, add_set, every_version, in_use, publish, version
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
    "every_version",
    "in_use",
    "publish",
    "version",
]
