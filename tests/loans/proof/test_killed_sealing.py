"""A worker really killed while it seals: every signature stays, each is sealed once in the end (trust 17)."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.db import connection

from core.evidence import Trace
from core.models import EvidenceEvent, Message, Seal
from loans.mailing import send_due_conventions
from loans.models import Proof, Signature, SigningLink
from loans.proof.sealing import store_missing_documents
from loans.proof.verifying import verify_evidence
from loans.signing import sign_convention
from tests.kit.waiting import PATIENCE, backends, wait_for_the_dead, wait_until_waiting
from tests.loans.crowd import enrol_crowd


COUNT = 8
AT = datetime(2026, 9, 2, 16, tzinfo=UTC)
WORKER = """
import django
django.setup()
from datetime import UTC, datetime
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = {database!r}
settings.STORAGES["default"]["OPTIONS"]["location"] = {files!r}
settings.DATA_DIR = {data!r}
settings.SECRET_KEY, settings.FILES_KEYS = {secret!r}, {keys!r}
from loans.proof.sealing import store_missing_documents
store_missing_documents(at=datetime(2026, 9, 2, 16, 1, tzinfo=UTC))
"""

pytestmark = pytest.mark.django_db(transaction=True)


def worker_code(template: str = WORKER) -> str:
    """A worker's whole program, on the base and the files of this test."""
    return template.format(
        database=connection.settings_dict["NAME"],
        files=django_settings.STORAGES["default"]["OPTIONS"]["location"],
        data=django_settings.DATA_DIR,
        secret=django_settings.SECRET_KEY,
        keys=django_settings.FILES_KEYS,
    ).replace("PosixPath", "__import__('pathlib').PosixPath")


def worker_environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}


def start_worker() -> subprocess.Popen:
    command = [sys.executable, "-c", worker_code()]
    return subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=worker_environment())


HOLD = """
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stream = TG_ARGV[0] AND NEW.action = TG_ARGV[1] THEN PERFORM pg_advisory_xact_lock({lock}); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE INSERT ON core_evidenceevent FOR EACH ROW EXECUTE FUNCTION hold('{stream}', '{action}')
"""
LOCK = 170_017


@contextmanager
def worker_held_at(convention, action):
    """A worker that seals, stopped in the middle of this convention's transaction for as long as we like."""
    execute(HOLD.format(stream=convention.stream, action=action, lock=LOCK))
    execute(f"SELECT pg_advisory_lock({LOCK})")
    living, worker = backends(), start_worker()
    try:
        wait_until_waiting()
        yield worker
    finally:
        worker.kill()
        worker.wait(timeout=PATIENCE)
        execute(f"SELECT pg_advisory_unlock({LOCK})")
        wait_for_the_dead(living)
        execute("DROP FUNCTION hold CASCADE")


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.trust(17)
def test_killed_twice_while_it_seals(campaign):
    enrol_crowd(campaign, COUNT)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    for link in SigningLink.objects.select_related("convention__text"):
        text = link.convention.text.sha256
        sign_convention(link=link, consent="J’accepte.", text_sha256=text, trace=Trace(), at=AT)
    signed = [one.convention for one in Signature.objects.select_related("convention").order_by("pk")]
    for sealed, action in ((2, "proof_made"), (5, "document_stored")):  # half made; all made, not committed
        with worker_held_at(signed[sealed], action) as worker:
            worker.send_signal(signal.SIGKILL)
            assert worker.wait(timeout=PATIENCE) == -signal.SIGKILL
        assert Signature.objects.count() == COUNT
        assert Seal.objects.count() == Proof.objects.count() == sealed
    assert store_missing_documents(at=AT) == COUNT - sealed
    assert Seal.objects.count() == Proof.objects.count() == COUNT
    assert Message.objects.filter(kind="convention_sealed").count() == COUNT
    assert EvidenceEvent.objects.filter(action="document_stored").count() == COUNT
    assert verify_evidence(at=AT).problems == []
