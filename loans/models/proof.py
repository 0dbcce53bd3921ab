"""What proves a signature: the proof file, kept beside the sealed document that holds it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from loans.models.signing import Signature


class Proof(models.Model):
    """The proof file of one signature: JSON made once from recorded rows, never changed.

    `rendered_sha256` is of the document as rendered, before the seal: the first bytes of the sealed file.
    """

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="proof")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    rendered_sha256 = models.CharField(_("SHA-256 of the document before the seal"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("proof file")
        verbose_name_plural = _("proof files")

    def __str__(self) -> str:
        return str(self.signature)
