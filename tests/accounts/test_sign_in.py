"""Signing in: one message for all failures, a pause after five, nothing for strangers."""

import pytest

from accounts.enums import Role
from accounts.models import User


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
