"""The paper path (N5): a scan, looked at by the supplier before it counts."""

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
from loans.enums import PAPER_TRANSITIONS, PaperState
from loans.models.convention import Convention, ConventionText
from schools.models import Guardian


class PaperCopyQuerySet(models.QuerySet["PaperCopy"]):
    def visible_to(self, user: User) -> Self:
        if user.has_role(Role.SCHOOL):
            return self.filter(convention__in=Convention.objects.visible_to(user))
        return self

    def pending(self) -> Self:
        return self.filter(state=PaperState.PENDING)


class PaperCopy(Stateful):
    """A scanned, signed convention uploaded by the school; the original file is kept as received.

    `guardian` signed the paper, as the school reads it; empty for the adult pupil. `text` is the version
    that the codes of its pages name; empty when none could be read.
    """

    TRANSITIONS = PAPER_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="paper_copies")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=PaperState, default=PaperState.PENDING)
    text = models.ForeignKey(
        ConventionText, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"))
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    rejection_reason = models.TextField(_("reason for rejecting"), blank=True)

    objects = PaperCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper copy")
        verbose_name_plural = _("paper copies")
        ordering = ["uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"], condition=Q(state=PaperState.PENDING), name="paper_one_pending"
            ),
            models.CheckConstraint(
                name="paper_rejected_says_why",
                condition=~Q(state=PaperState.REJECTED) | ~Q(rejection_reason=""),
                violation_error_message=_("Say why the copy is rejected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} {self.uploaded_at:%Y-%m-%d}"


class PaperCopyLog(StateLog):
    subject = models.ForeignKey(PaperCopy, on_delete=models.CASCADE, related_name="log")
