"""A worker killed at each step of a seal: the signature stays, and is sealed once in the end (trust 17)."""

import signal
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from core.models import EvidenceEvent, Message, Seal
from loans.mailing import send_due_conventions
from loans.models import Proof, Signature, SigningLink
from loans.proof.verifying import verify_evidence
from programmes.campaigns import open_campaign
from tests.loans.proof.test_killed_sealing import AT, WORKER, worker_code, worker_environment
from tests.loans.test_signing import sign
from tests.schools.factories import EnrolmentFactory


STEPS = ["render_signed_pdf", "build_proof", "seal_pdf", "_store", "_keep_proof", "send_sealed_copy"]
DIE = """
import os, signal
from loans.proof import sealing
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
sealing.{step} = die
store_missing_documents("""


def run(code: str) -> int:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=django_settings.BASE_DIR, env=worker_environment(), timeout=120, check=False
    ).returncode


@pytest.mark.trust(17)
@pytest.mark.django_db(transaction=True)
def test_killed_at_each_of_six_steps_it_is_sealed_once():
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=AT.date())
    EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    sign(SigningLink.objects.select_related("convention__text", "guardian").get(), at=AT)
    for step in STEPS:
        code = worker_code(WORKER.replace("store_missing_documents(at", DIE.replace("{step}", step) + "at"))
        assert run(code) == -signal.SIGKILL, step
        assert (Signature.objects.count(), Seal.objects.count(), Proof.objects.count()) == (1, 0, 0)
    assert run(worker_code(WORKER)) == run(worker_code(WORKER)) == 0
    assert (Seal.objects.count(), Proof.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="convention_sealed").count() == 1
    assert EvidenceEvent.objects.filter(action="document_stored").count() == 1
    assert verify_evidence(at=AT).problems == []
