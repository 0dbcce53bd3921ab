"""The family's page to contest a decision, behind its own link and the date of birth; no account (X6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.refusals import Refused
from loans.models import SigningLink
from loans.views.family import checked_link, in_french
from support.contests import decisions_about, open_contest
from support.forms import ContestForm
from support.words import FACT_NAMES


@require_http_methods(["GET", "POST"])
@checked_link
@in_french
def contest(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """Each decision with its reasons, then the family's words; only a POST opens a request."""
    decisions = decisions_about(link.convention)
    choices = [(decision.code, decision.label) for decision in decisions]
    form = ContestForm(request.POST or None, choices=choices)
    context = {
        "form": form,
        "decisions": decisions,
        "fact_names": FACT_NAMES,
        "helpline": link.convention.campaign.rule_tree.support.families,
    }
    if form.is_valid():
        chosen = next(found for found in decisions if found.code == form.cleaned_data["decision"])
        try:
            context["ticket"] = open_contest(
                link=link, decision=chosen, body=form.cleaned_data["body"], at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("body", refusal.sentence)
        else:
            return render(request, "support/contest_done.html", context)
    return render(request, "support/contest.html", context)
