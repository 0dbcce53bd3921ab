"""`signer.minor = both`: each legal guardian signs, and the last signature makes the convention signed (trust 4)."""

from datetime import date, timedelta
from functools import partial

import pytest

from accounts.enums import Role
from core.models import EvidenceEvent, Message, MessageState
from loans.conventions import issue_conventions
from loans.dossiers import pupils_table
from loans.enums import ConventionState, SignatureMethod
from loans.mailing import send_due_conventions
from loans.models import Convention, Signature, SigningLink
from loans.paper import review_paper, upload_paper
from loans.progress import gate_roll, progress_of
from loans.proof.elements import ProofFile
from loans.proof.sealing import store_signed_document
from loans.refusing import refuse_convention
from loans.resending import resend_convention
from loans.rules import next_step
from loans.signers import signing_of
from loans.signing import sign_at_desk
from schools.models import Guardianship
from tests.loans.test_signing import AT, CONSENT, SIGNED_AT, refusal, sign
from tests.schools.factories import EnrolmentFactory, UserFactory


@pytest.fixture
def both(vote):
    return vote("signer.minor", "both")


@pytest.fixture
def links(both):
    return links_of(both, guardians=2)


def links_of(campaign, **fields):
    EnrolmentFactory(campaign=campaign, **fields)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    return list(SigningLink.objects.select_related("convention__text", "guardian").order_by("pk"))


def state():
    return Convention.objects.get().state


def test_one_of_two_is_not_enough_and_the_second_makes_it_signed(links):
    sign(links[0])
    assert state() == ConventionState.SENT
    sign(links[1], at=SIGNED_AT + timedelta(days=1))
    convention = Convention.objects.get()
    assert (convention.state, convention.signed_on) == (ConventionState.SIGNED, date(2026, 9, 3))
    assert Signature.objects.count() == 2


def test_a_single_legal_guardian_is_enough(both):
    sign(links_of(both, guardians=1)[0])
    assert state() == ConventionState.SIGNED


def test_each_who_signed_signs_once_whatever_the_way(links):
    first = sign(links[0])
    assert sign(links[0], at=SIGNED_AT + timedelta(hours=1)) == first
    desk = partial(
        sign_at_desk,
        convention=first.convention,
        guardian=links[0].guardian,
        consent=CONSENT,
        by=UserFactory(),
    )
    assert refusal(partial(desk, at=SIGNED_AT)) == "signed_already"
    refuse = partial(refuse_convention, link=links[0], reason="", at=SIGNED_AT)
    assert refusal(refuse) == "already_signed"


def test_only_the_one_who_has_not_signed_is_written_to_again(links, both):
    sign(links[0])
    waiting = Message.objects.filter(kind="convention_to_sign").order_by("pk").values_list("state", flat=True)
    assert list(waiting) == [MessageState.CANCELLED, MessageState.QUEUED]
    day = AT.date() + timedelta(days=5)
    send_due_conventions(campaign=both, on=day, at=AT + timedelta(days=5))
    reminder = Message.objects.get(kind="convention_reminder")
    assert reminder.to_address == links[1].sent_to
    resend_convention(convention=links[0].convention, by=None, on=day, at=AT + timedelta(days=6))
    assert Message.objects.filter(kind="convention_to_sign").latest("pk").to_address == links[1].sent_to


def test_school_and_gate_see_who_is_half_way(links, both):
    sign(links[0])
    school = links[0].convention.enrolment.school
    assert progress_of(school, both).signed_count == 0
    row = pupils_table(school, both).get()
    assert (row.signatures_count, next_step(row).code) == (1, "partly_signed")
    entry = gate_roll(school, both)[0]
    assert (entry.has_signed, entry.is_partly_signed) == (False, True)
    verdict = signing_of(Convention.objects.select_related("campaign__rules").get(), AT.date())
    assert verdict.reasons == ("Signée par 1 des 2 représentants légaux ; tous doivent signer.",)


def test_the_receipt_of_the_first_says_that_another_is_awaited(links):
    sign(links[0])
    sign(links[1])
    first, second = Message.objects.filter(kind="convention_signed").order_by("pk")
    assert "une autre signature est attendue" in first.body
    assert "une autre signature est attendue" not in second.body


def test_each_signature_has_its_own_sealed_document_and_its_own_proof(links):
    """Invariant 10: neither file tells where the other was."""
    signatures = [sign(links[0]), sign(links[1])]
    store_signed_document(links[0].convention_id, at=SIGNED_AT)
    for signature, link in zip(signatures, links, strict=True):
        signature.refresh_from_db()
        proof = ProofFile.model_validate_json(signature.proof.file.read_bytes())
        assert (proof.signer.name, proof.link.id) == (link.guardian.polite_name, link.pk)
        assert {event.actor for event in proof.chain if event.ip_address} == {f"link:{link.pk}"}
    assert signatures[0].document != signatures[1].document
    assert EvidenceEvent.objects.filter(action="document_stored").count() == 2


def test_one_refuses_and_the_other_signs_it_waits_for_the_one_who_refused(links):
    refuse_convention(link=links[0], reason="Non", at=SIGNED_AT)
    sign(links[1])
    assert state() == ConventionState.REFUSED
    sign(links[0])
    assert state() == ConventionState.SIGNED


def test_who_refused_and_then_signs_leaves_the_other_to_be_reminded(links):
    refuse_convention(link=links[0], reason="Non", at=SIGNED_AT)
    sign(links[0])
    assert state() == ConventionState.SENT


def test_a_guardian_struck_from_the_base_is_awaited_no_more(links, both):
    """The night finds that all those who remain have signed."""
    sign(links[0])
    Guardianship.objects.filter(guardian=links[1].guardian).update(ended_on=date(2026, 9, 4))
    issue_conventions(campaign=both, on=date(2026, 9, 5), by=None)
    convention = Convention.objects.get()
    assert (convention.state, convention.signature_method) == (
        ConventionState.SIGNED,
        SignatureMethod.ELECTRONIC,
    )
    assert convention.signed_on == date(2026, 9, 5)


@pytest.mark.parametrize(("by_everyone", "expected"), [(True, "signed"), (False, "sent")])
def test_on_paper_all_sign_the_same_sheet_or_one_is_not_enough(links, by_everyone, expected):
    """Fifteen days after the mailing; the checker reads who signed."""
    school, supplier = UserFactory(role=Role.SCHOOL), UserFactory(role=Role.SUPPLIER)
    late = AT + timedelta(days=20)
    upload = partial(upload_paper, content=b"%PDF-1.7 essai", name="scan.pdf", by=school, on=late.date())
    copy = upload(convention=links[0].convention, guardian=links[0].guardian, at=late)
    review_paper(copy=copy, accept=True, reason="", by=supplier, at=late, by_everyone=by_everyone)
    assert state() == expected
    store_signed_document(links[0].convention_id, at=late)
    assert [one.document is not None for one in Signature.objects.all()] == [True] * (2 if by_everyone else 1)
