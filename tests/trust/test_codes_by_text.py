"""A code by text message leaves once, or an e-mail leaves in its place (trust 10)."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.db.models.functions import Now

from core import sms
from core.models import Message, TextMessage, TextState
from core.outbox import deliver_due
from core.refusals import Refused
from core.texting import deliver_texts
from loans.codes import give_code, send_code, ways_to
from loans.models import SigningCode
from schools.models import Guardian
from tests.kit.sms_provider import sms_provider
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.trust.links import AT, ask_codes, mailed_links


pytestmark = [pytest.mark.trust(10), pytest.mark.django_db]
SOON = AT + timedelta(seconds=5)


@pytest.fixture
def provider(settings):
    with sms_provider(settings) as provider:
        yield provider


@pytest.fixture
def link(campaign, enrol, provider):  # noqa: F811
    ask_codes(campaign, "sms")
    enrol()
    Guardian.objects.update(phone="06 39 98 00 01")
    [link] = mailed_links(campaign)
    deliver_due(at=AT)
    mail.outbox.clear()
    return link


def figures(text):
    return re.search(r"\b(\d{6})\b", text)[1]


def codes_mailed(at=SOON):
    deliver_due(at=at)
    return [figures(letter.body) for letter in mail.outbox]


def test_it_leaves_after_the_act_and_the_email_behind_it_does_not(provider, link):
    code = send_code(link=link, at=AT)
    assert (code.channel, code.sent_to, provider.texts) == ("sms", "+33639980001", [])
    assert deliver_texts(at=SOON)["sent"] == 1
    assert deliver_texts(at=SOON)["sent"] == 0
    [text] = provider.texts
    assert text["recipient"] == "33639980001"
    assert len(text["content"]) < 160
    assert give_code(link=link, digits=figures(text["content"]), at=SOON) == code
    assert codes_mailed(AT + timedelta(hours=1)) == []
    assert TextMessage.objects.get().provider_id == "1511882900176221"


@pytest.mark.parametrize("fault", [400, 402, 429, 500, b"", b"HTTP/1.1 200 OK\r\n\r\nnonsense"])
def test_what_the_provider_does_not_take_leaves_by_email_at_once(provider, link, fault):
    provider.faults = [fault]
    send_code(link=link, at=AT)
    assert deliver_texts(at=SOON)["failed"] == 1
    assert provider.texts == []
    [digits] = codes_mailed()
    assert give_code(link=link, digits=digits, at=SOON)
    text = TextMessage.objects.get()
    assert text.state == TextState.FAILED
    assert text.last_error


def test_a_silent_provider_is_replaced_by_an_email(provider, link, monkeypatch):
    monkeypatch.setattr(sms, "TIMEOUT", (1, 0.2))
    provider.faults = [1.0]
    send_code(link=link, at=AT)
    assert deliver_texts(at=SOON)["failed"] == 1
    assert len(codes_mailed()) == 1


def test_without_any_worker_for_texts_the_email_leaves_two_minutes_later(link):
    send_code(link=link, at=AT)
    assert codes_mailed(AT + timedelta(seconds=119)) == []
    assert len(codes_mailed(AT + timedelta(seconds=120))) == 1


def test_a_text_in_the_hands_of_a_worker_that_died_is_not_sent_twice(provider, link):
    send_code(link=link, at=AT)
    TextMessage.objects.update(state=TextState.LEASED, leased_until=Now() - timedelta(seconds=1))
    assert deliver_texts(at=SOON) == {"sent": 0, "known": 0, "failed": 1}
    assert provider.texts == []
    assert len(codes_mailed()) == 1


def test_a_text_is_useless_after_its_code(provider, link):
    send_code(link=link, at=AT)
    assert deliver_texts(at=AT + timedelta(minutes=10))["failed"] == 1
    assert provider.texts == []


def test_an_act_that_fails_after_it_wrote_a_text_wrote_none(link, provider):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send_code(link=link, at=AT)
        raise ZeroDivisionError
    assert not TextMessage.objects.exists()
    assert not SigningCode.objects.exists()


def test_without_address_the_text_is_alone(provider, link):
    Guardian.objects.update(email="")
    provider.faults = [500]
    send_code(link=link, at=AT)
    assert deliver_texts(at=SOON)["failed"] == 1
    assert codes_mailed() == []
    assert list(ways_to(link)) == ["sms"]


@pytest.mark.parametrize(
    ("phone", "ways"), [("01 99 00 10 01", ["email"]), ("", ["email"]), ("0639980001", ["sms", "email"])]
)
def test_a_text_is_for_a_mobile(link, phone, ways):
    Guardian.objects.update(phone=phone)
    link.guardian.refresh_from_db()
    assert list(ways_to(link)) == ways


def test_without_a_provider_codes_leave_by_email(link, settings):
    settings.SMS_URL = ""
    assert send_code(link=link, at=AT).channel == "email"
    assert len(codes_mailed()) == 1


def test_neither_phone_nor_address_is_for_the_school(link):
    Guardian.objects.update(phone="", email="")
    link.guardian.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        send_code(link=link, at=AT)
    assert refusal.value.code == "code_by_hand_only"
    assert Message.objects.filter(kind="signing_code").count() == 0
