"""The proof file says that a code was given, how it came, and never the code (trust 21)."""

import json
import re
from datetime import timedelta

import pytest

from core.evidence import Trace
from core.models import TextMessage
from core.texting import deliver_texts
from loans.codes import give_code, send_code
from loans.links import check_birth_date
from loans.models import Proof
from loans.proof.sealing import store_signed_document
from loans.signing import sign_convention
from schools.models import Guardian
from tests.kit.sms_provider import sms_provider
from tests.schools.factories import EnrolmentFactory
from tests.trust.links import AT, ask_codes, mailed_links


SOON = AT + timedelta(minutes=1)


@pytest.fixture
def proof(campaign, settings):
    ask_codes(campaign, "sms")
    EnrolmentFactory(campaign=campaign)
    Guardian.objects.update(phone="06 39 98 00 01")
    [link] = mailed_links(campaign)
    link = check_birth_date(link=link, birth_on=link.convention.pupil.birth_on, at=AT)
    with sms_provider(settings) as provider:
        send_code(link=link, at=AT)
        deliver_texts(at=AT)
    digits = re.search(r"\b(\d{6})\b", provider.texts[0]["content"])[1]
    code = give_code(link=link, digits=digits, at=SOON)
    sign_convention(
        link=link,
        consent="J’accepte.",
        text_sha256=link.convention.text.sha256,
        trace=Trace("192.0.2.7", "Essai/1.0"),
        code_id=code.pk,
        at=SOON,
    )
    store_signed_document(link.convention_id, at=SOON)
    return digits, json.loads(Proof.objects.get().file.read_bytes())


def test_it_tells_the_level_the_channel_and_the_instants(proof):
    _digits, said = proof
    assert said["signature"]["level"] == "link_birth_date_and_code"
    assert said["code"] == {
        "asked": True,
        "right_at": "2026-09-01T08:01:00Z",
        "wrong_count": 0,
        "sent_at": "2026-09-01T08:00:00Z",
        "channel": "sms",
    }
    text = TextMessage.objects.get()
    [told] = [message for message in said["messages"] if message["kind"] == "signing_code_sms"]
    assert (told["to"], told["state"], told["message_id"]) == ("+33639980001", "sent", text.provider_id)


def test_the_code_itself_is_nowhere(proof):
    digits, said = proof
    assert digits not in re.findall(r"\d+", json.dumps(said))
