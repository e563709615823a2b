"""What a client can send in a field, whatever the page offers: a short hard core for every field, and more to draw from."""

from urllib.parse import quote_plus

from tests.payloads import payloads
from tests.web.corpus import NAUGHTY

#: Ours, so that what came back of it can be told from the page's own.
SCRIPT, TEMPLATE, WORKED_OUT = "<script>kvæk()</script>", "kvæk{{7*7}}kvæk", "kvæk49kvæk"
BLANK_ID = "00000000-0000-0000-0000-000000000000"

CORE: dict[str, str | bytes] = {
    "nothing": "",
    "blanks": "  \t ",
    "NUL": "før\x00efter",
    "escapes": "\x1b[31mrødt\x07\x7f\x85",
    "half a surrogate pair": b"halvt\xed\xa0\x80tegn",
    "not UTF-8": b"ikke\xff\xfe\xc3utf",
    "5,001 characters": "æ" * 5_001,
    "100,000 characters": "x" * 100_000,
    "right to left": "\u202eלמהפסדר\u202c",
    "no width": "\u200b\ufeff\u2060usynligt\u200d",
    "script": SCRIPT,
    "quotes": "\"'><b onclick=kvæk()>",
    "template": TEMPLATE,
    "sql": "' OR 1=1 --",
    "like": "%__%\\",
    "line ends": "en\r\nto\rtre\nfire",
    "header": "kvæk\r\nSet-Cookie: kvæk=1",
    "path": "../../../etc/passwd",
    "another house": "//evil.example/x",
    "scheme": "javascript:kvæk()",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇩🇰",
    "combining": "H" + "\u0301\u0300\u0308" * 60,
    "unpaired »": "Hun sagde »og så kom «",
    "nested »": "»a »b« c» d",
    "digits": "9" * 5_000,
    "beyond 64 bits": "99999999999999999999",
    "below nought": "-1",
    "raised two": "²",
    "no number": "1e309",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "a day that is none": "2026-02-31",
    "an hour that is none": "24:60",
    "an id of nothing": BLANK_ID,
    "an id otherwise": "{" + BLANK_ID.replace("-", "") + "}",
    "json": '[{"a": [[[[1e9999]]]]}, null]',
    "nested": "[" * 30_000,
}
MORE: list[str | bytes] = [*NAUGHTY.values(), *payloads()]


def as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def as_read(value: str | bytes) -> str:
    """As Hørt reads what was sent, and a browser what comes back: line ends are all the same, and what is no character stays as
    it was escaped on the way."""
    return as_bytes(value).decode("utf-8", "werkzeug.url_quote").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def trace(value: str | bytes) -> str | None:
    """What is looked for where it must not stand; None where it would be found by chance."""
    text = as_bytes(value).decode("utf-8", "replace").strip()
    return text[:40] if len(text) > 9 and text not in (BLANK_ID, CORE["the last day"], CORE["the first day"]) else None


def as_form(pairs: list[tuple[str, str | bytes]]) -> bytes:
    return b"&".join(quote_plus(name).encode() + b"=" + quote_plus(as_bytes(value)).encode() for name, value in pairs)


def as_multipart(pairs: list[tuple[str, str | bytes]], files: dict[str, str | bytes], boundary: str) -> bytes:
    """`files`: the content of each, and its name too, escaped as browsers do."""
    parts = [(f'form-data; name="{name}"'.encode(), as_bytes(value)) for name, value in pairs]
    for name, value in files.items():
        called = as_bytes(value)[:300].replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
        parts.append((f'form-data; name="{name}"; filename="'.encode() + called + b'"', as_bytes(value)))
    line = f"--{boundary}".encode()
    told = [line + b"\r\nContent-Disposition: " + head + b"\r\n\r\n" + body + b"\r\n" for head, body in parts]
    return b"".join(told) + line + b"--\r\n"
