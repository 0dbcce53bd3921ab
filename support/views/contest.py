"""The family's page to contest a decision, behind its own signing link; no account (X6)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.refusals import Refused
from support.contests import decisions_about, open_contest, open_link
from support.forms import ContestForm


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def contest(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the form; only a POST with the pupil's birth date opens a request."""
    at = timezone.now()
    try:
        link = open_link(token=token, at=at)
    except Refused as refusal:
        return render(request, "support/contest_closed.html", {"refusal": refusal}, status=410)
    decisions = {decision.code: decision for decision in decisions_about(link.convention)}
    choices = [(code, decision.label) for code, decision in decisions.items()]
    form = ContestForm(request.POST or None, choices=choices)
    context = {"form": form, "support": link.convention.campaign.rule_tree.support}
    if form.is_valid():
        words = form.cleaned_data
        decision = decisions[words.pop("decision")]
        try:
            context["ticket"] = open_contest(link=link, decision=decision, at=at, **words)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return render(request, "support/contest_done.html", context)
    return render(request, "support/contest.html", context)
