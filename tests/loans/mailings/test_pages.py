"""The region's pages of mailings: prepare, preview, two people, stop, go on (N3, trust 58)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Message
from loans.enums import MailingState
from loans.mailing import send_due_conventions
from loans.mailings.running import run_mailings_due
from loans.models import Mailing
from schools.models import Guardian
from tests.loans.crowd import enrol_crowd
from tests.schools.factories import SchoolFactory, UserFactory


PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
ON = date(2026, 8, 28)


@pytest.fixture(autouse=True)
def _that_morning(time_machine):
    time_machine.move_to(AT)


@pytest.fixture
def officer(client):
    user = UserFactory(first_name="Claire", last_name="Vasseur")
    client.force_login(user)
    return user


def decide(client, mailing, act, **data):
    return client.post(reverse(f"loans:mailing_{act}", args=[mailing.public_id]), data, follow=True)


def test_without_any_mailing_the_page_says_what_comes(client, campaign, officer):
    page = client.get(reverse("loans:mailings")).content.decode()
    assert "28 août 2026" in page
    assert "1 000" in page.replace("\u202f", " ").replace("\xa0", " ")


def test_a_mailing_is_prepared_read_launched_and_followed(client, campaign, enrol, officer):
    enrolment = enrol()
    answer = client.post(reverse("loans:mailing_prepare"), {"kind": "first"}, follow=True)
    mailing = Mailing.objects.get()
    page = answer.content.decode()
    assert enrolment.school.name in page
    assert "Un ordinateur pour Alix" in page
    assert not Message.objects.exists()
    decide(client, mailing, "launch")
    run_mailings_due(at=AT)
    moving = client.get(reverse("loans:mailing_progress", args=[mailing.public_id])).content.decode()
    assert "hx-get" in moving
    assert "0 messages sur 1" in moving
    assert "arrêté" in decide(client, mailing, "stop", reason="Mauvais texte.").content.decode().lower()
    decide(client, mailing, "resume")
    mailing.refresh_from_db()
    assert mailing.state == MailingState.RUNNING


def test_the_letter_is_shown_though_the_first_families_of_the_list_are_out_of_reach(
    client, campaign, officer
):
    enrol_crowd(campaign, 31)
    last = Guardian.objects.latest("pk")
    Guardian.objects.exclude(pk=last.pk).update(email="")
    page = client.post(reverse("loans:mailing_prepare"), {"kind": "first"}, follow=True).content.decode()
    assert f"Bonjour {last.polite_name}" in page


def test_a_mailing_given_up_before_it_left_does_not_say_that_all_has_left(client, campaign, enrol, officer):
    enrol()
    client.post(reverse("loans:mailing_prepare"), {"kind": "first"})
    page = decide(client, Mailing.objects.get(), "drop", reason="Trop tôt.").content.decode()
    assert "Trop tôt." in page
    assert "Messages partis" not in page


def test_the_one_who_launched_is_told_whom_to_ask(client, campaign, officer):
    enrol_crowd(campaign, 3)
    colleague = UserFactory(last_name="Ferrand")
    send_due_conventions(campaign=campaign, on=ON, at=AT)
    mailing = Mailing.objects.get()
    Mailing.objects.update(second_person=True, state=MailingState.PREPARED)
    page = decide(client, mailing, "launch").content.decode()
    assert colleague.email in page
    assert reverse("loans:mailing_approve", args=[mailing.public_id]) not in page
    assert "une autre personne" in decide(client, mailing, "approve").content.decode()
    client.force_login(colleague)
    decide(client, mailing, "approve")
    mailing.refresh_from_db()
    assert (mailing.asked_by, mailing.approved_by) == (officer, colleague)


def test_a_stop_without_a_reason_is_refused_kindly(client, campaign, enrol, officer):
    enrol()
    send_due_conventions(campaign=campaign, on=ON, at=AT)
    assert "Dites pourquoi" in decide(client, Mailing.objects.get(), "stop").content.decode()
    assert Mailing.objects.get().state == MailingState.RUNNING


def queries(client, address):
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_three_schools_or_three_hundred_cost_the_same(client, campaign, enrol, officer):
    enrol()
    send_due_conventions(campaign=campaign, on=ON, at=AT)
    mailing = Mailing.objects.get()
    address, listing = reverse("loans:mailing", args=[mailing.public_id]), reverse("loans:mailings")
    few = queries(client, address), queries(client, listing)
    for rank in range(300):
        mailing.lines.create(school=SchoolFactory(), families_count=rank, messages_count=rank)
    copies = [Mailing(**fields) for fields in [_values(mailing)] * 40]
    Mailing.objects.bulk_create(copies)
    assert (queries(client, address), queries(client, listing)) == few


def _values(mailing):
    names = ("campaign", "kind", "state", "up_to", "families_count", "messages_count")
    more = ("second_person", "prepared_on", "prepared_at")
    return {name: getattr(mailing, name) for name in (*names, *more)}
