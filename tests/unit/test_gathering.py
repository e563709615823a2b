"""When a request is whole, as the web server's worker sees it: however it is cut into pieces."""

import pytest

from tools.gathering import MOST_BYTES, MOST_HEAD_BYTES, Gathered, Verdict

HEAD = b"POST /sync HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MORE, WHOLE, TOO_LARGE, HEAD_TOO_LARGE = Verdict.MORE, Verdict.WHOLE, Verdict.TOO_LARGE, Verdict.HEAD_TOO_LARGE


@pytest.mark.parametrize(
    ("sent", "verdict"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", MORE),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", WHOLE),
        (HEAD + b"Content-Length: 5\r\n\r\n", MORE),
        (HEAD + b"content-length:5 \r\n\r\nabc", MORE),
        (HEAD + b"Content-Length: 5\r\n\r\nabcde", WHOLE),
        (HEAD + b"Content-Length: 5\r\n\r\nabcdeGET / HT", WHOLE),  # and the next one's beginning
        (HEAD + b"Content-Length: 0\r\n\r\n", WHOLE),
        (HEAD + b"X-Content-Length: 5\r\n\r\n", WHOLE),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1), TOO_LARGE),
        (CHUNKED + b"3\r\nabc\r\n", MORE),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", WHOLE),
        (CHUNKED + b"3;some=thing\r\nabc\r\n0\r\nTrailer: x\r\n\r\n", WHOLE),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\nGET / HT", WHOLE),
        (CHUNKED + b"ff\r\n0\r\n\r\n", MORE),  # what looks like the end is in the data
        (CHUNKED + b"%x\r\nabc" % MOST_BYTES, TOO_LARGE),
        (CHUNKED + b"no number\r\n", WHOLE),  # the parser refuses it
        (b"x" * (MOST_HEAD_BYTES + 1), HEAD_TOO_LARGE),
        (HEAD + b"X: " + b"y" * MOST_HEAD_BYTES, HEAD_TOO_LARGE),
    ],
)
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_what_is_whole_is_whole_in_any_pieces(sent, verdict, piece):
    gathered, said = Gathered(), Verdict.MORE
    for start in range(0, len(sent), piece):
        gathered.data += sent[start : start + piece]
        before, said = said, gathered.verdict()
        if before is not Verdict.MORE:  # what comes after changes nothing
            assert said is before
    assert said is verdict
