"""The gate's decision: a row that is never recomputed (invariant 6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.verdicts import Verdict
from distribution.enums import GateOutcome


class GateCheck(models.Model):
    """One decision for one delivery: numerator, denominator, threshold, rule version, instant, and who was counted.

    `signed_pupils` and `awaited_pupils` are the public ids behind the two figures. Never changed, never deleted.
    """

    delivery = models.OneToOneField(
        "distribution.Delivery", on_delete=models.PROTECT, related_name="gate_check"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=GateOutcome)
    signed_count = models.PositiveIntegerField(_("signed"))
    expected_count = models.PositiveIntegerField(_("expected"))
    threshold = models.DecimalField(_("threshold"), max_digits=5, decimal_places=4)
    rules_version = models.CharField(_("rules"), max_length=60)
    verdict = models.JSONField(_("verdict"))
    signed_pupils = models.JSONField(_("pupils who signed"), default=list)
    awaited_pupils = models.JSONField(_("pupils awaited"), default=list)
    decided_on = models.DateField(_("decided for the day"))
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("gate check")
        verbose_name_plural = _("gate checks")
        constraints = [
            one_of("gate_check", "outcome", GateOutcome.values),
            models.CheckConstraint(
                name="gate_check_signed_in_expected", condition=Q(signed_count__lte=F("expected_count"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} {self.outcome}"

    @property
    def why(self) -> Verdict:
        return Verdict.from_json(self.verdict)
