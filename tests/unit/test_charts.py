"""Columns of marks, one mark a talk."""

import re
from xml.etree import ElementTree

from blueprints.shared.charts import dots


def columns(drawn):
    return [[part.tag for part in group] for group in ElementTree.fromstring(drawn)]


def test_a_talk_is_a_mark_none_is_a_line_and_many_are_a_number():
    drawn = dots((0, 3, 9), (45, 46, 47), "0, 3, 9")
    assert columns(drawn) == [["path", "text"], ["circle", "circle", "circle", "text"], ["path", "text", "text"]]
    assert re.findall(r"<text[^>]*>(\d+)<", drawn) == ["45", "46", "9", "47"]


def test_only_the_last_column_is_now_and_only_where_there_is_a_now():
    assert [group.get("class") for group in ElementTree.fromstring(dots((1, 1), (46, 47), "1, 1"))] == [None, "now"]
    assert 'class="now"' not in dots((1, 1), (46, 47), "1, 1", False)


def test_a_chart_is_as_high_as_its_highest_column_and_the_label_is_a_text():
    assert [dots(counts, (1,) * len(counts), "").split('height="')[1].split('"')[0] for counts in ((0,), (8,), (20,))] == [
        "57",
        "117",
        "117",
    ]
    assert 'aria-label="&lt;b&gt;&#34;"' in dots((1,), (47,), '<b>"')
