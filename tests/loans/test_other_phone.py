"""Going on with another phone, by a QR code that lives an hour and is closed at a touch (N3)."""

from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from core.refusals import Refused
from loans.links import find_link, link_problem
from loans.models import Convention, SigningLink
from loans.other_phone import close_shared_links, share_link
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll
from tests.schools.factories import EnrolmentFactory
from tests.trust.links import AT, BORN, addresses, checked, keep_open, mailed_links


HOUR = timedelta(hours=1)


@pytest.fixture
def link(campaign):
    EnrolmentFactory(campaign=campaign)
    return mailed_links(campaign)[0]


def test_the_new_link_is_the_same_persons_for_an_hour(link):
    token, shared = share_link(link=link, at=AT)
    assert find_link(token) == shared
    assert (shared.guardian_id, shared.convention_id, shared.origin) == (
        link.guardian_id,
        link.convention_id,
        link,
    )
    assert (link_problem(shared, AT + HOUR - timedelta(seconds=1)), link_problem(shared, AT + HOUR)) == (
        "",
        "expired",
    )
    assert link_problem(link, AT + HOUR) == ""


def test_it_never_lives_longer_than_the_link_it_comes_from(link):
    _token, shared = share_link(link=link, at=link.expires_at - timedelta(minutes=5))
    assert shared.expires_at == link.expires_at


def test_showing_it_again_or_closing_it_shuts_the_one_before(link):
    _token, first = share_link(link=link, at=AT)
    _token, second = share_link(link=link, at=AT)
    first.refresh_from_db()
    assert link_problem(first, AT) == "revoked"
    assert close_shared_links(link=link, at=AT) == 1
    second.refresh_from_db()
    assert link_problem(second, AT) == "revoked"
    assert link_problem(link, AT) == ""


def test_a_sixth_within_the_hour_is_refused(link):
    for _ in range(5):
        share_link(link=link, at=AT)
    with pytest.raises(Refused):
        share_link(link=link, at=AT)
    assert share_link(link=link, at=AT + HOUR)


def test_a_get_makes_no_link(link):
    keep_open()
    phone = checked(addresses()[0])
    assert "QR code" in phone.get(reverse("loans:family_other_phone")).content.decode()
    assert SigningLink.objects.count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_another_phone_reads_the_drawing_and_asks_the_date_of_birth(phone, link):
    keep_open()
    phone.goto(addresses()[0])
    for label, name in [("Jour", "day"), ("Mois", "month"), ("Année", "year")]:
        phone.get_by_label(label).fill(BORN[name])
    phone.get_by_role("button", name="Continuer").tap()
    phone.get_by_role("link", name="Continuer sur un autre téléphone").tap()
    phone.get_by_role("button", name="Afficher le QR code").wait_for()
    assert_accessible(phone)
    phone.get_by_role("button", name="Afficher le QR code").tap()
    drawing = phone.get_by_role("img", name="QR code de votre lien personnel")
    drawing.wait_for()
    assert_accessible(phone)
    assert_no_sideways_scroll(phone)
    [read] = zxingcpp.read_barcodes(Image.open(BytesIO(drawing.screenshot())))
    assert read.text.startswith(f"{settings.SITE_URL}/signer/")
    page = Client().get(read.text.removeprefix(settings.SITE_URL), follow=True).content.decode()
    assert Convention.objects.get().pupil.given_name in page
    assert "date de naissance" in page
    phone.get_by_role("button", name="Fermer ce lien").tap()
    phone.get_by_text("Le lien pour un autre téléphone est fermé").wait_for()
    closed = Client().get(read.text.removeprefix(settings.SITE_URL), follow=True)
    assert closed.status_code == 410
