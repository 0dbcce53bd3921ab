"""The family's own page: where the laptop is, when it comes, whom to call. No account, and nothing written."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from distribution.calendar_file import calendar_of
from distribution.follow_up import convention_behind, story_of


@login_not_required
@never_cache
@require_safe
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    convention = convention_behind(token)
    if convention is None:
        return render(request, "distribution/follow_up_closed.html", status=410)
    story = story_of(convention, timezone.localdate())
    context = {
        "story": story,
        "convention": convention,
        "token": token,
        "helpline": convention.campaign.rule_tree.support.families,
    }
    return render(request, "distribution/follow_up.html", context)


@login_not_required
@never_cache
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The delivery day for the family's own calendar (RFC 5545)."""
    convention = convention_behind(token)
    coming = story_of(convention, timezone.localdate()).next_delivery if convention else None
    if coming is None or coming.delivery is None:
        raise Http404
    return HttpResponse(
        calendar_of(coming.delivery, convention.pupil, at=timezone.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="ordinateur.ics"'},
    )
