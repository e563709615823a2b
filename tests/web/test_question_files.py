"""*Filer*: what comes in as a file is a draft with a report; what goes out comes in again as it was."""

import io
import json

import openpyxl
import pytest

from domain import exchange, questions
from domain.questions import BadFile, Choice, Kind
from tests import make
from tests.shape.tree import ROOT
from tests.web import editing
from tests.web.editing import goes_on

FORMS = ROOT / "tests" / "data" / "xlsform"
NEW = [("into", ""), ("sector", "nursery"), ("talk_type", "quick_note")]


@pytest.fixture
def admin(own_town):
    return own_town.browser("admin")


def posted(admin, data, to="/questions/files", fields=NEW, name="fil.xlsx"):
    """As a browser does it; the test client would leave the temporary file of a large one open."""
    parts = [(f'name="{key}"', text.encode()) for key, text in [*fields, ("csrf_token", admin.token())]]
    parts.append((f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', data))
    body = b"".join(b"--edge\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), text) for head, text in parts)
    return admin.open("POST", to, data=body + b"--edge--\r\n", content_type="multipart/form-data; boundary=edge")


def drafts(town):
    with town.database.reading() as session:
        return questions.drafts(session, town.cast.admin)


def versions(town):
    with town.database.reading() as session:
        return [one.form for one in questions.all_versions(session)]


def of_our_set(town, change=lambda content: content, **more):
    form = town.cast.form.model_copy(update={"content": change(town.cast.form.content), **more})
    written = questions.write_xlsform(form)
    assert not isinstance(written, BadFile)
    return written


def test_a_form_becomes_a_draft_with_a_report_and_is_published_by_nobody(own_town, admin):
    before = versions(own_town)
    answer = posted(admin, (FORMS / "one_language.xlsx").read_bytes())
    assert answer.status == 200
    assert all(heading in answer.words for heading in ("Mangler", "Lavet om", "Forstået", "Det er en kladde nu."))
    [draft] = drafts(own_town).values()
    assert draft.question_set.talk_type == "quick_note"
    assert draft.sketch.questions
    assert versions(own_town) == before
    assert admin.get(f"/questions/{draft.question_set.id}/draft").status == 200


def test_a_form_of_ours_goes_on_in_its_own_series_and_in_no_other(own_town, admin):
    form = own_town.cast.form
    data = of_our_set(own_town)
    posted(admin, data, fields=[("into", str(form.question_set_id))])
    posted(admin, data, fields=[("into", str(own_town.cast.form_home_care.question_set_id))])
    posted(admin, data)
    ids = {one.id for one in form.content.questions}
    by_set = {key: {one.id for one in draft.sketch.questions} for key, draft in drafts(own_town).items()}
    assert by_set.pop(form.question_set_id) == ids
    assert len(by_set) == 2
    assert not ids & set.union(*by_set.values())


def test_a_file_cannot_say_what_follows_what_nor_that_a_question_is_the_same(own_town, admin):
    first, second, *_rest = own_town.cast.form.content.questions

    def change(content):
        other = second.model_copy(update={"follows": first.id, "kind": Kind.NUMBER})
        return content.model_copy(update={"questions": (first.model_copy(update={"prompt": {"da": "Noget andet?"}}), other)})

    posted(admin, of_our_set(own_town, change), fields=[("into", str(own_town.cast.form.question_set_id))])
    sketch = editing.sketch(own_town)
    assert [one.follows for one in sketch.questions] == [None, None]
    found = questions.problems(sketch, questions.asked_before([own_town.cast.form.content]))
    assert [(one.code, one.path) for one in found] == [("same_or_not", f"question.{first.id}.same")]


def test_filling_an_open_draft_is_undone(own_town, admin):
    page = admin.get(editing.begun(own_town))
    goes_on(admin, editing.press(admin, page, "save", **{"title.da": "Skrevet før filen"}))
    before = editing.sketch(own_town)
    answer = posted(admin, of_our_set(own_town), fields=[("into", str(own_town.cast.form.question_set_id))])
    assert editing.sketch(own_town).title["da"] == own_town.cast.form.content.title["da"]
    [way] = [one.get("href") for one in answer.all("a") if "undo=" in one.get("href")]
    page = admin.get(way)
    [undo] = [button.get("value") for button in page.all("button") if button.get("id") == "undo"]
    goes_on(admin, editing.press(admin, page, undo))
    assert editing.sketch(own_town) == before


def test_codes_that_no_form_of_ours_carries_survive_the_first_save(own_town, admin):
    """Such came in with a command or a package, and are kept; in a file's new questions they are given others."""
    choices = tuple(Choice(code=code, text={"da": f"Valg {code}"}) for code in ("a.b", "på vej", "x" * 60))
    odd = own_town.cast.form.content.questions[0].model_copy(update={"kind": Kind.ONE_CHOICE, "choices": choices})
    content = own_town.cast.form.content.model_copy(update={"questions": (odd,)})
    with own_town.database.writing() as session:
        row = questions.find_set(session, own_town.cast.form.question_set_id)
        questions.publish(session, question_set=row, content=content, now=make.NOW)
    page = admin.get(editing.begun(own_town))
    goes_on(admin, editing.press(admin, page, "save", **{"title.da": "Rettet"}))
    assert editing.sketch(own_town).questions[0].choices == choices
    posted(admin, of_our_set(own_town, lambda _content: content))
    [new] = [one for one in drafts(own_town).values() if one.question_set.talk_type == "quick_note"]
    assert [one.text for one in new.sketch.questions[0].choices] == [one.text for one in choices]
    assert all(one.code.isalnum() for one in new.sketch.questions[0].choices)


@pytest.mark.parametrize("to", ["/questions/files", "/questions/files/package"])
def test_a_bad_file_is_told_and_none_at_all_too(own_town, admin, to):
    for data in (b"", b"PK\x03\x04nothing", b"{}", b"PK\x03\x04" + bytes(5 * 2**20 + 1)):
        answer = posted(admin, data, to=to)
        assert answer.status == 422
        assert [one for one in answer.all("p") if one.get("role") == "alert"]
    answer = admin.post(to, NEW)
    assert answer.status == 422
    assert posted(admin, bytes(10 * 2**20), to=to).status == 413
    assert not drafts(own_town)


def test_fields_that_are_no_file_have_no_more_room_here(own_town, admin):
    assert posted(admin, b"", fields=[("into", "x" * (2 * 2**20))]).status == 413


def test_a_version_is_fetched_as_a_form_that_holds_all_of_it(own_town, admin):
    answer = admin.post(f"/questions/{own_town.cast.form.id}/xlsform", [])
    assert answer.status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "survey" in openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames
    read = questions.read_xlsform(answer.data)
    assert read.content == own_town.cast.form.content


def test_a_package_goes_out_and_comes_in_and_clashes_are_told(own_town, admin):
    answer = admin.post("/questions/files/fetched", [])
    assert not isinstance(exchange.read_package(answer.data), BadFile)
    before = versions(own_town)
    page = goes_on(admin, posted(admin, answer.data, to="/questions/files/package"))
    assert "Alt i pakken er her i forvejen." in page.words
    told = json.loads(answer.data)
    told["question_sets"][0]["versions"][0]["content"]["title"]["da"] = "En anden titel"
    clash = posted(admin, json.dumps(told).encode(), to="/questions/files/package")
    assert clash.status == 409
    assert "er her i forvejen med andet indhold" in clash.words
    assert versions(own_town) == before


def test_a_package_says_what_is_in_use_now_and_who_hears_or_why_nothing_is(own_town, admin):
    told = json.loads(admin.post("/questions/files/fetched", []).data)
    [one] = [one for one in told["question_sets"] if one["id"] == str(own_town.cast.form.question_set_id)]
    made = json.loads(json.dumps(one["versions"][-1])) | {"id": "0197a6c0-0000-7000-8000-000000000001", "number": 2}
    first = made["content"]["questions"][0]
    first["prompt"]["da"] = "Helt andet spørgsmål?"
    one["versions"].append(made)
    before = versions(own_town)
    clash = posted(admin, json.dumps(told).encode(), to="/questions/files/package")
    assert clash.status == 409
    assert "»Helt andet spørgsmål?« lyder anderledes her" in clash.words
    assert "Læs versionen ind som XLSForm" in clash.words
    assert versions(own_town) == before
    made["publishing"]["changes"] = {first["id"]: "wording"}
    page = goes_on(admin, posted(admin, json.dumps(told).encode(), to="/questions/files/package"))
    title = own_town.cast.form.content.title["da"]
    with own_town.database.reading() as session:
        row = questions.find_set(session, own_town.cast.form.question_set_id)
        hear = len(questions.who_hears(session, row, now=make.NOW))
    assert f"Tilføjet: 0 spørgesæt, 1 version, 0 temaer. I brug nu: {title} (version 2). {hear} ledere får besked." in page.words


def test_a_command_publishes_no_question_that_reads_otherwise(own_town, tmp_path):
    key = str(own_town.cast.form.question_set_id)
    (tmp_path / "same.xlsx").write_bytes(of_our_set(own_town))

    def change(content):
        first, *rest = content.questions
        return content.model_copy(update={"questions": (*rest, first.model_copy(update={"prompt": {"da": "Noget andet?"}}))})

    (tmp_path / "other.xlsx").write_bytes(of_our_set(own_town, change))
    runner = own_town.app.test_cli_runner()
    refused = runner.invoke(args=["questions", "import-xlsform", str(tmp_path / "other.xlsx"), "--into", key])
    assert refused.exit_code
    assert "Question 3 reads otherwise than before" in refused.output
    assert len(versions(own_town)) == 2
    done = runner.invoke(args=["questions", "import-xlsform", str(tmp_path / "same.xlsx"), "--into", key])
    assert done.exit_code == 0, done.output
    assert len(versions(own_town)) == 3
