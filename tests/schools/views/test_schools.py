"""The schools' pages: who takes part, who acts, and inviting a colleague."""

import pytest
from django.core import mail
from django.urls import reverse

from core.models import Message
from schools.models import SchoolStaff
from tests.cast import make_school


pytestmark = pytest.mark.django_db


def test_the_list_says_who_takes_part(client, cast):
    outsider = make_school("0140103L", "Lycée d’ailleurs", cast.campaign)
    outsider.memberships.all().delete()
    client.force_login(cast.sam)
    rows = {school.uai: school for school in client.get(reverse("schools:list")).context["page"]}
    assert rows["0140101J"].membership_id
    assert rows["0140103L"].membership_id is None
    assert rows["0140101J"].staff_count == 1


def test_schools_are_found_by_name_town_or_uai(client, cast):
    client.force_login(cast.maud)
    for words in ("rivage", "0140102K"):
        page = client.get(reverse("schools:list"), {"q": words})
        assert [school.uai for school in page.context["page"]] == ["0140102K"]


def invite(client, user, **changed):
    client.force_login(user)
    values = {"first_name": "Yves", "last_name": "Cor", "email": "yves.cor@example.org", "function": "it"}
    return client.post(reverse("schools:invite", args=["0140101J"]), values | changed)


def test_a_head_invites_a_colleague_who_then_acts_for_the_school(client, cast):
    assert invite(client, cast.roux).status_code == 302
    post = SchoolStaff.objects.get(user__email="yves.cor@example.org")
    assert (post.school, post.function) == (cast.tilleuls, "it")
    assert Message.objects.filter(to_address="yves.cor@example.org").exists()
    assert mail.outbox == []  # the outbox sends, after the transaction


def test_somebody_of_another_trade_is_not_appointed(client, cast):
    response = invite(client, cast.roux, email=cast.lou.email)
    assert response.status_code == 200
    assert response.context["form"].errors["email"]


def test_a_head_invites_nobody_to_another_school(client, cast):
    client.force_login(cast.petit)
    assert client.get(reverse("schools:invite", args=["0140101J"])).status_code == 404


def test_the_page_of_a_school_names_who_acts_for_it(client, cast):
    client.force_login(cast.roux)
    page = client.get(reverse("schools:detail", args=["0140101J"])).content.decode()
    assert cast.roux.get_full_name() in page
    assert "Inviter un collègue" in page
