"""The proof file names the school's file that the signer's identity came from: the last applied before (trust 21)."""

import json
from datetime import timedelta

import pytest

from loans.models import Proof
from loans.proof.sealing import store_signed_document
from schools.enums import ImportState
from schools.models import EnrolmentImport
from tests.loans.proof.conftest import SEALED_AT, SIGNED_AT


def run_at(signature, at, state=ImportState.APPLIED):
    enrolment = signature.convention.enrolment
    return EnrolmentImport.objects.create(
        campaign=enrolment.campaign,
        school=enrolment.school,
        uai=enrolment.school.uai,
        source="siecle",
        state=state,
        content_sha256=f"{at.timestamp():064.0f}",
        received_at=at,
        applied_at=at if state == ImportState.APPLIED else None,
        for_date=at.date(),
    )


@pytest.mark.trust(21)
def test_it_names_the_last_file_applied_before_the_signature(signature):
    days = timedelta(days=1)
    _older, last = run_at(signature, SIGNED_AT - 3 * days), run_at(signature, SIGNED_AT - 2 * days)
    run_at(signature, SIGNED_AT - days, ImportState.REFUSED)
    run_at(signature, SIGNED_AT + days)
    store_signed_document(signature.convention_id, at=SEALED_AT + 2 * days)
    said = json.loads(Proof.objects.get().file.read_bytes())["signer"]["import_run"]
    assert (said["id"], said["content_sha256"]) == (str(last.public_id), last.content_sha256)
