"""One school's file, what it said, what was wrong with it, what became of it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.models import StoredFile
from core.workflow import Stateful, StateLog
from programmes.models import Campaign
from schools.enums import IMPORT_TRANSITIONS, FindingLevel, ImportState
from schools.models.school import School


class EnrolmentImportQuerySet(models.QuerySet["EnrolmentImport"]):
    def visible_to(self, user: User) -> Self:
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self

    def held(self) -> Self:
        return self.filter(state=ImportState.HELD)


class EnrolmentImport(Stateful):
    """A file (or a set of SIECLE documents) for one school, kept raw beside what we made of it.

    `uai` is what the file says; `school` is empty when we do not know it. `counts` has listed, enrolled,
    arrivals, changes, departures; `hold_reasons` are sentences for the person who must decide. `enrolled_count` were
    enrolled before the file, `removed_count` of them are missing from it or leave by it. Links between pupils and
    guardians numbered above `links_before` were made by this import or later.
    """

    TRANSITIONS = IMPORT_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="imports")
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )
    uai = models.CharField(_("UAI in the file"), max_length=8, blank=True)
    source = models.CharField(_("source"), max_length=16)
    state = models.CharField(_("state"), max_length=10, choices=ImportState)
    content_sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    exported_at = models.DateTimeField(_("exported at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    for_date = models.DateField(_("for the day"))
    counts = models.JSONField(_("counts"), default=dict)
    hold_reasons = models.JSONField(_("reasons for holding"), default=list, blank=True)
    refusal = models.TextField(_("refusal"), blank=True)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    enrolled_count = models.PositiveIntegerField(_("enrolled before"), default=0)
    removed_count = models.PositiveIntegerField(_("missing or leaving"), default=0)
    fingerprint = models.CharField(_("print of what it says"), max_length=64, blank=True)
    steady_until = models.DateField(_("says the same until"), null=True, blank=True)
    base_state = models.CharField(_("print of the base after it"), max_length=64, blank=True)
    links_before = models.BigIntegerField(_("last link before"), null=True, blank=True)

    objects = EnrolmentImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment import")
        verbose_name_plural = _("enrolment imports")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["school", "campaign", "-received_at"], name="import_by_school"),
            models.Index(fields=["campaign", "for_date"], name="import_by_night"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "campaign", "content_sha256"],
                condition=Q(state=ImportState.APPLIED),
                name="import_applied_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uai} {self.received_at:%Y-%m-%d %H:%M}"


class EnrolmentImportLog(StateLog):
    subject = models.ForeignKey(EnrolmentImport, on_delete=models.CASCADE, related_name="log")


class ImportFinding(models.Model):
    """Something to mend at the source, said once however often it occurs (`repeat_count`).

    `places` name the first pupils or lines it was met at; None once forgotten (`schools.imports.forgetting`).
    """

    enrolment_import = models.ForeignKey(EnrolmentImport, on_delete=models.CASCADE, related_name="findings")
    code = models.SlugField(_("code"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=FindingLevel)
    sentence = models.TextField(_("what is wrong"))
    remedy = models.TextField(_("how to mend it"), blank=True)
    places = models.JSONField(_("first places"), default=list)
    repeat_count = models.PositiveIntegerField(_("occurrences"), default=1)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["enrolment_import", "level", "-repeat_count"]
        constraints = [models.UniqueConstraint(fields=["enrolment_import", "code"], name="finding_folded")]

    def __str__(self) -> str:
        return self.code
