"""Drawings made of counts: one mark is one talk.

Made here and not in a template, since a week draws some hundred marks, and a template takes longer to write a number than this
takes to write them all.
"""

from collections.abc import Collection, Sequence

from markupsafe import Markup, escape

from domain.base import Week

#: So many marks stand on top of each other; more are told by their number.
MOST_MARKS = 8
FEWEST_ROWS = 3
#: Between the middles of two columns, and of two marks in one.
WIDE, HIGH = 22, 12


def dots(counts: Sequence[int], weeks: Sequence[int], label: str, now: bool = True, broken: Collection[int] = ()) -> Markup:
    """counts and weeks: equally long, oldest first; the last one is this week, unless `now` is false. label: the same in one
    sentence. broken: places of columns that do not go on from the one before, since other questions are asked.

    Attributes say what the style sheet says too: what makes the PDF draws by them alone."""
    top = max(FEWEST_ROWS, *(min(count, MOST_MARKS) for count in counts)) if counts else FEWEST_ROWS
    base, width = top * HIGH - 5, len(counts) * WIDE
    drawn = [
        f'<svg class="dots" role="img" aria-label="{escape(label)}" width="{width}" height="{base + 26}" '
        f'viewBox="0 0 {width} {base + 26}" fill="currentColor" font-family="Plex" font-size="12" text-anchor="middle">'
    ]
    for place, (count, week) in enumerate(zip(counts, weeks, strict=True)):
        if place in broken:
            line = f"M{place * WIDE + 1} 2V{base + 24}"
            drawn.append(f'<path class="break" fill="none" stroke="currentColor" stroke-dasharray="4 3" d="{line}"/>')
        is_now = now and place == len(counts) - 1
        x = place * WIDE + WIDE // 2
        drawn.append('<g class="now" font-weight="600">' if is_now else '<g fill-opacity=".6" stroke-opacity=".6">')
        drawn.append(_column(count, x, base))
        drawn.append(f'<text x="{x}" y="{base + 21}">{int(week)}</text></g>')
    return Markup("".join([*drawn, "</svg>"]))  # noqa: S704 - numbers, and a sentence that is escaped


def cells(counts: Sequence[int]) -> Markup:
    """The same numbers in the row of a table."""
    return Markup("".join(f"<td>{int(count)}</td>" for count in counts))  # noqa: S704 - numbers


def _column(count: int, x: int, base: int) -> str:
    if count == 0:
        return f'<path stroke="currentColor" stroke-width="2" d="M{x - 4} {base + 2}h8"/>'
    if count > MOST_MARKS:
        stem = f'<path class="stem" stroke="currentColor" stroke-dasharray="1 3" d="M{x} {base + 4}V20"/>'
        return f'{stem}<text class="many" x="{x}" y="13">{int(count)}</text>'
    return "".join(f'<circle cx="{x}" cy="{base - n * HIGH}" r="4.5"/>' for n in range(count))


def broken_columns(columns: Sequence[Collection[Week]], breaks: Collection[Week]) -> list[int]:
    """The places of the columns that do not go on from the one before: for `dots`."""
    return [place for place, weeks in enumerate(columns) if any(week in breaks for week in weeks)]
