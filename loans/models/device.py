"""Laptops: what they are, where they are, what happened to each."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.workflow import Stateful, StateLog
from loans.enums import DEVICE_TRANSITIONS, DeviceState
from schools.models import School


class DeviceModel(models.Model):
    """A model bought by the programme, with its kit (charger, sleeve) and its price in euros."""

    brand = models.CharField(_("brand"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    kit = models.JSONField(_("kit"), default=list)
    purchase_amount = models.DecimalField(_("price"), max_digits=8, decimal_places=2)

    class Meta:
        verbose_name = _("device model")
        verbose_name_plural = _("device models")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="device_model_once"),
            models.CheckConstraint(name="device_model_price", condition=Q(purchase_amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.name}"


class DeviceQuerySet(models.QuerySet["Device"]):
    def in_stock(self) -> Self:
        return self.filter(state=DeviceState.IN_STOCK)

    def by_scan(self, code: str) -> Self:
        """What a scanner read: a serial number or an asset tag, spaces and case aside."""
        code = code.strip().upper()
        return self.filter(Q(serial=code) | Q(asset_tag=code))


class Device(Stateful):
    """One laptop. `serial` is the maker's, `asset_tag` our sticker's; both in capitals.

    `school` is where it lies in stock when it is in a school; empty for the warehouse or when lent. Never deleted.
    """

    TRANSITIONS = DEVICE_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.ForeignKey(DeviceModel, on_delete=models.PROTECT, related_name="devices")
    serial = models.CharField(_("serial number"), max_length=40, unique=True)
    asset_tag = models.CharField(_("asset tag"), max_length=20, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=DeviceState, default=DeviceState.IN_STOCK)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="devices"
    )
    received_on = models.DateField(_("received on"))

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["asset_tag"]
        constraints = [
            one_of("device", "state", DeviceState.values),
            models.CheckConstraint(
                name="device_codes_upper",
                condition=Q(serial__regex=r"^[A-Z0-9-]+$", asset_tag__regex=r"^[A-Z0-9-]+$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_tag} ({self.serial})"

    @property
    def masked_serial(self) -> str:
        """« ••••4821 »: enough for a family to recognise it, not for a thief to claim it."""
        return f"••••{self.serial[-4:]}"


class DeviceLog(StateLog):
    subject = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="log")
