"""The versions of a campaign's convention: read, compared, and what other rules would change in it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from loans.causes import Cause, causes_of
from loans.comparing import Article, compare
from loans.enums import ConventionState
from loans.forms.texts import VersionsForm
from loans.models import ConventionText
from loans.publishing import Effect, effect_of, parties_of, preview, versions_of
from programmes.models import Campaign


readers_only = roles_allowed(Role.REGION, Role.SUPPLIER, Role.HELPDESK)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions side by side, why they differ, and what the newer asks of the families."""

    before: ConventionText
    after: ConventionText
    articles: list[Article]
    causes: list[Cause]
    effect: Effect

    @property
    def changed(self) -> list[Article]:
        return [article for article in self.articles if article.is_changed]


@readers_only
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """The campaign of the day, else the list of campaigns' texts."""
    campaign = Campaign.objects.latest_known(timezone.localdate())
    if campaign is None:
        return render(request, "loans/texts.html", {"versions": []})
    return redirect("loans:campaign_texts", campaign.slug)


@readers_only
@require_safe
def campaign_texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version: since when, by whom, how many signed it."""
    campaign = _campaign(slug)
    versions = list(versions_of(campaign).annotate(**_counts()))
    context = {
        "campaign": campaign,
        "versions": versions,
        "campaigns": Campaign.objects.with_rules()
        .exclude(pk=campaign.pk)
        .filter(convention_texts__isnull=False)
        .distinct(),
        "form": _form(versions) if len(versions) > 1 else None,
        "pending": _rules_to_come(campaign),
        "signature": campaign.authority_signatures.select_related("image", "set_by").order_by("pk").last(),
    }
    return render(request, "loans/texts.html", context)


def _others(campaign: Campaign) -> Any:
    with_texts = ConventionText.objects.values("campaign")
    return Campaign.objects.with_rules().filter(pk__in=with_texts).exclude(pk=campaign.pk)


def _counts() -> dict[str, Any]:
    state = "conventions__state"
    return {
        "signed_count": Count("conventions", filter=Q(**{state: ConventionState.SIGNED})),
        "waiting_count": Count(
            "conventions", filter=Q(**{f"{state}__in": [ConventionState.DRAFT, ConventionState.SENT]})
        ),
        "replaced_count": Count("conventions", filter=Q(**{state: ConventionState.SUPERSEDED})),
    }


def _rules_to_come(campaign: Campaign) -> Any:
    """Rules voted after those the campaign follows: adopted tomorrow perhaps, seen today."""
    return campaign.programme.rule_sets.filter(number__gt=campaign.rules.number).order_by("-number")


def _form(versions: list[ConventionText], data: Any = None) -> VersionsForm:
    latest = versions[0].number
    initial = {"before": latest - 1, "after": latest}
    return VersionsForm(data, versions=versions, initial=initial, auto_id="compare_%s")


@readers_only
@require_safe
def text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version, to be read as families read it."""
    campaign = _campaign(slug)
    found = get_object_or_404(versions_of(campaign).annotate(**_counts()), number=number)
    latest = campaign.convention_texts.order_by("-number").values_list("number", flat=True).first()
    lender = parties_of(campaign).lender
    context = {"campaign": campaign, "text": found, "is_latest": found.number == latest, "lender": lender}
    return render(request, "loans/text.html", context)


@readers_only
@require_safe
def compare_texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Any two versions side by side."""
    campaign = _campaign(slug)
    versions = list(versions_of(campaign))
    if not versions:
        return redirect("loans:campaign_texts", slug)
    form = _form(versions, request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    by_number = {version.number: version for version in versions}
    pair = sorted({chosen["before"], chosen["after"]} & set(by_number))
    before, after = by_number[pair[0]], by_number[pair[-1]]
    context = {
        "campaign": campaign,
        "form": _form(versions, {"before": before.number, "after": after.number}),
        "comparison": comparison_of(campaign, before, after),
        "is_latest": after == versions[0],
        "replaced_count": before.conventions.filter(state=ConventionState.SUPERSEDED).count(),
    }
    return render(request, "loans/text_comparison.html", context)


@roles_allowed(Role.REGION, Role.HELPDESK)
@require_safe
def preview_text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a version of the rules would change in the convention, before a campaign follows it."""
    campaign = _campaign(slug)
    rules = get_object_or_404(campaign.programme.rule_sets, number=number)
    present = versions_of(campaign).first()
    after = preview(campaign, rules)
    comparison = comparison_of(campaign, present or after, after, old_rules=campaign.rules)
    context = {"campaign": campaign, "rules": rules, "present": present, "comparison": comparison}
    return render(request, "loans/text_preview.html", context)


def comparison_of(
    campaign: Campaign, before: ConventionText, after: ConventionText, *, old_rules: Any = None
) -> Comparison:
    return Comparison(
        before,
        after,
        compare(before.sections, after.sections),
        causes_of((old_rules or before.rules).tree, after.rules.tree, parties_of(campaign)),
        effect_of(campaign, before.sections, after.sections),
    )


def _campaign(slug: str) -> Campaign:
    return get_object_or_404(Campaign.objects.with_rules(), slug=slug)
