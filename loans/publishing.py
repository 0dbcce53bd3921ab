"""The versions of a campaign's text: when a new one is made, and what it asks of those who signed another.

A version is its words and the authority's signature. Its *terms* are the articles that bind: only other terms ask
for another signature, so a new telephone number, a new president or a new release of this software asks nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from core.evidence import actor_of, record_event
from loans.enums import ConventionState
from loans.lendable import text_in_force
from loans.models import AuthoritySignature, Convention, ConventionText, Loan
from loans.texts import (
    Parties,
    Section,
    binding,
    convention_sections,
    informing,
    same_terms,
    sections_sha256,
)
from programmes.enums import ProgrammeKind
from programmes.models import Campaign, RuleSet
from programmes.rule_tree import Rules


def text_for(campaign: Campaign, *, by: User | None = None) -> ConventionText:
    """The text of the campaign's present rules and signatory; a new version only when one of them changed it."""
    latest = text_in_force(campaign.pk)
    sections = sections_for(campaign, campaign.rule_tree, latest)
    signature = AuthoritySignature.objects.in_force(campaign)
    if latest and latest.sections == sections and latest.authority_signature == signature:
        return latest
    return ConventionText.objects.create(
        campaign=campaign,
        number=latest.number + 1 if latest else 1,
        rules=campaign.rules,
        sections=sections,
        sha256=sections_sha256(sections),
        authority_signature=signature,
        published_by=by,
    )


def publish_text(campaign: Campaign, *, by: User | None, at: datetime) -> ConventionText:
    """`text_for`, and the chain of evidence is told of a new version. In the caller's transaction."""
    before = text_in_force(campaign.pk)
    text = text_for(campaign, by=by)
    if text != before:
        record_event(
            stream=f"text:{campaign.slug}",
            action="text_published",
            actor=actor_of(by),
            at=at,
            number=text.number,
            sha256=text.sha256,
            rules=campaign.rules_version,
            **_signed(text.authority_signature),
        )
    return text


def _signed(signature: AuthoritySignature | None) -> dict[str, Any]:
    if signature is None:
        return {}
    return {
        "signer": signature.signer_name,
        "title": signature.signer_title,
        "power": signature.power,
        "signed_on": signature.signed_on.isoformat(),
        "image_sha256": signature.image.sha256 if signature.image else "",
    }


def sections_for(campaign: Campaign, tree: Rules, latest: ConventionText | None) -> list[Section]:
    """The sections of these rules; what they change nothing to keeps the words of the latest version.

    Both sets of rules are written by the software of today, then compared: a release that says the same otherwise
    changes no text.
    """
    fresh = convention_sections(tree, parties_of(campaign))
    if latest is None:
        return fresh
    was = convention_sections(latest.rules.tree, parties_of(campaign))
    bound = binding(latest.sections) if same_terms(was, fresh) else binding(fresh)
    told = informing(latest.sections) if informing(was) == informing(fresh) else informing(fresh)
    return [*bound, *told]


def parties_of(campaign: Campaign) -> Parties:
    programme = campaign.programme
    school = "collège" if programme.kind == ProgrammeKind.DEPARTMENT else "lycée"
    return Parties(programme.region_name, programme.name, campaign.school_year_label, school)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a text asks of the families of a campaign.

    `sign_again` signed other terms and have no laptop yet; `read_anew` were written to and have not answered;
    `keep` have a laptop and stay under what they signed; `untouched` hold the same terms already.
    """

    same_terms: bool
    sign_again: int
    read_anew: int
    keep: int
    untouched: int


def effect_of(campaign: Campaign, before: list[Section], sections: list[Section]) -> Effect:
    """What happens to the open conventions when this text comes into force, in place of `before`; or what is left of
    it, once it came: the families that signed other terms, and have not signed these yet.
    """
    rows, alike = Convention.objects.open().filter(campaign=campaign), texts_alike(campaign, sections)
    other, same = rows.exclude(text__in=alike), rows.filter(text__in=alike)
    signed = other.filter(state=ConventionState.SIGNED)
    lent = signed.filter(with_laptop())
    return Effect(
        same_terms=same_terms(before, sections),
        sign_again=signed.exclude(with_laptop()).count() + _asked_again(same, alike).count(),
        read_anew=other.filter(state=ConventionState.SENT).count(),
        keep=lent.count(),
        untouched=same.count(),
    )


def _asked_again(waiting: QuerySet[Convention], alike: list[int]) -> QuerySet[Convention]:
    """Of these, the unsigned ones of a pupil whose family had signed other terms this year."""
    signed_before = Convention.objects.filter(
        pupil=OuterRef("pupil"),
        campaign=OuterRef("campaign"),
        state=ConventionState.SUPERSEDED,
        signed_on__isnull=False,
    )
    unsigned = waiting.filter(state__in=(ConventionState.DRAFT, ConventionState.SENT))
    return unsigned.filter(Exists(signed_before.exclude(text__in=alike)))


def texts_alike(campaign: Campaign, sections: list[Section]) -> list[int]:
    """The versions of this campaign that bind to the same things."""
    texts = ConventionText.objects.filter(campaign=campaign).only("pk", "sections")
    return [text.pk for text in texts if same_terms(text.sections, sections)]


def binds_alike(text: ConventionText, number: int) -> bool:
    """Whether the version of that number binds to the same things: a copy printed before is still good."""
    printed = ConventionText.objects.filter(campaign=text.campaign_id, number=number).first()
    return printed is not None and same_terms(printed.sections, text.sections)


def with_laptop() -> Exists:
    return Exists(Loan.objects.filter(convention=OuterRef("pk")))


def preview(campaign: Campaign, rules: RuleSet) -> ConventionText:
    """The text these rules would make, unsaved: its number is that of the next version."""
    latest = text_in_force(campaign.pk)
    sections = sections_for(campaign, rules.tree, latest)
    return ConventionText(
        campaign=campaign,
        number=latest.number + 1 if latest else 1,
        rules=rules,
        sections=sections,
        sha256=sections_sha256(sections),
        authority_signature=AuthoritySignature.objects.in_force(campaign),
    )


def versions_of(campaign: Campaign) -> QuerySet[ConventionText]:
    """The versions, the latest first, with who published them."""
    return (
        ConventionText.objects.filter(campaign=campaign)
        .select_related("rules", "authority_signature__image", "published_by", "campaign__programme")
        .order_by("-number")
    )
