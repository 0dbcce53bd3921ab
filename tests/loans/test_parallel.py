"""Several hands at once, with real threads: one signature, five tries, one laptop (trust 3, 4, 9, 66)."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Message
from core.refusals import Refused
from loans.enums import ConventionState
from loans.lending import lend_device
from loans.links import check_birth_date
from loans.mailing import send_due_conventions
from loans.models import Convention, Loan, Signature, SigningLink
from loans.publishing import text_for
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.loans.test_family_pages import opened, sign
from tests.loans.test_mailing import MAILING, at
from tests.loans.test_signing import sign as sign_by
from tests.schools.factories import EnrolmentFactory


ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))  # around a name, for pages read from right to left

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """Run all at the same instant; what each gives back, a refusal's code included."""
    barrier, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(act())
        except Refused as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


@pytest.fixture
def phones(campaign):
    """The phones of two guardians of one pupil, past the date of birth."""
    EnrolmentFactory(campaign=campaign, guardians=2)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    addresses = [
        message.clear_body.split("127.0.0.1:8000")[1].split()[0] for message in Message.objects.order_by("pk")
    ]
    return [opened(address) for address in addresses]


def copy_of(phone: Client) -> Client:
    twin = Client()
    twin.cookies = phone.cookies
    return twin


@pytest.mark.trust(3)
def test_twenty_touches_at_once_are_one_signature_one_seal_asked_and_one_receipt(phones):
    asked_before = seals_asked()
    twins = [copy_of(phones[0]) for _ in range(20)]
    answers = together(*(lambda twin=twin: sign(twin) for twin in twins))
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/mon-ordinateur/?signe=1")}
    assert len(answers) == 20
    assert Signature.objects.count() == 1
    assert seals_asked() - asked_before == 1
    assert Message.objects.filter(kind="convention_signed").count() == 1


def seals_asked() -> int:
    """How many times a worker was asked to seal: what waits in the broker."""
    with current_app.connection_for_read() as broker:
        queue = broker.default_channel.client.lrange("seals", 0, -1)
    return sum(b'"loans.tasks.store_document"' in ring for ring in queue)


@pytest.mark.trust(4)
def test_of_two_guardians_at_once_one_signs_and_one_is_told(phones):
    answers = together(*(lambda phone=phone: sign(phone) for phone in phones))
    signed, told = sorted(answers, key=lambda answer: answer.status_code)
    assert (signed.status_code, told.status_code) == (302, 409)
    assert "Signée par Mme D. P." in told.content.decode().translate(ISOLATES)
    assert Signature.objects.get().guardian.family_name not in told.content.decode()
    assert Signature.objects.count() == 1
    assert [phone.get(reverse("loans:family")).url for phone in phones] == ["/mon-ordinateur/"] * 2


@pytest.mark.trust(4)
def test_where_both_must_sign_both_do_and_the_last_makes_it_signed(vote):
    campaign = vote("signer.minor", "both")
    EnrolmentFactory(campaign=campaign, guardians=2)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    links = list(SigningLink.objects.select_related("convention__text", "guardian"))
    acts = [lambda link=link: sign_by(link, at=NOON).signer_name for link in links for _twice in range(5)]
    assert len(set(together(*acts))) == 2
    assert Signature.objects.count() == 2
    convention = Convention.objects.get()
    assert convention.state == ConventionState.SIGNED
    assert convention.log.filter(to_state=ConventionState.SIGNED).count() == 1


@pytest.mark.trust(9)
def test_twenty_wrong_dates_at_once_count_five(phones):
    link = SigningLink.objects.first()
    wrong = [lambda: check_birth_date(link=link, birth_on=date(2000, 1, 1), at=NOON) for _ in range(20)]
    assert Counter(together(*wrong)) == {"birth_date_wrong": 5, "link_frozen": 15}


def test_two_desks_hand_one_laptop_to_one_pupil(campaign):
    convention = ConventionFactory(campaign=campaign, text=text_for(campaign), signed=True)
    devices = [DeviceFactory() for _ in range(6)]
    acts = [
        lambda device=device: lend_device(
            pupil=convention.pupil, convention=convention, device=device, by=None, on=DAY, at=NOON
        )
        for device in devices
    ]
    assert Counter(map(str, together(*acts)))["already_has_laptop"] == 5
    assert Loan.objects.count() == 1


def test_one_laptop_scanned_for_two_pupils_goes_to_one(campaign):
    text, device = text_for(campaign), DeviceFactory()
    conventions = [ConventionFactory(campaign=campaign, text=text, signed=True) for _ in range(6)]
    acts = [
        lambda row=row: lend_device(pupil=row.pupil, convention=row, device=device, by=None, on=DAY, at=NOON)
        for row in conventions
    ]
    assert Counter(map(str, together(*acts)))["device_not_in_stock"] == 5
    assert Convention.objects.filter(loans__isnull=False).count() == 1
