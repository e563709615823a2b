"""*Færre mails*, by the link in a mail: no sign-in, nothing by looking, one press, and a way back."""

import base64

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeSerializer

from blueprints.shared import mails
from domain import notices, people
from domain.notices import ALL_MAIL, Channel, Kind, Wishes
from tests import make, post_office
from tests.web import lint
from tests.web.client import Visitor
from tests.web.mailing import LAST_WEEK, office, tell
from tests.web.town import rows

__all__ = ["office"]


@pytest.fixture
def path(own_town):
    return path_of(own_town)


def path_of(town, who="omraade", kind=Kind.DIGEST_READY):
    with town.app.app_context():
        return mails.stop_path(getattr(town.cast, who).person_id, kind)


def stopped(town, who="omraade"):
    with town.database.reading() as session:
        return notices.stopped_mail(session, getattr(town.cast, who).person_id)


def press(visitor, path, **fields):
    """As the page's own form is sent."""
    return visitor.post(path, fields, token=None)


def test_the_link_in_a_mail_leads_there_and_stops_that_mail(own_town, office):
    tell(own_town, own_town.cast.omraade)
    post_office.delivered(own_town.app)
    [(_to, message)] = office.kept
    link = message["List-Unsubscribe"].strip("<>").removeprefix("https://hoert.strandby.example")
    assert press(Visitor(own_town.app), link, which=Kind.DIGEST_READY).status == 302
    office.kept.clear()
    tell(own_town, own_town.cast.omraade, about=f"week:{LAST_WEEK.plus(-1)}")
    assert post_office.delivered(own_town.app) == {"given_up": 1}
    assert office.kept == []
    with own_town.database.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM notice WHERE failed_why = 'stopped'")).scalar_one() == 1


def test_looking_changes_nothing(own_town, path):
    """Scanners of mail follow every link."""
    before = rows(own_town.database)
    for _ in range(3):
        assert Visitor(own_town.app).get(path).status == 200
        assert Visitor(own_town.app).head(path).status == 200
    assert rows(own_town.database) == before


def test_the_page_has_one_button_and_tells_nobodys_name(own_town, path):
    page = Visitor(own_town.app).get(path)
    assert lint.complaints(page.text) == ()
    assert len(page.all("button")) == 1
    assert page.h1 == "Færre mails"
    assert "omraade" not in page.text
    assert "Sanne" not in page.text


def test_that_kind_or_all_and_back(own_town, path):
    visitor = Visitor(own_town.app)
    press(visitor, path, which=Kind.DIGEST_READY)
    assert stopped(own_town) == {"digest_ready"}
    assert "Du får dem ikke mere. Ugen er klar" in visitor.get(path).words
    press(visitor, path, again=Kind.DIGEST_READY)
    assert stopped(own_town) == set()
    press(visitor, path, which=ALL_MAIL)
    assert stopped(own_town) == {ALL_MAIL}
    page = visitor.get(path)
    assert "Alle mails fra Hørt" in page.words
    visitor.post(path, page.fields(path))
    assert stopped(own_town) == set()


def test_all_mail_is_all(own_town, office):
    press(Visitor(own_town.app), path_of(own_town, "leder", Kind.REPLY), which=ALL_MAIL)
    with own_town.database.writing() as session:
        notices.choose(session, own_town.cast.leder, Wishes({Kind.READ: Channel.MAIL}))
    tell(own_town, own_town.cast.leder, kind=Kind.READ, about="issue:1")
    assert post_office.delivered(own_town.app) == {"given_up": 1}
    assert office.kept == []


def test_a_mailbox_provider_presses_once_without_a_cookie_a_token_or_a_redirect(own_town, path):
    """RFC 8058, section 3.2."""
    for _ in range(2):
        answer = press(Visitor(own_town.app), path, **{"List-Unsubscribe": "One-Click"})
        assert answer.status == 200
    assert stopped(own_town) == {"digest_ready"}


def test_it_speaks_the_language_of_whose_mail_it_is(own_town, path):
    with own_town.database.writing() as session:
        people.choose_language(session, own_town.cast.omraade, language="en")
    visitor = Visitor(own_town.app)
    visitor.language = "en"
    assert visitor.get(path).h1 == "Less mail"


def test_another_persons_mail_and_other_kinds_stay(own_town, path):
    press(Visitor(own_town.app), path, which=Kind.DIGEST_READY)
    assert stopped(own_town, "omraade2") == set()
    assert press(Visitor(own_town.app), path, which=Kind.REPLY).status == 422
    assert press(Visitor(own_town.app), path, which="").status == 422
    assert stopped(own_town) == {"digest_ready"}


def forged(town):
    person = town.cast.omraade.person_id
    good = path_of(town).rsplit("/", 1)[1]
    with town.app.app_context():
        other = URLSafeSerializer("another key", salt="mail-stop").dumps(f"{person.hex}.digest_ready")
        salted = URLSafeSerializer(town.app.secret_key, salt="form-owner").dumps(f"{person.hex}.digest_ready")
        unknown = mails.stop_token(make.new_id(), Kind.REPLY)
        nonsense = [mails._signer().dumps(what) for what in (f"{person.hex}.nothing", "x", 1, [], f"{person.hex}")]
    said, signature = good.rsplit(".", 1)
    changed = f"{said}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    return [good[:-3], changed, f"x{good}", other, salted, unknown, *nonsense, "x", "." * 200, "a" * 5000]


def test_what_was_not_signed_here_is_a_404_that_tells_nothing(own_town):
    visitor, before = Visitor(own_town.app), rows(own_town.database)
    texts = set()
    for token in forged(own_town):
        path = f"/notices/unsubscribe/{token}"
        for answer in (visitor.get(path), press(visitor, path, which=ALL_MAIL)):
            assert answer.status == 404
            texts.add(answer.words)
    assert len(texts) == 1
    assert rows(own_town.database) == before


def test_who_was_shut_out_has_no_page(own_town, path):
    with own_town.database.writing() as session:
        people.disable(session, email="omraade@hoert.example", now=make.NOW)
    assert Visitor(own_town.app).get(path).status == 404


def test_the_link_works_for_years_and_holds_no_address(own_town, path, clock):
    clock.shift(10 * 365 * 86_400)
    assert Visitor(own_town.app).get(path).status == 200
    token = path.rsplit("/", 1)[1]
    assert "@" not in token
    assert b"omraade" not in base64.urlsafe_b64decode(token.split(".")[0] + "==")


def test_the_address_for_all_mail_gives_each_kind_back(own_town):
    """It stands on the settings page, for who deleted the mail."""
    visitor, path = Visitor(own_town.app), path_of(own_town, kind=ALL_MAIL)
    assert len(visitor.get(path).all("button")) == 1
    press(visitor, path_of(own_town), which=Kind.DIGEST_READY)
    press(visitor, path_of(own_town, kind=Kind.REPLY), which=Kind.REPLY)
    assert len(visitor.get(path).all("button")) == 2
    press(visitor, path, again=Kind.REPLY)
    assert stopped(own_town) == {"digest_ready"}
    press(visitor, path, which=ALL_MAIL)
    assert stopped(own_town) == {"digest_ready", ALL_MAIL}
