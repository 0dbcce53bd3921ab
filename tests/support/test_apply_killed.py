"""Changes are consumed once by loans and by support, whether processes race or are killed (trust 36)."""

import os
import signal
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from loans.models import Convention
from programmes.campaigns import open_campaign
from schools.models import ChangeReceipt, Enrolment, EnrolmentChange, School
from support.models import DeviceReturn
from tests.kit.waiting import wait_until_waiting
from tests.loans.crowd import enrol_crowd
from tests.schools.factories import SchoolMembershipFactory
from tests.support.world import ON, left, lent


COUNT, LEAVERS = 40, 5
LIMIT = 60  # seconds
WORKER = """
import django
django.setup()
from datetime import date, datetime, UTC
from django.db import connection
connection.settings_dict["NAME"] = {database!r}
from support.applying import apply_changes
apply_changes(on=date.fromisoformat({on!r}), at=datetime(2026, 10, 20, 2, 30, tzinfo=UTC))
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def changes(transactional_db) -> int:
    """Forty arrived; five of them have a laptop and left."""
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    enrol_crowd(campaign, COUNT)
    SchoolMembershipFactory(school=School.objects.get(), campaign=campaign)
    enrolments = list(Enrolment.objects.select_related("pupil").order_by("pk"))
    EnrolmentChange.objects.bulk_create(
        EnrolmentChange(enrolment=one, kind="arrived", on=date(2026, 9, 1)) for one in enrolments
    )
    for enrolment in enrolments[:LEAVERS]:
        lent(enrolment.pupil, campaign)
        left(enrolment)
    return EnrolmentChange.objects.count()


def start() -> subprocess.Popen:
    code = WORKER.format(database=connection.settings_dict["NAME"], on=ON.isoformat())
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.DEVNULL,
    )


def assert_consumed_once(changes: int) -> None:
    for consumer in ("loans", "support"):
        assert ChangeReceipt.objects.filter(consumer=consumer).count() == changes
    pupils = Convention.objects.values_list("pupil", flat=True)
    assert len(pupils) == len(set(pupils)) == COUNT
    assert DeviceReturn.objects.count() == LEAVERS


def test_three_processes_at_once_consume_each_change_once(changes):
    workers = [start() for _number in range(3)]
    assert [worker.wait(timeout=LIMIT) for worker in workers] == [0, 0, 0]
    assert_consumed_once(changes)


def test_killed_before_it_signs_for_the_changes_it_left_nothing_and_the_next_one_does_all(changes):
    before = Convention.objects.count()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE schools_changereceipt IN SHARE MODE")  # readers pass, signers wait
        killed = start()
        wait_until_waiting(at="relation")  # it came to sign for the changes
        killed.send_signal(signal.SIGKILL)
        assert killed.wait(timeout=LIMIT) == -signal.SIGKILL
    assert start().wait(timeout=LIMIT) == 0
    assert Convention.objects.count() > before
    assert_consumed_once(changes)
