"""A child entrusted to a foster family or to child welfare (ASE): who signs, with what, and who is not written to."""

from functools import partial

import pytest
from django.urls import reverse

from core.models import Message
from loans.conventions import issue_conventions
from loans.dossiers import is_reachable
from loans.enums import ConventionState, IdentityCheck, SignerCapacity
from loans.mailing import send_due_conventions
from loans.models import Convention, Signature
from loans.obstacles import Witness
from loans.proof.elements import ProofFile
from loans.proof.sealing import store_signed_document
from loans.signing import sign_at_desk
from schools.enums import GuardianLevel
from tests.loans.test_signing import AT, CONSENT, SIGNED_AT, refusal
from tests.schools.factories import (
    EnrolmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    SchoolStaffFactory,
    UserFactory,
)


DECISION = "TJ Caen, 12 mars 2026, n° 26/00123"
ASE, FOSTER = "51", "42"


def entrusted(campaign, kinship, level):
    """A pupil whose parent is only a contact, and the one the child is entrusted to."""
    enrolment = EnrolmentFactory(campaign=campaign, guardians=0)
    GuardianshipFactory(pupil=enrolment.pupil, level=GuardianLevel.CONTACT, rank=2)
    service = GuardianFactory(title="", given_name="", family_name="Service d’essai", email="ase@example.org")
    GuardianshipFactory(pupil=enrolment.pupil, guardian=service, kinship=kinship, level=level)
    issue_conventions(campaign=campaign, on=AT.date(), by=None)
    return Convention.objects.get(), service


def desk(convention, service, decision="", check=IdentityCheck.KNOWN):
    return partial(
        sign_at_desk,
        convention=convention,
        guardian=service,
        consent=CONSENT,
        by=UserFactory(),
        at=SIGNED_AT,
        witness=Witness(check, decision),
    )


@pytest.mark.parametrize(
    ("kinship", "level"),
    [(ASE, GuardianLevel.LEGAL), (ASE, GuardianLevel.IN_CHARGE), (FOSTER, GuardianLevel.IN_CHARGE)],
)
def test_it_signs_at_the_desk_with_the_reference_of_its_decision(campaign, kinship, level):
    convention, service = entrusted(campaign, kinship, level)
    assert refusal(desk(convention, service)) == "decision_missing"
    signature = desk(convention, service, DECISION)()
    assert (signature.capacity, signature.decision_reference) == (SignerCapacity.DELEGATE, DECISION)
    assert Convention.objects.get().state == ConventionState.SIGNED


@pytest.mark.parametrize("level", [GuardianLevel.LEGAL, GuardianLevel.IN_CHARGE])
def test_nobody_is_written_to_and_the_school_is_told_that_nobody_can_be(campaign, level):
    """A parent without authority is a contact: never an e-mail; nor a personal link to a service's shared box."""
    entrusted(campaign, ASE, level)
    for _night in range(2):
        send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    assert not Message.objects.exists()
    row = Convention.objects.annotate(reachable=is_reachable()).get()
    assert (row.state, row.reachable) == (ConventionState.DRAFT, False)


def test_parents_who_kept_their_authority_still_sign_by_link(campaign):
    enrolment = EnrolmentFactory(campaign=campaign, guardians=1)
    GuardianshipFactory(pupil=enrolment.pupil, level=GuardianLevel.IN_CHARGE, kinship=ASE)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    parent = enrolment.pupil.guardianships.legal().get().guardian
    assert Message.objects.get().to_address == parent.email


def test_its_decision_is_enough_where_all_guardians_sign(vote):
    campaign = vote("signer.minor", "both")
    enrolment = EnrolmentFactory(campaign=campaign, guardians=2)
    ship = GuardianshipFactory(pupil=enrolment.pupil, level=GuardianLevel.IN_CHARGE, kinship=ASE)
    issue_conventions(campaign=campaign, on=AT.date(), by=None)
    desk(Convention.objects.get(), ship.guardian, DECISION)()
    assert Convention.objects.get().state == ConventionState.SIGNED


def test_a_person_merely_in_charge_signs_nothing(campaign):
    """Kinship 39, another member of the family: a home is not an authority."""
    convention, relative = entrusted(campaign, "39", GuardianLevel.IN_CHARGE)
    assert refusal(desk(convention, relative, DECISION)) == "not_a_signatory"


def test_the_proof_file_tells_the_decision_the_agent_and_the_identity_check(campaign):
    convention, service = entrusted(campaign, ASE, GuardianLevel.LEGAL)
    signature = desk(convention, service, DECISION, IdentityCheck.DOCUMENT)()
    store_signed_document(convention.pk, at=SIGNED_AT)
    proof = ProofFile.model_validate_json(signature.proof.file.read_bytes())
    assert proof.signer.decision == DECISION
    assert proof.signer.capacity == "Par décision confiant l’enfant au signataire"
    assert (proof.signature.identity_check, proof.signature.level) == ("document", "desk")
    assert proof.signature.agent == f"user:{signature.agent.public_id}"


def test_the_desk_asks_for_the_decision_and_how_the_agent_knows_them(client, campaign):
    head = SchoolStaffFactory()
    convention, service = entrusted(campaign, ASE, GuardianLevel.IN_CHARGE)
    convention.enrolment.school = head.school
    convention.enrolment.save()
    client.force_login(head.user)
    page = reverse("loans:convention_desk", args=[convention.public_id])
    assert "Référence de la décision" in client.get(page).content.decode()
    fields = {"person": f"guardian {service.pk}", "accept": "on", "text_sha256": convention.text.sha256}
    assert "Dites comment vous avez vérifié" in client.post(page, fields).content.decode()
    client.post(page, fields | {"identity_check": "known", "decision_reference": DECISION})
    signature = Signature.objects.get()
    assert (signature.agent, signature.identity_check) == (head.user, IdentityCheck.KNOWN)
