"""Devices come into the register, many at a time, with the serial number their maker gave them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from loans.enums import DeviceState
from loans.models import Device, DeviceLog, DeviceModel
from schools.models import School


SHAPE = re.compile(r"^[A-Z0-9][A-Z0-9-]{3,39}$")
TAG_PREFIX = "CT-"


@dataclass
class Intake:
    """What a delivery of devices brought: three lists, by serial number."""

    received: list[Device] = field(default_factory=list)
    already_known: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


@transaction.atomic
def receive_devices(
    *,
    model: DeviceModel,
    serials: Iterable[str],
    by: User | None,
    on: date,
    at: datetime,
    school: School | None = None,
) -> Intake:
    """Put devices in stock (in the warehouse, or a school), each with the next asset tag.

    A serial already in the register is listed and left alone; one that is no serial is listed. Raises
    Refused(`no_serial`) when nothing at all was given.
    """
    codes = list(dict.fromkeys(serial.strip().upper() for serial in serials if serial.strip()))
    if not codes:
        raise Refused("no_serial", _("Scan or paste at least one serial number, one a line."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('asset tags'))")
    intake = Intake(unreadable=[code for code in codes if not SHAPE.match(code)])
    known = set(Device.objects.filter(serial__in=codes).values_list("serial", flat=True))
    intake.already_known = [code for code in codes if code in known]
    new = [code for code in codes if SHAPE.match(code) and code not in known]
    intake.received = Device.objects.bulk_create(
        [
            Device(model=model, serial=code, asset_tag=tag, school=school, received_on=on)
            for code, tag in zip(new, _next_tags(len(new)), strict=True)
        ],
        batch_size=1000,
    )
    DeviceLog.objects.bulk_create(
        [
            DeviceLog(subject=device, from_state="", to_state=DeviceState.IN_STOCK, by=by, at=at)
            for device in intake.received
        ],
        batch_size=1000,
    )
    return intake


def _next_tags(count: int) -> list[str]:
    tags = Device.objects.filter(asset_tag__regex=rf"^{TAG_PREFIX}[0-9]{{6}}$")
    last = tags.aggregate(last=Max("asset_tag"))["last"]
    first = int(last.removeprefix(TAG_PREFIX)) + 1 if last else 1
    return [f"{TAG_PREFIX}{number:06d}" for number in range(first, first + count)]
