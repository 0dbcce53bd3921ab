"""A mailing: who is written to, counted before anything leaves, approved, and stoppable (N3, trust 58)."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.workflow import Stateful, StateLog
from loans.enums import MAILING_TRANSITIONS, MailingKind, MailingState
from programmes.models import Campaign
from schools.models import School


class MailingQuerySet(models.QuerySet["Mailing"]):
    def visible_to(self, user: User) -> Self:
        """The region's own business."""
        return self.all() if user.has_role(Role.REGION) else self.none()

    def to_decide(self) -> Self:
        """Nothing leaves before somebody says yes."""
        return self.filter(state__in=[MailingState.PREPARED, MailingState.ASKED])

    def under_way(self) -> Self:
        return self.filter(state=MailingState.RUNNING)

    def standing(self) -> Self:
        """Decided by nobody yet, or stopped: what they concern does not leave by another way."""
        return self.filter(state__in=[MailingState.PREPARED, MailingState.ASKED, MailingState.STOPPED])


class Mailing(Stateful):
    """One sending of many letters: to the whole region (no `schools`), to some schools, or to some conventions.

    `up_to` is the last convention counted: later ones are another mailing's. The counts are those of the preview and
    never change; what left is read from the messages of its `lot`. `written_up_to` is the last convention written to,
    so that a killed worker, or a stop, is gone on from. `prepared_by` is empty when the calendar prepared it.
    """

    TRANSITIONS = MAILING_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="mailings")
    kind = models.CharField(_("kind"), max_length=12, choices=MailingKind)
    state = models.CharField(_("state"), max_length=10, choices=MailingState, default=MailingState.PREPARED)
    schools = models.ManyToManyField(School, blank=True, related_name="+", verbose_name=_("schools"))
    references = models.JSONField(_("references"), default=list, blank=True)
    up_to = models.BigIntegerField(_("last convention counted"))
    families_count = models.PositiveIntegerField(_("families"))
    messages_count = models.PositiveIntegerField(_("messages"))
    second_person = models.BooleanField(_("approved by a second person"))
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    prepared_on = models.DateField(_("prepared on"))
    prepared_at = models.DateTimeField(_("prepared at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    written_up_to = models.BigIntegerField(_("last convention written to"), default=0)
    written_at = models.DateTimeField(_("everybody written to at"), null=True, blank=True)
    pace_at = models.DateTimeField(_("minute being filled"), null=True, blank=True)
    pace_count = models.PositiveIntegerField(_("messages in that minute"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-prepared_at", "-pk"]
        indexes = [models.Index(fields=["campaign", "state"], name="mailing_by_state")]
        constraints = [
            one_of("mailing", "state", MailingState.values),
            one_of("mailing", "kind", MailingKind.values),
            models.CheckConstraint(
                name="mailing_second_person",
                condition=Q(second_person=False)
                | ~Q(state__in=[MailingState.RUNNING, MailingState.STOPPED, MailingState.DONE])
                | (Q(asked_by__isnull=False, approved_by__isnull=False) & ~Q(asked_by=F("approved_by"))),
                violation_error_message=_("Somebody else approves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.prepared_on:%Y-%m-%d}"

    @property
    def lot(self) -> str:
        """What its messages are marked with."""
        return f"mailing:{self.public_id}"

    @property
    def is_automatic(self) -> bool:
        return self.prepared_by_id is None


class MailingLog(StateLog):
    subject = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="log")


class MailingSchool(models.Model):
    """The preview in one school: families, messages, and families out of reach by what stands in the way."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="lines")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    families_count = models.PositiveIntegerField(_("families"))
    messages_count = models.PositiveIntegerField(_("messages"))
    no_signer_count = models.PositiveIntegerField(_("nobody may sign"), default=0)
    no_address_count = models.PositiveIntegerField(_("no address"), default=0)
    bounced_count = models.PositiveIntegerField(_("messages come back"), default=0)
    complained_count = models.PositiveIntegerField(_("want no message"), default=0)

    class Meta:
        verbose_name = _("mailing in a school")
        verbose_name_plural = _("mailings in schools")
        constraints = [models.UniqueConstraint(fields=["mailing", "school"], name="mailing_school_once")]

    def __str__(self) -> str:
        return f"{self.mailing} {self.school}"

    @property
    def unreachable_count(self) -> int:
        return self.no_signer_count + self.no_address_count + self.bounced_count + self.complained_count

    @property
    def reachable_count(self) -> int:
        return self.families_count - self.unreachable_count
