"""What a new school directory announces, until a region officer says yes or no."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.workflow import Stateful, StateLog
from schools.enums import DIRECTORY_CHANGE_TRANSITIONS, DirectoryChangeKind, DirectoryChangeState
from schools.models.school import School


class DirectoryChangeQuerySet(models.QuerySet["DirectoryChange"]):
    def visible_to(self, user: User) -> Self:
        """Region officers only."""
        return self if user.has_role(Role.REGION) else self.none()

    def proposed(self) -> Self:
        return self.filter(state=DirectoryChangeState.PROPOSED)


class DirectoryChange(Stateful):
    """A school that opens, closes, opens again or takes another name, as the directory says.

    `school` is empty for one that opens; `name` is its name in the directory and `values` what a new school would be
    created with. `successor` is the school that takes over from one that closes, when the directory or its address
    tells.
    """

    TRANSITIONS = DIRECTORY_CHANGE_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=DirectoryChangeKind)
    state = models.CharField(
        _("state"), max_length=8, choices=DirectoryChangeState, default=DirectoryChangeState.PROPOSED
    )
    uai = models.CharField(_("UAI"), max_length=8)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="directory_changes"
    )
    name = models.CharField(_("name in the directory"), max_length=200)
    values = models.JSONField(_("values"), default=dict)
    successor_uai = models.CharField(_("successor’s UAI"), max_length=8, blank=True)
    listed_at = models.DateTimeField(_("listed at"), auto_now_add=True)

    objects = DirectoryChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change in the directory")
        verbose_name_plural = _("changes in the directory")
        ordering = ["kind", "name", "uai"]
        constraints = [
            models.UniqueConstraint(
                fields=["uai", "kind"], condition=Q(state="proposed"), name="directory_change_once"
            ),
            one_of("directory_change", "state", DirectoryChangeState.values),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.uai})"

    @property
    def town(self) -> str:
        """Where a new school opens, "" when the directory does not say."""
        return str(self.values.get("city", ""))


class DirectoryChangeLog(StateLog):
    """A decision on a change of the directory."""

    subject = models.ForeignKey(DirectoryChange, on_delete=models.CASCADE, related_name="log")

    class Meta(StateLog.Meta):
        verbose_name = _("decision on the directory")
        verbose_name_plural = _("decisions on the directory")
