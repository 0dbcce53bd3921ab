"""Signing and refusing: one signature, whoever presses how often (trust A, invariants 3 and 7)."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from core.evidence import Trace, first_broken
from core.models import EvidenceEvent, Message, MessageState
from core.refusals import Refused
from loans.conventions import issue_conventions
from loans.enums import ConventionState, SignatureMethod
from loans.links import check_birth_date, get_link, link_problem, unlock_links
from loans.mailing import send_due_conventions
from loans.models import Convention, Signature, SigningLink
from loans.proof.sealing import store_missing_documents, store_signed_document
from loans.publishing import text_for
from loans.refusing import refuse_convention
from loans.signing import sign_at_desk, sign_convention
from schools.models import Guardianship
from tests.kit.queries import queries_of
from tests.loans.conftest import PARIS
from tests.schools.factories import EnrolmentFactory, PupilFactory, UserFactory


AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
SIGNED_AT = datetime(2026, 9, 2, 18, 30, tzinfo=PARIS)
CONSENT = "J’ai lu la convention de prêt et je l’accepte."


@pytest.fixture
def links(campaign):
    """The links of two guardians of one pupil."""
    EnrolmentFactory(campaign=campaign, guardians=2)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    return list(SigningLink.objects.select_related("convention__text", "guardian").order_by("pk"))


def sign(link, at=SIGNED_AT, consent=CONSENT, sha=None):
    return sign_convention(
        link=link,
        consent=consent,
        text_sha256=sha or link.convention.text.sha256,
        trace=Trace("192.0.2.7", "Essai/1.0"),
        at=at,
    )


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_signature_is_read_decided_and_written_in_few_journeys(links):
    """The case, those who may sign, and all that is written: the throughput of a mailing's evening (issue 4)."""
    journeys = queries_of(lambda: sign(get_link(links[0].pk)))
    spoken = [sql for sql in journeys if "SAVEPOINT" not in sql]
    assert len(spoken) <= 5, "\n".join(sql[:200] for sql in spoken)
    assert Message.objects.filter(kind="convention_signed").count() == 1


def test_a_signature_says_who_what_when_and_is_chained(links):
    signature = sign(links[0])
    convention = Convention.objects.get()
    assert (convention.state, convention.signed_on) == (ConventionState.SIGNED, date(2026, 9, 2))
    assert convention.signature_method == SignatureMethod.ELECTRONIC
    assert signature.signer_name == links[0].guardian.polite_name
    assert signature.text_sha256 == convention.text.sha256
    chain = list(EvidenceEvent.objects.filter(stream=convention.stream))
    assert [event.action for event in chain] == ["issued", "convention_to_sign", "signed"]
    assert first_broken(chain) is None


def test_the_signer_gets_a_receipt_and_the_waiting_messages_stop(links):
    sign(links[0])
    receipt = Message.objects.get(kind="convention_signed")
    assert receipt.to_address == links[0].sent_to
    assert "mercredi 2 septembre 2026 à 18 h 30" in receipt.body
    assert set(Message.objects.filter(kind="convention_to_sign").values_list("state", flat=True)) == {
        MessageState.CANCELLED
    }


def test_signing_again_gives_the_same_signature(links):
    assert sign(links[0]) == sign(links[0], at=SIGNED_AT + timedelta(minutes=1))
    assert Message.objects.filter(kind="convention_signed").count() == 1


def test_the_other_guardian_is_told_politely(links):
    sign(links[0])
    with pytest.raises(Refused) as refused:
        sign(links[1])
    assert refused.value.code == "signed_by_other"
    assert "2 septembre 2026" in refused.value.sentence
    assert "Mme D. P." in refused.value.sentence
    assert links[0].guardian.family_name not in refused.value.sentence


def test_nothing_is_signed_without_consent_or_with_another_text(links):
    assert refusal(partial(sign, links[0], consent="")) == "consent_missing"
    assert refusal(partial(sign, links[0], sha="f" * 64)) == "text_changed"
    assert not Signature.objects.exists()


