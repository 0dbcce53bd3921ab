"""Signing in: one message for all failures, a pause after five, nothing for strangers."""

import pytest

from accounts.enums import Role
from accounts.models import User
from config.proxies import VisitorAddress


PASSWORD = "trois-mots-faciles"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return User.objects.create_user("sam.gauthier@example.org", PASSWORD, role=Role.REGION, first_name="Sam")


def sign_in(client, email="sam.gauthier@example.org", password=PASSWORD):
    return client.post("/connexion/", {"username": email, "password": password})


def test_the_right_password_opens(client, user):
    assert sign_in(client).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("email", ["sam.gauthier@example.org", "inconnue@example.org"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(client, user, email):
    page = sign_in(client, email=email, password="faux").content.decode()
    assert "L’adresse électronique ou le mot de passe est faux." in page


def test_five_failures_pause_the_right_password_too(client, user):
    for _attempt in range(5):
        sign_in(client, password="faux")
    response = sign_in(client)
    assert response.status_code == 429
    assert "Trop d’essais" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_capital_letters_open_and_do_not_give_five_more_tries(client, user):
    assert sign_in(client, email="Sam.Gauthier@Example.ORG").status_code == 302
    client.logout()
    for email in ("SAM.gauthier@example.org", "sam.GAUTHIER@example.org"):
        for _attempt in range(3):
            sign_in(client, email=email, password="faux")
    assert sign_in(client).status_code == 429


def test_one_person_s_failures_do_not_pause_another(client, user):
    for _attempt in range(5):
        sign_in(client, email="quelqu.un@example.org", password="faux")
    assert sign_in(client).status_code == 302


def test_only_failures_in_a_row_count(client, user):
    for _turn in range(2):
        for _attempt in range(4):
            sign_in(client, password="faux")
        assert sign_in(client).status_code == 302
        client.logout()


def test_a_forged_forwarded_address_gives_no_more_tries(client, user, settings):
    """The proxy adds the true address on the right; what the visitor writes on the left is not believed (trust 78)."""
    settings.TRUSTED_PROXIES = 1
    data = {"username": user.email, "password": "faux"}
    for attempt in range(5):
        forged = {"X-Forwarded-For": f"198.51.100.{attempt}, 203.0.113.7"}
        client.post("/connexion/", data, headers=forged)
    true = {"username": user.email, "password": PASSWORD}
    assert client.post("/connexion/", true, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 429
    assert client.post("/connexion/", true, headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "header", "seen"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 192.0.2.1", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),
        (1, "n’importe quoi", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_visitor_s_address_is_the_one_our_proxies_saw(rf, settings, proxies, header, seen):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": header.encode().decode("latin-1")})
    VisitorAddress(lambda request: None)(request)
    assert request.META["REMOTE_ADDR"] == seen


def test_a_closed_account_does_not_open(client, user):
    user.is_active = False
    user.save()
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_staff_pages_send_strangers_to_sign_in(client):
    assert client.get("/comptes/").headers["Location"] == "/connexion/?next=/comptes/"


def test_another_role_meets_403(client):
    client.force_login(User.objects.create_user("v@example.org", PASSWORD, role=Role.SCHOOL))
    assert client.get("/comptes/").status_code == 403


def test_the_region_invites_from_its_page(client, user):
    client.force_login(user)
    data = {
        "email": "nina.ferrand@example.org",
        "first_name": "Nina",
        "last_name": "Ferrand",
        "role": "helpdesk",
    }
    assert client.post("/comptes/", data).status_code == 302
    assert "invité, pas encore ouvert" in client.get("/comptes/").content.decode()
    assert User.objects.get(email="nina.ferrand@example.org").role == Role.HELPDESK
