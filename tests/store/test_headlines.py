"""A headline that a person wrote: named, beside the issue, and taken away again without a trace in what was issued."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain import digests, sync
from domain.audit import Deed
from domain.digests import Issue, IssueHeadline
from tests import make

LATER = make.WEEK.ends_at() + timedelta(hours=8)


@pytest.fixture
def issue(session, cast):
    cast.log(session, cast.leder)
    found = digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    assert found is not None
    return found


def write(session, cast, text, *, who="omraade", now=LATER, week=make.WEEK):
    return digests.rewrite(session, getattr(cast, who), area_id=cast.syd.id, week=week, text=text, now=now)


def stands(session, cast):
    found = digests.written_headline(session, cast.omraade, area_id=cast.syd.id, week=make.WEEK)
    return (found.text, found.by) if found else None


def test_the_newest_stands_with_the_name_of_its_writer_and_the_issue_is_untouched(session, cast, issue):
    before = dict(issue.content)
    assert stands(session, cast) is None
    assert write(session, cast, "  Morgenerne   fylder\n ")
    assert write(session, cast, "Morgenerne fylder mest", now=LATER + timedelta(hours=1))
    assert stands(session, cast) == ("Morgenerne fylder mest", "Sanne Holt")
    assert session.exec(select(Issue)).one().content == before


def test_it_stands_over_its_own_areas_week_and_no_other(session, cast, issue):
    boss = make.person(session, email="chef@hoert.example", role=cast.omraade.role, unit=cast.kommune, name="Bodil Chef")
    digests.make_issue(session, cast.nord, make.WEEK, now=make.WEEK.ends_at())
    write(session, cast, "Kun i Syd")
    assert digests.written_headline(session, boss, area_id=cast.syd.id, week=make.WEEK).text == "Kun i Syd"
    assert digests.written_headline(session, boss, area_id=cast.nord.id, week=make.WEEK) is None
    assert digests.written_headline(session, cast.omraade2, area_id=cast.syd.id, week=make.WEEK) is None


def test_the_same_again_is_no_new_deed_and_nothing_to_see_is_no_headline(session, cast, issue):
    for text in ("Morgenerne", "Morgenerne ", "\u200b", " "):
        assert write(session, cast, text)
    deeds = session.exec(select(Deed).where(Deed.verb == "headline_written")).all()
    assert [row.object_id for row in deeds] == [issue.id, issue.id]
    assert stands(session, cast) is None


def test_an_empty_one_gives_the_made_one_back(session, cast, issue):
    write(session, cast, "Morgenerne fylder")
    assert write(session, cast, " ", now=LATER + timedelta(hours=1))
    assert stands(session, cast) is None


@pytest.mark.parametrize("who", ["leder", "medarbejder", "omraade2", "admin"])
def test_nobody_else_writes_it(session, cast, issue, who):
    assert not write(session, cast, "Noget andet", who=who)
    assert stands(session, cast) is None


def test_a_week_that_is_not_issued_has_none(session, cast, issue):
    assert not write(session, cast, "For tidligt", week=make.WEEK.plus(1))


def test_a_cpr_number_in_it_is_covered(session, cast, issue):
    write(session, cast, "0101901234 " * 27)
    assert "010190" not in stands(session, cast)[0]


def over_talks(session, cast, *texts, words=make.WORDS):
    """Headlines over the week of two talks, one after the other, of which the first is taken back."""
    item = cast.talk(words)
    make.log_talk(session, cast.leder, item)
    make.log_talk(session, cast.leder, make.edit(item, "Helt andre ord"))
    cast.log(session, cast.leder2, "Maden var varm og der var nok til alle sammen i dag")
    digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
    for hours, text in enumerate(texts):
        write(session, cast, text, now=LATER + timedelta(hours=hours))
    sync.accept(session, cast.leder, item=make.withdrawal(item["id"]), now=LATER + timedelta(days=1))
    return [row.text for row in session.exec(select(IssueHeadline).order_by(IssueHeadline.written_at))]


@pytest.mark.parametrize(
    "text",
    [
        f"En mor siger: »{make.QUOTE}«",
        f"En mor siger: {make.QUOTE.upper()}!",
        "Mange stod længe i garderoben – og forgæves",
        "De vidste\u00a0ikke hvem vi skulle spørge om hjælp",
        "»Mor fortalte om morgenen. Vi …« skrev lederen",
    ],
)
def test_it_goes_with_the_words_it_quotes_in_every_version(session, cast, text):
    kept = over_talks(session, cast, text, "Garderoben fylder", text + " igen")
    assert [text for text in kept if text.strip("\u2060")] == ["Garderoben fylder"]
    assert stands(session, cast) is None
    issue = session.exec(select(Issue)).one()
    assert digests.headline_of(session, issue.id).text == ""


@pytest.mark.parametrize("text", ["Vi stod længe i køen", "Garderoben om morgenen", "Maden var varm og der var nok til alle"])
def test_it_stays_where_it_has_words_of_its_own_or_of_another_talk(session, cast, text):
    assert over_talks(session, cast, text) == [text]
    assert stands(session, cast) == (text, "Sanne Holt")


def test_a_short_quotation_is_repeated_when_all_of_it_is(session, cast):
    assert over_talks(session, cast, "»Helt umuligt«, siger en far", words="Far: »Helt umuligt«") == ["\u2060"]


def test_a_single_word_is_nobodys(session, cast):
    assert over_talks(session, cast, "Kaos om morgenen", words="»Kaos«") == ["Kaos om morgenen"]


def test_another_one_can_be_written_after_that(session, cast):
    over_talks(session, cast, make.QUOTE)
    assert write(session, cast, "Morgenerne", now=LATER + timedelta(days=2))
    assert stands(session, cast) == ("Morgenerne", "Sanne Holt")
