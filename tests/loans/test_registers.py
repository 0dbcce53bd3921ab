"""Stock intake: many serial numbers at once, each device once."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.refusals import Refused
from loans.models import Device, DeviceModel
from loans.registers import receive_devices
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import DeviceFactory, DeviceModelFactory


pytestmark = pytest.mark.django_db


def receive(*serials):
    return receive_devices(model=DeviceModelFactory(), serials=serials, by=None, on=DAY, at=NOON)


def test_each_new_serial_becomes_a_device_with_the_next_tag():
    DeviceFactory(asset_tag="CT-000041")
    intake = receive("pf4x-0001", " PF4X-0002 ", "PF4X-0002", "")
    assert [device.serial for device in intake.received] == ["PF4X-0001", "PF4X-0002"]
    assert [device.asset_tag for device in intake.received] == ["CT-000042", "CT-000043"]
    assert Device.objects.get(serial="PF4X-0001").log.get().to_state == "in_stock"


def test_what_is_known_or_unreadable_is_told_and_left_alone():
    receive("PF4X-0001")
    intake = receive("PF4X-0001", "??", "PF4X-0003")
    assert (intake.already_known, intake.unreadable) == (["PF4X-0001"], ["??"])
    assert Device.objects.count() == 2


def test_an_empty_list_is_refused():
    with pytest.raises(Refused) as refused:
        receive("", "  ")
    assert refused.value.code == "no_serial"


@pytest.mark.parametrize("text", ["PF4X-0001\nPF4X-0002\n", "palette;serial\n1;PF4X-0001\n1;PF4X-0002\n"])
def test_the_command_reads_lists_and_columns(tmp_path, text):
    path, out = tmp_path / "series.csv", StringIO()
    path.write_text(text)
    options = {"brand": "Essai", "model": "Portable 14", "price": Decimal(450), "on": DAY, "json": True}
    call_command("import_devices", path, stdout=out, **options)
    assert json.loads(out.getvalue()) == {"received": 2, "already_known": [], "unreadable": []}
    assert DeviceModel.objects.get().devices.count() == 2


def test_the_command_ends_badly_when_a_line_is_no_serial(tmp_path):
    path = tmp_path / "series.csv"
    path.write_text("PF4X-0001\n?\n")
    with pytest.raises(CommandError):
        call_command("import_devices", path, brand="Essai", model="P", price=Decimal(450), stdout=StringIO())
