"""The week as an area leader reads it."""

import html
import re
from datetime import timedelta

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain import digests, people
from domain.base import new_id
from tests import make
from tests.cast import email as people_of
from tests.web import lint
from tests.web.town import LAST_WEEK, QUOTES, SIGNS, revoke


@pytest.fixture
def omraade(town):
    return town.browser("omraade")


@pytest.fixture
def here(town):
    return f"/digests/{town.cast.syd.id}"


def paragraphs(text: str) -> list[Token]:
    """The Markdown as a reader of CommonMark takes it, with tables and strike-through as on GitHub."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def test_the_list_holds_the_running_week_and_every_issue_newest_first(omraade, here):
    weeks = [link for link in omraade.get("/digests/").links() if link.startswith(f"{here}/20")]
    assert weeks == [f"{here}/{make.WEEK.plus(-back)}" for back in range(5)]


def test_a_week_that_is_over_and_not_issued_yet_can_be_read(own_town, clock):
    omraade, here = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}"
    clock.shift(7 * 86_400)
    weeks = [link for link in omraade.get("/digests/").links() if link.startswith(f"{here}/20")]
    assert weeks[:2] == [f"{here}/{make.WEEK.plus(1)}", f"{here}/{make.WEEK}"]
    assert QUOTES["own"] in omraade.get(f"{here}/{make.WEEK}").words


def test_the_running_week_counts_its_talks_and_quotes_them_to_the_letter(omraade, here, town):
    page = omraade.get(f"{here}/{make.WEEK}")
    pairs = [list(div) for div in page.all("div") if [part.tag for part in div] == ["dt", "dd"]]
    facts = {lint.text_of(name): lint.text_of(value) for name, value in pairs}
    assert facts["Samtaler"] == "5"
    assert facts["Huse med samtaler"].startswith("4")
    assert QUOTES["own"] in [lint.text_of(quote) for quote in page.all("blockquote")]
    assert f"/conversations/{town.talks['own'].reference}" in page.links()
    assert "Indtil nu" in page.words


def test_an_issued_week_does_not_say_that_it_runs(omraade, here):
    page = omraade.get(f"{here}/{LAST_WEEK}")
    assert page.status == 200
    assert "Indtil nu" not in page.words


def test_an_issue_stays_as_it_was_when_more_comes(own_town):
    omraade, path = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    before = omraade.get(path).text, omraade.get(f"{path}.md").text
    with own_town.database.writing() as session:
        held_at = LAST_WEEK.starts_at() + timedelta(hours=10)
        own_town.cast.log(session, own_town.cast.leder, "Endnu en, som kom senere.", held_at=held_at)
    assert (omraade.get(path).text, omraade.get(f"{path}.md").text) == before
    assert "Endnu en, som kom senere." in omraade.get(f"/digests/{own_town.cast.syd.id}/{make.WEEK}/talks").words


def test_a_talk_from_an_earlier_week_stands_last_as_come_later(omraade, here):
    page = omraade.get(f"{here}/{make.WEEK}/talks")
    [late] = [section for section in page.all("section") if (section.get("aria-labelledby") or "").startswith("late")]
    assert QUOTES["late"] in lint.text_of(late)
    assert QUOTES["own"] not in lint.text_of(late)
    assert page.words.index(QUOTES["own"]) < page.words.index(QUOTES["late"])


def test_all_talks_of_the_week_stand_on_one_page(omraade, here, town):
    page = omraade.get(f"{here}/{make.WEEK}/talks")
    references = {f"/conversations/{town.talks[name].reference}" for name in town.talks if name != "havnen"}
    assert {link for link in page.links() if link.startswith("/conversations/") and len(link) > 20} == references


def test_a_theme_has_a_page_of_its_talks_and_no_others(omraade, here, town):
    page = omraade.get(f"{here}/{make.WEEK}/themes/{town.cast.themes['aflevering'].id}")
    assert page.h1 == "Aflevering"
    assert QUOTES["own"] in page.words
    assert QUOTES["elsewhere"] in page.words
    assert [name for name in ("colleague", "late") if QUOTES[name] in page.words] == []


def test_a_theme_page_of_an_issued_week_shows_that_weeks_talks(omraade, here, town):
    theme = town.cast.themes["mad"].id
    assert QUOTES["colleague"] in omraade.get(f"{here}/{LAST_WEEK}/themes/{theme}").words
    assert omraade.get(f"{here}/{LAST_WEEK}/themes/{town.cast.themes['aflevering'].id}").status == 404


@pytest.mark.parametrize(
    "label", ["2026-W48", "2026-W20", "2026-W00", "2026-W54", "2025-W53", "2026-47", "2026-W7", "x", "2026-W47x"]
)
def test_a_week_there_is_nothing_of_is_not_found(omraade, here, label):
    for rest in ("", ".md", "/talks"):
        assert omraade.get(f"{here}/{label}{rest}").status == 404


def test_silent_houses_are_listed_by_name_and_never_ranked(signed_in, cast, database):
    with database.writing() as session:
        for name in ("Ørnereden", "Askely"):
            make.institution(session, cast.syd, name=name)
        cast.log(session, cast.leder)
    page = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}")
    [silent] = [section for section in page.all("section") if section.get("aria-labelledby") == "silent"]
    # As it stood when the week began: a list that moved with each talk would tell whose talk it was.
    everybody = ["Askely", "Mariehuset", "Regnbuen", "Skovbrynet", "Åhaven", "Ørnereden"]
    assert [lint.text_of(name) for name in silent.iter("dt")] == everybody
    assert {lint.text_of(when) for when in silent.iter("dd")} == {"aldrig"}


def test_where_all_were_heard_nobody_is_listed(own_town):
    with own_town.database.writing() as session:
        digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.WEEK.ends_at())
    page = own_town.browser("omraade").get(f"/digests/{own_town.cast.syd.id}/{make.WEEK}")
    [silent] = [section for section in page.all("section") if section.get("aria-labelledby") == "silent"]
    assert list(silent.iter("dt")) == []


def test_nothing_is_said_of_silence_after_a_week_in_which_one_house_talked(town):
    """Neither who nor how many: both would tell whose the words are. In the town every week so far was such a week."""
    address = f"/digests/{town.cast.syd.id}/{make.WEEK}"
    page, text = (town.browser("omraade").get(path) for path in (address, f"{address}.md"))
    [silent] = [section for section in page.all("section") if section.get("aria-labelledby") == "silent"]
    assert lint.text_of(silent) == "Hvem har vi ikke hørt? Så få har talt, at navnene ville røbe hvem. Lukkede perioder"
    assert "er stille" not in page.words
    assert "Så få har talt, at navnene ville røbe hvem." in text.text
    assert "er stille" not in text.text


def test_a_week_without_talks_says_so_and_leads_on(app, cast, signed_in):
    page = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}")
    assert "Ingen samtaler" in page.h1
    assert page.all("figure") == []
    assert "/digests/" in page.links()
    assert signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}.md").status == 200
    assert signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}/talks").status == 200


def test_an_issued_week_without_talks_reads_well(cast, signed_in, database):
    with database.writing() as session:
        digests.make_issue(session, cast.syd, LAST_WEEK, now=LAST_WEEK.ends_at())
    omraade, here = signed_in("omraade"), f"/digests/{cast.syd.id}/{LAST_WEEK}"
    page = omraade.get(here)
    assert page.h1 == "En stille uge. Ingen samtaler er kommet ind."
    assert page.all("article", css="theme") == []
    assert "4 huse er stille." in page.words
    assert omraade.get(f"{here}.md").text.startswith("# En stille uge")
    assert "Ingen samtaler." in omraade.get(f"{here}/talks").words


def test_one_talk_is_a_week_too(cast, signed_in, database):
    with database.writing() as session:
        cast.log(session, cast.leder, confirmed=[cast.themes["mad"]], tones={"mad": "praise"})
    page = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}")
    assert make.QUOTE in page.words


def test_words_that_may_not_be_quoted_stand_in_no_digest_but_can_be_read(cast, signed_in, database):
    scopes = {"none": "Det her må ingen nogensinde citere mig for", None: "Det her blev der slet ikke spurgt om lov til"}
    with database.writing() as session:
        for scope, words in scopes.items():
            cast.log(session, cast.leder, f"»{words}«", quote_scope=scope, confirmed=[cast.themes["mad"]])
    omraade, week = signed_in("omraade"), f"/digests/{cast.syd.id}/{make.WEEK}"
    for words in scopes.values():
        assert words not in omraade.get(week).text + omraade.get(f"{week}.md").text
        assert words in omraade.get(f"{week}/talks").words


def test_markdown_says_the_same_as_the_page(omraade, here):
    answer = omraade.get(f"{here}/{make.WEEK}.md")
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    heading, text = paragraphs(answer.text)[:2]
    assert (heading.tag, text.content) == ("h1", omraade.get(f"{here}/{make.WEEK}").h1)
    assert QUOTES["own"] in html.unescape(answer.text.replace("\\", ""))


def test_a_citizens_signs_mean_only_themselves_in_markdown(omraade, here):
    tokens = paragraphs(omraade.get(f"{here}/{make.WEEK}.md").text)
    [quoted] = [token for token in tokens if token.type == "inline" and "7" in token.content and "script" in token.content]
    assert {child.type for child in quoted.children} <= {"text", "text_special", "softbreak"}
    written = "".join("\n" if child.type == "softbreak" else child.content for child in quoted.children)
    assert written.split("\n")[0] == f"»{SIGNS}«"
    assert [token.type for token in tokens if token.type in ("html_block", "fence", "code_block", "table_open")] == []


NAMES = (
    "# Hus", "1. Hus", "- Hus", "* Hus", "+ Hus", "> Hus", "<b>Hus</b>", "[Hus](http://evil.example)", "Hus\n# Stort", "    Hus",
    "===", "Hus &copy;",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_houses_name_means_only_itself_in_markdown(cast, signed_in, database, name):
    with database.writing() as session:
        make.institution(session, cast.syd, name=name)
    text = signed_in("omraade").get(f"/digests/{cast.syd.id}/{make.WEEK}.md").text
    plain = [
        "".join(child.content for child in token.children)
        for token in paragraphs(text)
        if token.type == "inline" and {child.type for child in token.children} <= {"text", "text_special"}
    ]
    assert f"{' '.join(name.split())}: aldrig" in plain


def test_markdown_is_the_same_byte_for_byte_each_time(omraade, here):
    for week in (make.WEEK, LAST_WEEK):
        assert omraade.get(f"{here}/{week}.md").data == omraade.get(f"{here}/{week}.md").data


def test_markdown_holds_no_address(omraade, here):
    """It is sent on by mail: an address of Hørt in it would be one more thing to leak."""
    text = omraade.get(f"{here}/{LAST_WEEK}.md").text
    assert re.findall(r"/conversations/|/digests/|[0-9a-f]{8}-[0-9a-f]{4}", text) == []


def test_words_that_were_taken_away_leave_a_word_on_that(own_town):
    """An issue holds references; where the talk is gone, the page says so and does not fail."""
    with own_town.database.writing() as session:
        digests.make_issue(session, own_town.cast.syd, make.WEEK, now=make.NOW)
    with own_town.database.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        empty = "UPDATE conversation SET answers = '[]' WHERE first_id = ?"
        connection.exec_driver_sql(empty, (own_town.talks["own"].id.hex,))
        assert connection.exec_driver_sql("SELECT changes()").scalar() == 2  # it was corrected once
    omraade, path = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}/{make.WEEK}"
    for rest in ("", ".md", "/talks", f"/themes/{own_town.cast.themes['aflevering'].id}"):
        answer = omraade.get(path + rest)
        assert (rest, answer.status, QUOTES["own"] in answer.text) == (rest, 200, False)


def test_the_running_week_says_how_many_talks_are_not_sent_yet(own_town):
    with own_town.database.writing() as session:
        for waiting in (2, 1):
            people.see_device(session, own_town.cast.leder, device_id=new_id(), user_agent="", waiting=waiting, now=make.NOW)
    omraade, here = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}"
    assert "3 samtaler er ikke sendt endnu." in omraade.get(f"{here}/{make.WEEK}").words
    assert "3 samtaler er ikke sendt endnu." in omraade.get(f"{here}/{LAST_WEEK}").words  # the newest issue
    assert "ikke sendt" not in omraade.get(f"{here}/{LAST_WEEK.plus(-1)}").words


def test_what_was_answered_back_waits_on_the_week_and_one_tap_leads_to_it(own_town):
    omraade, here = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}/{make.WEEK}"
    page = omraade.get(here)
    assert "Der er svaret på dit svar" in page.words
    assert f"/conversations/{own_town.talks['own'].reference}" in page.links()
    path = f"/conversations/{own_town.talks['own'].reference}"
    omraade.submit(omraade.get(path), f"{path}/replies", text="Godt, så gør vi det.")
    assert "Der er svaret på dit svar" not in omraade.get(here).words


def test_what_waits_for_the_reader_is_no_part_of_the_issue(own_town):
    """The same issue reads the same as Markdown, whoever fetches it and whatever came since."""
    omraade, path = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}.md"
    before = omraade.get(path).data
    assert b"Venter" not in before
    page = f"/conversations/{own_town.talks['own'].reference}"
    omraade.submit(omraade.get(page), f"{page}/replies", text="Godt, så gør vi det.")
    assert omraade.get(path).data == before


def test_talks_without_a_theme_are_listed_as_they_are(omraade, here):
    page = omraade.get(f"{here}/{make.WEEK}")
    assert f"{here}/{make.WEEK}/without-theme" in page.links()
    listed = omraade.get(f"{here}/{make.WEEK}/without-theme")
    assert QUOTES["colleague"] in listed.words
    assert QUOTES["own"] not in listed.words


def test_a_person_writes_the_headline_anew_and_is_named_wherever_it_stands(own_town):
    omraade, path = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    made = omraade.get(path).h1
    form = omraade.get(f"{path}/headline")
    assert made in form.words
    assert omraade.submit(form, f"{path}/headline", text="Morgenerne er #1").status == 302
    page = omraade.get(path)
    assert (page.h1, "Rettet af Sanne Holt" in page.words) == ("Morgenerne er #1", True)
    assert omraade.get(f"{path}.md").text.startswith("# Morgenerne er \\#1\n\nRettet af Sanne Holt\n")
    assert made in omraade.get(f"{path}/headline").words, "the one from counts is kept at hand"
    assert omraade.post(f"{path}/headline", {"text": ""}).status == 302
    page = omraade.get(path)
    assert (page.h1, "Rettet af" in page.words) == (made, False)


def test_a_headline_with_something_wrong_comes_back_with_its_words(own_town):
    omraade, path = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    form = omraade.get(f"{path}/headline")
    answer = omraade.submit(form, f"{path}/headline", text="a" * 302)
    assert (answer.status, answer.errors()) == (422, ["Overskriften er 2 tegn for lang."])
    assert dict(answer.fields(f"{path}/headline"))["text"] == "a" * 302
    answer = omraade.post(f"{path}/headline", {"text": "Morgenerne"}, token="IjAi.wrong.token")
    assert (answer.status, dict(answer.fields(f"{path}/headline"))["text"]) == (419, "Morgenerne")


def test_the_made_headline_saved_as_it_was_is_nobodys(own_town):
    omraade, path = own_town.browser("omraade"), f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    assert omraade.submit(omraade.get(f"{path}/headline"), f"{path}/headline").status == 302
    assert "Rettet af" not in omraade.get(path).words


def test_a_headline_that_meets_an_ended_sign_in_is_given_back(own_town):
    omraade, path = own_town.new_browser("omraade"), f"/digests/{own_town.cast.syd.id}/{LAST_WEEK}"
    form = omraade.get(f"{path}/headline")
    revoke(own_town.database, own_town.cast.omraade)
    asked = omraade.submit(form, f"{path}/headline", text="Morgenerne")
    assert asked.status == 401
    other = omraade.submit(asked, "/auth/sign-in", email=people_of("omraade2"), password=make.PASSWORD)
    assert (other.status, "Morgenerne" in other.text) == (409, False)
    again = omraade.submit(other, "/auth/sign-in", email=people_of("omraade"), password=make.PASSWORD)
    assert (again.status, dict(again.fields(f"{path}/headline"))["text"]) == (200, "Morgenerne")
