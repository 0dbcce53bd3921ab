"""The anchors of the chain of evidence: what an outside authority saw of it, day after day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.files import StoredFile


class EvidenceAnchor(models.Model):
    """A manifest of the heads of the streams that moved, and an authority's token over its SHA-256.

    Each manifest names the digest of the one before. `up_to` is the greatest event read. The token is empty while
    the authority is silent, then set once: whoever rewrites, cuts or reorders the chain would have to rewrite it.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    manifest = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    previous_sha256 = models.CharField(_("previous SHA-256"), max_length=64)
    up_to = models.BigIntegerField(_("last event"))
    streams_count = models.PositiveIntegerField(_("streams"))
    made_at = models.DateTimeField(_("made at"))
    token = models.BinaryField(_("token"), null=True, blank=True)
    anchored_at = models.DateTimeField(_("anchored at"), null=True, blank=True)
    authority = models.CharField(_("time-stamping authority"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("anchor of the evidence")
        verbose_name_plural = _("anchors of the evidence")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="anchor_time_is_whole",
                condition=models.Q(token=None, anchored_at=None)
                | models.Q(token__isnull=False, anchored_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.made_at:%Y-%m-%d}"
