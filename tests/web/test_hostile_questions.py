"""Every text of the editor stands as text wherever it is shown: each payload of ours in each field."""

import itertools
import json
import re

import pytest

from domain import questions
from domain.base import markdown_to_html
from domain.questions import Content, Sketch
from tests import make
from tests.payloads import hostile, payloads
from tests.web import editing, lint
from tests.web.editing import goes_on, press

pytestmark = pytest.mark.slow

ALL = payloads()
#: What a cleaned guidance may hold, and nothing else.
HARMLESS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "a", "code", "hr"}
NAME = re.compile(r"(title|promise|guidance|voice|(question|fact)\.[\w-]+\.(prompt|label|help|choice\.\w+))\.(da|en)|power\.\w+")


def test_there_are_at_least_five_hundred_and_no_two_the_same():
    assert len(ALL) == len(set(ALL)) >= 500


@pytest.mark.parametrize("source", [*ALL, "\n\n".join(ALL)])
def test_guidance_never_holds_anything_that_runs(source):
    tree = lint.parse(f"<!doctype html><html lang=da><title>x</title><body>{markdown_to_html(source)}</body></html>")[0]
    for element in tree.find("body").iter():
        if element.tag == "body":
            continue
        assert element.tag in HARMLESS
        assert set(element.keys()) <= {"href", "title", "rel"}
        assert scheme(element.get("href") or "") in ("", "http", "https", "mailto", "tel")


def scheme(address):
    """As a browser finds it (URL Standard, 4.4): blanks before it, and tabs and line ends within, are nothing."""
    address = re.sub(r"[\t\n\r]", "", address.lstrip("".join(map(chr, range(33)))))
    found = re.match(r"([a-z][a-z0-9+.-]*):", address, re.IGNORECASE | re.ASCII)
    return found[1].lower() if found else ""


@pytest.fixture(scope="module")
def drafts():
    """As few drafts as hold every payload in every kind of field."""
    turns = [itertools.islice(itertools.cycle(ALL), start, None) for start in range(0, len(ALL), 130)]
    return [Sketch.model_validate(hostile(turn, questions=20)) for turn in turns]


def held(sketch):
    return [text for path, text in questions.laid_out(sketch).items() if isinstance(text, str) and NAME.fullmatch(path)]


def keep(town, sketch):
    with town.database.writing() as session:
        key = town.cast.form.question_set_id
        draft = questions.begin(session, town.cast.admin, key, now=make.NOW)
        questions.save(session, town.cast.admin, key, seen=draft.revision, sketch=sketch, now=make.NOW)
    return editing.address(town)


def test_the_editor_gives_every_text_back_to_the_letter_and_makes_no_element_of_it(own_town, drafts):
    admin = own_town.browser("admin")
    plain = len(list(admin.get(keep(own_town, drafts[0].model_copy(update={"guidance": {}}))).tree.iter()))
    for sketch in drafts:
        sketch = sketch.model_copy(update={"guidance": {}})
        page = admin.get(keep(own_town, sketch))
        found = dict(page.fields(editing.address(own_town)))
        for path, text in questions.laid_out(sketch).items():
            if path.endswith(".da") and NAME.fullmatch(path):
                assert found[path].replace("\r\n", "\n") == text.replace("\x00", "\ufffd"), path
        assert len(list(page.tree.iter())) - plain in range(-60, 60), "only hints come and go"
        assert not page.all("script")[1:]
        assert not [one for one in page.tree.iter() if any(name.startswith("on") for name in one.attrib)]


def test_what_is_posted_comes_back_the_same(own_town):
    """But for what cannot be seen, and a line break where a text is said in one breath."""
    admin = own_town.browser("admin")
    page = admin.get(editing.begun(own_town))
    for first in range(0, len(ALL), 4):
        some = dict(zip(("title.da", "promise.da", "voice.da", "power.aim"), ALL[first : first + 4], strict=False))
        if first % 40 == 0:
            page = goes_on(admin, press(admin, page, "save", **some))
            kept = questions.laid_out(editing.sketch(own_town))
            for path, text in some.items():
                assert kept[path] == re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text).replace(
                    "\n", "\n" if path == "promise.da" else " "
                )


def test_version_difference_phone_and_kit_hold_them_as_text(own_town, drafts):
    admin, leder = own_town.browser("admin"), own_town.browser("leder")
    with own_town.database.writing() as session:
        question_set = questions.find_set(session, own_town.cast.form.question_set_id)
        content = drafts[0].model_dump(
            mode="json", include=set(Content.model_fields), exclude={"questions": {"__all__": {"same"}}}
        )
        row = questions.publish(session, question_set=question_set, content=Content.model_validate(content), now=make.NOW)
    here = f"/questions/{own_town.cast.form.question_set_id}"
    pages = [f"/questions/{row.id}", f"{here}/difference?first=1&second=2", "/questions/", "/questions/new"]
    keep(own_town, drafts[1])
    pages += [f"{here}/difference", f"{here}/draft/phone", f"{here}/draft/phone?lang=en"]
    for path in pages:
        page = admin.get(path)
        assert page.status == 200
        assert not page.all("script")[1:], path
        assert not [one for one in page.tree.iter() if any(name.startswith("on") for name in one.attrib)], path
        for link in page.all("a") + page.all("form"):
            assert not re.sub(r"\s", "", (link.get("href") or link.get("action") or "").lower()).startswith(
                ("javascript", "data", "vbscript")
            )
    for path in ("/capture/before", "/capture/plain"):
        assert not leder.get(path).all("script")[1:]
    kit = json.loads(leder.get("/sync/kit", json=True).text)
    [found] = [one for one in kit["question_sets"] if one["version_id"] == str(row.id)]
    assert found["title"] == drafts[0].title["da"]
    assert "<script" not in found["guidance_html"]
