"""Files just sent: being read, to look at, being applied, done; and the empty table to fill."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseStopPolling

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from schools.batches.sending import accept_batch, drop_batch, read_again
from schools.choosing import chosen_school, present_campaign
from schools.models import ImportBatch
from schools.pages.batch import page_of
from schools.templates_to_fill import TEMPLATES, template_for


DECISIONS = {"appliquer": accept_batch, "abandonner": drop_batch, "relire": read_again}


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_safe
def batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What became of files sent; while a worker is at them, the page asks again by itself."""
    found = get_object_or_404(_seen(request), public_id=public_id)
    shown = page_of(found, uai=request.GET.get("etablissement", ""))
    context = {"batch": found, "shown": shown}
    if not request.headers.get("HX-Request"):
        response = render(request, "schools/batch.html", context)
    elif found.is_at_work:
        response = render(request, "schools/_batch_progress.html", context)
    else:
        response = HttpResponseStopPolling(headers={"HX-Refresh": "true"})
    patch_vary_headers(response, ["HX-Request"])
    return response


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_POST
def decide(request: HttpRequest, public_id: UUID, decision: str) -> HttpResponse:
    """Apply what was shown, give up, or read the files once more."""
    found = get_object_or_404(_seen(request), public_id=public_id)
    try:
        DECISIONS[decision](batch=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("schools:batch", public_id=public_id)
    if decision == "abandonner":
        messages.success(request, _("Nothing was applied. Correct your files, then send them here."))
        return redirect("schools:imports")
    return redirect("schools:batch", public_id=public_id)


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_safe
def template(request: HttpRequest, file_format: str) -> HttpResponse:
    """An empty table, made for the school that asks for it."""
    campaign = present_campaign(timezone.localdate())
    if campaign is None or file_format not in TEMPLATES:
        raise Http404
    school = chosen_school(request.user, request.GET.get("etablissement", ""))
    made = template_for(school=school, campaign=campaign, file_format=file_format)
    return HttpResponse(
        made.content,
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
    )


def _seen(request: HttpRequest):  # type: ignore[no-untyped-def]
    return ImportBatch.objects.visible_to(request.user).select_related("school", "sent_by", "campaign")
