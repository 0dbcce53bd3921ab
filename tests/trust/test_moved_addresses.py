"""The school's base gives another address: the link that went to the old one opens nothing from then on (trust 8)."""

import pytest
from django.urls import reverse

from core.models import Message
from core.refusals import Refused
from loans.addresses import correct_address
from loans.links import link_problem
from loans.mailing import send_due_conventions
from loans.models import Convention, Signature, SigningLink
from schools.models import Guardian
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.loans.test_signing import sign
from tests.trust.links import AT, addresses, checked, keep_open, mailed_links
from tests.trust.test_closed_links import renewed


pytestmark = [pytest.mark.trust(8), pytest.mark.django_db]


@pytest.fixture
def links(campaign, enrol):  # noqa: F811
    enrol(guardians=2)
    return mailed_links(campaign)


def move(guardian_id, email):
    """As an import of the night writes it."""
    Guardian.objects.filter(pk=guardian_id).update(email=email)
    return [
        SigningLink.objects.get(pk=pk)
        for pk in SigningLink.objects.order_by("pk").values_list("pk", flat=True)
    ]


def test_it_is_refused_at_once_even_where_it_was_open_and_asks_for_one_at_the_new_address(links):
    keep_open()
    phone = checked(addresses()[0])
    assert phone.get("/signer/").status_code == 200
    move(links[0].guardian_id, "nouvelle@example.org")
    assert phone.get("/signer/").status_code == 410
    answer = phone.post(reverse("loans:family_sign"), {"accept": "on", "text_sha256": "0" * 64})
    assert answer.status_code == 410
    assert not Signature.objects.exists()
    assert "M’envoyer un nouveau lien" in answer.content.decode()
    assert renewed(SigningLink.objects.get(pk=links[0].pk), AT) == "asked_too_often"  # it left a moment ago
    later = links[0].expires_at
    assert renewed(SigningLink.objects.get(pk=links[0].pk), later) == "sent"
    assert Message.objects.latest("pk").to_address == "nouvelle@example.org"


def test_the_act_itself_refuses_it(links):
    old, other = move(links[0].guardian_id, "nouvelle@example.org")
    with pytest.raises(Refused) as refusal:
        sign(old, at=AT)
    assert refusal.value.code == "link_revoked"
    assert sign(other, at=AT)  # the other guardian's is as good as before


def test_an_address_that_comes_back_is_written_to_again(links, campaign):  # noqa: F811
    first, later = links[0], AT
    for email in ("nouvelle@example.org", first.sent_to):
        later = later.replace(day=later.day + 1)
        move(first.guardian_id, email)
        sent = send_due_conventions(campaign=campaign, on=later.date(), at=later)
        assert sent["messages"] == 1
        mine = SigningLink.objects.filter(guardian=first.guardian_id)
        assert [link.sent_to for link in mine if not link_problem(link, later)] == [email]


def test_an_address_mended_here_works_until_the_base_gives_another(links):
    guardian = links[0].guardian
    correct_address(
        convention=Convention.objects.get(), guardian=guardian, email="juste@example.org", by=None, at=AT
    )
    SigningLink.objects.filter(pk=links[0].pk).update(sent_to="juste@example.org")
    assert link_problem(SigningLink.objects.get(pk=links[0].pk), AT) == ""
    moved, _other = move(guardian.pk, "base@example.org")
    assert link_problem(moved, AT) == "revoked"
