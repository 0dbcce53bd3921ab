"""The proof file: every element a court asks for, from recorded rows, or none at all (trust 21)."""

import hashlib
import json
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest
from pydantic import ValidationError

from core.evidence import Trace
from core.models import EvidenceEvent
from loans.links import check_birth_date
from loans.models import Convention, Proof, SigningLink
from loans.proof.building import ProofRefused
from loans.proof.elements import ProofFile
from loans.proof.sealing import PROOF_NAME, store_missing_documents, store_signed_document
from tests.loans.proof.conftest import CONSENT, OPENED_AT, SEALED_AT


def sealed(signature):
    return store_signed_document(signature.convention_id, at=SEALED_AT)


@pytest.fixture
def proof(signature):
    sealed(signature)
    return json.loads(Proof.objects.get().file.read_bytes())


def test_it_says_who_signed_what_when_where_and_in_which_words(proof, signature):
    convention = Convention.objects.get()
    assert proof["convention"]["reference"] == convention.reference
    assert proof["convention"]["text_sha256"] == proof["signature"]["text_sha256"] == convention.text.sha256
    assert proof["convention"]["rules_version"] == "v1"
    assert proof["signer"]["name"] == signature.guardian.polite_name
    assert proof["signer"]["identifier"] == signature.guardian.identifier
    assert proof["signer"]["capacity"] == "Représentant légal"
    act = proof["signature"]
    assert act["signed_at"] == "2026-09-02T16:30:00Z"
    assert (act["local_time"], act["time_zone"]) == ("2026-09-02T18:30:00+02:00", "Europe/Paris")
    assert (act["consent"], act["level"], act["locale"]) == (CONSENT, "link_and_birth_date", "fr")
    assert (act["ip_address"], act["user_agent"]) == ("192.0.2.7", "Essai/1.0")


def test_it_says_how_the_link_came_and_what_the_mail_server_answered(proof, links):
    assert proof["link"]["sent_to"] == links[0].sent_to
    assert proof["link"]["first_opened_at"]
    (invitation, *_rest) = proof["messages"]
    assert invitation["message_id"].startswith("<")
    assert (invitation["state"], invitation["answer"]) == ("sent", "250 2.0.0 Ok: queued as 4bCd")
    assert {message["to"] for message in proof["messages"]} == {links[0].sent_to}


def test_the_secret_of_the_link_and_the_date_of_birth_are_nowhere_in_it(proof, links):
    text = json.dumps(proof)
    assert SigningLink.objects.get(pk=links[0].pk).token_hash not in text
    assert str(links[0].convention.pupil.birth_on) not in text
    assert proof["birth_date"] == {"asked": True, "right_at": "2026-09-02T16:27:00Z", "wrong_count": 0}


def test_the_chain_is_whole_with_its_hashes_and_traces(proof, signature):
    chain = proof["chain"]
    actions = ["issued", "convention_to_sign", "birth_date_right", "signed"]
    assert [event["action"] for event in chain] == actions
    rows = EvidenceEvent.objects.filter(stream=proof["chain_stream"])[:4]
    assert [event["hash"] for event in chain] == [row.hash for row in rows]
    assert all(second["previous_hash"] == first["hash"] for first, second in pairwise(chain))
    assert [event["ip_address"] for event in chain] == [None, None, "192.0.2.7", "192.0.2.7"]


def test_the_other_guardians_browser_is_not_in_it(links, signature):
    """Invariant 10."""
    right = links[1].convention.pupil.birth_on
    check_birth_date(link=links[1], birth_on=right, at=OPENED_AT, trace=Trace("198.51.100.9", "Autre/2"))
    sealed(signature)
    text = Proof.objects.get().file.read_bytes().decode()
    assert "198.51.100.9" not in text
    assert links[1].sent_to not in text


