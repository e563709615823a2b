"""The week as a PDF: the page's words and nothing beside them, made without a look at anything but our own files."""

import re
import threading
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest

from blueprints.digests import paper
from domain import conversations, digests, sync
from tests import make
from tests.paper import letters_over, pages
from tests.web import lint
from tests.web.town import LAST_WEEK, QUOTES

pytestmark = pytest.mark.slow


@pytest.fixture
def omraade(town):
    return town.browser("omraade")


@pytest.fixture
def here(town):
    return f"/digests/{town.cast.syd.id}"


def document(answer) -> pypdf.PdfReader:
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    return pypdf.PdfReader(BytesIO(answer.data))


def test_the_pdf_says_what_the_page_says(omraade, here):
    page, pdf = omraade.get(f"{here}/{make.WEEK}"), omraade.get(f"{here}/{make.WEEK}/pdf")
    text = " ".join(pdf.text.split())
    [themes] = [one for one in page.all("section") if one.get("aria-labelledby") == "themes"]
    for tag in ("h3", "blockquote", "figcaption"):
        said = [lint.text_of(one) for one in themes.iter(tag)]
        assert said
        assert [one for one in said if one not in text] == []
    assert page.h1 in text
    assert QUOTES["own"] in text
    assert QUOTES["late"] not in text


def test_every_silent_house_stands_in_the_pdf(omraade, here):
    page, text = omraade.get(f"{here}/{make.WEEK}"), omraade.get(f"{here}/{make.WEEK}/pdf").text
    [silent] = [one for one in page.all("section") if one.get("aria-labelledby") == "silent"]
    houses = [lint.text_of(one) for one in silent.iter("dt")]
    # In a week that would name somebody nothing is told of silence, on neither; the next test has a week that tells.
    assert houses or "Så få har talt, at navnene ville røbe hvem." in " ".join(text.split())
    assert [house for house in houses if house not in text] == []


def test_many_silent_houses_all_stand_there(cast, signed_in, database):
    with database.writing() as session:
        for number in range(60):
            make.institution(session, cast.syd, name=f"Stillehus {number:02}")
    text = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}/pdf").text
    assert [number for number in range(60) if f"Stillehus {number:02}" not in text] == []


@pytest.mark.parametrize("name", ["Skovbørnehaven", "Troldehøjbørnehaven", "Troldehøjbørnehavefællesskabet", "Ø" * 40])
def test_nothing_stands_over_the_name_of_a_silent_house(cast, signed_in, database, name):
    with database.writing() as session:
        make.institution(session, cast.syd, name=name)
    answer = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}/pdf")
    assert letters_over(answer.data, name[:12]) == []


def test_a_week_of_sixteen_themes_and_forty_silent_houses_takes_a_third_sheet_and_no_more(cast, signed_in, database):
    """Two sheets hold every week of the demo; this one is far beyond them. All of it stands there."""
    with database.writing() as session:
        for number in range(40):
            make.institution(session, cast.syd, name=f"Stillehus {number:02}")
        for number in range(16):
            theme = make.theme(session, f"Emne nummer {number:02}", position=10 + number)
            for author, house in ((cast.leder, cast.mariehuset), (cast.leder2, cast.skovbrynet)):
                text = f"»{number:02} er det, vi talte om i {house.name}, og der blev sagt en hel del om det, da vi gik hjem.«"
                make.row(session, author, cast.form, house, text, confirmed=[theme])
    answer = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}/pdf")
    assert len(document(answer).pages) == 3
    text = " ".join(answer.text.split())
    assert [number for number in range(40) if f"Stillehus {number:02}" not in text] == []
    assert [number for number in range(16) if f"Emne nummer {number:02}" not in text or f"»{number:02} er det" not in text] == []


def test_it_is_tagged_and_has_a_title_and_a_language(omraade, here):
    found = document(omraade.get(f"{here}/{LAST_WEEK}/pdf"))
    assert found.metadata.title == "Uge 46 · Område Syd – Hørt"
    root = found.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("da", True)
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in found.xmp_metadata.stream.get_data()


def test_it_leads_nowhere_and_holds_no_address(omraade, here):
    for week in (make.WEEK, LAST_WEEK):
        answer = omraade.get(f"{here}/{week}/pdf")
        for page in document(answer).pages:
            assert [one.get_object().get("/A") for one in page.get("/Annots", [])] == []
        assert [one for one in ("/conversations/", "/digests/", "http") if one.encode() in answer.data or one in answer.text] == (
            ["http"] if "evil.example" in answer.text else []
        )


