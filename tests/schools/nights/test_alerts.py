"""The morning alert: a school that sends nothing, or a feed that stopped, is somebody's task (N1); never in summer."""

from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from core.models import Message
from schools.models import FeedAlert, School
from schools.nights.alerts import check_feeds
from tests.kit.queries import assert_same_queries
from tests.schools.factories import SchoolFactory, SchoolMembershipFactory, UserFactory
from tests.schools.nights.conftest import FIRST, instant, nth


@pytest.fixture
def officer(db):
    return UserFactory(role=Role.REGION)


@pytest.fixture
def running_feed(depot, officer):
    """Both schools sent a file the first night."""
    depot.drop(FIRST)
    depot.ring(FIRST)
    return depot


def cut_short(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:200])


def check(on) -> dict:
    return check_feeds(on=on, at=instant(on))


def test_a_school_without_a_file_for_three_days_opens_one_alert_and_one_message(running_feed, officer):
    first, second = running_feed.region.schools
    for day in (1, 2, 3):
        running_feed.drop(nth(day), first)
        running_feed.ring(nth(day))
        assert check(nth(day))["opened"] == (1 if day == 3 else 0)
    assert check(nth(3))["opened"] == 0
    alert = FeedAlert.objects.get()
    assert (alert.school.uai, alert.since) == (second.uai, FIRST)
    message = Message.objects.get(to_address=officer.email)
    assert second.uai in message.body
    assert "depuis 3 jours" in message.body


def test_the_next_file_closes_the_alert_and_another_silence_opens_a_new_one(running_feed):
    first, second = running_feed.region.schools
    running_feed.drop(nth(3), first)
    running_feed.ring(nth(3))
    check(nth(3))
    running_feed.drop(nth(4))
    running_feed.ring(nth(4))
    assert check(nth(4))["closed"] == 1
    running_feed.drop(nth(7), first)
    running_feed.ring(nth(7))
    assert check(nth(7))["opened"] == 1
    assert FeedAlert.objects.filter(school__uai=second.uai).count() == 2


def test_a_refused_file_is_no_file(running_feed):
    first, second = running_feed.region.schools
    for day in (1, 2, 3):
        running_feed.drop(nth(day), first)
        running_feed.drop(nth(day), second)
        cut_short(running_feed.folder / f"{nth(day):%d}" / second.uai)
        running_feed.ring(nth(day))
    assert check(nth(3))["opened"] == 1


def test_when_nobody_sends_anything_it_is_one_alert_about_the_feed(running_feed, officer):
    assert check(nth(3))["opened"] == 1
    assert FeedAlert.objects.get().school is None
    assert "Plus aucun fichier" in Message.objects.get(to_address=officer.email).subject
    running_feed.drop(nth(4))
    running_feed.ring(nth(4))
    assert check(nth(4)) == {"opened": 0, "closed": 1, "open": 0}


def test_a_feed_that_comes_back_for_one_school_leaves_an_alert_for_the_other(running_feed):
    check(nth(3))
    running_feed.drop(nth(4), running_feed.region.schools[0])
    running_feed.ring(nth(4))
    assert check(nth(4)) == {"opened": 1, "closed": 1, "open": 1}
    assert FeedAlert.objects.get(closed_on=None).school.uai == running_feed.region.schools[1].uai


@pytest.mark.parametrize("on", [date(2026, 7, 20), date(2026, 8, 31), date(2027, 6, 2), date(2026, 9, 3)])
def test_the_summer_is_silent_and_september_begins_anew(depot, officer, on):
    assert check(on).get("opened", 0) == 0
    assert not Message.objects.exists()


def test_schools_that_never_sent_anything_are_late_from_september(depot, officer):
    assert check(date(2026, 9, 4))["opened"] == 1
    assert FeedAlert.objects.get().since == date(2026, 9, 1)


def test_the_region_reads_whom_to_call(client, running_feed, officer):
    first, second = running_feed.region.schools
    School.objects.filter(uai=second.uai).update(phone="01 99 00 12 34")
    running_feed.drop(nth(3), first)
    running_feed.ring(nth(3))
    check(nth(3))
    client.force_login(officer)
    with time_machine.travel(instant(nth(4)), tick=False):
        page = client.get(reverse("schools:alerts")).content.decode()
        imports = client.get(reverse("schools:imports")).content.decode()
    assert "01 99 00 12 34" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert second.uai in page
    assert "n’envoie plus son fichier" in imports


def test_three_alerts_and_three_hundred_ask_the_same_questions(client, running_feed, officer):
    campaign = running_feed.campaign
    first = running_feed.region.schools[0]
    running_feed.drop(nth(3), first)
    running_feed.ring(nth(3))
    check(nth(3))
    client.force_login(officer)

    def grow():
        for number in range(300):
            SchoolMembershipFactory(school=SchoolFactory(uai=f"099{number:04d}A"), campaign=campaign)
        assert check(nth(4))["opened"] == 300

    with time_machine.travel(instant(nth(4)), tick=False):
        assert_same_queries(lambda: client.get(reverse("schools:alerts")), grow=grow)
