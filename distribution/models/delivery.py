"""A school's distribution day, from the first proposal to its closing."""

import uuid
from datetime import date, time
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Func, Q, When
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.verdicts import Verdict
from core.workflow import Stateful, StateLog
from distribution.enums import (
    DELIVERY_TRANSITIONS,
    LIVE_DELIVERY,
    DeliveryKind,
    DeliveryState,
    GateOutcome,
)
from distribution.models.gate_check import GateCheck
from programmes.models import Campaign
from schools.models import School


class Team(models.Model):
    """A team of the supplier; it holds one school a half-day (`capacity` pupils each)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=60)
    capacity = models.PositiveSmallIntegerField(_("pupils a half-day"), default=250)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="team_once")]

    def __str__(self) -> str:
        return self.name


class HalfDay(models.TextChoices):
    """DAY: a school too big for one half-day takes the team from morning to evening."""

    MORNING = "am", _("morning")
    AFTERNOON = "pm", _("afternoon")
    DAY = "day", _("whole day")

    @property
    def opens(self) -> time:
        return time(13, 30) if self == HalfDay.AFTERNOON else time(8, 30)

    @property
    def closes(self) -> time:
        return time(12) if self == HalfDay.MORNING else time(17)


def hours_taken() -> Func:
    """The half-days a delivery takes, as a range: morning [0, 1), afternoon [1, 2), whole day [0, 2)."""
    begins = Case(When(half_day=HalfDay.AFTERNOON, then=1), default=0)
    ends = Case(When(half_day=HalfDay.MORNING, then=1), default=2)
    return Func(begins, ends, function="int4range", output_field=IntegerRangeField())


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> Self:
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self

    def live(self) -> Self:
        """Neither cancelled nor done."""
        return self.filter(state__in=LIVE_DELIVERY)

    def initial(self) -> Self:
        return self.filter(kind=DeliveryKind.INITIAL)

    def for_pages(self) -> Self:
        """With all that a card or a page names, in one query."""
        return self.select_related("campaign__programme", "campaign__rules", "school", "team", "gate_check")

    def for_a_person(self) -> Self:
        """The gate could not decide: the authority must."""
        return self.filter(state=DeliveryState.ACCEPTED, gate_check__outcome=GateOutcome.NEEDS_HUMAN)

    def due_for_gate(self, on: date) -> Self:
        """Accepted deliveries whose gate day has come, not decided yet (N7)."""
        return self.filter(state=DeliveryState.ACCEPTED, gate_on__lte=on, gate_check=None)


class Delivery(Stateful):
    """A day, a half-day and a team for one school. `gate_on` is D−7 by the rule in force when the day was set.

    `replaces` names the cancelled delivery this one stands for; `needed_for` the delivery whose absentees it serves.
    `closing_verdict` is what was decided for the absentees when the day was closed.
    """

    TRANSITIONS = DELIVERY_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="deliveries")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(_("kind"), max_length=12, choices=DeliveryKind, default=DeliveryKind.INITIAL)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.PROPOSED)
    on = models.DateField(_("day"))
    half_day = models.CharField(_("half-day"), max_length=3, choices=HalfDay, default=HalfDay.MORNING)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    gate_on = models.DateField(_("threshold checked on"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=120, blank=True)
    wanted_on = models.DateField(_("day asked for by the school"), null=True, blank=True)
    school_comment = models.TextField(_("comment of the school"), blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    needed_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )

    closing_verdict = models.JSONField(_("decision for the absentees"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["on", "half_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "campaign", "kind"],
                condition=Q(state__in=LIVE_DELIVERY, kind=DeliveryKind.INITIAL),
                name="delivery_one_live",
                violation_error_message=_("This school already has a delivery under way."),
            ),
            ExclusionConstraint(
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("on", RangeOperators.EQUAL),
                    (hours_taken(), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=LIVE_DELIVERY),
                name="delivery_team_free",
                violation_error_message=_("This team is already taken at that time."),
            ),
            one_of("delivery", "state", DeliveryState.values),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.on:%Y-%m-%d}"

    @property
    def stream(self) -> str:
        """The name under which its messages are filed."""
        return f"delivery:{self.public_id}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_DELIVERY

    @property
    def hours(self) -> HalfDay:
        return HalfDay(self.half_day)

    @property
    def checked(self) -> GateCheck | None:
        """The gate's decision, once taken."""
        return getattr(self, "gate_check", None)

    @property
    def awaits_authority(self) -> bool:
        """The rule could not decide, and nobody has yet."""
        check = self.checked
        return bool(check) and self.state == DeliveryState.ACCEPTED

    @property
    def replacement(self) -> "Delivery | None":
        """The delivery proposed in place of this one."""
        return getattr(self, "replaced_by", None)

    @property
    def closing(self) -> Verdict | None:
        return Verdict.from_json(self.closing_verdict) if self.closing_verdict else None


class DeliveryLog(StateLog):
    subject = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