def test_controls_are_not_printed(omraade, here):
    text = omraade.get(f"{here}/{make.WEEK}/pdf").text
    for control in (
        "Læs samtalen",
        "Læs alle",
        "Svar",
        "Hent som",
        "Markér",
        "Venter på dig",
        "Se hvem",
        "Se som tabel",
        "Log ud",
    ):
        assert control not in text


def test_the_same_week_gives_the_same_text_each_time(omraade, here):
    first, again = (omraade.get(f"{here}/{make.WEEK}/pdf").text for _ in range(2))
    assert first == again


def test_its_fonts_are_ours_and_travel_with_it(omraade, here):
    fonts = {
        font.get_object()["/BaseFont"].split("+")[1].split("-")[0]
        for page in document(omraade.get(f"{here}/{make.WEEK}/pdf")).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"Plex", "Voice"}


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x.css",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "file://server/share",
        "file:///etc/../etc/passwd",
        "ftp://evil.example/x",
        "data:text/css,a",
        "",
        "x.css",
        (paper.FOLDER / "../app.py").as_posix(),
        f"file://{paper.FOLDER}/../app.py",
        f"file://{paper.FOLDER}/%2e%2e/app.py",
        f"file://{paper.FOLDER}",
        f"file://{paper.FOLDER}/css/none.css",
        f"file://{paper.FOLDER}x/css/sheet.css",
    ],
)
def test_nothing_is_read_but_what_lies_under_static(address):
    with pytest.raises(paper.NotOurs):
        paper.ours(address)


def test_what_lies_under_static_is_read():
    assert paper.ours((paper.FOLDER / "css" / "sheet.css").as_uri()) == (paper.FOLDER / "css" / "sheet.css").resolve()


def test_a_link_out_of_static_is_not_followed(tmp_path):
    """What stands in a page is never fetched; the PDF is made all the same."""
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><text y="20">Hemmeligt</text></svg>')
    url = secret.as_uri()
    html = f'<html lang="da"><title>x</title><link rel="stylesheet" href="{url}"><p>Her</p><img src="{url}" alt="">'
    [text] = pages(paper.pdf(html))
    assert ("Her" in text, "Hemmeligt" in text) == (True, False)


def test_without_the_extra_the_address_says_so_and_no_link_leads_there(omraade, here, without_the_extra):
    assert f"{here}/{LAST_WEEK}/pdf" not in omraade.get(f"{here}/{LAST_WEEK}").links()
    answer = omraade.get(f"{here}/{LAST_WEEK}/pdf")
    assert (answer.status, answer.h1) == (404, "Her er ingen PDF")
    assert "Hent ugen som tekst" in answer.words


@pytest.fixture
def without_the_extra(monkeypatch):
    """As on a machine where the package was never installed: Python itself does not find it."""
    find = paper.find_spec
    monkeypatch.setattr(paper, "find_spec", lambda name: None if name == "weasyprint" else find(name))
    paper.can_be_made.cache_clear()
    yield
    paper.can_be_made.cache_clear()


def test_with_the_extra_the_page_links_to_it(omraade, here):
    assert f"{here}/{LAST_WEEK}/pdf" in omraade.get(f"{here}/{LAST_WEEK}").links()


class Turn(threading.BoundedSemaphore):
    """Looks at the database at the moment drawing is to begin."""

    def __init__(self, engine) -> None:
        super().__init__(1)
        self.engine = engine
        self.held: list[int] = []

    def acquire(self, *args, **more):
        self.held.append(self.engine.pool.checkedout())
        return super().acquire(*args, **more)


def test_no_transaction_is_open_while_the_sheet_is_drawn(omraade, here, town, monkeypatch):
    """It would keep an old state of the database alive for seconds, and one of few connections."""
    turn = Turn(town.database.engine)
    before = turn.engine.pool.checkedout()
    monkeypatch.setattr(paper, "_turn", turn)
    assert omraade.get(f"{here}/{LAST_WEEK}/pdf").status == 200
    assert turn.held == [before]


def test_one_is_made_at_a_time_and_who_waits_too_long_is_told_to_come_again(omraade, here, monkeypatch):
    monkeypatch.setattr(paper, "LONGEST_WAIT_S", 0.05)
    taken, done = threading.Event(), threading.Event()

    def hold():
        with paper._turn:
            taken.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(30)
    try:
        answer = omraade.get(f"{here}/{LAST_WEEK}/pdf")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    finally:
        done.set()
        holder.join()
    assert omraade.get(f"{here}/{LAST_WEEK}/pdf").status == 200


