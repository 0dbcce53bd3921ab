"""Files sent together from a page: stored first, read in the background, looked at, then applied."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.models import StoredFile
from core.workflow import Stateful, StateLog
from programmes.models import Campaign
from schools.enums import BATCH_TRANSITIONS, BatchSchoolState, BatchState, ImportState
from schools.models.enrolment_import import EnrolmentImport
from schools.models.school import School


WORK_STATES = (BatchState.RECEIVED, BatchState.ACCEPTED)


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> Self:
        """A school sees what was sent for it; the region sees all."""
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self

    def to_work_on(self) -> Self:
        """What a worker must take up, oldest first: also what a dead worker left."""
        return self.filter(state__in=WORK_STATES).order_by("pk")

    def unfinished(self) -> Self:
        """What its sender still has something to do with, or to wait for."""
        return self.filter(state__in=(*WORK_STATES, BatchState.READY, BatchState.FAILED))


class ImportBatch(Stateful):
    """What one person sent at once: the files as they came, and a line a school (`schools`).

    `school` is the only one the sender may speak for; empty when the region sent files of any schools.
    `attempts_count` counts the workers that took it up since the last school was settled.
    """

    TRANSITIONS = BATCH_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="batches")
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="batches"
    )
    state = models.CharField(_("state"), max_length=10, choices=BatchState, default=BatchState.RECEIVED)
    files = models.ManyToManyField(StoredFile, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))
    read_at = models.DateTimeField(_("shown at"), null=True, blank=True)
    attempts_count = models.PositiveSmallIntegerField(_("attempts"), default=0)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("files sent together")
        verbose_name_plural = _("files sent together")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["campaign", "state"], name="batch_by_state")]
        constraints = [one_of("import_batch", "state", BatchState.values)]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M} {self.get_state_display()}"

    @property
    def is_at_work(self) -> bool:
        return self.state in WORK_STATES


class ImportBatchLog(StateLog):
    subject = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="log")


class BatchSchool(models.Model):
    """One school's files in a batch: what they would change, then the import that changed it.

    `rank` is the place of these files among those of the batch, which never changes. `outcome` is what the import
    would become, then what it became. `content_sha256` is of the files read, `digest` of every difference they make:
    applied files must have both. `preview` holds what the page shows, and is emptied once the import is there.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="schools")
    rank = models.PositiveSmallIntegerField(_("rank"))
    uai = models.CharField(_("UAI"), max_length=8, blank=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=BatchSchoolState, default=BatchSchoolState.WAITING
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=ImportState, blank=True)
    content_sha256 = models.CharField(_("SHA-256 of the content"), max_length=64, blank=True)
    digest = models.CharField(_("SHA-256 of the differences"), max_length=64, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    preview = models.JSONField(_("preview"), default=dict, blank=True)
    enrolment_import = models.ForeignKey(
        EnrolmentImport, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("school of a batch")
        verbose_name_plural = _("schools of a batch")
        ordering = ["batch", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "rank"], name="batch_school_once"),
            one_of("batch_school", "state", BatchSchoolState.values),
        ]

    def __str__(self) -> str:
        return self.uai

    @property
    def figures(self) -> dict[str, int]:
        """Arrivals, changes and departures, 0 while nothing is known."""
        return {"arrivals": 0, "changes": 0, "departures": 0, **self.counts}

    @property
    def can_apply(self) -> bool:
        """Whether accepting would do something: a refused or an unchanged file changes nothing."""
        return self.state == BatchSchoolState.READ and self.outcome in {ImportState.APPLIED, ImportState.HELD}
