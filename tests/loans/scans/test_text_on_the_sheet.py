"""What was signed on paper is the version that the sheet names, whatever the convention's has become (N5, trust 12)."""

import json
from datetime import timedelta

import pytest

from accounts.enums import Role
from core.models import EvidenceEvent
from core.refusals import Refused
from loans.conventions import issue_conventions
from loans.models import Convention, ConventionText, Proof
from loans.paper import review_paper, upload_paper
from loans.proof.sealing import store_missing_documents
from programmes.ruling import adopt_rules, vote_rules
from tests.loans.scans.conftest import AT
from tests.loans.scans.copier import scanned
from tests.schools.factories import (
    EnrolmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    SchoolFactory,
    UserFactory,
)


@pytest.fixture
def schools(campaign):
    """One school, one pupil whose family has no address: a draft, printed at once."""
    school = SchoolFactory()
    enrolment = EnrolmentFactory(campaign=campaign, school=school, guardians=0)
    GuardianshipFactory(pupil=enrolment.pupil, guardian=GuardianFactory(email=""))
    issue_conventions(campaign=campaign, on=AT.date(), by=None, at=AT)
    return [school]


@pytest.fixture
def checker(db):
    return UserFactory(role=Role.SUPPLIER)


@pytest.fixture
def pile(school, sheets):
    """Signed by hand the day it was printed."""
    return scanned(sheets(school))


def new_text(campaign, **changes):
    """Other rules from today on: a new version, read by the drafts."""
    document = campaign.rule_tree.as_document()
    for path, value in changes.items():
        section, name = path.split("__")
        document[section][name] = value
    on = AT.date()
    voted = vote_rules(programme=campaign.programme, document=document, note="essai", by=None, on=on)
    adopt_rules(campaign=campaign, rules=voted, by=None, on=on)
    campaign.refresh_from_db()
    issue_conventions(campaign=campaign, on=on, by=None, at=AT)


def same_terms_said_anew(campaign):
    """How long messages are kept is told, and binds nobody."""
    new_text(campaign, privacy__messages_days=campaign.rule_tree.privacy.messages_days + 30)
    convention = Convention.objects.get()
    assert convention.text.number == 2
    return convention


def accept(copy, checker):
    review_paper(copy=copy, accept=True, reason="", by=checker, at=AT + timedelta(days=1))
    return copy.convention.signatures.get()


def test_the_signature_holds_the_digest_of_the_version_on_the_sheet(campaign, pile, send, checker):
    convention = same_terms_said_anew(campaign)
    send(pile)
    signature = accept(convention.paper_copies.get(), checker)
    first = ConventionText.objects.get(number=1)
    assert signature.text_sha256 == first.sha256 != convention.text.sha256
    event = EvidenceEvent.objects.get(stream=convention.stream, action="signed")
    assert event.payload["text_sha256"] == first.sha256


def test_its_sealed_copy_and_proof_file_tell_of_that_version(campaign, pile, send, checker):
    convention = same_terms_said_anew(campaign)
    send(pile)
    accept(convention.paper_copies.get(), checker)
    assert store_missing_documents(at=AT + timedelta(days=1), limit=10) == 1
    proof = json.loads(Proof.objects.get().file.read_bytes())
    first = ConventionText.objects.get(number=1)
    assert (proof["convention"]["text_version"], proof["convention"]["text_sha256"]) == (1, first.sha256)
    assert proof["signature"]["text_sha256"] == first.sha256


def test_a_scan_sent_by_hand_is_read_for_the_version_its_codes_name(campaign, pile, office, checker):
    convention = same_terms_said_anew(campaign)
    copy = upload(convention, pile, office)
    assert accept(copy, checker).text_sha256 == ConventionText.objects.get(number=1).sha256


def test_a_sheet_of_other_terms_sent_by_hand_is_refused_with_what_to_do(campaign, pile, office):
    new_text(campaign, signer__minor="both")
    convention = Convention.objects.get()
    with pytest.raises(Refused) as refusal:
        upload(convention, pile, office)
    assert refusal.value.code == "old_text"
    assert not convention.paper_copies.exists()


def test_paper_of_the_version_in_force_is_noted_with_it(school, sheets, send, checker):
    send(scanned(sheets(school)))
    convention = Convention.objects.get()
    signature = accept(convention.paper_copies.get(), checker)
    assert (signature.text, signature.text_sha256) == (None, convention.text.sha256)


def upload(convention, content, by):
    return upload_paper(convention=convention, content=content, name="scan.pdf", by=by, at=AT, on=AT.date())
