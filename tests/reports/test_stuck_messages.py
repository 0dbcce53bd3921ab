"""Messages that could not leave: the region reads why, mends the cause, sends them again."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.stuck_messages import tell_of_stuck_messages
from core.models import Message, MessageLog, MessageState
from core.outbox import cancel_waiting, deliver_due, enqueue
from tests.core.test_outbox import draft
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.kit.queries import assert_same_queries
from tests.schools.factories import UserFactory


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
BODY = "Bonjour,\n\nVotre lien : https://cartable.example.org/c/tres-secret\nVotre code : 123456\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def region(client):
    user = UserFactory(role=Role.REGION, email="region@example.org")
    client.force_login(user)
    return user


def dead(key: str, **fields) -> Message:
    enqueue(draft(key, body=BODY, **fields))
    Message.objects.filter(business_key=key).update(
        state=MessageState.DEAD, given_up_at=AT, attempts_count=5, last_error="450 greylisted"
    )
    return Message.objects.get(business_key=key)


def test_nothing_waits_and_the_page_says_so(client, region):
    answer = client.get(reverse("reports:stuck_messages"))
    assert "Tous les messages sont partis" in answer.content.decode()


def test_a_message_is_shown_with_its_reason_and_without_its_secrets(client, region):
    message = dead("a", kind="convention_to_sign")
    listed = client.get(reverse("reports:stuck_messages")).content.decode()
    assert "Convention à signer" in listed
    assert "a@example.org" in listed
    shown = client.get(reverse("reports:stuck_message", args=[message.public_id])).content.decode()
    assert "450 greylisted" in shown
    assert "[lien]" in shown
    assert "tres-secret" not in shown
    assert "123456" not in shown


def test_one_message_leaves_again_with_all_its_attempts_before_it(client, region, settings):
    message, other = dead("a"), dead("b")
    client.post(reverse("reports:try_again", args=[message.public_id]), {"reason": "Serveur changé"})
    message.refresh_from_db()
    assert (message.state, message.attempts_count, message.given_up_at) == (MessageState.QUEUED, 0, None)
    [line] = MessageLog.objects.all()
    assert (line.subject, line.by, line.comment) == (message, region, "Serveur changé")
    assert Message.objects.stuck().get() == other
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_due(at=message.due_at)["sent"] == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == message.message_id
    again = client.post(
        reverse("reports:try_again", args=[message.public_id]), {"reason": "Encore"}, follow=True
    )
    assert "0 message repart" in again.content.decode()
    assert MessageLog.objects.count() == 1


def test_without_a_reason_nothing_moves(client, region):
    message = dead("a")
    answer = client.post(
        reverse("reports:try_again", args=[message.public_id]), {"reason": "  "}, follow=True
    )
    assert "Dites en quelques mots" in answer.content.decode()
    assert Message.objects.stuck().get() == message


def test_all_of_a_kind_leave_again_and_the_others_stay(client, region):
    (
        dead("a", kind="convention_to_sign"),
        dead("b", kind="convention_to_sign"),
        dead("c", kind="ticket_received"),
    )
    client.post(reverse("reports:try_again_all"), {"reason": "Réparé", "sorte": "convention_to_sign"})
    assert Message.objects.stuck().get().business_key == "c"
    client.post(reverse("reports:try_again_all"), {"reason": "Réparé", "sorte": ""})
    assert not Message.objects.stuck().exists()


def test_a_message_set_aside_never_leaves(client, region):
    message = dead("a")
    client.post(reverse("reports:set_message_aside", args=[message.public_id]), {"reason": "Doublon"})
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert (
        "Doublon" in client.get(reverse("reports:stuck_message", args=[message.public_id])).content.decode()
    )


def test_one_whose_reason_is_gone_leaves_the_list_by_itself(region):
    dead("a")
    assert cancel_waiting(about="thing:1") == 1
    assert not Message.objects.stuck().exists()


def test_the_page_costs_the_same_whatever_the_number(client, region):
    for rank in range(3):
        dead(f"a{rank}")
    ask = partial(client.get, reverse("reports:stuck_messages"))
    assert_same_queries(ask, grow=lambda: [dead(f"b{rank}") for rank in range(30)])


@pytest.mark.trust(46)
def test_the_region_and_the_operator_hear_once_then_of_new_ones_the_next_day(region, settings):
    settings.OPERATOR_EMAIL = "exploitant@example.org"
    dead("a")
    at = AT + timedelta(minutes=30)
    assert tell_of_stuck_messages(at=at) == {"stuck": 1, "messages": 2}
    told = Message.objects.filter(kind="messages_stuck")
    assert set(told.values_list("to_address", flat=True)) == {"region@example.org", "exploitant@example.org"}
    assert "/messages/" in told.first().body
    assert tell_of_stuck_messages(at=at + timedelta(days=3))["messages"] == 0
    Message.objects.filter(pk=dead("b").pk).update(given_up_at=at + timedelta(hours=1))
    assert tell_of_stuck_messages(at=at + timedelta(hours=2))["messages"] == 0
    assert tell_of_stuck_messages(at=at + timedelta(days=1)) == {"stuck": 2, "messages": 2}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_is_read_on_a_desk_and_on_a_phone(page, phone):
    user = UserFactory(role=Role.REGION, email="region@example.org")
    with transaction.atomic():
        message = dead("a", kind="convention_to_sign")
    for browser in (page, phone):
        sign_in(browser, user)
        for address in (
            reverse("reports:stuck_messages"),
            reverse("reports:stuck_message", args=[message.public_id]),
        ):
            browser.goto(address)
            assert_accessible(browser)
            assert_no_sideways_scroll(browser)
