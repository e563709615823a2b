"""What is asked: question sets in versions that never change once published."""

from .rules import CHOOSING, MOST_CHARACTERS, TEXTUAL, Choice, Content, Fact, Form, Kind, Question
from .store import add_set, in_use, publish, version
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
    "Question",
    "QuestionSet",
    "QuestionSetVersion",
    "add_set",
    "in_use",
    "publish",
    "version",
]
