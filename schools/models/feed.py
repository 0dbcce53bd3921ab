"""What comes by itself: who may push files, each use of that right, and the files received."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.models import StoredFile
from core.workflow import Stateful, StateLog
from programmes.models import Campaign
from schools.feeds.enums import DELIVERY_TRANSITIONS, DeliveryState, UseOutcome, Way
from schools.models.enrolment_import import EnrolmentImport
from schools.models.school import School


class FeedToken(models.Model):
    """A machine may push the files of these schools, or of all when `covers_region`. Only the token's SHA-256 is kept.

    `prefix` is what people recognise it by.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("beginning"), max_length=20)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    covers_region = models.BooleanField(_("all the schools"), default=False)
    schools = models.ManyToManyField(School, related_name="feed_tokens", blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("feed token")
        verbose_name_plural = _("feed tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def is_open(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at

    def covers(self, uai: str) -> bool:
        """Whether this token may speak for that school."""
        return self.covers_region or self.schools.filter(uai=uai).exists()


class FeedDeliveryQuerySet(models.QuerySet["FeedDelivery"]):
    def to_read(self, at: datetime) -> Self:
        """Received, and in no worker's hands."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.filter(free, state=DeliveryState.RECEIVED).order_by("received_at", "pk")

    def set_aside(self) -> Self:
        return self.filter(state=DeliveryState.SET_ASIDE)


class FeedDelivery(Stateful):
    """Files that came together, stored before anything else; the same files from the same sender are one delivery.

    `sha256` is of the hashes of the files, in order. `sender` says who sent them in a few words; `uais` the schools
    that the files name; `problems` are findings: {code, sentence, remedy, place}.
    """

    TRANSITIONS = DELIVERY_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="deliveries_of_files")
    way = models.CharField(_("way"), max_length=5, choices=Way)
    token = models.ForeignKey(
        FeedToken, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    sender = models.CharField(_("sender"), max_length=200)
    uais = models.JSONField(_("schools"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.RECEIVED)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    files = models.ManyToManyField(StoredFile, related_name="+")
    imports = models.ManyToManyField(EnrolmentImport, related_name="feed_deliveries", blank=True)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    received_at = models.DateTimeField(_("received at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)

    objects = FeedDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of files")
        verbose_name_plural = _("deliveries of files")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="feed_delivery_to_read",
                condition=Q(state=DeliveryState.RECEIVED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "way", "sender", "sha256"], name="feed_delivery_once"
            ),
            one_of("feed_delivery", "state", DeliveryState.values),
            one_of("feed_delivery", "way", Way.values),
            models.CheckConstraint(
                name="feed_delivery_pushed_with_a_token",
                condition=Q(way=Way.PUSH, token__isnull=False) | (~Q(way=Way.PUSH) & Q(token=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.received_at:%Y-%m-%d %H:%M}"


class FeedDeliveryLog(StateLog):
    subject = models.ForeignKey(FeedDelivery, on_delete=models.CASCADE, related_name="log")


class FeedTokenUse(models.Model):
    """Once somebody showed this token, what they were answered. Rows are only added, until they are purged."""

    token = models.ForeignKey(FeedToken, on_delete=models.CASCADE, related_name="uses")
    at = models.DateTimeField(_("at"))
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=14, choices=UseOutcome)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    uais = models.JSONField(_("schools"), default=list, blank=True)
    delivery = models.ForeignKey(
        FeedDelivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("use of a feed token")
        verbose_name_plural = _("uses of feed tokens")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["token", "-at"], name="feed_use_by_token")]
        constraints = [one_of("feed_use", "outcome", UseOutcome.values)]

    def __str__(self) -> str:
        return f"{self.token} {self.outcome}"
