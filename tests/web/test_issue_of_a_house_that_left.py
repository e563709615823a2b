"""An issue stays as it was made when a house moves to another area; its words go where the house went.

The old area's leader reads »Citatet er fjernet, eller …« on the page, as Markdown and on paper, and every address the issue once
led to answers 404. Whoever reaches the talk still reads it.
"""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain import digests, people, sync
from domain.audit import Reading
from domain.base import local
from domain.people import Level, Role, Sector, Unit, add_unit
from tests import make
from tests.cast import email
from tests.web import lint
from tests.web.town import QUOTES, Town

pytestmark = pytest.mark.slow

REMOVED = "Citatet er fjernet."
GONE = "Citatet er fjernet, eller samtalen hører nu til et andet område."
#: The houses leave after the issue is made, whenever that is.
LATER = make.WEEK.ends_at() + timedelta(days=1)
NEW_LEADERS = ("vest", "nyleder")


@pytest.fixture
def issued(own_town):
    """Week 47 of Område Syd is gathered: Mariehuset and Skovbrynet are quoted. Beside it Område Vest with a house of its own, and
    somebody above both areas."""
    cast = own_town.cast
    with own_town.database.writing() as session:
        west = add_unit(session, name="Område Vest", level=Level.AREA, parent=cast.kommune, sector=Sector.NURSERY)
        house = make.institution(session, west)
        for name, role, unit in (
            ("chef", Role.AREA_LEADER, cast.kommune),
            ("vest", Role.AREA_LEADER, west),
            ("nyleder", Role.INSTITUTION_LEADER, house),
        ):
            make.person(session, email=email(name), role=role, unit=unit, name=name)
        issue = digests.make_issue(session, cast.syd, make.WEEK, now=make.WEEK.ends_at())
        assert issue is not None
    return own_town


def move(session, cast):
    west = people.unit_named(session, "Område Vest")
    people.move_unit(session, session.get_one(Unit, cast.mariehuset.id), parent=west, now=LATER)


def merge(session, cast):
    house = people.unit_named(session, "Fyrtårnet")
    left = session.get_one(Unit, cast.mariehuset.id)
    people.merge_units(session, left, into=house, on=local(make.NOW).date(), now=LATER)


def issue_of(town: Town) -> str:
    return f"/digests/{town.cast.syd.id}/{make.WEEK}"


def told_of(town: Town) -> list[str]:
    """Every address that tells words of the issue: its talks, its themes, and the month and year it is added up in."""
    themes = [f"{issue_of(town)}/themes/{town.cast.themes['aflevering'].id}"]
    return [
        f"{issue_of(town)}/talks",
        *themes,
        f"/digests/{town.cast.syd.id}/month/2026-11",
        f"/digests/{town.cast.syd.id}/year/2026",
    ]


def forms_of(town: Town) -> list[str]:
    return [issue_of(town), f"{issue_of(town)}.md", f"{issue_of(town)}/pdf"]


def flat(answer) -> str:
    """Without the ends of lines, which paper puts between words, and the signs of Markdown."""
    return " ".join(answer.text.replace("\\", "").split())


def into_talks(answer) -> set[str]:
    return {link for link in answer.links() if link.startswith("/conversations/") and len(link) == 15 + 36}


@pytest.mark.parametrize("leave", [move, merge])
def test_the_old_leader_reads_that_the_quotation_is_gone_and_not_a_word_of_it(issued, leave):
    omraade = issued.browser("omraade")
    before = {path: omraade.get(path) for path in [*forms_of(issued), *told_of(issued)]}
    for answer in before.values():
        assert QUOTES["own"] in flat(answer), answer.path
    links = into_talks(before[issue_of(issued)]) | into_talks(before[f"{issue_of(issued)}/talks"])
    with issued.database.writing() as session:
        leave(session, issued.cast)
    for path in forms_of(issued):
        text = flat(omraade.get(path))
        assert text.count(GONE) >= 1, path
        assert QUOTES["own"] not in text, path
        assert QUOTES["elsewhere"] in text, path  # the other house is still theirs
    left = {str(issued.talks[name].reference) for name in ("own", "colleague", "late")}
    for path in [*forms_of(issued), *told_of(issued)]:
        answer = omraade.get(path)
        assert answer.status == 200
        for name in ("own", "colleague", "late"):
            assert QUOTES[name] not in flat(answer), (path, name)
        assert not [one for one in left if one in answer.text], path
    gone = {link for link in links if link.rsplit("/", 1)[1] in left}
    assert len(gone) == 3
    assert {link: omraade.get(link).status for link in links} == {link: 404 if link in gone else 200 for link in links}