def test_a_link_dies_of_age_of_renewal_and_of_a_new_convention(links):
    link = links[0]
    assert link_problem(link, link.expires_at - timedelta(seconds=1)) == ""
    assert refusal(partial(sign, link, at=link.expires_at + timedelta(seconds=1))) == "link_expired"
    SigningLink.objects.update(revoked_at=SIGNED_AT)
    assert refusal(partial(sign, link)) == "link_revoked"
    Convention.objects.update(state=ConventionState.SUPERSEDED)
    assert refusal(partial(sign, link)) == "link_closed"


def test_a_guardian_struck_from_the_base_signs_no_more(links):
    Guardianship.objects.filter(guardian=links[0].guardian).update(ended_on=date(2026, 9, 1))
    assert refusal(partial(sign, links[0])) == "not_a_signatory"


def test_a_pupil_of_age_today_signs_alone(campaign):
    """N3, trust 13: eighteen since the message left."""
    EnrolmentFactory(campaign=campaign, pupil=PupilFactory(birth_on=date(2008, 9, 2)))
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    link = SigningLink.objects.select_related("convention__text", "guardian").get()
    assert refusal(partial(sign, link)) == "pupil_is_adult"
    assert sign(link, at=SIGNED_AT - timedelta(days=1)).guardian == link.guardian


def test_five_wrong_birth_dates_freeze_until_somebody_unlocks(links):
    link, wrong = links[0], date(2011, 3, 15)
    codes = [refusal(partial(check_birth_date, link=link, birth_on=wrong, at=AT)) for _ in range(6)]
    assert codes == ["birth_date_wrong"] * 5 + ["link_frozen"]
    right = partial(check_birth_date, link=link, birth_on=date(2011, 3, 14), at=AT)
    assert refusal(right) == "link_frozen"
    assert refusal(partial(sign, SigningLink.objects.get(pk=link.pk))) == "link_frozen"
    assert unlock_links(convention=link.convention, by=None, at=AT) == 1
    assert right().pk == link.pk
    assert not EvidenceEvent.objects.filter(payload__contains="2011").exists()


def test_a_refusal_is_noted_and_may_be_taken_back(links):
    refuse_convention(link=links[0], reason="Nous avons déjà un ordinateur.", at=SIGNED_AT)
    refuse_convention(link=links[0], reason="", at=SIGNED_AT)
    convention = Convention.objects.get()
    assert (convention.state, convention.refused_on) == (ConventionState.REFUSED, SIGNED_AT.date())
    assert convention.refusal_reason == "Nous avons déjà un ordinateur."
    assert Message.objects.filter(kind="refusal_recorded").count() == 1
    sign(links[1])
    assert refusal(partial(refuse_convention, link=links[0], reason="", at=SIGNED_AT)) == "already_signed"


def test_at_the_desk_the_agent_acts_and_the_guardian_signs(campaign):
    """P2, and a path for families without an address (A8)."""
    enrolment = EnrolmentFactory(campaign=campaign)
    issue_conventions(campaign=campaign, on=AT.date(), by=None)
    guardian, agent = enrolment.pupil.guardianships.get().guardian, UserFactory()
    desk = partial(
        sign_at_desk,
        convention=Convention.objects.get(),
        guardian=guardian,
        consent=CONSENT,
        by=agent,
        at=SIGNED_AT,
    )
    signature = desk()
    assert (signature.agent, signature.guardian, signature.method) == (agent, guardian, SignatureMethod.DESK)
    assert desk() == signature


def test_the_signed_document_is_stored_once_with_its_hash(links):
    """Invariant 7."""
    sign(links[0])
    assert store_missing_documents(at=SIGNED_AT) == 1
    stored = store_signed_document(links[0].convention_id, at=SIGNED_AT)
    assert stored.read_bytes().startswith(b"%PDF-")
    event = EvidenceEvent.objects.get(action="document_stored")
    assert event.payload["sha256"] == stored.sha256
    assert store_missing_documents(at=SIGNED_AT) == 0


def test_the_database_lets_nobody_change_a_signature(links, stored):
    """Invariant 7: not the name, not the document once there, not the row."""
    signature = sign(links[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.update(signer_name="Quelqu’un d’autre")
    Signature.objects.update(document=stored)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.update(document=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        signature.delete()


def test_text_for_is_the_text_signed(links, campaign):
    assert links[0].convention.text == text_for(campaign)
