"""E-mail through a provider's API: what each of its answers means for a message, and for those behind it (trust 50)."""

from datetime import timedelta

import pytest

from core.models import Message, MessageState
from core.outbox import BACKOFF, MAX_ATTEMPTS, SERVER_PAUSE, deliver_due, enqueue
from tests.core.test_outbox import AT, draft
from tests.kit.mail_provider import mail_provider


pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    with mail_provider(settings) as provider:
        yield provider


def test_an_accepted_message_keeps_both_names_so_that_its_news_find_it(provider):
    enqueue(draft("a"))
    assert deliver_due(at=AT)["sent"] == 1
    message = Message.objects.get()
    assert (message.state, message.provider_id) == (MessageState.SENT, "<1@provider.test>")
    [asked] = provider.requests
    assert asked["to"] == [{"email": "a@example.org", "name": ""}] or asked["to"] == [
        {"email": "a@example.org"}
    ]
    assert asked["textContent"] == "Un texte accentué\n"
    assert asked["headers"]["Message-ID"] == message.message_id
    assert str(message.public_id) in asked["headers"]["X-Mailin-custom"]
    assert asked["tags"] == ["test"]
    assert provider.keys == ["a-key"]


@pytest.mark.trust(50)
def test_a_message_the_provider_refuses_waits_for_a_person_and_the_others_leave(provider):
    provider.answers = [(400, {})]
    enqueue(draft("a"), draft("b", due_at=AT + timedelta(0)))
    assert deliver_due(at=AT) == {"sent": 1, "retried": 0, "bounced": 0, "dead": 1, "parked": 0}
    dead = Message.objects.stuck().get()
    assert (dead.business_key, dead.given_up_at) == ("a", AT)
    assert "400" in dead.last_error
    assert "a-key" not in dead.last_error


@pytest.mark.trust(50)
@pytest.mark.parametrize("status", [401, 402, 403, 429])
def test_a_refused_key_or_an_empty_account_costs_no_message_an_attempt(provider, status):
    provider.answers = [(status, {})]
    enqueue(*(draft(key) for key in "abc"))
    assert deliver_due(at=AT)["retried"] == 3
    assert set(Message.objects.values_list("state", "attempts_count")) == {(MessageState.QUEUED, 0)}
    assert deliver_due(at=AT)["retried"] == 0
    assert len(provider.requests) == 1  # one knock, and those behind were not tried
    assert deliver_due(at=AT + SERVER_PAUSE)["sent"] == 3


@pytest.mark.trust(50)
@pytest.mark.parametrize("wish", ["7", (AT + timedelta(seconds=7)).strftime("%a, %d %b %Y %H:%M:%S GMT")])
def test_a_provider_that_says_how_long_to_wait_is_obeyed(provider, wish):
    provider.answers = [(429, {"Retry-After": wish})]
    enqueue(draft("a"), draft("b"))
    deliver_due(at=AT)
    assert deliver_due(at=AT + timedelta(seconds=6))["sent"] == 0
    assert deliver_due(at=AT + timedelta(seconds=7))["sent"] == 2


@pytest.mark.trust(50)
def test_a_provider_in_trouble_is_left_alone_and_the_message_that_met_it_goes_last(provider):
    """A message that breaks the provider would otherwise stand before all the others for ever."""
    provider.answers = [(503, {})]
    enqueue(draft("a"), draft("b"))
    assert deliver_due(at=AT)["retried"] == 2
    assert dict(Message.objects.values_list("business_key", "attempts_count")) == {"a": 1, "b": 0}
    assert deliver_due(at=AT + SERVER_PAUSE)["sent"] == 2
    assert provider.message_ids[1:] == list(
        Message.objects.order_by("attempts_count").values_list("message_id", flat=True)
    )


@pytest.mark.trust(50)
def test_a_message_that_always_breaks_the_provider_ends_given_up(provider):
    enqueue(draft("a"))
    at = AT
    for pause in BACKOFF[:MAX_ATTEMPTS]:
        provider.answers = [(500, {})]
        deliver_due(at=at)
        at += max(pause, SERVER_PAUSE)
    message = Message.objects.get()
    assert (message.state, message.attempts_count) == (MessageState.DEAD, MAX_ATTEMPTS)


@pytest.mark.trust(49)
def test_a_provider_that_says_nothing_may_have_sent_it_so_it_comes_back_under_the_same_name(provider):
    provider.is_silent = True
    enqueue(draft("a"), draft("b"))
    assert deliver_due(at=AT)["retried"] == 2
    provider.is_silent = False
    assert dict(Message.objects.values_list("business_key", "attempts_count")) == {"a": 1, "b": 0}
    assert deliver_due(at=AT + SERVER_PAUSE)["sent"] == 2
    assert len(provider.requests) == 3
    assert len(set(provider.message_ids)) == 2


@pytest.mark.trust(50)
def test_a_provider_that_is_down_costs_no_attempt(settings):
    with mail_provider(settings):
        pass
    enqueue(draft("a"), draft("b"))
    assert deliver_due(at=AT)["retried"] == 2
    assert set(Message.objects.values_list("state", "attempts_count")) == {(MessageState.QUEUED, 0)}


def test_the_rate_of_the_address_holds_for_an_api_too(settings):
    with mail_provider(settings, rate="5", burst="2") as provider:
        enqueue(*(draft(key) for key in "abcd"))
        assert deliver_due(at=AT)["sent"] == 2
        assert deliver_due(at=AT + timedelta(milliseconds=399))["sent"] == 1
        assert deliver_due(at=AT + timedelta(milliseconds=400))["sent"] == 1
    assert len(provider.requests) == 4
