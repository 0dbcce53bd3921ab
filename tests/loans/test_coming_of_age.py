"""Eighteen in the middle of the campaign: the day before, the day, the day after (N3, trust 13)."""

from datetime import date, timedelta
from functools import partial

import pytest

from core.models import Message
from loans.enums import ConventionState, SignerKind
from loans.links import link_problem
from loans.mailing import send_due_conventions
from loans.models import Convention, Signature, SigningLink
from loans.progress import gate_roll
from schools.models import Pupil
from tests.loans.test_mailing import at
from tests.loans.test_signing import refusal, sign
from tests.schools.factories import EnrolmentFactory, PupilFactory


BIRTHDAY = date(2026, 9, 10)
EVE, MORROW = BIRTHDAY - timedelta(days=1), BIRTHDAY + timedelta(days=1)


@pytest.fixture
def link(campaign):
    """A guardian's link, sent while the pupil was a minor."""
    pupil = PupilFactory(birth_on=date(2008, 9, 10), email="eleve@example.org")
    EnrolmentFactory(campaign=campaign, pupil=pupil)
    send_due_conventions(campaign=campaign, on=date(2026, 8, 28), at=at(date(2026, 8, 28)))
    return SigningLink.objects.select_related("convention__text", "guardian").get()


def night(campaign, day):
    send_due_conventions(campaign=campaign, on=day, at=at(day))


def test_the_day_before_nothing_changes(campaign, link):
    night(campaign, EVE)
    assert Convention.objects.get().signer_kind == SignerKind.GUARDIAN
    sign(link, at=at(EVE))
    assert Convention.objects.get().state == ConventionState.SIGNED


@pytest.mark.trust(13)
def test_on_the_day_the_guardians_link_closes_and_the_pupil_is_written_to(campaign, link):
    night(campaign, BIRTHDAY)
    old, new = Convention.objects.order_by("pk")
    assert (old.state, new.state, new.signer_kind) == ("superseded", "sent", SignerKind.PUPIL)
    closed = SigningLink.objects.select_related("convention").get(pk=link.pk)
    assert link_problem(closed, at(BIRTHDAY)) == "closed"
    assert Message.objects.latest("pk").to_address == "eleve@example.org"
    night(campaign, MORROW)
    assert Convention.objects.count() == 2


@pytest.mark.trust(13)
def test_before_the_night_has_run_the_guardian_is_refused_and_the_day_before_not(link):
    assert refusal(partial(sign, link, at=at(BIRTHDAY))) == "pupil_is_adult"
    assert not Signature.objects.exists()
    assert sign(link, at=at(EVE))


def test_a_night_missed_is_made_up_for_the_day_after(campaign, link):
    night(campaign, MORROW)
    assert Convention.objects.latest("pk").signer_kind == SignerKind.PUPIL


def test_a_signature_given_the_day_before_stays(campaign, link):
    sign(link, at=at(EVE))
    night(campaign, BIRTHDAY)
    convention = Convention.objects.get()
    assert (convention.state, convention.signatures.get().guardian) == (ConventionState.SIGNED, link.guardian)


def test_the_gate_counts_the_pupil_once_unsigned_then_signed(campaign, link):
    school = link.convention.enrolment.school
    night(campaign, BIRTHDAY)
    assert [entry.has_signed for entry in gate_roll(school, campaign)] == [False]
    own = SigningLink.objects.select_related("convention__text", "guardian").latest("pk")
    sign(own, at=at(MORROW))
    assert [entry.has_signed for entry in gate_roll(school, campaign)] == [True]


def test_half_signed_before_the_birthday_the_adult_signs_alone(vote):
    campaign = vote("signer.minor", "both")
    pupil = PupilFactory(birth_on=date(2008, 9, 10), email="eleve@example.org")
    EnrolmentFactory(campaign=campaign, pupil=pupil, guardians=2)
    night(campaign, date(2026, 8, 28))
    sign(SigningLink.objects.select_related("convention__text", "guardian").first(), at=at(EVE))
    night(campaign, BIRTHDAY)
    own = SigningLink.objects.select_related("convention__text", "guardian").latest("pk")
    sign(own, at=at(MORROW))
    assert Convention.objects.latest("pk").state == ConventionState.SIGNED


def test_born_on_the_29th_of_february_one_is_of_age_on_the_first_of_march(campaign):
    pupil = PupilFactory(birth_on=date(2008, 2, 29), email="eleve@example.org")
    EnrolmentFactory(campaign=campaign, pupil=pupil)
    night(campaign, date(2026, 8, 28))
    assert Convention.objects.get().signer_kind == SignerKind.PUPIL


@pytest.mark.trust(8)
def test_an_adult_pupil_whose_address_changes_is_written_to_there_once(campaign, link):
    night(campaign, BIRTHDAY)
    Pupil.objects.update(email="nouvelle@example.org")
    for day in (MORROW, MORROW + timedelta(days=1)):
        night(campaign, day)
    sent = SigningLink.objects.filter(guardian=None).order_by("pk").values_list("sent_to", flat=True)
    assert list(sent) == ["eleve@example.org", "nouvelle@example.org"]
    assert Message.objects.filter(to_address="nouvelle@example.org").count() == 1
