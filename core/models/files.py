"""Files kept as they came or as they were made, with the hash that proves it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


def storage_key(stored: "StoredFile", name: str) -> str:
    """A random key in two levels of folders: the sender's name never reaches the disk."""
    key = uuid.uuid4().hex
    return f"{stored.kind}/{key[:2]}/{key}"


class StoredFile(models.Model):
    """Bytes stored once, never rewritten: a signed PDF, a scan, an enrolment file as received.

    `name` is what a download is called; `sha256` is of the exact bytes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    content = models.FileField(_("content"), upload_to=storage_key, max_length=200)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.name

    def read_bytes(self) -> bytes:
        with self.content.open("rb") as file:
            return file.read()
