"""A laptop packed in an absentee's name and sent to the school (N8)."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.workflow import Stateful, StateLog
from distribution.enums import PARCEL_TRANSITIONS, ParcelState
from distribution.models.delivery import Delivery
from loans.models import Device, Loan
from schools.models import Pupil, School


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def visible_to(self, user: User) -> Self:
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self


class Parcel(Stateful):
    """One laptop for one pupil, handed over in person by the school; due within the rule's working days."""

    TRANSITIONS = PARCEL_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="parcels"
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="parcels")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="parcels")
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="parcels"
    )
    loan = models.OneToOneField(Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="parcel")
    state = models.CharField(_("state"), max_length=12, choices=ParcelState, default=ParcelState.TO_PREPARE)
    due_on = models.DateField(_("due at the school on"))
    tracking_number = models.CharField(_("tracking number"), max_length=40, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("named parcel")
        verbose_name_plural = _("named parcels")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"],
                condition=Q(state__in=[ParcelState.TO_PREPARE, ParcelState.SHIPPED, ParcelState.RECEIVED]),
                name="parcel_one_live",
            ),
            one_of("parcel", "state", ParcelState.values),
            models.CheckConstraint(
                name="parcel_shipped_has_device",
                condition=Q(state__in=[ParcelState.TO_PREPARE, ParcelState.CANCELLED])
                | Q(device__isnull=False),
                violation_error_message=_("Scan the laptop before the parcel leaves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil} {self.due_on:%Y-%m-%d}"


class ParcelLog(StateLog):
    subject = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="log")