def test_it_is_inside_the_sealed_document_byte_for_byte(signature):
    document = sealed(signature)
    row = Proof.objects.get()
    with pikepdf.open(BytesIO(document.read_bytes())) as opened:
        assert opened.attachments[PROOF_NAME].get_file().read_bytes() == row.file.read_bytes()
    said = ProofFile.model_validate_json(row.file.read_bytes())
    before = document.read_bytes()[: said.document.size]
    assert hashlib.sha256(before).hexdigest() == said.document.rendered_sha256 == row.rendered_sha256


def test_the_digests_are_in_the_chain(signature):
    document = sealed(signature)
    made, kept = EvidenceEvent.objects.filter(stream=signature.convention.stream)[4:]
    assert (made.action, made.payload["sha256"]) == ("proof_made", Proof.objects.get().file.sha256)
    assert (kept.action, kept.payload["sha256"]) == ("document_stored", document.sha256)
    assert kept.payload["level"] == "B-B"


def test_a_broken_chain_proves_nothing_and_stops_nobody_else(signature, django_db_blocker):
    with pytest.raises(ProofRefused, match="broken at 3"):
        alter_event(signature.convention.stream, 3)
        sealed(signature)
    assert store_missing_documents(at=SEALED_AT) == 0
    assert not Proof.objects.exists()


def alter_event(stream, rank):
    """As somebody with all rights on the base would."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_evidenceevent DISABLE TRIGGER USER")
        EvidenceEvent.objects.filter(stream=stream, rank=rank).update(actor="link:0")
        cursor.execute("ALTER TABLE core_evidenceevent ENABLE TRIGGER USER")


# What a court asks for, and DocuSign, Yousign and demarches-simplifiees keep: none of it has a default.
ASKED = {
    "convention.id", "convention.rules_version", "convention.text_version", "convention.text_sha256",
    "document.rendered_sha256", "signer.name", "signer.identifier", "signer.import_run", "link.id", "link.sent_to",
    "link.first_opened_at", "messages.message_id", "messages.state", "messages.answer", "messages.error",
    "birth_date.right_at", "birth_date.wrong_count", "code.sent_at", "code.right_at", "code.wrong_count",
    "signature.consent", "signature.signed_at", "signature.time_zone", "signature.locale", "signature.level",
    "signature.ip_address", "signature.user_agent", "chain.rank", "chain.at", "chain.hash", "chain.previous_hash",
    "chain.action", "chain.actor", "chain.payload", "chain.ip_address", "chain.user_agent", "chain_stream", "paper",
    "seal.sha256", "seal.subject", "seal.issuer", "seal.serial", "seal.starts_at", "seal.ends_at", "signature.method",
    "signature.local_time", "signature.text_sha256", "link.issued_at", "link.expires_at", "messages.to",
    "messages.sent_at", "birth_date.asked", "code.asked", "made_at",
}  # fmt: skip


def without(proof, path):
    """The file as it was, and the same without one element."""
    copy = json.loads(json.dumps(proof))
    *way, last = path.split(".")
    place = copy
    for name in way:
        place = place[name][0] if isinstance(place[name], list) else place[name]
    del place[last]
    return copy


@pytest.mark.trust(21)
def test_a_file_that_lacks_any_element_is_refused(proof):
    assert ProofFile.model_validate(proof)
    for path in sorted(ASKED):
        with pytest.raises(ValidationError, match="Field required"):
            ProofFile.model_validate(without(proof, path))


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("signature", "consent"),
        ("signer", "identifier"),
        ("signer", "name"),
        ("seal", "sha256"),
        ("chain", None),
    ],
)
@pytest.mark.trust(21)
def test_a_file_without_an_element_is_refused(proof, part, field):
    empty = [] if field is None else proof[part] | {field: ""}
    with pytest.raises(ValidationError):
        ProofFile.model_validate(proof | {part: empty})


def test_an_electronic_signature_without_its_link_or_its_event_is_refused(proof):
    with pytest.raises(ValidationError, match="names its link"):
        ProofFile.model_validate(proof | {"link": None})
    with pytest.raises(ValidationError, match="tells of the signature"):
        ProofFile.model_validate(proof | {"chain": proof["chain"][:3]})
