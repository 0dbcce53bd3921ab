"""Mail providers tell of messages that came back: real posts of the payloads they document (N3)."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.addresses import block_address, release_address, troubles_of
from core.models import BlockedAddress, Message, MessageState, ProviderReport, Trouble
from core.outbox import deliver_due, enqueue
from core.provider_reports import forget_reports
from core.refusals import Refused
from tests.core.test_outbox import draft
from tests.kit.smtp import smtp_server
from tests.schools.factories import UserFactory


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SECRET, KEY = "retours:un-mot-de-passe-long", "cle-de-signature"


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def message(db):
    """A letter that left."""
    with transaction.atomic():
        enqueue(draft("odile"))
    deliver_due(at=AT)
    return Message.objects.get()


def post(provider: str, payload: dict, secret: str = SECRET):
    headers = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    return Client().post(
        reverse(f"core:reports_{provider}"),
        json.dumps(payload),
        content_type="application/json",
        headers=headers,
    )


def brevo(message: Message, event: str, **more):
    """Brevo, « Transactional webhooks »."""
    return {
        "event": event,
        "email": message.to_address,
        "id": 26224,
        "date": "2026-09-01 10:00:02",
        "ts": 1788249602,
        "message-id": message.message_id,
        "ts_event": 1788249602,
        "subject": message.subject,
        "ts_epoch": 1788249602000,
        **more,
    }


def mailgun(message: Message, *, key: str = KEY, token: str = "a" * 50, **event):
    """Mailgun, « Tracking failures »; signed over its timestamp and token."""
    timestamp = "1788249602"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "timestamp": 1788249602.1,
            "recipient": message.to_address,
            "message": {"headers": {"message-id": message.message_id.strip("<>"), "to": message.to_address}},
            "delivery-status": {
                "code": 550,
                "message": "5.1.1 The email account does not exist.",
                "description": "",
            },
            **event,
        },
    }


def test_a_returned_message_and_its_address_are_noted_once_however_often_it_is_told(message):
    for _ in range(3):
        assert (
            post("brevo", brevo(message, "hard_bounce", reason="550 5.1.1 user unknown")).status_code == 200
        )
    message.refresh_from_db()
    assert message.state == MessageState.BOUNCED
    assert ProviderReport.objects.get().message == message
    blocked = BlockedAddress.objects.get()
    assert (blocked.address, blocked.trouble) == (message.to_address, Trouble.BOUNCED)


def test_mailgun_signs_what_it_tells(message):
    assert post("mailgun", mailgun(message), secret=SECRET).status_code == 200
    assert post("mailgun", mailgun(message), secret=SECRET).status_code == 200
    assert ProviderReport.objects.count() == 1
    assert BlockedAddress.objects.get().address == message.to_address


@pytest.mark.parametrize(
    ("provider", "secret", "key"),
    [
        ("brevo", "", KEY),
        ("brevo", "retours:devine", KEY),
        ("mailjet", "", KEY),
        ("mailgun", SECRET, "autre"),
    ],
)
def test_who_does_not_know_the_secret_tells_nothing(message, provider, secret, key):
    payload = mailgun(message, key=key) if provider == "mailgun" else brevo(message, "hard_bounce")
    assert post(provider, payload, secret=secret).status_code == 400
    assert not ProviderReport.objects.exists()


@pytest.mark.parametrize("provider", ["brevo", "mailjet", "postmark", "mailgun"])
def test_a_door_without_a_secret_is_shut(settings, message, provider):
    settings.ANYMAIL = {"WEBHOOK_SECRET": [], "MAILGUN_WEBHOOK_SIGNING_KEY": ""}
    assert post(provider, mailgun(message, key=""), secret="").status_code == 400
    assert not ProviderReport.objects.exists()


def test_a_message_that_is_none_of_ours_is_kept_and_changes_nothing(message):
    stranger = brevo(message, "hard_bounce") | {"message-id": "<autre@example.org>"}
    assert post("brevo", stranger).status_code == 200
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert ProviderReport.objects.get().message is None
    assert not BlockedAddress.objects.exists()


def test_who_complains_is_never_written_to_again_whatever_it_is_about(message):
    with transaction.atomic():
        enqueue(draft("another-letter", to=message.to_address.upper()))
    assert post("brevo", brevo(message, "complaint")).status_code == 200
    assert deliver_due(at=AT)["sent"] == 0
    states = dict(Message.objects.values_list("to_address", "state"))
    assert states == {
        message.to_address: MessageState.SENT,
        message.to_address.upper(): MessageState.CANCELLED,
    }
    assert post("brevo", brevo(message, "hard_bounce", reason="550 5.1.1")).status_code == 200
    assert BlockedAddress.objects.get().trouble == Trouble.COMPLAINED


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("soft_bounce", "452 4.2.2 mailbox full"),
        ("hard_bounce", "550 5.7.1 our policy refuses your server"),
        ("blocked", ""),
        ("error", "template"),
    ],
)
def test_what_is_not_the_fault_of_the_address_leaves_it_alone(message, event, reason):
    assert post("brevo", brevo(message, event, reason=reason)).status_code == 200
    message.refresh_from_db()
    assert message.state in (MessageState.BOUNCED, MessageState.DEAD)
    assert not BlockedAddress.objects.exists()


def test_who_opens_a_letter_is_not_noted(message):
    for event in ("opened", "click", "delivered", "request"):
        assert post("brevo", brevo(message, event)).status_code == 200
    assert not ProviderReport.objects.exists()


def test_a_provider_that_renames_our_messages_gives_our_number_back_or_its_own_name(message):
    """Sent over its API, a message bears the provider's Message-ID; our number comes back with the news."""
    renamed = brevo(message, "hard_bounce", reason="550 5.1.1") | {"message-id": "<x@smtp-relay.example>"}
    number = json.dumps({"message": str(message.public_id)})
    assert post("brevo", renamed | {"X-Mailin-custom": number}).status_code == 200
    assert BlockedAddress.objects.get().address == message.to_address
    BlockedAddress.objects.all().delete()
    Message.objects.update(state=MessageState.SENT, provider_id="<x@smtp-relay.example>")
    assert post("brevo", renamed | {"ts_epoch": 1788249603000}).status_code == 200
    assert BlockedAddress.objects.exists()


