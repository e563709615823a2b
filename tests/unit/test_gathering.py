"""When a request is whole, as the web server's worker sees it."""

import pytest

from tools.gathering import MOST_BYTES, MOST_HEAD_BYTES, missing

HEAD = b"POST /sync HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("gathered", "lacks"),
    [
        (b"", 1),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 1),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0),
        (HEAD + b"Content-Length: 5\r\n\r\n", 5),
        (HEAD + b"content-length:5 \r\n\r\nabc", 2),
        (HEAD + b"Content-Length: 5\r\n\r\nabcde", 0),
        (HEAD + b"Content-Length: 5\r\n\r\nabcdeGET / HT", 0),  # and the next one's beginning
        (HEAD + b"Content-Length: 0\r\n\r\n", 0),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 1),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 0),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1), 0),  # refused without being read
        (HEAD + b"X-Content-Length: 5\r\n\r\n", 0),
        (b"x" * MOST_HEAD_BYTES, 0),  # no head is so long: the parser says so
    ],
)
def test_what_a_request_lacks(gathered, lacks):
    assert missing(gathered) == lacks
