"""Our own package: what is asked and what is sorted by, to be carried to another municipality or kept (docs/exchange.md).

It holds question sets in their versions and the codebook; never talks, people or places. It is canonical JSON (RFC 8785): the
same questions give the same bytes. Ids are kept, so taking a package in twice changes nothing.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlmodel import Session

from domain import audit, questions, themes
from domain.base import Texts
from domain.people import Sector
from domain.questions import BadFile, Content, Form, Publishing, Question, TalkType
from domain.themes import Theme

SCHEMA = "hoert.package/1"
MOST_BYTES = 8 * 2**20
#: Lists, objects and members: each costs far more memory than it has letters.
MOST_PIECES = 400_000
VERB = "package_imported"
#: Of one that is named in a clash.
MOST_OF_A_QUESTION = 120


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PackagedVersion(_Part):
    id: UUID
    number: int = Field(ge=1, le=100_000)
    content: Content
    publishing: Publishing = Field(default_factory=Publishing)


class PackagedSet(_Part):
    id: UUID
    sector: Sector
    talk_type: TalkType = TalkType.CITIZEN_INTERVIEW
    position: int = Field(ge=0, le=1_000_000)
    closed: bool = False
    versions: tuple[PackagedVersion, ...] = Field(min_length=1)


class PackagedTheme(_Part):
    id: UUID
    sector: Sector
    key: str = Field(min_length=1, max_length=40)
    position: int = Field(ge=0, le=1_000_000)
    name: Texts
    definition: Texts
    include: tuple[str, ...]
    exclude: tuple[str, ...]


class Package(_Part):
    """What stands in a file."""

    schema_: Literal["hoert.package/1"] = Field(alias="schema")
    question_sets: tuple[PackagedSet, ...] = ()
    themes: tuple[PackagedTheme, ...] = ()

    @model_validator(mode="after")
    def _nothing_stands_twice(self) -> "Package":
        versions = [version for one in self.question_sets for version in one.versions]
        numbers = [(one.id, version.number) for one in self.question_sets for version in one.versions]
        for keys in (
            [one.id for one in self.question_sets],
            [version.id for version in versions],
            numbers,
            [theme.id for theme in self.themes],
            [(theme.sector, theme.key) for theme in self.themes],
        ):
            if len(set(keys)) < len(keys):
                raise ValueError("something stands twice")
        return self


@dataclass(frozen=True)
class Clash:
    """Something is here already, and is another: `key` says what, `id` which."""

    key: str
    id: UUID
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class TakenIn:
    """How many were new here. Where anything clashes, nothing was taken in.

    in_use: the versions that new talks use from now on. told: how many leaders hear of it.
    """

    sets: int = 0
    versions: int = 0
    themes: int = 0
    in_use: tuple[Form, ...] = ()
    told: int = 0
    clashes: tuple[Clash, ...] = ()

    @property
    def is_new(self) -> bool:
        return bool(self.sets or self.versions or self.themes)


def write_package(session: Session, *, newest_only: bool = False) -> bytes:
    """Every question set, with all its versions or the newest alone, and the whole codebook."""
    found: dict[UUID, list[questions.Published]] = {}
    for one in questions.newest_versions(session) if newest_only else questions.all_versions(session):
        found.setdefault(one.form.question_set_id, []).append(one)
    rows = questions.sets_by_id(session)
    package: dict[str, Any] = {
        "schema": SCHEMA,
        "question_sets": [_set(rows[key], versions) for key, versions in sorted(found.items())],
        "themes": [_theme(row) for row in sorted(themes.whole_codebook(session), key=lambda theme: theme.id)],
    }
    return rfc8785.dumps(package) + b"\n"


def _set(row: questions.QuestionSet, versions: Iterable[questions.Published]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "sector": row.sector,
        "talk_type": row.talk_type,
        "position": row.position,
        "closed": row.closed_at is not None,
        "versions": [
            {
                "id": str(one.form.id),
                "number": one.form.number,
                "content": one.form.content.model_dump(mode="json"),
                "publishing": one.publishing.model_dump(mode="json"),
            }
            for one in sorted(versions, key=lambda one: one.form.number)
        ],
    }


def _theme(row: Theme) -> dict[str, Any]:
    return PackagedTheme.model_validate(
        {name: getattr(row, name) for name in PackagedTheme.model_fields},
    ).model_dump(mode="json")


def read_package(data: bytes) -> Package | BadFile:
    """Never raises for what a file holds."""
    if len(data) > MOST_BYTES:
        return BadFile("too_large", {"most_mb": MOST_BYTES // 2**20})
    if sum(data.count(sign) for sign in (b"{", b"[", b",", b":")) > MOST_PIECES:
        return BadFile("too_much_inside")
    try:
        told = json.loads(data.decode(), object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return BadFile("no_json")
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        return BadFile("no_package", {"schema": SCHEMA})
    if not _can_be_stored(told):
        return BadFile("text_unreadable")
    try:
        return Package.model_validate(told)
    except (ValidationError, RecursionError) as error:
        where = error.errors()[0]["loc"] if isinstance(error, ValidationError) else ()
        return BadFile("unusable_package", {"place": ".".join(map(str, where))[:120]})


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member stands twice")
    return found


def _no_number(_told: str) -> None:
    raise ValueError("no number")


def _can_be_stored(told: Any) -> bool:
    """No NUL, which PostgreSQL refuses, and no half of a letter. Depth was the parser's to refuse."""
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and ("\x00" in one or any("\ud800" <= letter <= "\udfff" for letter in one)):
            return False
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return True


