"""A laptop the rules ask back, from the day it is due to the inspection."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.models import StoredFile
from core.verdicts import Verdict
from core.workflow import Stateful, StateLog
from loans.models import Device, Loan
from schools.models import EnrolmentChange, Pupil, School
from support.enums import LIVE_RETURN, RETURN_TRANSITIONS, ReturnReason, ReturnState


class DeviceReturnQuerySet(models.QuerySet["DeviceReturn"]):
    def visible_to(self, user: User) -> Self:
        """A school sees the returns of pupils who left it."""
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self

    def live(self) -> Self:
        return self.filter(state__in=LIVE_RETURN)

    def awaited(self) -> Self:
        """The family or the school still has the laptop, or the carrier."""
        return self.filter(state__in=[ReturnState.DUE, ReturnState.LABEL_SENT, ReturnState.IN_TRANSIT])

    def overdue(self, on: date) -> Self:
        return self.awaited().filter(due_on__lt=on)

    def matching(self, words: str) -> Self:
        """By reference, pupil, INE, serial or asset tag."""
        code = words.strip().upper()
        return self.filter(
            Q(reference__endswith=code)
            | Q(loan__pupil__in=Pupil.objects.matching(words))
            | Q(loan__device__in=Device.objects.by_scan(code))
        )

    def for_list(self) -> Self:
        return self.select_related("loan__pupil", "loan__device", "school")


class DeviceReturn(Stateful):
    """A restitution. `verdict` says why the rules ask for it; `school` is the one the pupil left.

    `inspection` holds the kit checked item by item and the state seen; one live return a loan.
    """

    TRANSITIONS = RETURN_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="returns")
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="returns"
    )
    change = models.OneToOneField(
        EnrolmentChange, on_delete=models.PROTECT, null=True, blank=True, related_name="device_return"
    )
    reason = models.CharField(_("reason"), max_length=20, choices=ReturnReason)
    state = models.CharField(_("state"), max_length=12, choices=ReturnState, default=ReturnState.DUE)
    verdict = models.JSONField(_("verdict"))
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"))
    label = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tracking_number = models.CharField(_("tracking number"), max_length=40, blank=True)
    inspection = models.JSONField(_("inspection"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = DeviceReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state__in=LIVE_RETURN), name="return_one_live"
            ),
            one_of("device_return", "state", ReturnState.values),
            models.CheckConstraint(
                name="return_closed_was_inspected",
                condition=~Q(state=ReturnState.CLOSED) | Q(closed_on__isnull=False, inspection__isnull=False),
                violation_error_message=_("A return is closed once the laptop is inspected."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def about(self) -> str:
        """The name under which its messages are kept in the outbox."""
        return f"return:{self.public_id}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_RETURN

    @property
    def why(self) -> Verdict:
        return Verdict.from_json(self.verdict)


class DeviceReturnLog(StateLog):
    subject = models.ForeignKey(DeviceReturn, on_delete=models.CASCADE, related_name="log")
