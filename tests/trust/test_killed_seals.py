"""A worker killed at each step of a seal: the signature stays, and is sealed once in the end (trust 17)."""

import signal
import subprocess
import sys
from contextlib import contextmanager

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
# A worker that has laid the page out once, as one that has worked for a while, and forks: each child seals or dies.
WORKERS = """
import os, signal, sys, traceback
from django.db import connections
from loans.documents import render_signed_pdf, with_all
from loans.models import Convention, Signature
from loans.proof import sealing
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
def seal(step):
    if step:
        setattr(sealing, step, die)
    try:
        sealing.store_missing_documents(at=datetime(2026, 9, 2, 16, 1, tzinfo=UTC))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
signature = Signature.objects.select_related("guardian", "agent").get()
render_signed_pdf(with_all(Convention.objects.all()).get(), signature)
connections.close_all()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        seal(line.strip())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def workers():
    """`run(step)` is how a worker ended that dies at this step, or at none."""
    program = WORKER[: WORKER.index("from loans.proof.sealing")] + WORKERS
    process = subprocess.Popen(
        [sys.executable, "-c", worker_code(program)],
        cwd=django_settings.BASE_DIR,
        env=worker_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def run(step=""):
        process.stdin.write(f"{step}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    with process:  # closes its pipes, and waits for its end
        yield run


@pytest.mark.trust(17)
@pytest.mark.django_db(transaction=True)
def test_killed_at_each_of_six_steps_it_is_sealed_once():
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=AT.date())
    EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    sign(SigningLink.objects.select_related("convention__text", "guardian").get(), at=AT)
    with workers() as run:
        for step in STEPS:
            assert run(step) == -signal.SIGKILL, step
            assert (Signature.objects.count(), Seal.objects.count(), Proof.objects.count()) == (1, 0, 0)
        assert run() == run() == 0
    assert (Seal.objects.count(), Proof.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="convention_sealed").count() == 1
    assert EvidenceEvent.objects.filter(action="document_stored").count() == 1
    assert verify_evidence(at=AT).problems == []
