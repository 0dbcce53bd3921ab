"""What an entitlement granted, counted against the rule (« une seule fois »)."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.models import StoredFile
from core.verdicts import Verdict
from core.workflow import Stateful, StateLog
from loans.models import Device, Loan
from schools.models import Pupil
from support.enums import INTERVENTION_TRANSITIONS, InterventionKind, InterventionState
from support.models.ticket import Ticket


class InterventionQuerySet(models.QuerySet["Intervention"]):
    def counted(self) -> Self:
        """Those that use up an entitlement."""
        return self.exclude(state=InterventionState.CANCELLED)

    def to_prepare(self) -> Self:
        """Replacements granted, for which the warehouse has not chosen a laptop yet."""
        granted = self.filter(state=InterventionState.GRANTED).exclude(kind=InterventionKind.REPAIR)
        return granted.select_related("pupil", "loan__device", "ticket__school")


class Intervention(Stateful):
    """A repair or a replacement granted to a pupil, with the verdict that granted it.

    `new_device` is the laptop given instead, for replacements. Quotas are counted from these rows, never stored.
    """

    TRANSITIONS = INTERVENTION_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="intervention")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="interventions")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="interventions")
    kind = models.CharField(_("kind"), max_length=18, choices=InterventionKind)
    state = models.CharField(
        _("state"), max_length=10, choices=InterventionState, default=InterventionState.GRANTED
    )
    verdict = models.JSONField(_("verdict"))
    diagnosis = models.TextField(_("diagnosis"), blank=True)
    new_device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_on = models.DateField(_("granted on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = InterventionQuerySet.as_manager()

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["granted_on", "pk"]
        constraints = [
            one_of("intervention", "state", InterventionState.values),
            models.CheckConstraint(
                name="intervention_done_has_date",
                condition=~Q(state=InterventionState.DONE) | Q(done_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pupil}"

    @property
    def why(self) -> Verdict:
        return Verdict.from_json(self.verdict)


class InterventionLog(StateLog):
    subject = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="log")


class PoliceReport(models.Model):
    """The complaint filed by the guardian or the adult pupil: number, day, office, and its scan (N11)."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="police_report")
    number = models.CharField(_("number of the report"), max_length=60)
    filed_on = models.DateField(_("filed on"))
    office = models.CharField(_("police or gendarmerie office"), max_length=160)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("police report")
        verbose_name_plural = _("police reports")

    def __str__(self) -> str:
        return self.number
