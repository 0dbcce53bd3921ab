"""A parent objects: nobody signs, no laptop is handed over, somebody follows it up (trust 14)."""

import re
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.models import EvidenceEvent, Message
from loans.conventions import issue_conventions
from loans.enums import ConventionState
from loans.lending import lend_device
from loans.mailing import send_due_conventions
from loans.models import Convention, Opposition, SigningLink
from loans.progress import gate_roll, progress_of
from support.models import Ticket
from support.oppositions import lift, oppose
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import DeviceFactory
from tests.loans.test_family_pages import opened
from tests.loans.test_family_pages import sign as post_signature
from tests.loans.test_signing import AT, SIGNED_AT, refusal, sign
from tests.schools.factories import PupilFactory, UserFactory


LATER = SIGNED_AT + timedelta(days=2)
REASON = "Je n’ai pas été consulté."


@pytest.fixture
def links(campaign, enrol):
    """The links of two guardians of one pupil."""
    enrol(guardians=2)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    return list(SigningLink.objects.select_related("convention__text", "guardian").order_by("pk"))


@pytest.fixture
def objecting(links):
    """The second guardian's words, by their own link."""
    return partial(
        oppose,
        convention=links[1].convention,
        guardian=links[1].guardian,
        reason=REASON,
        by=None,
        link=links[1],
    )


@pytest.fixture
def agent(db):
    return UserFactory(role=Role.HELPDESK)


def state():
    return Convention.objects.latest("pk").state


@pytest.mark.trust(14)
def test_the_family_page_says_so_and_a_post_is_409(links, campaign):
    """By the second guardian's own link; the first, who was about to sign, learns it without a name."""
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    phones = [
        opened(re.search(r"/signer/\S+", message.clear_body)[0]) for message in Message.objects.order_by("pk")
    ]
    page = reverse("support:oppose")
    assert phones[1].post(page, {"reason": ""}).status_code == 422
    assert phones[1].post(page, {"reason": REASON}).url == "/signer/"
    answer = post_signature(phones[0])
    assert answer.status_code == 409
    seen = phones[0].get("/signer/").content.decode()
    assert "Un titulaire de l’autorité parentale s’oppose" in seen
    assert links[1].guardian.family_name not in seen
    assert REASON not in seen
    assert "Votre opposition est notée" in phones[1].get("/signer/").content.decode()
    assert Ticket.objects.count() == 1


@pytest.mark.trust(14)
def test_after_an_objection_nobody_signs_and_the_messages_stop(links, objecting):
    objecting(at=SIGNED_AT)
    assert state() == ConventionState.OPPOSED
    assert refusal(partial(sign, links[0], at=LATER)) == "opposed"
    assert not Message.objects.filter(kind="convention_to_sign").waiting().exists()


@pytest.mark.trust(14)
def test_the_gate_counts_it_as_expected_and_unsigned(links, objecting, campaign):
    objecting(at=SIGNED_AT)
    school = links[0].convention.enrolment.school
    progress = progress_of(school, campaign)
    assert (progress.expected_count, progress.signed_count, progress.opposed_count) == (1, 0, 1)
    assert [(entry.has_signed, entry.is_opposed) for entry in gate_roll(school, campaign)] == [(False, True)]


@pytest.mark.trust(14)
def test_it_is_chained_and_opens_one_request_however_often_it_is_said(objecting):
    objecting(at=SIGNED_AT)
    objecting(at=LATER)
    assert Opposition.objects.get().reason == REASON
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.pupil) == ("signature", Convention.objects.get().pupil)
    assert ticket.messages.get().body == REASON
    assert EvidenceEvent.objects.filter(action="opposed").count() == 1


def test_lifted_by_a_person_with_a_reason_it_can_be_signed_again(links, objecting, agent):
    opposition = objecting(at=SIGNED_AT)
    assert refusal(partial(lift, opposition=opposition, reason=" ", by=agent, at=LATER)) == "reason_missing"
    lift(opposition=opposition, reason="Les parents ont écrit ensemble.", by=agent, at=LATER)
    lift(opposition=opposition, reason="Encore", by=agent, at=LATER)
    assert state() == ConventionState.SENT
    assert "ont écrit ensemble" in Ticket.objects.get().messages.latest("pk").body
    sign(links[0], at=LATER)
    assert state() == ConventionState.SIGNED


