"""The services a programme asks for its schools' pupils, and what each answered each day."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.encryption import decrypt_text, encrypt_text
from programmes.enums import SchoolKind
from programmes.models import Campaign, Programme
from schools.feeds.adapters.errors import SENTENCES
from schools.feeds.enums import PullState, SourceCover, SourceKind
from schools.models.feed import FeedDelivery
from schools.models.school import School, SchoolQuerySet


class FeedSource(models.Model):
    """A service that a programme asks every night. The secret is encrypted under FILES_KEYS, and never shown again.

    `test_sentence` is what the last trial of the connection said, in French; `is_sound` whether it brought
    pupils, None when it answers and has none yet.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="feed_sources")
    kind = models.CharField(_("service"), max_length=12, choices=SourceKind)
    covers = models.CharField(_("schools"), max_length=12, choices=SourceCover, default=SourceCover.EDUCATION)
    base_url = models.URLField(_("address"), max_length=300)
    token_url = models.URLField(_("address of the token"), max_length=300, blank=True)
    key_id = models.CharField(_("identifier"), max_length=200, blank=True)
    sealed_secret = models.TextField(blank=True, default="")
    is_active = models.BooleanField(_("asked every night"), default=True)
    tested_at = models.DateTimeField(_("tested at"), null=True, blank=True)
    is_sound = models.BooleanField(_("works"), null=True, blank=True)
    test_sentence = models.TextField(_("what it answered"), blank=True, default="")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("source of enrolments")
        verbose_name_plural = _("sources of enrolments")
        ordering = ["kind", "pk"]
        constraints = [
            one_of("feed_source", "kind", SourceKind.values),
            one_of("feed_source", "covers", SourceCover.values),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def secret(self) -> str:
        """In clear, "" when there is none. Raises CannotDecrypt when its key is lost."""
        return decrypt_text(self.sealed_secret, label=self._label) if self.sealed_secret else ""

    def seal_secret(self, clear: str) -> None:
        self.sealed_secret = encrypt_text(clear, label=self._label) if clear else ""

    @property
    def _label(self) -> str:
        return f"feed source {self.public_id}"

    def schools_of(self, campaign: Campaign) -> SchoolQuerySet:
        """The open member schools whose pupils this service knows."""
        members = School.objects.members_of(campaign).filter(is_open=True)
        agricultural = Q(kind__in=[SchoolKind.LYCEE_AGRI, SchoolKind.MFR])
        if self.covers == SourceCover.ALL:
            return members
        return members.filter(agricultural if self.covers == SourceCover.AGRICULTURAL else ~agricultural)


class FeedPullQuerySet(models.QuerySet["FeedPull"]):
    def to_ask(self, now: object) -> Self:
        """Waiting, their pause over, in no worker's hands."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        ready = Q(next_at=None) | Q(next_at__lte=now)
        return self.filter(free, ready, state=PullState.WAITING, source__is_active=True)


class FeedPull(models.Model):
    """One school asked from one service for one day: what came, or why nothing did (`outcome`: a FeedError's kind)."""

    source = models.ForeignKey(FeedSource, on_delete=models.PROTECT, related_name="pulls")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="pulls")
    for_date = models.DateField(_("for the day"))
    state = models.CharField(_("state"), max_length=8, choices=PullState, default=PullState.WAITING)
    outcome = models.CharField(_("outcome"), max_length=12, blank=True, default="")
    detail = models.CharField(_("detail"), max_length=60, blank=True, default="")
    attempts_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    delivery = models.ForeignKey(
        FeedDelivery, on_delete=models.PROTECT, null=True, blank=True, related_name="pulls"
    )

    objects = FeedPullQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a source")
        verbose_name_plural = _("questions to sources")
        ordering = ["-for_date", "school__uai"]
        indexes = [
            models.Index(fields=["for_date"], name="pull_to_ask", condition=Q(state=PullState.WAITING)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "school", "for_date"], name="pull_once_a_day"),
            one_of("feed_pull", "state", PullState.values),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.school_id} {self.for_date:%Y-%m-%d}"

    @property
    def reason(self) -> str:
        """Why nothing came, as a sentence; "" when something did."""
        return str(SENTENCES.get(self.outcome, ""))