def import_package(session: Session, package: Package, *, person_id: UUID | None, now: datetime) -> TakenIn:
    """Adds what is not here yet, all of it or, where anything clashes, nothing. What is here is never changed. Leaders are
    told of what comes into use.

    The caller commits.
    """
    clashes = (
        *_clashes_of_sets(session, package),
        *_clashes_of_questions(session, package),
        *_clashes_of_themes(session, package),
    )
    if clashes:
        return TakenIn(clashes=clashes)
    before = _newest(session)
    sets, versions = _add_sets(session, package, now)
    in_use = [form for key, form in _newest(session).items() if before.get(key) != form]
    rows = questions.sets_by_id(session)
    told = {
        person
        for form in in_use
        for person in questions.tell_leaders(session, rows[form.question_set_id], version_id=form.id, now=now)
    }
    here = {theme.id for theme in themes.whole_codebook(session)}
    new = [theme for theme in package.themes if theme.id not in here]
    for theme in new:
        themes.add_theme(session, **{**theme.model_dump(), "include": list(theme.include), "exclude": list(theme.exclude)})
    taken = TakenIn(sets, versions, len(new), tuple(in_use), len(told))
    if taken.is_new:
        facts: dict[str, int | str] = {"sets": sets, "versions": versions, "themes": len(new)}
        audit.record_deed(session, person_id=person_id, verb=VERB, at=now, facts=facts)
    return taken


def _newest(session: Session) -> dict[UUID, Form]:
    """What is in use of each set that is open."""
    return {one.form.question_set_id: one.form for one in questions.newest_versions(session) if one.closed_at is None}


def _add_sets(session: Session, package: Package, now: datetime) -> tuple[int, int]:
    sets = versions = 0
    rows = questions.sets_by_id(session)
    here = {one.form.id for one in questions.all_versions(session)}
    for one in package.question_sets:
        row = rows.get(one.id)
        is_new = row is None
        if row is None:
            row = questions.add_set(session, sector=one.sector, position=one.position, talk_type=one.talk_type, set_id=one.id)
            sets += 1
        for version in one.versions:
            if version.id not in here:
                questions.add_version(
                    session,
                    question_set=row,
                    number=version.number,
                    content=version.content,
                    version_id=version.id,
                    publishing=version.publishing,
                    now=now,
                )
                versions += 1
        if is_new and one.closed:
            questions.close_set(session, question_set=row, now=now)
    return sets, versions


def _clashes_of_sets(session: Session, package: Package) -> Iterable[Clash]:
    rows = questions.sets_by_id(session)
    forms = {one.form.id: one.form for one in questions.all_versions(session)}
    numbers = {(form.question_set_id, form.number): form.id for form in forms.values()}
    for one in package.question_sets:
        row = rows.get(one.id)
        if row is not None and row.sector != one.sector:
            yield Clash("other_sector", one.id, {"sector": row.sector})
        if row is not None and row.talk_type != one.talk_type:
            yield Clash("other_talk_type", one.id)
        for version in one.versions:
            form = forms.get(version.id)
            if form is not None and (form.question_set_id, form.number, form.content) != (
                one.id,
                version.number,
                version.content,
            ):
                yield Clash("other_version", version.id, {"number": version.number})
            elif form is None and (one.id, version.number) in numbers:
                yield Clash("number_taken", one.id, {"number": version.number})


def _clashes_of_questions(session: Session, package: Package) -> Iterable[Clash]:
    """New versions of which a question reads otherwise than here, and may mean something else: that is for a person to say."""
    here: dict[UUID, dict[int, Form]] = {}
    for one in questions.all_versions(session):
        here.setdefault(one.form.question_set_id, {})[one.form.number] = one.form
    for packaged in package.question_sets:
        others = [form.content for key, forms in here.items() if key != packaged.id for form in forms.values()]
        elsewhere = questions.asked_before(others)
        forms = here.get(packaged.id, {})
        before: dict[UUID, Question] = {}
        asked_here: set[UUID] = set()
        new = {version.number: version for version in packaged.versions if version.number not in forms}
        for number in sorted({*forms, *new}):
            if number in forms:
                content = forms[number].content
                asked_here |= {question.id for question in content.questions}
            else:
                content = new[number].content
                found = questions.unlike(content, new[number].publishing, before)
                yield from (_unlike("reads_otherwise", question, number) for question in found if question.id in asked_here)
                found = questions.unlike(content, Publishing(), elsewhere)
                yield from (_unlike("asked_elsewhere", question, number) for question in found)
            before |= questions.asked_before([content])


def _unlike(key: str, question: Question, number: int) -> Clash:
    return Clash(key, question.id, {"number": number, "question": question.prompt.get("da", "")[:MOST_OF_A_QUESTION]})


def _clashes_of_themes(session: Session, package: Package) -> Iterable[Clash]:
    rows = {row.id: _theme(row) for row in themes.whole_codebook(session)}
    keys = {(row["sector"], row["key"]): key for key, row in rows.items()}
    for theme in package.themes:
        row = rows.get(theme.id)
        if row is not None and row != theme.model_dump(mode="json"):
            yield Clash("other_theme", theme.id, {"theme": theme.key})
        elif row is None and (theme.sector, theme.key) in keys:
            yield Clash("theme_taken", theme.id, {"theme": theme.key})
