"""A version is its words and the authority's signature; only other terms ask for another signature (issue 4 §1)."""

import io
from datetime import date
from functools import partial

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from core.models import EvidenceEvent
from core.refusals import Refused
from loans import texts
from loans.authority import sign_for_authority, store_signature_image
from loans.conventions import issue_conventions
from loans.documents import render_paper_pdf
from loans.enums import ConventionState
from loans.lending import lend_device
from loans.models import AuthoritySignature, Convention, ConventionText
from loans.publishing import effect_of, preview, text_for
from programmes.ruling import adopt_rules, vote_rules
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.schools.factories import UserFactory


def vote(campaign, section, adopt=True, **values):
    document = campaign.rule_tree.as_document()
    document[section] |= values
    rules = vote_rules(programme=campaign.programme, document=document, note="Essai", by=None, on=DAY)
    if adopt:
        adopt_rules(campaign=campaign, rules=rules, by=None, on=DAY)
        campaign.refresh_from_db()
    return rules


def issue(campaign):
    return issue_conventions(campaign=campaign, on=DAY, by=None, at=NOON)


def drawing(width=400):
    out = io.BytesIO()
    Image.new("RGBA", (width, 150), (0, 0, 90, 120)).save(out, "PNG")
    return out.getvalue()


def sign(campaign, **fields):
    facts = {
        "name": "Camille Aubert",
        "title": "Présidente du Conseil régional",
        "power": "Délibération n° 2026-118 du 4 juillet 2026",
        "signed_on": date(2026, 8, 20),
        "image": None,
    } | fields
    return sign_for_authority(campaign=campaign, **facts, by=UserFactory(), at=NOON, on=DAY)


def test_a_new_helpline_makes_a_version_and_asks_nobody(campaign):
    signed = ConventionFactory(campaign=campaign, text=text_for(campaign), signed=True)
    line = campaign.rule_tree.as_document()["support"]["families"] | {"phone": "01 99 00 99 99"}
    vote(campaign, "support", families=line)
    assert issue(campaign)["renewed"] == 0
    assert "01 99 00 99 99" in str(text_for(campaign).sections)
    assert text_for(campaign).number == 2
    signed.refresh_from_db()
    assert signed.state == ConventionState.SIGNED
    lend_device(pupil=signed.pupil, convention=signed, device=DeviceFactory(), by=None, on=DAY, at=NOON)


def test_a_release_that_says_the_same_otherwise_changes_no_text(campaign, monkeypatch):
    first = text_for(campaign)
    monkeypatch.setattr(texts, "typeset", str.upper)
    vote(campaign, "gate", threshold="0.80")
    assert text_for(campaign) == first
    line = campaign.rule_tree.as_document()["support"]["families"] | {"phone": "01 99 00 99 99"}
    vote(campaign, "support", families=line)
    assert texts.same_terms(text_for(campaign).sections, first.sections)


def test_the_effect_of_a_vote_is_counted_before_it_is_applied(campaign):
    text = text_for(campaign)
    ConventionFactory(campaign=campaign, text=text)
    ConventionFactory(campaign=campaign, text=text, signed=True)
    equipped = ConventionFactory(campaign=campaign, text=text, signed=True)
    lend_device(pupil=equipped.pupil, convention=equipped, device=DeviceFactory(), by=None, on=DAY, at=NOON)
    rules = vote(campaign, "repair", adopt=False, free_repairs=2)
    effect = effect_of(campaign, text.sections, preview(campaign, rules).sections)
    assert (effect.same_terms, effect.sign_again, effect.read_anew, effect.keep) == (False, 1, 1, 1)
    assert ConventionText.objects.count() == 1
    adopt_rules(campaign=campaign, rules=rules, by=None, on=DAY)
    campaign.refresh_from_db()
    assert issue(campaign)["renewed"] == effect.sign_again + effect.read_anew
    left = effect_of(campaign, text.sections, text_for(campaign).sections)
    assert (left.sign_again, left.keep) == (effect.sign_again, effect.keep)  # until they did


def test_the_region_signs_a_version_that_asks_nobody_to_sign_again(campaign):
    signed = ConventionFactory(campaign=campaign, text=text_for(campaign), signed=True)
    draft = ConventionFactory(campaign=campaign, text=text_for(campaign), state=ConventionState.DRAFT)
    image = store_signature_image(drawing(), name="main.png")
    signature = sign(campaign, image=image)
    assert text_for(campaign).authority_signature == signature
    assert text_for(campaign).number == 2
    assert issue(campaign)["renewed"] == 0
    draft.refresh_from_db()
    assert (draft.text, Convention.objects.get(pk=signed.pk).text.number) == (text_for(campaign), 1)
    event = EvidenceEvent.objects.filter(stream=f"text:{campaign.slug}").latest("rank")
    assert event.payload["power"] == "Délibération n° 2026-118 du 4 juillet 2026"
    assert event.payload["image_sha256"] == image.sha256


def test_the_same_signature_set_twice_is_one(campaign):
    assert sign(campaign) == sign(campaign)
    assert sign(campaign, title="Vice-présidente") != AuthoritySignature.objects.first()
    assert ConventionText.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"signed_on": date(2026, 9, 16)}, "signature_later"), ({"power": "  "}, "signature_without_power")],
)
def test_nobody_signs_without_power_or_tomorrow(campaign, fields, code):
    with pytest.raises(Refused) as refused:
        sign(campaign, **fields)
    assert refused.value.code == code
    assert not AuthoritySignature.objects.exists()


def test_a_signature_is_never_rewritten(campaign):
    signature = sign(campaign)
    signature.signer_name = "Une autre"
    with pytest.raises(IntegrityError), transaction.atomic():
        signature.save()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.7", "image_unreadable"), (b"rien", "file_type"), (drawing(60), "image_too_small")],
)
def test_what_is_not_a_drawing_is_refused(db, content, code):
    with pytest.raises(Refused) as refused:
        store_signature_image(content, name="main.png")
    assert refused.value.code == code


def test_the_papers_of_a_class_bear_the_signature_by_stencil_as_by_weasyprint(campaign, caplog):
    """`core.pdf_copies` compares the stencil with WeasyPrint's own page, and would warn."""
    image = store_signature_image(drawing(), name="main.png")
    sign(campaign, image=image)
    rows = [ConventionFactory(campaign=campaign, text=text_for(campaign)) for _ in range(3)]
    read = partial(_images_and_text, render_paper_pdf(rows))
    images, text = read()
    assert text.count("Camille Aubert") >= 3
    assert text.count("Présidente du Conseil régional") == 3
    assert images >= 6  # for each copy, the signature and the code of its box
    assert not [record for record in caplog.records if "is not stamped" in record.message]


def _images_and_text(content):
    document = pypdfium2.PdfDocument(content)
    try:
        kinds = [thing.type for page in document for thing in page.get_objects()]
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
        return kinds.count(3), text
    finally:
        document.close()
