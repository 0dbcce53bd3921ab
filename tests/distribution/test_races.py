"""Two at once, on real connections: the gate, one laptop for many pupils, one scan told twice (trust 61, 66)."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.models import Message
from core.refusals import Refused
from distribution.desk import close_day
from distribution.gate import check_gates
from distribution.models import Delivery, GateCheck, Parcel
from distribution.planning import propose_delivery
from distribution.slots import form_teams
from loans.models import Loan
from tests.cast import make_cast
from tests.distribution.scene import DELIVERY_DAY, GATE_DAY, accepted, at, families, fresh_file, opened, serve
from tests.loans.factories import DeviceFactory


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return make_cast()


def all_at_once(*acts):
    """Run the acts together; what each returned, or the code of its refusal."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_laptop_scanned_for_many_pupils_is_lent_to_one(cast):
    delivery, device = opened(cast, cast.tilleuls, signed=8), DeviceFactory()
    lines = list(delivery.lines.all())
    results = all_at_once(*[lambda line=line: serve(cast, line, device) for line in lines])
    assert sorted(str(result) for result in results if isinstance(result, str)) == ["device_lent"] * 7
    assert Loan.objects.open().count() == 1


def test_two_laptops_scanned_for_one_pupil_are_one_loan(cast):
    line = opened(cast, cast.tilleuls, signed=8).lines.first()
    results = all_at_once(*[lambda: serve(cast, line, DeviceFactory()) for _ in range(4)])
    assert results.count("already_has_laptop") == 3
    assert Loan.objects.open().count() == 1


def test_the_same_scan_from_two_doors_is_one_loan(cast):
    line, device, scan = opened(cast, cast.tilleuls, signed=8).lines.first(), DeviceFactory(), uuid.uuid4()
    results = all_at_once(*[lambda: serve(cast, line, device, scan_id=scan) for _ in range(4)])
    assert results == [line] * 4
    assert Loan.objects.count() == 1


def test_the_gate_rung_twice_decides_once(cast):
    families(cast, cast.tilleuls, signed=3, expected=20)
    accepted(cast, cast.tilleuls)
    fresh_file(cast, cast.tilleuls, at(GATE_DAY, 3))
    results = all_at_once(*[lambda: check_gates(on=GATE_DAY, at=at(GATE_DAY)) for _ in range(4)])
    assert sum(figures["cancelled"] for figures in results) == 1
    assert GateCheck.objects.count() == 1
    assert Delivery.objects.filter(replaces__isnull=False).count() == 1
    assert Message.objects.filter(kind="gate_cancelled").count() == 3


def test_a_day_closed_from_two_desks_settles_its_absentees_once(cast):
    delivery = opened(cast, cast.tilleuls, signed=8)
    for line in list(delivery.lines.all())[:5]:
        serve(cast, line)
    evening = at(DELIVERY_DAY, 17)
    all_at_once(
        *[lambda: close_day(delivery=delivery, by=None, on=DELIVERY_DAY, at=evening) for _ in range(3)]
    )
    assert Parcel.objects.count() == 3


def test_one_team_promised_to_two_schools_goes_to_one(cast):
    [team, *_others] = form_teams(campaign=cast.campaign)
    place = {"campaign": cast.campaign, "on": DELIVERY_DAY, "half_day": "am", "team": team}
    results = all_at_once(
        *[
            lambda school=school: propose_delivery(school=school, by=cast.lou, at=at(GATE_DAY), **place)
            for school in (cast.tilleuls, cast.rivage)
        ]
    )
    assert results.count("team_taken") == 1
    assert Delivery.objects.count() == 1
