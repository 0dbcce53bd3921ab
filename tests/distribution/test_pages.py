"""The pages do what the acts do, for whom may, in as few queries for 3 rows as for 300."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from distribution.enums import DeliveryState, LineState
from distribution.gate import check_gates
from distribution.models import Delivery, Parcel
from tests.cast import make_school
from tests.distribution.scene import GATE_DAY, accepted, at, decided, families, opened, proposed, serve
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.schools.factories import EnrolmentFactory, uai


pytestmark = pytest.mark.usefixtures("delivery_day")


@pytest.fixture
def as_(client, cast):
    """Sign in as somebody of the cast: `as_.lou.get(…)`."""

    class Door:
        def __getattr__(self, name):
            client.force_login(getattr(cast, name))
            return client

    return Door()


def address(name, delivery, query=""):
    return reverse(f"distribution:{name}", args=[delivery.public_id]) + query


def test_the_school_accepts_its_day_on_the_page(cast, as_):
    delivery = proposed(cast, cast.tilleuls)
    page = as_.roux.get(address("delivery", delivery))
    assert "Cette date vous convient-elle" in page.content.decode()
    response = as_.roux.post(address("accept", delivery), {"room": "Gymnase", "comment": ""})
    assert response.status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.room) == (DeliveryState.ACCEPTED, "Gymnase")


def test_a_form_left_empty_says_what_is_missing(cast, as_):
    delivery = proposed(cast, cast.tilleuls)
    page = as_.roux.post(address("decline", delivery), {"reason": ""})
    assert page.status_code == 200
    assert 'href="#id_reason"' in page.content.decode()


def test_another_schools_head_cannot_answer(cast, as_):
    delivery = proposed(cast, cast.tilleuls)
    assert as_.petit.post(address("accept", delivery), {"room": "CDI"}).status_code == 404
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PROPOSED


def test_the_supplier_proposes_one_of_the_free_places(cast, as_):
    proposed(cast, cast.rivage)
    families(cast, cast.tilleuls, signed=1, expected=4)
    url = reverse("distribution:propose", args=[cast.tilleuls.uai])
    slots = as_.lou.get(url).context["form"].slots
    as_.lou.post(url, {"slot": next(iter(slots))})
    assert Delivery.objects.get(school=cast.tilleuls).on == next(iter(slots.values())).on
    assert as_.lou.post(url, {"slot": "2026-09-29 am 1"}).status_code == 200


def test_a_scan_at_the_desk_answers_green_then_red(cast, as_):
    delivery, device = opened(cast, cast.tilleuls, signed=6), DeviceFactory()
    first, second = delivery.lines.all()[:2]
    scan = {"code": device.serial, "scan_id": uuid.uuid4(), "pupil": first.pupil.public_id}
    green = as_.lou.post(address("hand_over", delivery), scan, headers={"HX-Request": "true"})
    assert "tone-success" in green.content.decode()
    assert green.content.decode().count("hx-swap-oob") == 2
    scan |= {"scan_id": uuid.uuid4(), "pupil": second.pupil.public_id}
    red = as_.lou.post(address("hand_over", delivery), scan, headers={"HX-Request": "true"}).content.decode()
    assert 'data-code="device_lent"' in red
    assert second.pupil.list_name in red
    assert first.pupil.full_name in red


def test_the_desk_works_without_javascript(cast, as_):
    delivery = opened(cast, cast.tilleuls, signed=6)
    line = delivery.lines.first()
    page = as_.lou.get(address("desk", delivery, f"?q={line.pupil.ine}"))
    assert page.context["chosen"].pupil == line.pupil
    data = {"pupil": line.pupil.public_id, "scan_id": uuid.uuid4(), "code": DeviceFactory().asset_tag}
    assert "<html" in as_.lou.post(address("hand_over", delivery), data).content.decode()
    line.refresh_from_db()
    assert line.state == LineState.HANDED_OVER


def test_a_laptop_scanned_first_is_recognised(cast, as_):
    delivery, device = opened(cast, cast.tilleuls, signed=6), DeviceFactory()
    for name in ("desk_matches", "desk"):
        page = as_.lou.get(address(name, delivery, f"?q={device.serial}"))
        assert f"{device.asset_tag} est un ordinateur" in page.content.decode()


def test_the_desk_tells_who_has_not_signed(cast, as_):
    delivery = opened(cast, cast.tilleuls, signed=6)
    page = as_.lou.get(address("desk", delivery, "?q=delorme")).content.decode()
    assert "Convention non signée" in page
    assert "desk-input" not in page


def test_undo_absent_and_close_from_the_pages(cast, as_):
    delivery = opened(cast, cast.tilleuls, signed=6)
    line = serve(cast, delivery.lines.first())
    as_.lou.post(address("undo", line))
    as_.lou.post(address("absent", line), {"from": "roll"})
    line.refresh_from_db()
    assert line.state == LineState.ABSENT
    assert "revient une seconde fois" in as_.lou.get(address("close", delivery)).content.decode()
    as_.lou.post(address("close", delivery))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.CLOSED


def test_the_authority_decides_on_the_page(cast, as_):
    families(cast, cast.tilleuls, signed=4, expected=20)
    delivery = accepted(cast, cast.tilleuls)
    check_gates(on=GATE_DAY, at=at(GATE_DAY))
    assert "Votre décision est nécessaire" in as_.sam.get(address("delivery", delivery)).content.decode()
    as_.sam.post(address("decide", delivery), {"confirm": "yes", "reason": "Vu au téléphone."})
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.CONFIRMED


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_planning_asks_as_much_for_three_schools_as_for_three_hundred(cast, as_):
    url = reverse("distribution:planning")
    proposed(cast, cast.tilleuls)
    few = queries_of(as_.lou, url)
    for number in range(40):
        school = make_school(uai(150000 + number), f"Lycée {number}", cast.campaign)
        EnrolmentFactory(school=school, campaign=cast.campaign)
        Delivery.objects.create(
            campaign=cast.campaign, school=school, on="2026-09-29", gate_on="2026-09-22", state="accepted"
        )
    assert queries_of(as_.lou, url) == few
    assert queries_of(as_.lou, f"{url}?q=lycée") <= few + 1


@pytest.mark.parametrize("name", ["desk", "roll", "delivery", "close"])
def test_the_day_asks_as_much_for_few_pupils_as_for_many(cast, as_, name):
    delivery = opened(cast, cast.tilleuls, signed=6)
    serve(cast, delivery.lines.first())
    few = queries_of(as_.lou, address(name, delivery))
    for _ in range(30):
        enrolment = EnrolmentFactory(school=cast.tilleuls, campaign=cast.campaign)
        ConventionFactory(enrolment=enrolment, campaign=cast.campaign, signed=True)
        delivery.lines.create(pupil=enrolment.pupil)
    for line in delivery.lines.filter(state=LineState.EXPECTED)[:12]:
        serve(cast, line)
    assert queries_of(as_.lou, address(name, delivery)) == few


def test_parcels_ask_as_much_for_three_as_for_many(cast, as_):
    url = reverse("distribution:parcels")
    counts = []
    for number in (3, 30):
        for convention in families(cast, cast.tilleuls, signed=number, expected=0):
            Parcel.objects.create(school=cast.tilleuls, pupil=convention.pupil, due_on="2026-10-05")
        counts.append(queries_of(as_.ilan, url))
    assert counts[0] == counts[1]


def test_each_state_of_a_delivery_has_its_page(cast, as_):
    """No state breaks the page, for any reader."""
    decided(cast, cast.tilleuls, signed=16, expected=20)
    for delivery in Delivery.objects.all():
        for who in ("lou", "sam", "maud", "roux"):
            assert getattr(as_, who).get(address("delivery", delivery)).status_code == 200
