"""A text that changed while a family read it is shown with what changed, then signed (trust 12)."""

import pytest
from django.urls import reverse

from loans.conventions import issue_conventions
from loans.enums import ConventionState
from loans.models import Convention, ConventionText, Signature
from loans.publishing import text_for
from loans.rereading import changes_for_reader, changes_since
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import ConventionFactory
from tests.loans.test_family_pages import links, opened, sign, text_of
from tests.loans.texts.test_publishing import vote


__all__ = ["links"]


def test_who_refused_and_comes_back_reads_what_changed_and_signs(links):
    """A refusal keeps its convention: its text moves on under the family's eyes."""
    phone, convention = opened(links[0]), Convention.objects.get()
    phone.post(reverse("loans:family_refuse"), {"reason": ""})
    read = ConventionText.objects.get().sha256
    vote(convention.campaign, "repair", free_repairs=2)
    issue_conventions(campaign=convention.campaign, on=DAY, by=None, at=NOON)
    answer = sign(phone, text_sha256=read)
    assert answer.status_code == 409
    assert "Ce qui a changé depuis votre lecture" in text_of(answer)
    assert "une seule</del>" in text_of(answer)
    assert "deux</ins>" in text_of(answer)
    assert not Signature.objects.exists()
    assert sign(phone, text_sha256=ConventionText.objects.latest("number").sha256).status_code == 302


def test_a_convention_replaced_under_the_familys_eyes_says_why(links):
    phone, convention = opened(links[0]), Convention.objects.get()
    vote(convention.campaign, "repair", free_repairs=2)
    issue_conventions(campaign=convention.campaign, on=DAY, by=None, at=NOON)
    answer = sign(phone)
    assert answer.status_code == 410
    assert "deux" in text_of(answer)
    assert "Ce qui a changé" in text_of(answer)
    convention.refresh_from_db()
    assert convention.state == ConventionState.SUPERSEDED


def test_a_first_reading_compares_with_nothing(links):
    phone = opened(links[0])
    assert "Ce qui a changé" not in text_of(phone.get("/signer/"))
    link = Convention.objects.get().links.first()
    assert changes_for_reader(link) == []


@pytest.mark.parametrize("shown", ["f" * 64, ""])
def test_an_unknown_text_is_compared_with_nothing(campaign, shown):
    convention = ConventionFactory(campaign=campaign, text=text_for(campaign))
    assert changes_since(convention, shown) == []
