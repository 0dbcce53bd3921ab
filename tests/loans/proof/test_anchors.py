"""The chain anchored outside, day after day, and everything walked again (trust 18 and 20)."""

import json
import subprocess
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core.anchors import anchor_evidence
from core.evidence import record_event
from core.files import store_bytes
from core.models import EvidenceAnchor, EvidenceEvent
from loans.proof.sealing import store_signed_document
from tests.loans.proof.conftest import SEALED_AT


NIGHT = SEALED_AT + timedelta(hours=8)


@pytest.fixture
def document(signature, clock):
    return store_signed_document(signature.convention_id, at=SEALED_AT)


def streams():
    """The document’s own, and those of what was published for it."""
    return EvidenceEvent.objects.values("stream").distinct().count()


def problems():
    out = StringIO()
    try:
        call_command("verify_evidence", json=True, stdout=out)
    except CommandError:
        assert json.loads(out.getvalue())["problems"]
    return json.loads(out.getvalue())["problems"]


def tamper(sql, table="core_evidenceevent", *values):
    """As somebody with all rights on the base would."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_all_holds_as_it_is(document):
    anchor_evidence(at=NIGHT)
    out = StringIO()
    call_command("verify_evidence", stdout=out)
    assert "All the evidence holds." in out.getvalue()
    assert problems() == []


@pytest.mark.trust(21)
def test_openssl_alone_verifies_an_anchor(document, clock, tmp_path):
    anchor_evidence(at=NIGHT)
    call_command("verify_evidence", export=tmp_path / "away", stdout=StringIO())
    command = [
        "openssl",
        "ts",
        "-verify",
        "-token_in",
        "-in",
        "anchor-000001.tst",
        "-data",
        "anchor-000001.txt",
    ]
    command += ["-CAfile", str(clock.root), "-untrusted", str(clock.folder / "tsa.pem")]
    done = subprocess.run(command, cwd=tmp_path / "away", capture_output=True, text=True)
    assert (done.returncode, "Verification: OK" in done.stdout + done.stderr) == (0, True), done.stderr
    (tmp_path / "away" / "anchor-000001.txt").write_bytes(b"another manifest")
    assert subprocess.run(command, cwd=tmp_path / "away", capture_output=True).returncode != 0


def test_each_anchor_names_the_one_before_and_a_still_day_makes_none(document):
    assert anchor_evidence(at=NIGHT) == {"streams": streams(), "waiting": 0}
    assert anchor_evidence(at=NIGHT) == {"streams": 0, "waiting": 0}
    record_event(stream="thing:1", action="done", actor="system", at=NIGHT)
    anchor_evidence(at=NIGHT + timedelta(days=1))
    first, second = EvidenceAnchor.objects.all()
    assert second.previous_sha256 == first.sha256
    assert f"previous {first.sha256}" in second.manifest.read_bytes().decode()
    assert problems() == []


def test_a_silent_authority_is_asked_again_the_next_night(document, clock):
    clock.mood = "refusing"
    assert anchor_evidence(at=NIGHT) == {"streams": streams(), "waiting": 1}
    clock.mood = "well"
    record_event(stream="thing:1", action="done", actor="system", at=NIGHT)
    assert anchor_evidence(at=NIGHT + timedelta(days=1))["waiting"] == 0
    assert problems() == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE core_evidenceevent SET actor = 'link:0' WHERE rank = 3", "event 3 does not follow"),
        (
            "DELETE FROM core_eventtrace; DELETE FROM core_evidenceevent WHERE rank = 3",
            "event 4 does not follow",
        ),
        ("UPDATE core_evidenceevent SET rank = 90 - rank WHERE rank IN (5, 6)", "does not follow"),
        ("DELETE FROM core_evidenceevent WHERE rank = 6", "had event 6, which is gone"),
    ],
)
@pytest.mark.trust(18)
def test_an_event_edited_removed_reordered_or_cut_off_is_named(document, sql, said):
    anchor_evidence(at=NIGHT)
    tamper(sql)
    assert any(said in problem for problem in problems())


def test_a_chain_computed_again_from_end_to_end_is_betrayed_by_the_anchor(document, signature):
    anchor_evidence(at=NIGHT)
    stream = signature.convention.stream
    tamper(
        "DELETE FROM core_eventtrace; DELETE FROM core_evidenceevent WHERE stream = %s",
        "core_evidenceevent",
        stream,
    )
    for action in ("issued", "signed"):
        record_event(stream=stream, action=action, actor="system", at=SEALED_AT)
    assert any("which is gone or was rewritten" in problem for problem in problems())


def test_a_document_exchanged_on_disk_with_its_row_is_found(document):
    other = b"%PDF-1.7 another"
    made = store_bytes(other, kind="convention", name="x.pdf", content_type="application/pdf")
    tamper(
        "UPDATE core_storedfile SET content = %s, sha256 = %s, size = %s, key_id = %s WHERE id = %s",
        "core_storedfile",
        made.content.name,
        made.sha256,
        made.size,
        made.key_id,
        document.pk,
    )
    found = problems()
    assert any("the chain does not know the SHA-256 of the document" in problem for problem in found)
    assert any("cannot be read as a sealed PDF" in problem for problem in found)


def test_a_damaged_or_missing_file_is_found(document):
    with open(document.content.path, "r+b") as file:
        file.seek(500)
        file.write(b"\0\0\0\0")
    assert any("the document cannot be read" in problem for problem in problems())


def test_an_anchor_is_never_rewritten(document):
    anchor_evidence(at=NIGHT)
    for change in ({"sha256": "0" * 64}, {"token": b"x"}, {"number": 7}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceAnchor.objects.update(**change)
