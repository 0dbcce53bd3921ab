"""A copier's scan of many signed conventions, page by page: each is placed or flagged, none is lost (N5)."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.models import StoredFile
from core.workflow import Stateful, StateLog
from loans.enums import SCAN_TRANSITIONS, PageProblem, PageState, ScanState
from loans.models.convention import Convention
from loans.models.paper import PaperCopy
from schools.models import School


class ScanQuerySet(models.QuerySet["Scan"]):
    def visible_to(self, user: User) -> Self:
        """A school sees the scans it sent; the checkers see all."""
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self


class Scan(Stateful):
    """One file as the copier made it, kept as received; `pages_count` is unknown until a worker opened it."""

    TRANSITIONS = SCAN_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="scans")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=ScanState, default=ScanState.RECEIVED)
    problem = models.TextField(_("problem"), blank=True)
    pages_count = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("sent at"))

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["uploaded_at"], name="scan_to_read", condition=Q(state="received"))]
        constraints = [
            models.UniqueConstraint(fields=["school", "file"], name="scan_file_once"),
            one_of("scan", "state", ScanState.values),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.uploaded_at:%Y-%m-%d}"


class ScanLog(StateLog):
    subject = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="log")


class ScannedPage(models.Model):
    """One page of a scan: `number` counts from 1; `turn` is what stands it upright, in degrees clockwise.

    `convention`, `text_number`, `page` and `pages` are what its code says (or a person, who cannot tell the version);
    `is_signed` is whether the signature box holds ink, empty when the page has no box; `copy` is the paper copy it
    went into.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField(_("page of the scan"))
    turn = models.PositiveSmallIntegerField(_("turn"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=PageState)
    problem = models.CharField(_("problem"), max_length=16, choices=PageProblem, blank=True)
    sentence = models.TextField(_("why it was not taken"), blank=True)
    convention = models.ForeignKey(
        Convention, on_delete=models.PROTECT, null=True, blank=True, related_name="scanned_pages"
    )
    text_number = models.PositiveSmallIntegerField(_("version of the text"), null=True, blank=True)
    page = models.PositiveSmallIntegerField(_("page of the convention"), null=True, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages of the convention"), null=True, blank=True)
    is_signed = models.BooleanField(_("ink in the signature box"), null=True, blank=True)
    copy = models.ForeignKey(
        PaperCopy, on_delete=models.PROTECT, null=True, blank=True, related_name="scanned_pages"
    )

    class Meta:
        verbose_name = _("scanned page")
        verbose_name_plural = _("scanned pages")
        ordering = ["scan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scan", "number"], name="scanned_page_once"),
            one_of("scanned_page", "state", PageState.values),
            models.CheckConstraint(
                name="scanned_page_placed_in_copy",
                condition=Q(state=PageState.PLACED, copy__isnull=False)
                | (~Q(state=PageState.PLACED) & Q(copy__isnull=True)),
            ),
            models.CheckConstraint(
                name="scanned_page_says_why",
                condition=~Q(state__in=[PageState.FLAGGED, PageState.SET_ASIDE]) | ~Q(problem=""),
            ),
            models.CheckConstraint(
                name="scanned_page_of_pages",
                condition=Q(page__isnull=True) | Q(page__lte=F("pages"), page__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scan_id}/{self.number}"
