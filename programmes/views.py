"""The voted rules, read-only: what applies, since when, and who said so."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from programmes.models import Campaign
from programmes.reading import chapters, versions


readers_only = roles_allowed(Role.REGION, Role.SUPPLIER, Role.HELPDESK, Role.SCHOOL)


@readers_only
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Every campaign with the version of the rules it follows."""
    campaigns = Campaign.objects.with_rules().order_by("programme__name", "-school_year")
    running = set(Campaign.objects.running(timezone.localdate()).values_list("pk", flat=True))
    return render(request, "programmes/campaign_list.html", {"campaigns": campaigns, "running": running})


@readers_only
@require_safe
def campaign_rules(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The rules of a campaign in words; with a number, an earlier or later version of them."""
    campaign = get_object_or_404(Campaign.objects.with_rules(), slug=slug)
    rules = (
        campaign.rules if number is None else get_object_or_404(campaign.programme.rule_sets, number=number)
    )
    parts = chapters(rules.tree)
    context = {
        "campaign": campaign,
        "rules": rules,
        "in_force": rules.pk == campaign.rules_id,
        "chapters": parts,
        "unconfirmed_count": sum(part.unconfirmed_count for part in parts),
        "versions": versions(campaign),
    }
    return render(request, "programmes/campaign_rules.html", context)
