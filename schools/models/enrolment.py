"""A pupil attends a school during a campaign."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import dates_in_order, one_of, set_exactly_when
from core.verdicts import Verdict
from programmes.models import Campaign
from schools.enums import Eligibility, EnrolmentState
from schools.models.pupil import Pupil
from schools.models.school import School


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> Self:
        """A school sees its own enrolments, past ones included; the other roles see all."""
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self

    def active(self) -> Self:
        return self.filter(state=EnrolmentState.ACTIVE)

    def current(self) -> Self:
        """Where pupils are: a year's enrolment stands until a file of a later year names the pupil, in any school.

        Last year's rows stay as they were for that year's pages; even left since, a later year has the last word.
        """
        later = Enrolment.objects.filter(
            pupil=OuterRef("pupil"), campaign__school_year__gt=OuterRef("campaign__school_year")
        )
        return self.active().filter(~Exists(later))

    def eligible(self) -> Self:
        return self.active().filter(eligibility=Eligibility.ELIGIBLE)


class Enrolment(models.Model):
    """A pupil in a school for a school year: class, study, entry and exit.

    A pupil has one open enrolment at a time in a campaign (aplypro's rule): a transfer closes the old one.
    `absences_count` counts complete files in a row without the pupil; only the rule's number makes them left.
    `eligibility` is the last verdict (N2), its reasons in `eligibility_verdict`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What an enrolment names is checked by statement (core.references).
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="enrolments", db_constraint=False)
    # No index of their own: `enrolment_by_school` begins with the school, and a campaign is a large part of the table.
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="enrolments", db_index=False, db_constraint=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="enrolments", db_index=False, db_constraint=False
    )
    state = models.CharField(_("state"), max_length=8, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    study_code = models.CharField(_("study code (MEF)"), max_length=11)
    study_label = models.CharField(_("study"), max_length=120, blank=True)
    level = models.CharField(_("level (MEFSTAT4)"), max_length=4, blank=True)
    class_code = models.CharField(_("class"), max_length=20)
    status = models.CharField(_("status"), max_length=4, default="ST")
    is_repeater = models.BooleanField(_("repeats the year"), default=False)
    previous_study_code = models.CharField(_("last year's study"), max_length=11, blank=True)
    previous_school_uai = models.CharField(_("last year's school"), max_length=8, blank=True)
    entered_on = models.DateField(_("entered on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    exit_reason = models.CharField(_("reason for leaving"), max_length=32, blank=True)
    absences_count = models.PositiveSmallIntegerField(_("complete files without the pupil"), default=0)
    eligibility = models.CharField(
        _("eligibility"), max_length=12, choices=Eligibility, default=Eligibility.UNKNOWN
    )
    eligibility_verdict = models.JSONField(_("eligibility verdict"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["class_code", "pupil__search_key"]
        indexes = [models.Index(fields=["school", "campaign", "state"], name="enrolment_by_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "campaign"],
                condition=Q(state=EnrolmentState.ACTIVE),
                name="enrolment_one_open",
                violation_error_message=_("This pupil already attends a school this year."),
            ),
            one_of("enrolment", "state", EnrolmentState.values),
            set_exactly_when(
                "enrolment",
                "left_on",
                Q(state=EnrolmentState.LEFT),
                message=_("A leaver has a leaving date."),
            ),
            dates_in_order(
                "enrolment", "entered_on", "left_on", message=_("The pupil left before entering.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil} – {self.school} ({self.class_code})"

    @property
    def verdict(self) -> Verdict | None:
        """The stored answer to « Pourquoi ? »."""
        return Verdict.from_json(self.eligibility_verdict) if self.eligibility_verdict else None
