"""Files kept as they came or as they were made, with the hash that proves it."""

import hashlib
import uuid

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.encryption import CannotDecrypt, decrypt, is_encrypted
from core.refusals import Refused


def storage_key(stored: "StoredFile", name: str) -> str:
    """A random key in two levels of folders: the sender's name never reaches the disk."""
    key = uuid.uuid4().hex
    return f"{stored.kind}/{key[:2]}/{key}"


class StoredFile(models.Model):
    """Bytes stored once, never rewritten: a signed PDF, a scan, an enrolment file as received.

    `name` is what a download is called; `sha256` and `size` are of the exact bytes as they came. On disk they are
    encrypted (`core.encryption`) under the key `key_id`, "" for those kept before. A purged file keeps its row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    content = models.FileField(_("content"), upload_to=storage_key, max_length=200)
    key_id = models.CharField(_("key"), max_length=16, blank=True, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    purged_on = models.DateField(_("deleted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        indexes = [
            models.Index(fields=["content"], name="stored_file_by_key"),
            models.Index(
                fields=["kind", "created_at"], name="stored_file_to_purge", condition=Q(purged_on=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def read_bytes(self) -> bytes:
        """The exact bytes. Raises Refused(`file_purged`), or CannotDecrypt for a file damaged on disk."""
        if self.purged_on:
            raise Refused(
                "file_purged",
                gettext("This file was deleted on %(day)s: the time it may be kept is over.")
                % {"day": date_format(self.purged_on)},
            )
        with self.content.open("rb") as file:
            beginning = file.read(8)
            file.seek(0)
            if is_encrypted(beginning):
                return decrypt(file, label=self.sha256)
            clear = bytes(file.read())
        if hashlib.sha256(clear).hexdigest() != self.sha256:
            raise CannotDecrypt("The bytes are not those that were stored.")
        return clear
