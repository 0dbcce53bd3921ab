"""The communication kit of a school (N14): a flyer for families, a poster with the day, the pupils' commitments.

Made from the rules and the facts at the moment it is asked for: nothing is stored, a new day makes a new poster.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.pdf import render_pdf
from core.pdf_stencils import qr_png
from distribution.enums import DeliveryState
from distribution.family import ON_THE_WAY
from distribution.models import Delivery
from loans.essentials import essentials
from loans.paper import paper_opens_on
from loans.publishing import parties_of
from loans.texts.commitments import commitments
from loans.wording import opening_hours
from programmes.models import Campaign
from schools.models import School


PIECES = {
    "prospectus": "distribution/pdf/flyer.html",
    "affiche": "distribution/pdf/poster.html",
    "engagements": "distribution/pdf/commitments.html",
}


@dataclass(frozen=True, slots=True)
class Kit:
    """What a school's papers are made from; `delivery` is its day, None until it is accepted."""

    school: School
    campaign: Campaign
    delivery: Delivery | None

    @property
    def is_sure(self) -> bool:
        """The threshold was checked: the day will not move by itself."""
        return self.delivery is not None and self.delivery.state != DeliveryState.ACCEPTED


def kit_of(school: School, campaign: Campaign, on: date) -> Kit:
    """The kit with the school's next day; one that is past is shown no more."""
    days = Delivery.objects.initial().filter(
        school=school, campaign=campaign, state__in=ON_THE_WAY, on__gte=on
    )
    return Kit(school, campaign, days.for_pages().order_by("on").first())


def render_piece(kit: Kit, piece: str) -> bytes:
    """One of PIECES as a tagged A4 PDF, in French whatever the language of who asks; raises KeyError."""
    with translation.override("fr"):
        return render_pdf(PIECES[piece], _context(kit))


def _context(kit: Kit) -> dict[str, Any]:
    rules, parties = kit.campaign.rule_tree, parties_of(kit.campaign)
    help_address = f"{settings.SITE_URL}{reverse('help')}"
    return {
        "kit": kit,
        "school": kit.school,
        "programme": kit.campaign.programme,
        "school_year": kit.campaign.school_year_label,
        "lender": parties.lender,
        "kind": parties.school,
        "delivery": kit.delivery,
        "gate": rules.gate,
        "points": essentials(rules, parties.lender),
        "commitments": commitments(rules, parties),
        "adult_signs": rules.signer.adult_signs_alone and parties.school == "lycée",
        "adult_age": rules.signer.signer_age,
        "helpline": rules.support.families,
        "hours": opening_hours(rules.support.families),
        "paper_on": paper_opens_on(kit.campaign),
        "paper_at_once": rules.signature.paper_at_once_without_email,
        "desk_signing": rules.signature.desk_signing,
        "help_address": help_address,
        "qr": f"data:image/png;base64,{b64encode(qr_png(help_address, 0)).decode()}",
    }