def test_two_objections_are_lifted_one_by_one(links, objecting, agent):
    first = objecting(at=SIGNED_AT)
    convention, other = links[0].convention, links[0].guardian
    second = oppose(convention=convention, guardian=other, reason=REASON, by=agent, at=SIGNED_AT)
    lift(opposition=first, reason="Accord", by=agent, at=LATER)
    assert state() == ConventionState.OPPOSED
    lift(opposition=second, reason="Accord", by=agent, at=LATER)
    assert state() == ConventionState.SENT


def test_signed_and_not_handed_over_it_waits_and_the_signature_stands(links, objecting, agent):
    officer = UserFactory(role=Role.REGION, email="region@example.org")
    signature = sign(links[0])
    opposition = objecting(at=LATER)
    assert state() == ConventionState.OPPOSED
    assert Message.objects.get(kind="opposition_after_signing").to_address == officer.email
    lift(opposition=opposition, reason="Accord", by=agent, at=LATER)
    convention = Convention.objects.get()
    assert (convention.state, convention.signed_on) == (ConventionState.SIGNED, SIGNED_AT.date())
    assert convention.signatures.get() == signature


def test_a_laptop_already_lent_is_not_taken_back(links, objecting):
    UserFactory(role=Role.REGION, email="region@example.org")
    sign(links[0])
    convention = Convention.objects.get()
    loan = lend_device(
        pupil=convention.pupil, convention=convention, device=DeviceFactory(), by=None, on=DAY, at=NOON
    )
    objecting(at=NOON)
    assert (state(), loan.state) == (ConventionState.SIGNED, "active")
    assert "il n’est pas redemandé" in Message.objects.get(kind="opposition_after_signing").body


def test_it_outlives_a_change_of_text(objecting, vote):
    objecting(at=SIGNED_AT)
    campaign = vote("signer.minor", "both")
    issue_conventions(campaign=campaign, on=date(2026, 9, 5), by=None)
    states = list(Convention.objects.order_by("pk").values_list("state", flat=True))
    assert states == [ConventionState.SUPERSEDED, ConventionState.OPPOSED]


def test_it_ends_when_the_pupil_comes_of_age(campaign, enrol):
    enrol(guardians=2, pupil=PupilFactory(birth_on=date(2008, 9, 10), email="eleve@example.org"))
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    link = Convention.objects.get().links.select_related("guardian", "convention").first()
    oppose(
        convention=link.convention, guardian=link.guardian, reason=REASON, by=None, at=SIGNED_AT, link=link
    )
    send_due_conventions(campaign=campaign, on=date(2026, 9, 10), at=AT + timedelta(days=13))
    assert state() == ConventionState.SENT
    own = Convention.objects.latest("pk").links.select_related("convention__text").get()
    sign(own, at=AT + timedelta(days=13, hours=1))
    assert state() == ConventionState.SIGNED


def test_an_objection_says_why(objecting):
    assert refusal(partial(objecting, reason="  ", at=SIGNED_AT)) == "reason_missing"


def test_who_signed_does_not_object_and_a_stranger_neither(links, enrol):
    sign(links[0])
    convention, stranger = links[0].convention, enrol().pupil.guardianships.get().guardian
    act = partial(oppose, convention=convention, reason=REASON, by=None, at=LATER)
    assert refusal(partial(act, guardian=links[0].guardian)) == "signed_already"
    assert refusal(partial(act, guardian=stranger)) == "not_a_signatory"


def test_the_database_keeps_what_was_objected(objecting):
    objecting(at=SIGNED_AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opposition.objects.update(reason="Rien")
    with pytest.raises(IntegrityError), transaction.atomic():
        Opposition.objects.get().delete()
