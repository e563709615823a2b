"""What follows from a talk. So far: replies between those above an institution and the one who noted the talk."""

from .rules import MOST_CHARACTERS, problem_of
from .store import News, NobodyReads, NoReplyHere, count_about, forget, is_read, may_reply, news, reply, thread, unanswered
from .tables import Reply

__all__ = [
    "MOST_CHARACTERS",
    "News",
    "NoReplyHere",
    "NobodyReads",
    "Reply",
    "count_about",
    "forget",
    "is_read",
    "may_reply",
    "news",
    "problem_of",
    "reply",
    "thread",
    "unanswered",
]
