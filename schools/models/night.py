"""A night of imports: one row for the region, one row a school. The rows are the queue; the broker only rings."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from programmes.models import Campaign
from schools.enums import ImportState, NightState, SchoolNightState
from schools.models.enrolment_import import EnrolmentImport
from schools.models.school import School


UNFINISHED = (SchoolNightState.WAITING, SchoolNightState.RUNNING)


class EnrolmentNight(models.Model):
    """The imports of a campaign for one day, whoever rang and however often.

    `folder` is where the files lay; `expected_count` the schools the campaign counts on; `summary` is written when the
    last school is done, and again when a file comes later that day: schools by state and by outcome, pupils, findings
    by code. `told_at`: its report was written
    to the schools and to the region.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="nights")
    for_date = models.DateField(_("for the day"))
    state = models.CharField(_("state"), max_length=8, choices=NightState, default=NightState.RUNNING)
    folder = models.CharField(_("folder"), max_length=500)
    expected_count = models.PositiveIntegerField(_("schools expected"), default=0)
    rings_count = models.PositiveIntegerField(_("times rung"), default=0)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("night of imports")
        verbose_name_plural = _("nights of imports")
        ordering = ["-for_date", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "for_date"], name="night_once_a_day"),
            one_of("night", "state", NightState.values),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.for_date:%Y-%m-%d}"

    @property
    def is_over(self) -> bool:
        return self.state == NightState.DONE


class NightSchoolQuerySet(models.QuerySet["NightSchool"]):
    def visible_to(self, user: User) -> Self:
        """A school sees its own nights; the other roles see all."""
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)

    def claimable(self) -> Self:
        """Those a worker may take now: waiting, or in the hands of a worker whose lease ran out."""
        waiting = Q(state=SchoolNightState.WAITING)
        return self.filter(waiting | Q(state=SchoolNightState.RUNNING, leased_until__lte=Now()))


class NightSchool(models.Model):
    """One school in a night: its files, who imports them until when, what became of them.

    `uai` is "" for files of several schools or of nobody known, played together. `fingerprint` tells this set of files
    from another without reading them. The lease runs by the database's clock; `attempts_count` is counted before
    the work and tells a worker that its lease was taken over. `counts` is the night's sum for the school.
    """

    night = models.ForeignKey(EnrolmentNight, on_delete=models.CASCADE, related_name="schools")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="nights")
    uai = models.CharField(_("UAI"), max_length=8, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=SchoolNightState)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ImportState, blank=True)
    enrolment_import = models.ForeignKey(
        EnrolmentImport, on_delete=models.PROTECT, null=True, blank=True, related_name="nights"
    )
    files = models.JSONField(_("files"), default=list, blank=True)
    fingerprint = models.CharField(_("fingerprint of the files"), max_length=64, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    attempts_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    rung_at = models.DateTimeField(_("rung at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = NightSchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school in a night")
        verbose_name_plural = _("schools in a night")
        ordering = ["uai"]
        indexes = [
            models.Index(fields=["night"], name="night_open", condition=Q(state__in=UNFINISHED)),
            models.Index(fields=["school", "night"], name="night_by_school"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["night", "uai"], name="night_school_once"),
            one_of("night_school", "state", SchoolNightState.values),
        ]

    def __str__(self) -> str:
        return f"{self.uai or '?'} {self.state}"


class FeedAlert(models.Model):
    """A school that the campaign counts on sent nothing for longer than the rules allow; without a school, nobody did.

    `since` is the day of the last file, or the first day one was expected. Closed by the next file.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="feed_alerts")
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="feed_alerts"
    )
    since = models.DateField(_("without a file since"))
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("alert about a missing file")
        verbose_name_plural = _("alerts about missing files")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "school"],
                condition=Q(closed_on=None),
                nulls_distinct=False,
                name="feed_alert_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school or self.campaign} {self.since:%Y-%m-%d}"
