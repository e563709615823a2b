"""Where a series breaks: from some week on a question was asked that means something else.

Pure, and the same whenever it is asked: versions never change, and a week knows only those published by its end.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.base import Week, week_of


def breaks(published: Iterable[datetime], weeks: Collection[Week]) -> tuple[Week, ...]:
    """Those of these weeks that a version came into use in which asks something of another meaning, oldest first.

    published: when each such version was, whatever its set. What came after the last of the weeks is not known to them.
    """
    known = {week_of(at) for at in published}
    return tuple(sorted(known.intersection(weeks)))
