"""One pupil on one delivery day."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.workflow import Stateful, StateLog
from distribution.enums import LINE_TRANSITIONS, LineState
from distribution.models.delivery import Delivery
from loans.models import Device, Loan
from schools.models import Pupil


class DeliveryLine(Stateful):
    """A pupil expected at the desk. `loan` is the handover's result, empty again once it is undone."""

    TRANSITIONS = LINE_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="lines")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="delivery_lines")
    state = models.CharField(_("state"), max_length=12, choices=LineState, default=LineState.EXPECTED)
    loan = models.OneToOneField(
        Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="delivery_line"
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery line")
        verbose_name_plural = _("delivery lines")
        ordering = ["pupil__search_key"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "pupil"], name="line_once"),
            one_of("line", "state", LineState.values),
            models.CheckConstraint(
                name="line_handed_over_has_loan",
                condition=Q(state=LineState.HANDED_OVER, loan__isnull=False)
                | (~Q(state=LineState.HANDED_OVER) & Q(loan__isnull=True)),
                violation_error_message=_("A laptop handed over is a loan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} – {self.pupil}"


class DeskScan(models.Model):
    """A scan that handed a laptop over. Never changed: the same scan told twice, even after an undo, does nothing."""

    scan_id = models.UUIDField(_("scan"), unique=True)
    line = models.ForeignKey(DeliveryLine, on_delete=models.PROTECT, related_name="scans")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="desk_scans")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("scan at the desk")
        verbose_name_plural = _("scans at the desk")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.line} {self.device}"


class DeliveryLineLog(StateLog):
    subject = models.ForeignKey(DeliveryLine, on_delete=models.CASCADE, related_name="log")
