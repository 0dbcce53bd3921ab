"""Letting staff in by e-mail: one link, one use, a while (P12)."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.invitations import VALIDITY, accept_invitation, invite_user
from accounts.models import Invitation, User
from core.models import Message
from core.refusals import Refused


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
PASSWORD = "trois-mots-faciles"

pytestmark = pytest.mark.django_db


def invited(at=AT) -> tuple[User, str]:
    user = invite_user(email="Lea.Morvan@example.org", role=Role.SUPPLIER, first_name="Léa", by=None, at=at)
    body = Message.objects.latest("pk").clear_body
    return user, re.search(r"/invitation/([\w-]+)/", body)[1]


def test_the_link_opens_the_account_once():
    user, token = invited()
    assert user.email == "lea.morvan@example.org"
    assert accept_invitation(token=token, password=PASSWORD, at=AT + timedelta(days=1)) == user
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    with pytest.raises(Refused, match="plus valable"):
        accept_invitation(token=token, password="un-autre-mot-de-passe", at=AT + timedelta(days=1))


def test_an_old_link_is_closed():
    _user, token = invited()
    with pytest.raises(Refused) as refusal:
        accept_invitation(token=token, password=PASSWORD, at=AT + VALIDITY)
    assert refusal.value.code == "invitation_closed"


def test_a_second_invitation_closes_the_first():
    _user, first = invited()
    _user, second = invited(AT + timedelta(hours=1))
    with pytest.raises(Refused):
        accept_invitation(token=first, password=PASSWORD, at=AT + timedelta(hours=2))
    accept_invitation(token=second, password=PASSWORD, at=AT + timedelta(hours=2))


def test_the_database_never_holds_the_token():
    _user, token = invited()
    assert token not in str(list(Invitation.objects.values()))


def test_who_forgot_the_password_is_invited_again():
    """The sign-in page promises it: « son lien permet de choisir un mot de passe »."""
    user, token = invited()
    accept_invitation(token=token, password=PASSWORD, at=AT)
    _user, again = invited(AT + timedelta(days=40))
    assert User.objects.get().check_password(PASSWORD)
    accept_invitation(token=again, password="quatre-mots-plus-faciles", at=AT + timedelta(days=41))
    assert User.objects.get(pk=user.pk).check_password("quatre-mots-plus-faciles")


def test_a_closed_account_is_neither_invited_nor_opened():
    user, token = invited()
    User.objects.update(is_active=False)
    for act in (lambda: accept_invitation(token=token, password=PASSWORD, at=AT), invited):
        with pytest.raises(Refused):
            act()
    user.refresh_from_db()
    assert not user.has_usable_password()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_the_same_link_at_once_one_chooses_the_password():
    _user, token = invited_for_good()
    ready, answers = threading.Barrier(2), []

    def choose(password: str) -> None:
        ready.wait(timeout=60)
        try:
            accept_invitation(token=token, password=password, at=AT)
            answers.append(password)
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    people = [threading.Thread(target=choose, args=[f"{PASSWORD}-{rank}"]) for rank in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=60)
    [chosen] = [answer for answer in answers if answer.startswith(PASSWORD)]
    assert sorted(answers) == sorted([chosen, "invitation_closed"])
    assert User.objects.get().check_password(chosen)


def invited_for_good() -> tuple[User, str]:
    with transaction.atomic():
        return invited()


def test_the_region_sends_a_new_link_from_its_page(client, cast):
    client.force_login(cast.sam)
    response = client.post(f"/comptes/{cast.lou.public_id}/lien/", follow=True)
    assert "Invitation envoyée à lou.ferrand@example.org" in response.content.decode()
    assert Message.objects.get().to_address == "lou.ferrand@example.org"
    assert client.post(f"/comptes/{cast.roux.public_id}/lien/").status_code == 404


def test_an_address_keeps_its_role():
    invited()
    with pytest.raises(Refused) as refusal:
        invite_user(email="lea.morvan@example.org", role=Role.REGION, by=None, at=AT)
    assert refusal.value.code == "other_role"


def test_a_get_uses_nothing_and_a_post_signs_in(client):
    user, token = invited(timezone.now())
    address = f"/invitation/{token}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"password": "court"}).status_code == 200
    assert "_auth_user_id" not in client.session
    response = client.post(address, {"password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_false_link_explains_what_to_do(client):
    response = client.get("/invitation/rien-de-vrai/")
    assert response.status_code == 410
    assert "Demandez à la personne" in response.content.decode()
