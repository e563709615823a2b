"""What is asked: question sets in versions that never change once published."""

from .rules import MOST_CHARACTERS, Choice, Content, Fact, Form, Kind, Question
from .store import add_set, in_use, publish, version
from .tables import QuestionSet, QuestionSetVersion

__all__ = [
    "MOST_CHARACTERS",
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