def test_what_a_citizen_said_is_text_in_the_pdf_whatever_it_looks_like(omraade, here):
    assert "<b>fed</b>" in omraade.get(f"{here}/{make.WEEK}/pdf").text


def issue(own_town) -> str:
    with own_town.database.writing() as session:
        digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.NOW)
    return f"/digests/{own_town.cast.syd.id}/{make.WEEK}"


def test_a_quotation_that_was_corrected_since_keeps_its_words_and_says_so(own_town):
    path, omraade = issue(own_town), own_town.browser("omraade")
    everywhere = (path, f"{path}.md", f"{path}/pdf")
    assert ["rettet siden" in omraade.get(one).text for one in everywhere] == [False, False, False]
    talk = own_town.talks["own"]  # corrected once before the week was gathered
    item = own_town.cast.talk(make.WORDS, key=talk.id)
    said = "»Nu siger vi noget helt andet end det, vi sagde før.«"
    with own_town.database.writing() as session:
        latest = conversations.find(session, own_town.cast.leder, talk.id)
        edit = make.edit(item, said, revision=latest.revision + 1, replaces=str(latest.id))
        assert sync.accept(session, own_town.cast.leder, item=edit, now=make.NOW).status == sync.Status.STORED
    for one in everywhere:
        text = " ".join(omraade.get(one).text.split())
        assert (one, QUOTES["own"] in text, "rettet siden" in text, "noget helt andet" in text) == (one, True, True, False)
    assert "Rettet" in omraade.get(f"/conversations/{talk.reference}").words
    kickers = [lint.text_of(one) for one in omraade.get(f"{path}/talks").all("p", css="kicker")]
    assert [one for one in kickers if one.endswith("· rettet")] == ["Mariehuset · rettet"]


def test_late_talks_are_counted_by_their_weeks_on_page_text_and_paper(own_town):
    """While the week runs only their number is told: each would tell its own week as it comes."""
    path, omraade = f"/digests/{own_town.cast.syd.id}/{make.WEEK}", own_town.browser("omraade")
    for told in ("1 samtale fra en tidligere uge.", "1 samtale fra en tidligere uge: 1 fra uge 45."):
        for one in (path, f"{path}.md", f"{path}/pdf"):
            assert told in " ".join(omraade.get(one).text.split()), one
        issue(own_town)


@pytest.mark.parametrize(
    ("weeks_back", "heading"),
    [((), "Kom med senere"), ((2,) * 5, "Kom med senere: uge 45"), ((2, 2, 2, 2, 2, 3), "Kom med senere")],
    ids=["one", "six of a week", "and one of another"],
)
def test_few_late_talks_stand_together_without_their_week_and_many_by_week(own_town, weeks_back, heading):
    """By week only in the issue: while the week runs each would tell its own as it comes."""
    path, omraade = f"/digests/{own_town.cast.syd.id}/{make.WEEK}/talks", own_town.browser("omraade")

    def headings():
        return [lint.text_of(one) for one in omraade.get(path).all("h2") if "senere" in lint.text_of(one)]

    cast = own_town.cast
    for n, back in enumerate(weeks_back):
        with own_town.database.writing() as session:
            held = make.WEEK.plus(-back).starts_at() + timedelta(hours=10 + n)
            make.row(session, cast.leder, cast.form, cast.mariehuset, f"Nummer {n} af dem", held_at=held)
    assert headings() == ["Kom med senere"]
    issue(own_town)
    assert headings() == [heading]
    kickers = [lint.text_of(one) for one in omraade.get(path).all("p", css="kicker")]
    assert [one for one in kickers[1:] if "uge" in one] == []


def test_the_sheet_asks_for_no_columns():
    """WeasyPrint 70 never came to an end with columns whose boxes may not break: a week of the demo was enough."""
    assert re.findall(r"(?<![\w-])column(?:s|-count|-width)\s*:", paper.SHEET.read_text("utf-8")) == []


def test_no_module_asks_for_the_extra_before_it_is_used():
    """Only the verbs of paper.py import it, so Hørt starts without it."""
    root = paper.FOLDER.parent
    code = {path: path.read_text("utf-8") for folder in ("domain", "blueprints") for path in (root / folder).rglob("*.py")}
    assert {path.name for path, text in code.items() if "weasyprint" in text} == {"paper.py"}
    assert [path for path, text in code.items() if re.search(r"^(import|from) weasyprint", text, re.MULTILINE)] == []
