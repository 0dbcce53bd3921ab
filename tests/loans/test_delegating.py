"""« The other parent signs »: said on one's own page; the other is written to, unseen (invariant 10)."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import EvidenceEvent, Message
from loans.delegating import leave_to_other, may_leave_to_other
from loans.enums import ConventionState
from loans.mailing import send_due_conventions
from loans.models import Convention, Delegation, SigningLink
from schools.models import Guardian
from tests.loans.test_family_pages import opened, sign, text_of
from tests.loans.test_mailing import MAILING, at
from tests.loans.test_signing import refusal


LEAVE = reverse("loans:family_leave")


@pytest.fixture
def links(campaign, enrol):
    """The addresses sent to the two guardians of one pupil."""
    enrol(guardians=2)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return [re.search(r"/signer/\S+", message.clear_body)[0] for message in Message.objects.order_by("pk")]


def test_it_is_said_by_a_post_and_the_link_says_so(links):
    phone = opened(links[0])
    assert "L’autre parent signe" in text_of(phone.get("/signer/"))
    page = text_of(phone.get(LEAVE))
    assert not [guardian for guardian in Guardian.objects.all() if guardian.email in page]
    assert not Delegation.objects.exists()
    assert phone.post(LEAVE).url == "/signer/"
    assert "vous avez laissé l’autre représentant légal signer" in text_of(phone.get("/signer/"))


def test_the_other_gets_one_more_message_with_a_link_that_works(links):
    phone, other = opened(links[0]), Guardian.objects.order_by("pk")[1]
    before = Message.objects.filter(to_address=other.email).count()
    phone.post(LEAVE)
    phone.post(LEAVE)
    messages = Message.objects.filter(to_address=other.email)
    assert messages.count() == before + 1
    first = Guardian.objects.order_by("pk")[0]
    assert first.email not in messages.latest("pk").clear_body
    assert EvidenceEvent.objects.filter(action="left_to_other").count() == 1


def test_reminders_then_go_to_the_other_alone(links, campaign):
    opened(links[0]).post(LEAVE)
    day = MAILING + timedelta(days=5)
    send_due_conventions(campaign=campaign, on=day, at=at(day))
    reminder = Message.objects.get(kind="convention_reminder")
    assert reminder.to_address == Guardian.objects.order_by("pk")[1].email


def test_one_may_sign_after_all(links):
    phone = opened(links[0])
    phone.post(LEAVE)
    assert "Je signe" in text_of(phone.get(reverse("loans:family_sign_after_all")))
    sign(phone)
    assert Convention.objects.get().state == ConventionState.SIGNED


def test_two_who_leave_it_to_each_other_are_stopped_at_the_second(links):
    first, second = opened(links[0]), opened(links[1])
    first.post(LEAVE)
    assert second.post(LEAVE).status_code == 409
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize(("minor", "code"), [("both", "all_must_sign"), ("one", "nobody_else")])
def test_not_where_all_sign_nor_where_nobody_else_can(vote, enrol, minor, code):
    campaign = vote("signer.minor", minor)
    enrol(guardians=2 if minor == "both" else 1)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    link = SigningLink.objects.select_related("convention__campaign__rules").first()
    assert not may_leave_to_other(link)
    assert refusal(partial(leave_to_other, link=link, at=at(MAILING))) == code
