"""Files kept once, told by their content, under keys of ours (trust 88-90)."""

import hashlib

import pytest
from django.db import IntegrityError, transaction

from core.files import MEGABYTE, store_bytes, store_document
from core.refusals import Refused


pytestmark = pytest.mark.django_db


def test_bytes_are_kept_with_their_digest():
    stored = store_bytes(b"contenu", kind="essai", name="essai.txt", content_type="text/plain")
    assert stored.read_bytes() == b"contenu"
    assert stored.sha256 == hashlib.sha256(b"contenu").hexdigest()


def test_the_digest_cannot_be_rewritten():
    stored = store_bytes(b"contenu", kind="essai", name="essai.txt", content_type="text/plain")
    stored.sha256 = "0" * 64
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        stored.save()


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x", "a" * 300 + ".pdf", ""])
def test_a_strange_name_never_reaches_the_disk(name):
    stored = store_document(b"%PDF-1.7 x", kind="scan", name=name)
    assert stored.content.name.startswith("scan/")
    assert "passwd" not in stored.content.name
    assert ".." not in stored.content.name
    assert "/" not in stored.name
    assert 0 < len(stored.name) <= 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"<html><script>", "file_type"),
        (b"MZ\x90", "file_type"),
        (b"%PDF-" + b"0" * MEGABYTE, "file_too_large"),
    ],
)
def test_other_files_are_refused_with_a_sentence(content, code):
    with pytest.raises(Refused) as refusal:
        store_document(content, kind="scan", name="document.pdf", limit=MEGABYTE)
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
)
def test_the_type_comes_from_the_content(content, content_type):
    assert store_document(content, kind="scan", name="x.exe").content_type == content_type
