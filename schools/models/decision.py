"""What a person needs before and after deciding on an import: its differences, the values it replaced, its undoing."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from schools.enums import DifferenceKind, RevertState
from schools.models.enrolment import Enrolment
from schools.models.enrolment_import import EnrolmentImport
from schools.models.guardian import Guardian
from schools.models.pupil import Pupil


class ImportValue(models.Model):
    """What one statement of an import replaced in one row: written by PostgreSQL itself (migration 0003).

    `table` is the row's table without its app, `before` and `after` hold only the columns that differ. Rows an import
    inserts leave nothing here.
    """

    id = models.BigAutoField(primary_key=True)
    enrolment_import = models.ForeignKey(
        EnrolmentImport, on_delete=models.CASCADE, related_name="values_before"
    )
    table = models.CharField(_("table"), max_length=16)
    row_id = models.BigIntegerField(_("row"))
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))

    class Meta:
        verbose_name = _("value replaced by an import")
        verbose_name_plural = _("values replaced by imports")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class ImportDifference(models.Model):
    """One line of what a held file would do, found by applying it and undoing that at once.

    Kept after the decision: it is what the person who decided had before their eyes.
    """

    enrolment_import = models.ForeignKey(
        EnrolmentImport, on_delete=models.CASCADE, related_name="differences"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DifferenceKind)
    name = models.CharField(_("name"), max_length=220)
    class_code = models.CharField(_("class"), max_length=20, blank=True)
    field = models.CharField(_("field"), max_length=32, blank=True)
    before = models.CharField(_("before"), max_length=254, blank=True)
    after = models.CharField(_("after"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["kind", "class_code", "name", "pk"]
        indexes = [models.Index(fields=["enrolment_import", "kind"], name="difference_by_kind")]
        constraints = [one_of("import_difference", "kind", DifferenceKind.values)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def label(self) -> str:
        """The words for the field that changes."""
        if self.field == "guardian":
            return str(Guardian._meta.verbose_name)
        owners = (Guardian,) if self.kind == DifferenceKind.ADDRESS else (Enrolment, Pupil)
        for owner in owners:
            if any(column.name == self.field for column in owner._meta.concrete_fields):
                return str(owner._meta.get_field(self.field).verbose_name)
        return self.field


class ImportRevert(models.Model):
    """The undoing of an applied import, asked by one person and decided by another.

    `kept` are lines {name, sentence}: what later acts made impossible to undo, pupil by pupil; None once
    forgotten (`schools.imports.forgetting`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment_import = models.ForeignKey(EnrolmentImport, on_delete=models.PROTECT, related_name="reverts")
    state = models.CharField(_("state"), max_length=8, choices=RevertState, default=RevertState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    kept = models.JSONField(_("what stayed"), default=list, blank=True)

    class Meta:
        verbose_name = _("undoing of an import")
        verbose_name_plural = _("undoings of imports")
        ordering = ["-pk"]
        constraints = [
            one_of("import_revert", "state", RevertState.values),
            models.UniqueConstraint(
                fields=["enrolment_import"],
                condition=models.Q(state=RevertState.ASKED),
                name="revert_asked_once",
            ),
            models.CheckConstraint(
                name="revert_second_person",
                condition=~models.Q(state=RevertState.DONE) | ~models.Q(asked_by=models.F("decided_by")),
                violation_error_message=_("Somebody else decides."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_import} {self.get_state_display()}"
