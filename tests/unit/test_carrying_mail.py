"""One connection to a real mail server (aiosmtpd): what it does, and what becomes of the message."""

import select
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from domain.notices.mail import MOST_ON_ONE_CONNECTION, Answer, Carrier, MailServer, NoServer, Taken, is_address
from tests import post_office

SENDER = "hoert@strandby.example"
NEVER, LATER, SENT = Taken.NEVER, Taken.LATER, Taken.SENT


@pytest.fixture
def office():
    with post_office.opened() as office:
        yield office


def message(number=1):
    made = EmailMessage()
    made["Subject"] = f"Uge {number} er klar"
    made.set_content("Æble, øre og å\n.\n.en linje med punktum\n")
    return made


def carrier(office, **more):
    return Carrier(MailServer.of(more.pop("url", office.url)), **{"longest_wait_s": 5, **more})


def carry(office, to="anna@strandby.example", **more):
    with carrier(office, **more) as one:
        return one.carry(message(), sender=SENDER, to=to)


def test_a_message_arrives_whole_and_once(office):
    assert carry(office) == Answer(SENT)
    [(to, got)] = office.kept
    assert to == "anna@strandby.example"
    assert got.get_content().replace("\r\n", "\n") == "Æble, øre og å\n.\n.en linje med punktum\n"


def test_many_go_over_one_connection_and_a_new_one_is_made_after_a_hundred(office):
    with carrier(office) as one:
        answers = [one.carry(message(n), sender=SENDER, to=f"p{n}@strandby.example") for n in range(MOST_ON_ONE_CONNECTION + 5)]
    assert {answer.taken for answer in answers} == {SENT}
    assert len(office.kept) == len(answers)
    assert office.connections == 2


def test_who_is_refused_keeps_nobody_else_from_theirs(office):
    office.refused = {"ukendt@strandby.example"}
    with carrier(office) as one:
        told = [one.carry(message(), sender=SENDER, to=f"{who}@strandby.example") for who in ("anna", "ukendt", "bo")]
    assert told == [Answer(SENT), Answer(NEVER, "recipient_refused 550"), Answer(SENT)]
    assert [to for to, _message in office.kept] == ["anna@strandby.example", "bo@strandby.example"]
    assert office.connections == 1


def test_greylisted_goes_later_and_then_once(office):
    office.later = 1
    with carrier(office) as one:
        assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(LATER, "not_now 451")
        assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(SENT)
    assert len(office.kept) == 1


def test_a_server_that_says_nothing_is_not_waited_for(office):
    office.silent_s = 30
    assert carry(office, longest_wait_s=1) == Answer(LATER, "no_answer")


def test_a_connection_lost_in_the_middle_of_a_message_goes_later_over_a_new_one(office):
    office.drops = 1
    with carrier(office) as one:
        assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(LATER, "dropped")
        assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(SENT)
    assert len(office.kept) == 1


def test_a_connection_that_was_closed_meanwhile_is_made_anew_at_once(office):
    office.hangs_up_after = 1
    with carrier(office) as one:
        for _ in range(3):
            assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(SENT)
            assert select.select([one._smtp.sock], [], [], 30)[0], "it has hung up"
    assert len(office.kept) == 3
    assert office.connections == 3


def test_content_that_is_refused_is_given_up_with_the_code(office):
    office.refuses_content = True
    assert carry(office) == Answer(NEVER, "content_refused 554")


def test_a_sender_that_is_refused_is_no_fault_of_the_message(office):
    office.refuses_sender = True
    assert carry(office) == Answer(LATER, "sender_refused 550")


def test_nobody_there_and_no_such_host_go_later(office):
    assert carry(office, url="smtp://127.0.0.1:9").taken is LATER
    assert carry(office, url="smtp://post.invalid:25?tls=off") == Answer(LATER, "no_such_host")


def test_a_server_that_is_away_is_asked_once_not_for_every_message(office):
    with carrier(office, url="smtp://127.0.0.1:9") as one:
        first = one.carry(message(), sender=SENDER, to="anna@strandby.example")
        one._connected = None  # it would be called, and fail, were the server asked again
        assert one.carry(message(), sender=SENDER, to="bo@strandby.example") == first


def test_a_certificate_nobody_vouches_for_is_not_talked_to(tmp_path):
    shown, trusted = post_office.certificate(tmp_path, name="localhost")
    with post_office.opened(certificate=shown) as office:
        server = MailServer("localhost", office.port, "starttls")
        with Carrier(server, longest_wait_s=5) as one:
            assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(LATER, "certificate")
        assert office.kept == []
        with Carrier(server, longest_wait_s=5, trusts=trusted) as one:
            assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(SENT)


def test_a_certificate_for_another_host_is_not_talked_to(tmp_path):
    shown, trusted = post_office.certificate(tmp_path, name="another.example")
    with post_office.opened(certificate=shown) as office:
        with Carrier(MailServer("localhost", office.port, "starttls"), longest_wait_s=5, trusts=trusted) as one:
            assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(LATER, "certificate")
        assert office.kept == []


def test_where_starttls_is_wanted_and_not_offered_nothing_is_sent(office):
    with Carrier(MailServer("localhost", office.port, "starttls", "u", "p"), longest_wait_s=5) as one:
        assert one.carry(message(), sender=SENDER, to="anna@strandby.example") == Answer(LATER, "no_tls_or_sign_in")
    assert office.kept == []


def test_signing_in():
    with post_office.opened(signs_in=True) as office:
        for password, expected in ((post_office.PASSWORD, Answer(SENT)), ("forkert", Answer(LATER, "sign_in_refused 535"))):
            url = f"smtp://{post_office.USER}:{quote(password, safe='')}@127.0.0.1:{office.port}"
            assert carry(office, url=url) == expected
        assert len(office.kept) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://post.example", ("post.example", 25, "starttls", "", "")),
        ("smtp://u%40k.dk:p%2F%3A@post.example", ("post.example", 587, "starttls", "u@k.dk", "p/:")),
        ("smtp://post.example:2525?tls=off", ("post.example", 2525, "none", "", "")),
        ("smtp://localhost:1025", ("localhost", 1025, "none", "", "")),
        ("smtps://post.example", ("post.example", 465, "smtps", "", "")),
    ],
)
def test_an_address_of_a_server_is_read(url, expected):
    one = MailServer.of(url)
    assert (one.host, one.port, one.tls, one.user, one.password) == expected
    assert one.password == "" or one.password not in repr(one)


@pytest.mark.parametrize(
    "url", ["", "post.example", "http://post.example", "smtp://", "smtp://x:abc", "smtp://x/path", "smtp://x?tls=on"]
)
def test_what_is_no_address_of_a_server_is_refused(url):
    with pytest.raises(NoServer) as caught:
        MailServer.of(url)
    assert str(caught.value) == ""


@pytest.mark.parametrize(
    "address",
    [
        *("", "anna", "anna@", "@x.example", "a b@x.example", "å@x.example"),
        *("a@x.example, b@x.example", "a@x.example\nBcc: b@x.example", "A <a@x.example>", "a@x.example\n"),
    ],
)
def test_what_is_not_one_address_is_never_sent_to(office, address):
    assert not is_address(address)
    assert carry(office, to=address) == Answer(NEVER, "no_address")
    assert office.connections == 0


def test_the_answer_never_repeats_the_servers_words(office):
    office.refused = {"ukendt@strandby.example"}
    assert "ukendt" not in repr(carry(office, to="ukendt@strandby.example"))
