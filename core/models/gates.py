"""How fast messages may leave, and tasks that no worker here knows."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class SendingGate(models.Model):
    """The way out of one channel, shared by all workers.

    `free_at`: when the next message would be due if they left one by one (the token bucket, core/outbox/gates.py).
    `closed_until`: the server is down or asked for patience. `rung_at`: a worker is on its way until then.
    """

    name = models.SlugField(_("channel"), max_length=12, unique=True)
    free_at = models.DateTimeField(_("next turn at"), null=True, blank=True)
    closed_until = models.DateTimeField(_("closed until"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    rung_at = models.DateTimeField(_("rung until"), null=True, blank=True)

    class Meta:
        verbose_name = _("way out of messages")
        verbose_name_plural = _("ways out of messages")

    def __str__(self) -> str:
        return self.name

    def is_closed(self, at: datetime) -> bool:
        return bool(self.closed_until and at < self.closed_until)


class ParkedTask(models.Model):
    """A ring whose name no worker here knew: of a newer version, or of an older one (trust 55). Played when known."""

    name = models.CharField(_("task"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=dict)
    parked_at = models.DateTimeField(_("set apart at"))

    class Meta:
        verbose_name = _("unknown task")
        verbose_name_plural = _("unknown tasks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
