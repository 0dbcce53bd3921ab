"""Conventions and reminders go out once, to whoever may sign (N3, invariants 8 and 11)."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from core.models import Message, MessageState
from core.outbox import deliver_due
from core.tokens import token_digest
from loans.conventions import consume_changes
from loans.enums import ConventionState, PaperState
from loans.mailing import is_quiet, send_due, send_due_conventions
from loans.models import Convention, PaperCopy, SigningLink
from schools.enums import GuardianLevel
from tests.loans.conftest import PARIS
from tests.schools.factories import (
    GuardianFactory,
    GuardianshipFactory,
    PupilFactory,
    UserFactory,
)


MAILING = date(2026, 8, 28)


def at(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)


def send(campaign, day=MAILING):
    return send_due_conventions(campaign=campaign, on=day, at=at(day))


def test_each_legal_guardian_gets_one_message_with_a_link_of_their_own(campaign, enrol):
    enrolment = enrol(guardians=2)
    GuardianshipFactory(pupil=enrolment.pupil, level=GuardianLevel.CONTACT)
    assert send(campaign) == {"sent": 1, "reminded": 0, "unreachable": 0, "messages": 2}
    tokens = [re.search(r"/signer/([\w-]+)/", message.clear_body)[1] for message in Message.objects.all()]
    hashes = SigningLink.objects.values_list("token_hash", flat=True)
    assert sorted(map(token_digest, tokens)) == sorted(hashes)
    assert not set(tokens) & set(hashes)


def test_running_twice_sends_once(campaign, enrol):
    enrol()
    send(campaign)
    assert send(campaign)["messages"] == 0
    assert Message.objects.count() == 1


def test_nobody_is_written_to_before_the_mailing_day(campaign, enrol):
    enrol()
    assert send(campaign, MAILING - timedelta(days=1))["messages"] == 0
    assert not Convention.objects.exists()


def test_guardians_who_share_an_address_each_get_their_link(campaign, enrol):
    enrolment = enrol(guardians=0)
    for _ in range(2):
        GuardianshipFactory(pupil=enrolment.pupil, guardian=GuardianFactory(email="famille@example.org"))
    assert send(campaign)["messages"] == 2


def test_a_family_without_address_waits_for_the_school(campaign, enrol):
    enrolment = enrol(guardians=0)
    GuardianshipFactory(pupil=enrolment.pupil, guardian=GuardianFactory(email=""))
    assert send(campaign)["unreachable"] == 1
    convention = Convention.objects.get()
    assert (convention.state, convention.sent_on) == (ConventionState.DRAFT, None)
    GuardianshipFactory(pupil=enrolment.pupil)
    assert send(campaign, MAILING + timedelta(days=3))["sent"] == 1


def test_the_adult_pupil_alone_is_written_to(campaign, enrol):
    enrol(pupil=PupilFactory(adult=True))
    send(campaign)
    assert Message.objects.get().to_address == "eleve.majeure@example.org"


@pytest.mark.parametrize(("days", "reminders"), [(4, 0), (5, 1), (9, 1), (10, 2), (20, 3), (40, 3)])
def test_reminders_follow_the_rules(campaign, enrol, days, reminders):
    enrol()
    for day in range(days + 1):
        send(campaign, MAILING + timedelta(days=day))
    assert Message.objects.filter(kind="convention_reminder").count() == reminders


@pytest.mark.trust(53)
def test_missed_nights_are_caught_up_with_one_reminder(campaign, enrol):
    """Trust 53."""
    enrol()
    send(campaign)
    assert send(campaign, MAILING + timedelta(days=12))["reminded"] == 1
    assert send(campaign, MAILING + timedelta(days=12))["reminded"] == 0
    assert Convention.objects.get().reminders_count == 2


def test_a_family_whose_paper_is_being_checked_is_left_in_peace(campaign, enrol, stored):
    enrol()
    send(campaign)
    PaperCopy.objects.create(
        convention=Convention.objects.get(),
        file=stored,
        state=PaperState.PENDING,
        uploaded_by=UserFactory(),
        uploaded_at=at(MAILING),
    )
    assert send(campaign, MAILING + timedelta(days=6))["reminded"] == 0


def test_what_left_the_building_reads_well(campaign, enrol):
    """The pupil's first name only; no date of birth, no INE (trust 104)."""
    enrolment = enrol()
    send(campaign)
    deliver_due(at=at(MAILING))
    message = mail.outbox[0]
    assert message.subject == "Un ordinateur pour Alix : la convention de prêt à signer"
    for word in (
        "la Région Normandie",
        "01 99 00 10 01",
        "du lundi au vendredi de 8 h à 20 h",
        "27 octobre 2026",
    ):
        assert word.lower() in message.body.lower()
    for secret in (enrolment.pupil.family_name, enrolment.pupil.ine, "2011", "&#x27;"):
        assert secret not in message.body


def test_a_convention_withdrawn_takes_its_messages_along(campaign, enrol):
    enrolment = enrol()
    send(campaign)
    enrolment.eligibility = "not_eligible"
    enrolment.school.memberships.all().delete()
    enrolment.save()
    consume_changes(campaign=campaign, on=MAILING)
    assert Message.objects.get().state == MessageState.CANCELLED
    assert SigningLink.objects.get().revoked_at


@pytest.mark.parametrize(("hour", "quiet"), [(7, True), (8, False), (19, False), (20, True)])
def test_evenings_are_quiet(campaign, hour, quiet):
    assert is_quiet(campaign.rule_tree.signature, datetime(2026, 9, 1, hour, tzinfo=PARIS)) is quiet


def test_what_the_schedule_sends_waits_for_the_morning(campaign, enrol):
    enrol()
    night = datetime(2026, 8, 28, 2, 30, tzinfo=PARIS)
    assert send_due(on=MAILING, at=night, only_awake=True) == {}
    assert send_due(on=MAILING, at=at(MAILING), only_awake=True)["messages"] == 1
