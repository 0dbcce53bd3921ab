"""The region reads the versions, compares two, sees what a vote would change, and signs (issue 4 §1)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from loans.models import AuthoritySignature
from loans.publishing import text_for
from tests.loans.factories import ConventionFactory
from tests.loans.texts.test_publishing import drawing, vote
from tests.schools.factories import UserFactory


@pytest.fixture
def region(client, campaign):
    client.force_login(UserFactory(role=Role.REGION))
    return client


def page(client, name, slug, query="", **given):
    return client.get(reverse(f"loans:{name}", kwargs={"slug": slug, **given}) + query).content.decode()


def test_the_comparison_says_what_went_what_came_and_why(region, campaign):
    ConventionFactory(campaign=campaign, text=text_for(campaign), signed=True)
    vote(campaign, "repair", free_repairs=2)
    text_for(campaign)
    shown = page(region, "compare_texts", campaign.slug, "?before=1&after=2")
    assert "retiré\u00a0:</span> une seule</del>" in shown
    assert "ajouté\u00a0:</span> deux</ins>" in shown
    assert "Réparations gratuites" in shown
    assert "1 famille qui a signé devra signer de nouveau" in shown


def test_the_preview_changes_nothing_and_is_reached_from_the_rules(region, campaign):
    text_for(campaign)
    rules = vote(campaign, "repair", adopt=False, free_repairs=2)
    address = reverse("loans:preview_text", args=[campaign.slug, rules.number])
    assert address in page_of(region, reverse("programmes:campaign_rules", args=[campaign.slug]))
    assert "deux</ins>" in page_of(region, address)
    assert campaign.convention_texts.count() == 1


def page_of(client, address):
    return client.get(address).content.decode()


def test_before_the_first_text_the_page_says_when_it_comes(region, campaign):
    assert "Pas encore de texte" in page(region, "campaign_texts", campaign.slug)
    assert page(region, "preview_text", campaign.slug, number=campaign.rules.number)
    assert region.get(reverse("loans:compare_texts", args=[campaign.slug])).status_code == 302


def test_as_many_queries_for_thirty_versions_as_for_three(region, campaign, django_assert_max_num_queries):
    for count in range(3, 33):
        vote(campaign, "repair", free_repairs=count)
        text_for(campaign)
    with django_assert_max_num_queries(16):
        assert page(region, "campaign_texts", campaign.slug).count("Version") > 30


def test_a_signature_is_looked_at_then_set_with_the_image_sent_once(region, campaign):
    address = reverse("loans:authority_signature", args=[campaign.slug])
    facts = {
        "name": "Camille Aubert",
        "title": "Présidente",
        "power": "Délibération du 4 juillet 2026",
        "signed_on": "2026-08-20",
    }
    sent = SimpleUploadedFile("main.png", drawing(), content_type="image/png")
    looked = region.post(address, facts | {"image": sent})
    assert not AuthoritySignature.objects.exists()
    carried = looked.context["carried"]
    assert "data:image/png;base64," in looked.content.decode()
    assert region.post(address, carried | {"set": ""}).status_code == 302
    signature = AuthoritySignature.objects.get()
    assert (signature.signer_name, signature.signed_on) == ("Camille Aubert", date(2026, 8, 20))
    assert signature.image.kind == "authority_signature"
    assert "Camille Aubert" in page(region, "text", campaign.slug, number=1)


def test_a_forged_image_is_no_image(region, campaign):
    """`kept` is signed: nobody puts another file of the store on the convention."""
    address = reverse("loans:authority_signature", args=[campaign.slug])
    facts = {"name": "A", "title": "B", "power": "C", "signed_on": "2026-08-20", "kept": "12", "set": ""}
    region.post(address, facts)
    assert AuthoritySignature.objects.get().image is None
