"""The text changes between the reading and the signature: nothing is signed unread (trust 12)."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Message
from loans.conventions import issue_conventions
from loans.mailing import send_due_conventions
from loans.models import Convention, Proof, Signature, SigningLink
from loans.proof.elements import ProofFile
from loans.proof.sealing import store_missing_documents
from loans.publishing import text_for
from programmes.campaigns import open_campaign
from programmes.ruling import adopt_rules, vote_rules
from tests.loans.test_family_pages import SENT_AT, opened
from tests.schools.factories import EnrolmentFactory


VOTED_ON = SENT_AT.date() - timedelta(days=30)
SIGN = "/signer/je-signe/"
NIGHT = SENT_AT.date() + timedelta(days=1)


@pytest.fixture
def campaign(db):
    return open_campaign(preset="normandie", year=2026, by=None, on=VOTED_ON)


@pytest.fixture
def family(campaign):
    EnrolmentFactory(campaign=campaign)
    send(campaign, SENT_AT.date())
    return opened(last_link())


def send(campaign, on):
    send_due_conventions(campaign=campaign, on=on, at=SENT_AT + (on - SENT_AT.date()))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))


def last_link():
    return re.search(r"/signer/\S+", Message.objects.latest("pk").clear_body)[0]


def shown_digest(phone):
    """The digest that the form of the page sends back."""
    page = phone.get("/signer/").content.decode()
    return re.search(r'name="text_sha256" value="([0-9a-f]{64})"', page)[1]


def other_terms(campaign):
    document = campaign.rule_tree.as_document()
    document["signer"]["minor"] = "both"
    voted = vote_rules(programme=campaign.programme, document=document, note="essai", by=None, on=VOTED_ON)
    adopt_rules(campaign=campaign, rules=voted, by=None, on=VOTED_ON)
    campaign.refresh_from_db()


@pytest.mark.trust(12)
def test_a_text_changed_since_it_was_shown_is_refused_and_nothing_is_signed(campaign, family):
    read = shown_digest(family)
    other_terms(campaign)
    text_for(campaign)
    answer = family.post(SIGN, {"accept": "on", "text_sha256": read})
    assert answer.status_code == 409
    assert "Relisez" in answer.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.trust(12)
def test_the_digest_shown_is_the_digest_signed_and_sealed(campaign, family):
    other_terms(campaign)
    issue_conventions(campaign=campaign, on=NIGHT, by=None)
    assert family.post(SIGN, {"accept": "on", "text_sha256": "0" * 64}).status_code == 410
    send(campaign, NIGHT)
    phone = opened(last_link())
    read = shown_digest(phone)
    assert phone.post(SIGN, {"accept": "on", "text_sha256": read}).status_code == 302
    store_missing_documents(at=SENT_AT + timedelta(days=1))
    text = Convention.objects.latest("pk").text
    canonical = json.dumps(text.sections, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    proof = ProofFile.model_validate_json(Proof.objects.get().file.read_bytes())
    assert read == hashlib.sha256(canonical.encode()).hexdigest() == proof.signature.text_sha256
