"""Services asked every night: their settings, a trial of the connection, what they answered today (region only)."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from schools.choosing import present_campaign
from schools.feeds.adapters import Asker
from schools.feeds.adapters.asking import Limits
from schools.feeds.enums import PullState
from schools.feeds.forms import SourceForm
from schools.feeds.pulling import ask_again_today, try_source
from schools.feeds.sources import save_source
from schools.models import FeedSource
from schools.views.feeds import tabs


TRIAL = Limits(connect_s=5, read_s=15, total_s=30, attempts=1)
"""A person waits in front of the screen: one attempt, and a sentence whatever comes."""


@roles_allowed(Role.REGION)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """The services asked every night, and how today went."""
    today = Q(pulls__for_date=timezone.localdate())
    found = FeedSource.objects.annotate(
        done_count=Count("pulls", filter=today & Q(pulls__state=PullState.DONE)),
        waiting_count=Count("pulls", filter=today & Q(pulls__state=PullState.WAITING)),
        failed_count=Count("pulls", filter=today & Q(pulls__state=PullState.FAILED)),
    )
    return render(request, "schools/feeds/sources.html", {"sources": found, **tabs("sources")})


@roles_allowed(Role.REGION)
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """Write a service down, or change it; what it answered today for each school."""
    campaign = present_campaign(timezone.localdate())
    if campaign is None:
        return render(request, "schools/no_campaign.html")
    found = get_object_or_404(FeedSource, public_id=public_id) if public_id else FeedSource()
    form = SourceForm(request.POST or None, instance=found)
    if form.is_valid():
        save_source(
            form.instance,
            programme=campaign.programme,
            secret=form.cleaned_data["secret"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Saved. Try the connection to know whether it answers."))
        return redirect("schools:feed_source", public_id=form.instance.public_id)
    is_known = found.pk is not None
    pulls = found.pulls.filter(for_date=timezone.localdate()).select_related("school") if is_known else []
    has_failed = any(pull.state == PullState.FAILED for pull in pulls)
    context = {
        "source": found,
        "form": form,
        "is_known": is_known,
        "pulls": pulls,
        "has_failed": has_failed,
    }
    return render(request, "schools/feeds/source.html", context)


@roles_allowed(Role.REGION)
@require_POST
def try_connection(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for one school and say what answered; nothing is imported."""
    found = get_object_or_404(FeedSource, public_id=public_id)
    campaign = present_campaign(timezone.localdate())
    if campaign is not None:
        try_source(source=found, campaign=campaign, at=timezone.now(), asker=Asker(TRIAL))
    return redirect("schools:feed_source", public_id=public_id)


@roles_allowed(Role.REGION)
@require_POST
def ask_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Today's failures will be asked again by the next ring."""
    found = get_object_or_404(FeedSource, public_id=public_id)
    count = ask_again_today(source=found, on=timezone.localdate())
    messages.success(
        request, _("Schools to ask again: %(count)d. They are asked shortly.") % {"count": count}
    )
    return redirect("schools:feed_source", public_id=public_id)
