"""`GET /sync/kit` with the phone it comes from: one that was shut out is told so."""

import pytest

from domain import people
from tests.web.test_secret_of_a_phone import OTHER, phones, secret
from tests.web.test_sync_route import DEVICE


@pytest.mark.parametrize("device", [DEVICE, DEVICE.upper()], ids=["as it is", "in capitals"])
def test_a_phone_that_was_shut_out_hears_it_with_the_kit_too(signed_in, database, device):
    """It may have nothing to send, and its person may have signed in anew since."""
    leder = signed_in("leder")
    secret(leder)

    def kit(who=leder, **headers):
        return who.http.get("/sync/kit", headers=headers, base_url=who.base_url)

    assert kit(**{"X-Device": device}).status_code == 200
    [phone] = phones(database)
    with database.writing() as session:
        people.shut_out_device(session, row_id=phone.id, now=phone.last_seen_at)
    leder.sign_in("leder")
    answer = kit(**{"X-Device": device})
    assert (answer.status_code, answer.json["code"]) == (403, "revoked")
    for other in (OTHER, "", "no phone at all", "0" * 5000):
        assert kit(**{"X-Device": other}).status_code == 200
    assert kit().status_code == 200
    assert kit(signed_in("leder2"), **{"X-Device": device}).status_code == 200