@pytest.mark.parametrize(
    ("answer", "is_blocked"),
    [
        ("550 5.1.1 unknown user", True),
        ("550 no such mailbox", True),
        ("553 not allowed", True),
        ("552 5.2.2 quota", True),
        ("550 5.7.1 your server is not welcome", False),
        ("554 no service", False),
        ("450 4.2.1 greylisted", False),
    ],
)
def test_a_mail_server_that_refuses_an_address_says_as_much(db, settings, answer, is_blocked):
    with smtp_server(settings) as mailbox, transaction.atomic():
        mailbox.answers["odile@example.org"] = answer
        enqueue(draft("odile", to="odile@example.org"))
        deliver_due(at=AT)
    assert BlockedAddress.objects.exists() is is_blocked


def test_a_returned_address_may_be_tried_again_by_a_person_never_one_that_complained(db):
    user = UserFactory()
    block_address(address="Odile@example.org", trouble=Trouble.BOUNCED, detail="550", at=AT)
    assert troubles_of(["odile@EXAMPLE.org"]) == {"odile@example.org": Trouble.BOUNCED}
    release_address(address="odile@example.org", by=user, at=AT)
    assert troubles_of(["odile@example.org"]) == {}
    block_address(address="odile@example.org", trouble=Trouble.COMPLAINED, detail="", at=AT)
    with pytest.raises(Refused) as refusal:
        release_address(address="odile@example.org", by=user, at=AT)
    assert refusal.value.code == "address_complained"


def test_what_was_told_is_forgotten_and_the_address_stays_closed(message):
    post("brevo", brevo(message, "hard_bounce", reason="550 5.1.1"))
    received = ProviderReport.objects.get().received_at
    assert forget_reports(before=received) == 0
    assert forget_reports(before=received + timedelta(seconds=1)) == 1
    assert BlockedAddress.objects.exists()
