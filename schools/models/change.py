"""What the imports changed, for the apps above to act on: the database is the queue."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from schools.enums import ChangeKind
from schools.models.enrolment import Enrolment
from schools.models.enrolment_import import EnrolmentImport


class EnrolmentChangeQuerySet(models.QuerySet["EnrolmentChange"]):
    def pending_for(self, consumer: str) -> Self:
        """Changes this app has not consumed yet, oldest first."""
        return self.exclude(receipts__consumer=consumer).order_by("pk")


class EnrolmentChange(models.Model):
    """One thing that happened to one enrolment on one day. Rows are never changed.

    `details` names the fields that changed, or the school a pupil moved from; `on` is the day it took effect.
    """

    # Both are checked by statement (core.references).
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="changes", db_constraint=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ChangeKind)
    on = models.DateField(_("on"))
    details = models.JSONField(_("details"), default=dict, blank=True)
    enrolment_import = models.ForeignKey(
        EnrolmentImport,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        db_constraint=False,
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = EnrolmentChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment change")
        verbose_name_plural = _("enrolment changes")
        ordering = ["pk"]
        constraints = [one_of("enrolment_change", "kind", ChangeKind.values)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.enrolment}"


class ChangeReceipt(models.Model):
    """An app above consumed a change, in the transaction of what it did about it."""

    change = models.ForeignKey(EnrolmentChange, on_delete=models.CASCADE, related_name="receipts")
    consumer = models.SlugField(_("consumer"), max_length=20)
    consumed_on = models.DateField(_("consumed on"))

    class Meta:
        verbose_name = _("change receipt")
        verbose_name_plural = _("change receipts")
        constraints = [models.UniqueConstraint(fields=["change", "consumer"], name="change_consumed_once")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.change_id}"
