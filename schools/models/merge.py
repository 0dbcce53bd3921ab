"""Two rows that may be one pupil: a person says so, or says that they are two, once."""

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
from schools.enums import MERGE_TRANSITIONS, EnrolmentState, MergeState
from schools.models.enrolment_import import EnrolmentImport
from schools.models.pupil import Pupil


class MergeProposalQuerySet(models.QuerySet["MergeProposal"]):
    def visible_to(self, user: User) -> Self:
        """A school sees those that name a pupil it enrols now; the decision is the region's."""
        if user.has_role(Role.SCHOOL):
            here = {
                "school__staff__user": user,
                "school__staff__ended_on": None,
                "state": EnrolmentState.ACTIVE,
            }
            return self.filter(
                Q(pupil__in=_enrolled(Pupil, here)) | Q(newcomer__in=_enrolled(Pupil, here))
            ).distinct()
        return self

    def open(self) -> Self:
        """Still to decide; a question about a row merged since has lost its object."""
        return self.filter(state=MergeState.OPEN, pupil__merged_into=None, newcomer__merged_into=None)


def _enrolled(model: type[Pupil], here: dict[str, object]) -> models.QuerySet[Pupil]:
    return model.objects.filter(**{f"enrolments__{key}": value for key, value in here.items()})


class MergeProposal(Stateful):
    """`newcomer` bears the names and birth date of `pupil`, who is known by another number.

    `enrolment_import` is the file that brought the newcomer, `asked_by` who sent it or asked by hand: somebody else
    decides. `facts` are what was compared, as it was that day. Both ways round, a pair is asked about once.
    """

    TRANSITIONS = MERGE_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="merge_proposals")
    newcomer = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="merge_proposals_as_newcomer")
    state = models.CharField(_("state"), max_length=8, choices=MergeState, default=MergeState.OPEN)
    enrolment_import = models.ForeignKey(
        EnrolmentImport, on_delete=models.SET_NULL, null=True, blank=True, related_name="merge_proposals"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = MergeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge proposal")
        verbose_name_plural = _("merge proposals")
        ordering = ["pk"]
        constraints = [
            one_of("merge_proposal", "state", MergeState.values),
            models.UniqueConstraint(fields=["pupil", "newcomer"], name="merge_proposed_once"),
            models.CheckConstraint(name="merge_of_two", condition=~Q(pupil=F("newcomer"))),
        ]

    def __str__(self) -> str:
        return f"{self.pupil} / {self.newcomer}"


class MergeProposalLog(StateLog):
    subject = models.ForeignKey(MergeProposal, on_delete=models.CASCADE, related_name="log")
