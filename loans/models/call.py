"""What became of a phone call to a family: an outcome, never a word of what was said."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from loans.enums import CallOutcome
from loans.models.convention import Convention
from schools.models import Guardian


class CallNoteQuerySet(models.QuerySet["CallNote"]):
    def latest_first(self) -> Self:
        return self.order_by("-called_at", "-pk")


class CallNote(models.Model):
    """One call about one convention; `guardian` is who was called, empty for the adult pupil.

    Neither the number nor a comment is kept. Deleted when the convention's campaign is closed (`loans.calls`).
    """

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="calls")
    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=CallOutcome)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("called at"))

    objects = CallNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-called_at", "-pk"]
        constraints = [one_of("call_note", "outcome", CallOutcome.values)]

    def __str__(self) -> str:
        return f"{self.convention} {self.outcome}"
