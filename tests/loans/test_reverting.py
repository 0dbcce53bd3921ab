"""Signatures and laptops stand in the way of an undone import, pupil by pupil (X7)."""

from datetime import timedelta

import pytest

from loans.models import Signature
from loans.reverting import signed_or_lent_since
from schools.models import EnrolmentImport
from tests.cast import AT, ON
from tests.loans.factories import ConventionFactory
from tests.support.world import LENT_AT, lent


@pytest.fixture
def imported(cast):
    return EnrolmentImport.objects.create(
        school=cast.tilleuls,
        campaign=cast.campaign,
        uai=cast.tilleuls.uai,
        source="siecle",
        state="applied",
        content_sha256="a" * 64,
        received_at=AT,
        applied_at=AT,
        for_date=ON,
    )


def test_a_laptop_handed_over_since_keeps_its_pupil(cast, imported):
    enrolment = cast.alix.enrolments.get()
    assert signed_or_lent_since(imported, [enrolment]) == {}
    lent(cast.alix, cast.campaign)
    assert "remis" in signed_or_lent_since(imported, [enrolment])[enrolment.pk]
    imported.applied_at = LENT_AT + timedelta(days=1)
    assert signed_or_lent_since(imported, [enrolment]) == {}


def test_a_signature_given_since_keeps_its_pupil(cast, imported):
    enrolment = cast.alix.enrolments.get()
    convention = ConventionFactory(signed=True, enrolment=enrolment, campaign=cast.campaign)
    Signature.objects.create(
        convention=convention,
        method="electronic",
        signer_name="Nadia Delorme",
        consent="J’accepte.",
        text_sha256="0" * 64,
        signed_at=AT + timedelta(hours=2),
    )
    assert "signée" in signed_or_lent_since(imported, [enrolment])[enrolment.pk]
    imported.applied_at = AT + timedelta(days=2)
    assert signed_or_lent_since(imported, [enrolment]) == {}
