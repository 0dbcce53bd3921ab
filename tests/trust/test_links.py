"""Links: guessed, used for something else, left in a history or a log (trust 5, 7, 11)."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.invitations import invite_user
from core.models import Message
from core.tokens import new_token
from distribution.follow_up import follow_up_token
from loans.models import Convention
from tests.kit.log_lines import log_lines
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.trust.links import BORN, addresses, checked, keep_open, mailed_links


pytestmark = pytest.mark.django_db
PAGES = ("family", "family_document", "family_proof", "family_other_phone", "family_refuse")


@pytest.fixture
def links(campaign, enrol):  # noqa: F811
    enrol(guardians=2)
    return mailed_links(campaign)


@pytest.fixture
def address(links):
    keep_open()
    return addresses()[0]


@pytest.fixture
def lines():
    with log_lines() as lines:
        yield lines


@pytest.mark.trust(5)
def test_a_guess_is_not_found_and_the_hundredth_must_wait(client, address):
    """Who holds a link is served all the same: a school's whole family evening may be one address."""
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    answers = [client.get(f"/signer/{token}/") for token in sorted(tokens)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "600"
    assert len({answer.content for answer in answers if answer.status_code == 404}) == 1
    assert client.get(address).status_code == 302


@pytest.mark.trust(5)
def test_a_forged_forwarding_header_makes_nobody_new(client, address):
    last = [
        client.get(f"/signer/{new_token()}/", headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(100)
    ][-1]
    assert last.status_code == 429


@pytest.mark.trust(7)
def test_each_secret_opens_its_own_door_and_no_other(links):
    keep_open()
    signing, convention = addresses()[0].split("/")[2], Convention.objects.get()
    invite_user(email="region@example.org", role=Role.REGION, by=None, at=timezone.now())
    invitation = re.search(r"/invitation/([^/]+)/", Message.objects.latest("pk").clear_body)[1]
    secrets = {
        "loans:open_link": signing,
        "accounts:accept_invitation": invitation,
        "distribution:follow_up": follow_up_token(convention),
    }
    for door in secrets:
        for kind, secret in secrets.items():
            status = Client().get(reverse(door, args=[secret])).status_code
            assert status in ((200, 302) if door == kind else (404, 410)), (door, kind)


@pytest.mark.trust(7)
def test_the_link_of_one_convention_shows_nothing_of_another(links, campaign, enrol):  # noqa: F811
    enrol()
    mailed_links(campaign)
    keep_open()
    mine, other = Convention.objects.select_related("pupil").order_by("pk")
    phone, shown = checked(addresses()[0]), ""
    for name in PAGES:
        shown += phone.get(reverse(f"loans:{name}"), follow=True).content.decode()
    assert mine.reference in shown
    for secret in (other.reference, str(other.public_id), other.pupil.family_name):
        assert secret not in shown


@pytest.mark.trust(11)
def test_an_invitation_tells_its_address_to_nobody_either(client):
    invite_user(email="region@example.org", role=Role.REGION, by=None, at=timezone.now())
    token = re.search(r"/invitation/([^/]+)/", Message.objects.get().clear_body)[1]
    page = client.get(reverse("accounts:accept_invitation", args=[token]))
    assert (page.status_code, page["Referrer-Policy"]) == (200, "strict-origin")


@pytest.mark.trust(11)
def test_the_story_of_the_laptop_tells_its_address_to_nobody_either(client, links):
    token = follow_up_token(Convention.objects.get())
    page = client.get(reverse("distribution:follow_up", args=[token]))
    assert (page.status_code, page["Referrer-Policy"]) == (200, "strict-origin")


@pytest.mark.trust(11)
def test_no_page_keeps_tells_or_sends_the_secret(address, lines):
    secret, phone = address.split("/")[2], Client()
    opened = phone.get(address)
    assert opened["Referrer-Policy"] == "strict-origin"
    assert secret not in str(opened.cookies)
    phone.post(reverse("loans:family_check"), BORN)
    for name in PAGES:
        answer = phone.get(reverse(f"loans:{name}"))
        assert answer.status_code == 404 or "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert secret not in answer.content.decode()
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.content.decode())
    assert phone.get(f"/signer/{new_token()}/").status_code == 404
    assert "/signer/•••/" in lines.getvalue()  # the log does say what it is asked, and not whom
    assert secret not in lines.getvalue()
