"""Addresses that take no message, and what mail providers tell of messages that left."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.models.outbox import Message


class Trouble(models.TextChoices):
    """BOUNCED: messages come back, the address is wrong or closed. COMPLAINED: its owner reported us as unwanted."""

    BOUNCED = "bounced", _("messages come back")
    COMPLAINED = "complained", _("wants no message")


class BlockedAddressQuerySet(models.QuerySet["BlockedAddress"]):
    def in_force(self) -> Self:
        return self.filter(released_at=None)

    def of(self, addresses: list[str]) -> Self:
        """Those among these addresses, whatever their case."""
        return self.filter(address__in=[address.lower() for address in addresses])


class BlockedAddress(models.Model):
    """An address nobody writes to any more, in lower case, and why; `detail` is what the mail server said.

    It says nothing of a person: somebody who gives another address is written to again. A person may try a returned
    address anew (`released_at`); never one that complained.
    """

    address = models.CharField(_("address"), max_length=254, unique=True)
    trouble = models.CharField(_("trouble"), max_length=12, choices=Trouble)
    detail = models.CharField(_("what the mail server said"), max_length=300, blank=True)
    noted_at = models.DateTimeField(_("noted at"))
    released_at = models.DateTimeField(_("tried again at"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BlockedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address that takes no message")
        verbose_name_plural = _("addresses that take no message")
        ordering = ["-noted_at", "-pk"]
        constraints = [
            one_of("blocked_address", "trouble", Trouble.values),
            models.CheckConstraint(name="blocked_address_lower", condition=Q(address=Lower("address"))),
            models.CheckConstraint(
                name="complaint_never_released", condition=Q(released_at=None) | Q(trouble=Trouble.BOUNCED)
            ),
        ]

    def __str__(self) -> str:
        return self.address


class ProviderReport(models.Model):
    """What a mail provider said of one message: once, however often it says so.

    `fingerprint` is the provider's own number of the event, or a digest of what tells it from the others. `message` is
    empty when the Message-ID is none of ours: kept, for whoever looks for a lost message.
    """

    provider = models.CharField(_("provider"), max_length=40)
    fingerprint = models.CharField(max_length=120)
    kind = models.CharField(_("kind"), max_length=20)
    mail_id = models.CharField(_("Message-ID"), max_length=300, blank=True)
    recipient = models.CharField(_("recipient"), max_length=254, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    happened_at = models.DateTimeField(_("happened at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )

    class Meta:
        verbose_name = _("report of a mail provider")
        verbose_name_plural = _("reports of mail providers")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "fingerprint"], name="provider_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.mail_id}"
