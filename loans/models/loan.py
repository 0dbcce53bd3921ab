"""A laptop in a pupil's hands."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import dates_in_order, one_of
from core.workflow import Stateful, StateLog
from loans.enums import LOAN_TRANSITIONS, OPEN_LOAN, LoanEnd, LoanKind, LoanState
from loans.models.convention import Convention
from loans.models.device import Device
from schools.models import Pupil


class LoanQuerySet(models.QuerySet["Loan"]):
    def visible_to(self, user: User) -> Self:
        if user.has_role(Role.SCHOOL):
            return self.filter(pupil__in=Pupil.objects.visible_to(user))
        return self

    def open(self) -> Self:
        return self.filter(state__in=OPEN_LOAN)

    def main(self) -> Self:
        return self.filter(kind=LoanKind.MAIN)


class Loan(Stateful):
    """A device lent to a pupil under a signed convention (invariants 1 and 2).

    The loan follows the pupil from member school to member school (invariant 4). `replaces` names the loan whose
    device this one stands for (repair by swap, theft).
    """

    TRANSITIONS = LOAN_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="loans")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="loans")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="loans")
    kind = models.CharField(_("kind"), max_length=10, choices=LoanKind, default=LoanKind.MAIN)
    state = models.CharField(_("state"), max_length=12, choices=LoanState, default=LoanState.ACTIVE)
    started_on = models.DateField(_("lent on"))
    due_on = models.DateField(_("due back on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(
        _("why it ended"),
        max_length=10,
        choices=LoanEnd,
        null=True,
        blank=True,
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state__in=OPEN_LOAN),
                name="loan_one_per_device",
                violation_error_message=_("This laptop is already lent."),
            ),
            models.UniqueConstraint(
                fields=["pupil", "kind"],
                condition=Q(state__in=OPEN_LOAN),
                name="loan_one_per_pupil",
                violation_error_message=_("This pupil already has a laptop."),
            ),
            one_of("loan", "state", LoanState.values),
            models.CheckConstraint(
                name="loan_ended_says_why",
                condition=Q(state__in=OPEN_LOAN, ended_on=None, end_reason=None)
                | (~Q(state__in=OPEN_LOAN) & Q(ended_on__isnull=False, end_reason__isnull=False)),
                violation_error_message=_("An ended loan has a date and a reason."),
            ),
            dates_in_order("loan", "started_on", "ended_on", message=_("The loan ended before it began.")),
        ]

    def __str__(self) -> str:
        return f"{self.device} → {self.pupil}"


class LoanLog(StateLog):
    subject = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="log")
