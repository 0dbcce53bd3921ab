"""Text messages: a row each, written in the transaction that causes it, sent at most once."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.outbox import Message


class TextState(models.TextChoices):
    """Where a text message is.

    QUEUED: waits for a free worker. LEASED: in the hands of one. SENT: the provider took it. FAILED: it did not leave
    in time, was refused, or nobody knows; the e-mail behind it leaves.
    """

    QUEUED = "queued", _("queued")
    LEASED = "leased", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")


class TextMessage(models.Model):
    """One text message to one number, useless after `expires_at`; `instead` is the e-mail that replaces it.

    The body hides its secrets as a message's does (`core.tokens`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    business_key = models.CharField(_("business key"), max_length=200, unique=True)
    about = models.CharField(_("about"), max_length=80, db_index=True)
    to_number = models.CharField(_("to"), max_length=20)
    body = models.TextField(_("body"))
    instead = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("e-mail instead"),
    )
    state = models.CharField(_("state"), max_length=12, choices=TextState, default=TextState.QUEUED)
    expires_at = models.DateTimeField(_("useless after"))
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    provider_id = models.CharField(_("name given by the provider"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        indexes = [
            models.Index(
                fields=["expires_at"], name="text_due", condition=models.Q(state__in=["queued", "leased"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_key} → {self.to_number}"
