"""The seals put on documents, with the level really reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.files import StoredFile


class SealQuerySet(models.QuerySet["Seal"]):
    def without_time(self) -> "SealQuerySet":
        """Those of level B-B: no authority has said yet when they existed."""
        return self.filter(timestamped_at=None)

    def best_copy(self, document: StoredFile) -> StoredFile:
        """The copy of a sealed document to hand out: with the authority's time when there is one."""
        seal = self.filter(document=document).select_related("timestamped").first()
        return (seal and seal.timestamped) or document


class Seal(models.Model):
    """One sealed document. `sealed_at` is our own clock's word; `timestamped_at` is the time-stamping authority's.

    `document` is the file as sealed, kept for good. `timestamped` is the same file with the authority's token in the
    room kept for it, at once or later: the level is then B-T, else B-B. Written once, all of it.
    """

    document = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="seal")
    sealed_at = models.DateTimeField(_("sealed at"))
    certificate_sha256 = models.CharField(_("SHA-256 of the certificate"), max_length=64)
    certificate_subject = models.CharField(_("certificate"), max_length=300)
    certificate = models.BinaryField(_("certificate, DER"))
    timestamped = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="timestamped_seals"
    )
    timestamped_at = models.DateTimeField(_("time-stamped at"), null=True, blank=True)
    authority = models.CharField(_("time-stamping authority"), max_length=300, blank=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        indexes = [
            models.Index(fields=["id"], name="seal_without_time", condition=models.Q(timestamped_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                name="seal_time_is_whole",
                condition=models.Q(timestamped=None, timestamped_at=None, authority="")
                | (
                    models.Q(timestamped__isnull=False, timestamped_at__isnull=False)
                    & ~models.Q(authority="")
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.level}"

    @property
    def level(self) -> str:
        """The PAdES level reached: B-T with an authority's time, else B-B."""
        return "B-T" if self.timestamped_at else "B-B"

    @property
    def best(self) -> StoredFile:
        return self.timestamped or self.document
