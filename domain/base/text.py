"""Text that people wrote: folding for comparison, tidying before it is kept, Markdown made safe."""

import unicodedata

import markdown
import nh3

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "a", "code", "hr"}
#: Where there are more, none is a link: for each opening bracket Markdown reads on to its end, minutes for 30,000 of them.
MOST_LINKS = 100


def fold(text: str) -> str:
    """Lower case in NFC with white space folded to single blanks; æ, ø and å stay letters of their own."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def tidy(text: str) -> str:
    """What is kept of a typed text: the same words, without NUL and stray carriage returns, trimmed at the ends.

    PostgreSQL cannot store NUL, and browsers send line ends as CR LF.
    """
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def can_be_seen(text: str) -> bool:
    """Whether there is anything to read: blanks, control characters and zero-width marks alone say nothing."""
    return any(not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf") for letter in text)


def markdown_to_html(source: str) -> str:
    """Markdown by an administrator as HTML without scripts, styles, images or event handlers."""
    if source.count("[") > MOST_LINKS:
        source = source.replace("[", "&#91;")
    html = markdown.markdown(source, output_format="html")
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
