"""Guidance that is nothing but brackets is shown in no time, as it was written; what is written with sense has its links."""

import time

import pytest

from domain.base import markdown_to_html


@pytest.mark.parametrize("source", ["[" * 30_000, "![" * 15_000, "[x](" * 7_000, "[" * 10_000 + "]" * 10_000])
def test_nothing_but_brackets_takes_no_time(source):
    began = time.process_time()
    html = markdown_to_html(source)
    assert time.process_time() - began < 2
    assert html == f"<p>{source}</p>"


def test_a_hundred_links_are_links():
    assert markdown_to_html("[her](https://example.dk) " * 100).count("<a href=") == 100
