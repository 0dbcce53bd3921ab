"""What guardians say to one another through us: « the other signs », « I object »."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loans.models.convention import Convention
from programmes.models import Campaign
from schools.models import Guardian, Pupil


class OppositionQuerySet(models.QuerySet["Opposition"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)

    def against(self, convention: Convention) -> Self:
        """Those that stand in the way of this convention, whichever one they were recorded on."""
        return self.standing().filter(pupil=convention.pupil_id, campaign=convention.campaign_id)


class Opposition(models.Model):
    """A parent objects to the loan: the other's signature alone no longer does (Code civil, article 372-2).

    It holds for the pupil and the year, so that another text or another school does not lose it. `recorded_by` is
    empty when the parent wrote it by their own link. Lifted by a person, with a reason; never deleted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="oppositions")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="oppositions")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="oppositions")
    reason = models.TextField(_("reason"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lift_reason = models.TextField(_("reason for lifting"), blank=True)

    objects = OppositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opposition")
        verbose_name_plural = _("oppositions")
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "campaign", "guardian"],
                condition=Q(lifted_at=None),
                name="opposition_one_standing",
            ),
            models.CheckConstraint(
                name="opposition_lifted_by_somebody",
                condition=Q(lifted_at=None) | Q(lifted_by__isnull=False) & ~Q(lift_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} {self.recorded_at:%Y-%m-%d}"


class Delegation(models.Model):
    """« The other parent signs »: said once by a guardian on their own page; they may still sign."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="delegations")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["made_at"]
        constraints = [models.UniqueConstraint(fields=["convention", "guardian"], name="delegation_once")]

    def __str__(self) -> str:
        return f"{self.convention} {self.made_at:%Y-%m-%d}"
