"""Addresses appear, change, are mended by the school: the family hears at the right one (N3, A8)."""

from datetime import timedelta

import pytest

from core.models import Message
from core.refusals import Refused
from loans.addresses import correct_address
from loans.models import Convention, SigningLink
from loans.resending import resend_convention
from schools.models import Guardian, Guardianship
from tests.loans.test_mailing import MAILING, at, send
from tests.schools.factories import GuardianshipFactory


TOMORROW = MAILING + timedelta(days=1)


@pytest.fixture
def convention(campaign, enrol):
    enrol(guardians=2)
    send(campaign)
    return Convention.objects.get()


def test_an_address_that_changed_in_the_base_is_written_to_the_next_day(campaign, convention):
    first, _second = Guardian.objects.order_by("pk")
    first.email = "nouvelle@example.org"
    first.save()
    assert send(campaign, TOMORROW)["messages"] == 1
    assert Message.objects.latest("pk").to_address == "nouvelle@example.org"
    revoked = SigningLink.objects.exclude(revoked_at=None).get()
    assert revoked.guardian == first
    assert send(campaign, TOMORROW)["messages"] == 0


def test_a_guardian_who_appears_in_the_base_gets_a_link_of_their_own(campaign, convention):
    GuardianshipFactory(pupil=convention.pupil)
    assert send(campaign, TOMORROW)["messages"] == 1
    assert not SigningLink.objects.exclude(revoked_at=None).exists()


def test_one_person_is_written_to_again_without_disturbing_the_other(convention):
    guardian = Guardian.objects.first()
    key = f"guardian {guardian.pk}"
    assert resend_convention(convention=convention, by=None, on=MAILING, at=at(MAILING), only_to=key) == 1
    assert SigningLink.objects.get(revoked_at__isnull=False).guardian == guardian


def test_an_address_mended_by_the_school_stands_until_the_base_changes(campaign, enrol):
    enrol()
    guardian = Guardianship.objects.get().guardian
    send(campaign)
    convention = Convention.objects.get()
    correct_address(
        convention=convention, guardian=guardian, email="juste@example.org", by=None, at=at(MAILING)
    )
    assert resend_convention(convention=convention, by=None, on=MAILING, at=at(MAILING)) == 1
    assert Message.objects.latest("pk").to_address == "juste@example.org"
    assert convention.links.filter(revoked_at=None).count() == 1
    guardian.email = "base@example.org"
    guardian.save()
    resend_convention(convention=convention, by=None, on=MAILING, at=at(MAILING))
    assert Message.objects.latest("pk").to_address == "base@example.org"


@pytest.mark.parametrize("email", ["", "parent@", "deux adresses@example.org"])
def test_a_wrong_address_is_refused(campaign, enrol, email):
    enrol()
    send(campaign)
    guardian = Guardianship.objects.get().guardian
    with pytest.raises(Refused) as refused:
        correct_address(
            convention=Convention.objects.get(), guardian=guardian, email=email, by=None, at=at(MAILING)
        )
    assert refused.value.code == "address_wrong"
