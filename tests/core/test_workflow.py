"""States move by their table, leave a line, and the line stays."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from core.refusals import Refused
from loans.enums import DeviceState
from loans.models import Device, DeviceLog, DeviceModel


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    model = DeviceModel.objects.create(brand="Marque", name="Modèle", purchase_amount="420.00")
    return Device.objects.create(model=model, serial="SN1", asset_tag="T1", received_on=date(2026, 8, 1))


def test_a_move_is_logged_with_who_and_why(device):
    device.move_to(DeviceState.IN_REPAIR, by=None, at=AT, comment="clavier")
    device.refresh_from_db()
    assert device.state == DeviceState.IN_REPAIR
    line = device.log.get()
    assert (line.from_state, line.to_state, line.at, line.comment) == ("in_stock", "in_repair", AT, "clavier")


def test_another_move_is_refused_and_changes_nothing(device):
    with pytest.raises(Refused) as refusal:
        device.move_to(DeviceState.CEDED, by=None, at=AT)
    device.refresh_from_db()
    assert refusal.value.code == "transition_refused"
    assert "en stock" in refusal.value.sentence
    assert device.state == DeviceState.IN_STOCK
    assert not device.log.exists()


def test_moving_where_we_are_does_nothing(device):
    device.move_to(DeviceState.IN_STOCK, by=None, at=AT)
    assert not device.log.exists()


def test_a_row_that_moved_meanwhile_is_refused_even_to_who_forgot_to_lock_it(device):
    stale = Device.objects.get(pk=device.pk)
    device.move_to(DeviceState.IN_REPAIR, by=None, at=AT)
    with pytest.raises(Refused, match="en réparation"):
        stale.move_to(DeviceState.ON_LOAN, by=None, at=AT)
    device.refresh_from_db()
    assert device.state == DeviceState.IN_REPAIR
    assert [str(line) for line in device.log.all()] == ["in_stock → in_repair"]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_log_line_is_never_changed(device, change):
    device.move_to(DeviceState.IN_REPAIR, by=None, at=AT)
    lines = DeviceLog.objects.all()
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        if change == "update":
            lines.update(comment="autre")
        else:
            lines._raw_delete(lines.db)


def test_the_database_refuses_an_unknown_state(device):
    with pytest.raises(IntegrityError, match="device_state_known"), transaction.atomic():
        Device.objects.update(state="vanished")
