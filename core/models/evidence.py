"""The chain of evidence: what happened to whom, in an order nobody can rewrite (DESIGN invariant 7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceEvent(models.Model):
    """One event of one stream (`convention:<uuid>`), hashed with the one before it.

    `payload` holds identifiers and digests, never names, so that an erasure does not break the chain.
    """

    stream = models.CharField(_("stream"), max_length=80)
    rank = models.PositiveIntegerField(_("rank"))
    action = models.SlugField(_("action"), max_length=60)
    actor = models.CharField(_("actor"), max_length=80)
    payload = models.JSONField(_("payload"), default=dict)
    at = models.DateTimeField(_("at"))
    previous_hash = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("evidence event")
        verbose_name_plural = _("evidence events")
        ordering = ["stream", "rank"]
        constraints = [models.UniqueConstraint(fields=["stream", "rank"], name="evidence_rank_once")]

    def __str__(self) -> str:
        return f"{self.stream} {self.rank} {self.action}"


class EventTrace(models.Model):
    """What a browser said of itself during one event. Beside the chain, not in it: it can be erased by the rules."""

    event = models.OneToOneField(EvidenceEvent, on_delete=models.PROTECT, related_name="trace")
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("trace of an event")
        verbose_name_plural = _("traces of events")

    def __str__(self) -> str:
        return f"{self.event}"