@pytest.mark.parametrize("leave", [move, merge])
@pytest.mark.parametrize(
    ("who", "reads_issue", "reads_talk"),
    [
        ("omraade", True, False),
        ("chef", True, True),
        ("vest", False, True),
        ("omraade2", False, False),
        ("leder", False, True),
        ("medarbejder", False, False),
        ("nyleder", False, None),
        ("leder2", False, False),
        ("leder3", False, False),
        ("admin", False, False),
        ("anonymous", None, None),
    ],
)
def test_each_reader_finds_what_they_reach_in_every_form_and_nothing_else(issued, leave, who, reads_issue, reads_talk):
    with issued.database.writing() as session:
        leave(session, issued.cast)
    if who == "nyleder":  # whose house it went on in reads it; a house beside it does not
        reads_talk = leave is merge
    visitor, talk = issued.new_browser(who), issued.talks["own"]
    for path in forms_of(issued):
        answer = visitor.get(path)
        assert answer.status == {True: 200, False: 404, None: 302}[reads_issue], path
        assert (QUOTES["own"] in flat(answer)) == bool(reads_issue and reads_talk), path
        assert (GONE in flat(answer)) == bool(reads_issue and not reads_talk), path
    found = [visitor.get(f"/conversations/{key}") for key in (talk.reference, talk.first_id)]
    assert sorted(one.status for one in found) == {True: [200, 404], False: [404, 404], None: [302, 302]}[reads_talk]
    assert any(QUOTES["own"] in one.text for one in found) == bool(reads_talk)


def test_the_read_log_names_no_talk_that_was_not_shown(issued):
    with issued.database.writing() as session:
        move(session, issued.cast)
    for path in [*forms_of(issued), *told_of(issued)]:
        issued.browser("omraade").get(path)
    with issued.database.reading() as session:
        rows = session.exec(select(Reading).where(Reading.person_id == issued.cast.omraade.person_id)).all()
    named = {key for row in rows for key in row.conversations}
    assert str(issued.talks["elsewhere"].first_id) in named
    assert str(issued.talks["own"].first_id) not in named


def gone_from(answer) -> str:
    [line] = [lint.text_of(one) for one in answer.all("p") if "er fjernet siden" in lint.text_of(one)]
    return line


def test_what_left_and_what_was_taken_back_read_the_same(issued):
    """Which of the two it is would tell whose words an unnamed house's were, and what became of a talk that is another area's."""
    omraade, talks = issued.browser("omraade"), f"{issue_of(issued)}/talks"
    with issued.database.writing() as session:
        sync.accept(session, issued.cast.leder, item=make.withdrawal(issued.talks["own"].first_id), now=LATER)
    assert REMOVED in omraade.get(issue_of(issued)).words
    assert gone_from(omraade.get(talks)) == "1 er fjernet siden."
    with issued.database.writing() as session:
        move(session, issued.cast)
    assert REMOVED not in omraade.get(issue_of(issued)).words
    told = [omraade.get(path) for path in forms_of(issued)[:2]], omraade.get(talks)
    assert all(GONE in flat(one) for one in told[0])
    assert gone_from(told[1]) == "3 er fjernet siden eller hører nu til et andet område."
    with issued.database.writing() as session:
        sync.accept(session, issued.cast.leder, item=make.withdrawal(issued.talks["late"].first_id), now=LATER)
    assert flat(omraade.get(talks)) == flat(told[1])


def test_a_move_before_the_issue_or_inside_the_area_takes_nothing_away(issued):
    with issued.database.writing() as session:
        cast = issued.cast
        west = people.unit_named(session, "Område Vest")
        people.move_unit(session, session.get_one(Unit, cast.units["Regnbuen"].id), parent=west, now=make.NOW)
        people.merge_units(
            session, session.get_one(Unit, cast.units["Åhaven"].id), into=cast.skovbrynet, on=local(make.NOW).date(), now=LATER
        )
        sync.accept(session, cast.leder, item=make.withdrawal(issued.talks["own"].first_id), now=LATER)
    assert REMOVED in issued.browser("omraade").get(issue_of(issued)).words
