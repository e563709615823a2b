"""What people wrote: folded for comparison, tidied before it is kept, and Markdown without a way to run anything."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import fold, markdown_to_html, tidy

ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "a", "code", "hr"}
SCHEMES = {"http", "https", "mailto", "tel", ""}

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'/>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='https://a.example' onclick='alert(1)'>x</a>",
    "<a href='https://a.example' style='background:url(javascript:alert(1))'>x</a>",
    "[x](javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "![x](javascript:alert(1))",
    '![x](https://a.example/x.png"onerror="alert(1))',
    '[x](https://a.example "t\\" onmouseover=\\"alert(1)")',
    "<javascript:alert(1)>",
    "<style>body{background:url(javascript:alert(1))}</style>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<base href='javascript:/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<object data='javascript:alert(1)'></object>",
    "<details open ontoggle=alert(1)>x</details>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "<p id=x class=y onfocus=alert(1) tabindex=1>x</p>",
]


class Strict(HTMLParser):
    """Collects what a browser would act on, and fails on anything but the few harmless tags."""

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert (tag, name) in {("a", "href"), ("a", "title"), ("a", "rel")}
            if name == "href":
                assert urlsplit(value.strip().replace("\t", "").replace("\n", "")).scheme.lower() in SCHEMES, value

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_harmless(html: str) -> None:
    assert "<script" not in html.lower()
    strict = Strict(convert_charrefs=True)
    strict.feed(html)
    strict.close()


@pytest.mark.parametrize("source", ATTACKS)
def test_nothing_an_administrator_writes_can_run(source):
    assert_harmless(markdown_to_html(source))


@given(st.lists(st.sampled_from([*ATTACKS, "\n", "\n\n", "> ", "- ", "**", "`", "<", ">", '"', "'", "[", "](", ")"]), max_size=8))
def test_nothing_can_run_however_it_is_put_together(parts):
    assert_harmless(markdown_to_html("".join(parts)))


def test_plain_markdown_becomes_what_it_says():
    html = markdown_to_html('Tag snakken **stående**.\n\n- Ingen navne\n- [Vejledning](https://a.example/?a=1&b=2 "Læs")')
    assert "<strong>stående</strong>" in html
    assert "<li>Ingen navne</li>" in html
    assert '<a href="https://a.example/?a=1&amp;b=2" title="Læs" rel="noopener noreferrer">Vejledning</a>' in html


def test_danish_letters_come_through_markdown():
    assert markdown_to_html("Rødgrød på Ærø") == "<p>Rødgrød på Ærø</p>"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Om\n\tMorgenen  ", "om morgenen"),
        ("ÆBLE Øl Ål", "æble øl ål"),
        ("A\u030aben", "åben"),
        ("blå\u00a0himmel", "blå himmel"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_folding_makes_equal_what_reads_the_same(text, folded):
    assert fold(text) == folded


def test_the_danish_letters_stay_letters_of_their_own():
    assert len({fold(letter) for letter in ("æ", "ø", "å", "a", "o", "e", "ae", "aa")}) == 8


@given(st.text())
def test_folding_leaves_single_blanks_and_no_margins(text):
    once = fold(text)
    assert once == " ".join(once.split())
    assert fold(text.strip()) == once


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mor sagde\r\nja\rnej", "Mor sagde\nja\nnej"),
        ("\x00Hej\x00 du", "Hej du"),
        ("  begge ender \n", "begge ender"),
        ("to\n\nafsnit  her", "to\n\nafsnit  her"),
    ],
)
def test_tidying_changes_line_ends_and_margins_only(text, kept):
    assert tidy(text) == kept


@given(st.text())
def test_tidying_loses_no_word(text):
    assert tidy(text).split() == text.replace("\x00", "").split()
    assert tidy(tidy(text)) == tidy(text)
