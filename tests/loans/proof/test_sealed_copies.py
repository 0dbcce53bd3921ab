"""The sealed document: made once, kept, sent, its level never better than what an authority said (trust 15, 22)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role
from core.models import EvidenceEvent, Message, Seal, StoredFile
from core.seal_checks import check_seal
from core.seal_keys import NoSealKey, current_signer, make_key, seal_certificate
from core.timestamps import TimeAuthority
from loans.models import Signature
from loans.proof.alerting import warn_about_the_seal
from loans.proof.sealing import store_missing_documents, store_signed_document
from loans.proof.upgrading import upgrade_seals
from loans.signing import sign_convention
from tests.loans.proof.conftest import CONSENT, PHONE, SEALED_AT, SIGNED_AT
from tests.schools.factories import UserFactory


def report(file):
    return check_seal(file.read_bytes(), at=SEALED_AT, roots=[current_signer(SEALED_AT).signing_cert])


def test_with_an_authority_the_seal_is_b_t_at_once_with_its_time_not_ours(signature, clock):
    document = store_signed_document(signature.convention_id, at=SEALED_AT)
    seal = Seal.objects.get()
    assert (seal.level, seal.document, seal.best) == ("B-T", document, document)
    assert abs(seal.timestamped_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert seal.sealed_at == SEALED_AT
    assert report(document).problems == ()
    assert report(document).timestamped_at == seal.timestamped_at


@pytest.mark.parametrize("mood", ["refusing", "page", "garbage", "mute", "parrot"])
@pytest.mark.trust(15)
def test_without_its_answer_the_level_is_b_b_then_b_t_once_it_is_back(signature, clock, settings, mood):
    settings.TIMESTAMP_TIMEOUT = 0.3 if mood == "mute" else 30  # the others do answer
    clock.mood = mood
    if mood == "parrot":
        clock.first = b"0\x03\x02\x01\x02"
    document = store_signed_document(signature.convention_id, at=SEALED_AT)
    assert (Seal.objects.get().level, report(document).level) == ("B-B", "B-B")
    assert upgrade_seals(at=SEALED_AT) == {"upgraded": 0, "waiting": 1}
    clock.mood = "well"
    settings.TIMESTAMP_TIMEOUT = 30
    assert upgrade_seals(at=SEALED_AT) == {"upgraded": 1, "waiting": 0}
    assert upgrade_seals(at=SEALED_AT) == {"upgraded": 0, "waiting": 0}
    seal = Seal.objects.get()
    assert (seal.level, report(seal.best).level, report(seal.best).problems) == ("B-T", "B-T", ())
    assert (seal.document, report(seal.document).level) == (document, "B-B")
    assert seal.best.size == document.size
    last = EvidenceEvent.objects.filter(stream=signature.convention.stream).last()
    assert (last.action, last.payload["sha256"]) == ("document_timestamped", seal.best.sha256)


def test_no_authority_is_b_b_and_waits(signature):
    TimeAuthority.silent_until.clear()
    store_signed_document(signature.convention_id, at=SEALED_AT)
    assert upgrade_seals(at=SEALED_AT) == {"upgraded": 0, "waiting": 1}


def test_the_sealed_copy_goes_to_the_signer_once(signature, links):
    document = store_signed_document(signature.convention_id, at=SEALED_AT)
    store_signed_document(signature.convention_id, at=SEALED_AT)
    message = Message.objects.get(kind="convention_sealed")
    assert (message.to_address, message.attachment) == (links[0].sent_to, document)
    assert document.sha256 == StoredFile.objects.get(kind="convention").sha256


def test_twenty_workers_make_one_seal(transactional_db, signature):
    """Trust 3 and 17: whoever rings again."""

    def work():
        try:
            store_signed_document(signature.convention_id, at=SEALED_AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Seal.objects.count() == Message.objects.filter(kind="convention_sealed").count() == 1
    assert StoredFile.objects.filter(kind="convention").count() == 1


@pytest.mark.trust(22)
def test_without_a_valid_key_sealing_waits_and_signing_went_on(signature, settings):
    with pytest.raises(NoSealKey):
        store_signed_document(signature.convention_id, at=SEALED_AT + timedelta(days=40 * 365))
    settings.SEAL_KEY = ""
    assert store_missing_documents(at=SEALED_AT) == 0
    assert Signature.objects.get().document is None
    settings.SEAL_KEY = "test"
    assert store_missing_documents(at=SEALED_AT) == 1


@pytest.mark.trust(22)
@pytest.mark.parametrize("trouble", ["no key", "ended"])
def test_a_family_signs_while_nothing_can_be_sealed_and_the_copy_follows(links, settings, tmp_path, trouble):
    ended = tmp_path / "ended.p12"
    ended.write_bytes(make_key("TEST", ends_at=SIGNED_AT - timedelta(seconds=1)))
    settings.SEAL_KEY, settings.SEAL_KEY_PASSWORD = "" if trouble == "no key" else str(ended), "test"
    text = links[0].convention.text.sha256
    signature = sign_convention(link=links[0], consent=CONSENT, text_sha256=text, trace=PHONE, at=SIGNED_AT)
    assert store_missing_documents(at=SEALED_AT) == 0
    assert (Signature.objects.get(document=None), Seal.objects.count()) == (signature, 0)
    settings.SEAL_KEY = "test"
    assert store_missing_documents(at=SEALED_AT) == 1


@pytest.mark.trust(22)
def test_the_region_hears_sixty_days_before_the_certificate_ends(db):
    officer = UserFactory(role=Role.REGION)
    ends_at = seal_certificate().ends_at
    assert warn_about_the_seal(at=ends_at - timedelta(days=61)) == {"messages": 0, "waiting": 0}
    assert warn_about_the_seal(at=ends_at - timedelta(days=59))["messages"] == 1
    assert warn_about_the_seal(at=ends_at - timedelta(days=59))["messages"] == 0
    message = Message.objects.get(kind="seal_in_trouble")
    assert message.to_address == officer.email
    assert "prend fin le 1er janvier 2046" in message.body


def test_the_region_hears_of_copies_that_wait_for_a_key(signature, settings):
    UserFactory(role=Role.REGION)
    settings.SEAL_KEY = ""
    assert warn_about_the_seal(at=SEALED_AT)["messages"] == 0
    assert warn_about_the_seal(at=SEALED_AT + timedelta(days=2)) == {"messages": 1, "waiting": 1}
    assert "1 convention signée attend son cachet" in Message.objects.get(kind="seal_in_trouble").body


def test_a_seal_is_never_rewritten(signature, clock):
    store_signed_document(signature.convention_id, at=SEALED_AT)
    for change in (
        {"sealed_at": SEALED_AT + timedelta(1)},
        {"timestamped_at": SEALED_AT},
        {"certificate_sha256": "0" * 64},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Seal.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.all().delete()
